"""What no drawing may have: a text off the sheet, under 8.5 points, or over another text."""

from __future__ import annotations

from itertools import combinations

from diagnostic.draw.scene import Box, Circle, Rect, Scene, Stroke, Text
from diagnostic.draw.style import SMALL


def faults(scene: Scene) -> list[str]:
    """Every fault of a scene, in words; none when it is fit to print."""
    found = [f"{t.text!r} set at {t.size}" for t in scene.texts if t.size < SMALL]
    found += [
        f"{t.text!r} off the sheet: {t.box}"
        for t in scene.texts
        if not t.box.inside(scene.width, scene.height)
    ]
    found += [
        f"{one.text!r} over {other.text!r}"
        for one, other in combinations(scene.texts, 2)
        if _shrunk(one).overlaps(_shrunk(other))
    ]
    found += ["an empty text" for t in scene.texts if not t.text.strip()]
    return found + [f"{item} off the sheet" for item in scene.items if _strays(item, scene)]


def _shrunk(text: Text) -> Box:
    box = text.box
    return Box(box.left + 0.05, box.top + 0.05, box.right - 0.05, box.bottom - 0.05)


def _strays(item: object, scene: Scene) -> bool:
    """Whether a simple mark has its middle off the sheet."""
    match item:
        case Circle():
            points = [(item.x, item.y)]
        case Rect():
            points = [(item.x, item.y), (item.x + item.width, item.y + item.height)]
        case Stroke():
            points = list(item.points)
        case _:
            return False
    return not all(
        -0.6 <= x <= scene.width + 0.6 and -0.6 <= y <= scene.height + 0.6 for x, y in points
    )


def words(scene: Scene) -> str:
    """All texts of a scene, in painting order."""
    return " | ".join(text.text for text in scene.texts)


def circles(scene: Scene, fill: str) -> list[Circle]:
    """The circles of a colour."""
    return [item for item in scene.items if isinstance(item, Circle) and item.fill == fill]
