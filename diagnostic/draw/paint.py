"""The matplotlib back-end: a scene becomes the text of one SVG, the same bytes each time.

matplotlib paints; its output is then made fit for a page: presentation attributes instead of
`style=` (which WeasyPrint would read as CSS of its own), no metadata, no style sheet that would
leak into the page around, no id left but that of the root, which the caller gives.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from diagnostic.draw import letters
from diagnostic.draw.scene import Circle, Pen, Rect, Ring, Scene, Shape, Stroke, Strokes, Text
from diagnostic.draw.style import MM, WHITE

_SVG = "http://www.w3.org/2000/svg"
Drawn = Shape | Stroke | Strokes | Rect | Circle
_RC: Any = {"svg.fonttype": "none", "svg.hashsalt": "diagnostic", "path.simplify": False}
_HALO_WIDTH = "2.6"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_SPACES = re.compile(r"\s*([MLCQz])\s*")
_PLACE = re.compile(r"translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)")


def svg(scene: Scene, *, prefix: str, title: str) -> str:
    """The SVG of a scene, its size in mm, `title` (the finding in words) as its first child."""
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(scene.width / 25.4, scene.height / 25.4), dpi=72)
        figure.patch.set_visible(False)
        figure.add_artist(_Sheet(scene))
        out = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(out, metadata={"Date": None, "Creator": None})
    return _clean(out.getvalue(), scene, prefix, title)


class _Sheet(Artist):
    """All items of a scene as one artist, painted straight on the renderer."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self._to_points = Affine2D().scale(MM, -MM).translate(0, scene.height * MM)

    def draw(self, renderer: Any) -> None:
        """Paint every item in order."""
        for item in self._scene.items:
            if isinstance(item, Text):
                self._write(renderer, item)
            else:
                self._trace(renderer, item)

    def _trace(self, renderer: Any, item: Drawn) -> None:
        fill = None if isinstance(item, Stroke | Strokes) else item.fill
        gc = renderer.new_gc()
        _ink(gc, item.pen)
        renderer.draw_path(gc, _path(item), self._to_points, fill and to_rgb(fill))
        gc.restore()

    def _write(self, renderer: Any, item: Text) -> None:
        x, y = item.left * MM, item.y * MM
        font = FontProperties(
            family=letters.FAMILY,
            weight=item.weight,
            size=item.size,
            style="italic" if item.italic else "normal",
        )
        gc = renderer.new_gc()
        gc.set_foreground(item.colour)
        if item.halo:
            renderer.open_group("halo")
            renderer.draw_text(gc, x, y, item.text, font, 0)
            renderer.close_group("halo")
        renderer.draw_text(gc, x, y, item.text, font, 0)
        gc.restore()


def _ink(gc: Any, pen: Pen | None) -> None:
    if pen is None:
        gc.set_linewidth(0)
        return
    gc.set_foreground(pen.colour)
    gc.set_linewidth(pen.width)
    gc.set_capstyle("round" if pen.cap == "round" else "butt")
    gc.set_joinstyle("round")
    if pen.dash:
        gc.set_dashes(0, list(pen.dash))


def _path(item: Drawn) -> Path:
    if isinstance(item, Circle):
        return Path.circle((item.x, item.y), item.radius)
    if isinstance(item, Rect):
        right, bottom = item.x + item.width, item.y + item.height
        return _closed([((item.x, item.y), (right, item.y), (right, bottom), (item.x, bottom))])
    if isinstance(item, Stroke):
        return _open([item.points])
    if isinstance(item, Strokes):
        return _open(item.lines)
    return _closed(item.rings)


def _open(lines: Iterable[Ring]) -> Path:
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for line in lines:
        points += line
        codes += [int(Path.MOVETO), *[int(Path.LINETO)] * (len(line) - 1)]
    return Path(points, codes)


def _closed(rings: Iterable[Ring]) -> Path:
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for ring in rings:
        corners = ring[:-1] if ring[0] == ring[-1] else ring
        points += [*corners, corners[0]]
        codes += [int(Path.MOVETO), *[int(Path.LINETO)] * (len(corners) - 1), int(Path.CLOSEPOLY)]
    return Path(points, codes)


def _clean(raw: str, scene: Scene, prefix: str, title: str) -> str:
    """matplotlib's SVG made fit for a page that holds others."""
    ET.register_namespace("", _SVG)
    painted = ET.fromstring(raw)  # noqa: S314 - written just above by matplotlib, not foreign
    root = ET.Element(
        f"{{{_SVG}}}svg",
        {
            "width": f"{_short(scene.width)}mm",
            "height": f"{_short(scene.height)}mm",
            "viewBox": f"0 0 {_short(scene.width * MM)} {_short(scene.height * MM)}",
            "id": prefix.strip("-"),
            "role": "img",
        },
    )
    ET.SubElement(root, f"{{{_SVG}}}title").text = title
    sheet = ET.SubElement(
        root, f"{{{_SVG}}}g", {"font-family": f"'{letters.FAMILY}'", "stroke-linejoin": "round"}
    )
    sheet.extend(_plain(element, halo) for element, halo in _drawn(painted, halo=False))
    return ET.tostring(root, encoding="unicode")


def _drawn(group: ET.Element, *, halo: bool) -> Iterator[tuple[ET.Element, bool]]:
    """Every path and text of the painting in order, with whether it is a halo."""
    for child in group:
        if child.tag == f"{{{_SVG}}}g":
            yield from _drawn(child, halo=halo or child.get("id", "").startswith("halo"))
        elif child.tag in {f"{{{_SVG}}}path", f"{{{_SVG}}}text"}:
            yield child, halo


def _plain(element: ET.Element, halo: bool) -> ET.Element:
    """The element with its `style=` as presentation attributes and its numbers shortened."""
    style = {
        key.strip(): value.strip()
        for key, _, value in (rule.partition(":") for rule in element.get("style", "").split(";"))
        if key.strip()
    }
    style.pop("font-family", None)
    plain = ET.Element(element.tag)
    if element.tag.endswith("text"):
        found = _PLACE.match(element.get("transform", ""))
        x, y = found.groups() if found else ("0", "0")
        plain.set("x", _short(float(x)))
        plain.set("y", _short(float(y)))
        plain.text = element.text
    else:
        path = _NUMBER.sub(lambda m: _short(float(m.group())), element.get("d", ""))
        plain.set("d", _SPACES.sub(r"\1", path))
    for key, value in sorted(style.items()):
        plain.set(key, value)
    if halo:
        plain.attrib.update({"fill": WHITE, "stroke": WHITE, "stroke-width": _HALO_WIDTH})
        plain.set("aria-hidden", "true")
    return plain


def _short(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
