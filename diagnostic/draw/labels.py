"""Labels: names with their values, wrapped, pushed apart on a line, tied by leaders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostic.draw import letters
from diagnostic.draw.scene import Anchor, Item, Pen, Point, Stroke, Text
from diagnostic.draw.style import INK, INK2, LEADING, LINE, REGULAR, SEMIBOLD, SMALL

ANY_ROOM = 1000.0
LEADER = Pen(LINE, 0.6)
_SPACE = letters.width(" ", SMALL)


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the value that follows it, in as many lines as `room` (mm) asks for."""

    name: str
    value: str = ""
    room: float = ANY_ROOM
    colour: str = INK2
    value_colour: str = INK
    weight: int = REGULAR
    value_weight: int = SEMIBOLD
    italic: bool = False
    value_below: bool = False

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """(words of the name, value) of each line; the value ends the last or has its own."""
        names = letters.wrap(self.name, self.room, SMALL, self.weight) if self.name else ()
        rows = [(name, "") for name in names]
        if not self.value:
            return tuple(rows)
        if rows and not self.value_below:
            together = self._width((rows[-1][0], self.value))
            if together <= max(self.room, *(self._width(row) for row in rows)):
                return (*rows[:-1], (rows[-1][0], self.value))
        return (*rows, ("", self.value))

    def _width(self, line: tuple[str, str]) -> float:
        name, value = line
        gap = _SPACE if name and value else 0.0
        return (
            letters.width(name, SMALL, self.weight, self.italic)
            + gap
            + letters.width(value, SMALL, self.value_weight)
        )

    @property
    def width(self) -> float:
        """Width in mm of the widest line."""
        return max((self._width(line) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """Height in mm of all lines."""
        return len(self.lines) * LEADING

    def at(self, x: float, baseline: float, anchor: Anchor = "middle") -> tuple[Text, ...]:
        """The texts of the label, first baseline at `baseline`, held to x by `anchor`."""
        return tuple(
            text
            for row, line in enumerate(self.lines)
            for text in self._line(line, x, baseline + row * LEADING, anchor)
        )

    def _line(self, line: tuple[str, str], x: float, y: float, anchor: Anchor) -> Iterator[Text]:
        name, value = line
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * self._width(line)
        if name:
            first = Text(
                left, y, name, weight=self.weight, colour=self.colour, italic=self.italic, halo=True
            )
            yield first
            left += first.width + _SPACE
        if value:
            yield Text(
                left, y, value, weight=self.value_weight, colour=self.value_colour, halo=True
            )


def spread(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Centres as near as can be to the wanted ones, in their order, `gap` apart, within low–high.

    The nearest in the sense of least squares (pooled neighbours). When the sizes cannot fit,
    they are laid side by side from `low` and overflow at `high`: see `fits`.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets: list[float] = []
    reach = 0.0
    for i in order:
        offsets.append(reach + sizes[i] / 2)
        reach += sizes[i] + gap
    pools: list[list[float]] = []
    for i, offset in zip(order, offsets, strict=True):
        pools.append([wanted[i] - offset, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            mean, count = pools.pop()
            before, number = pools[-1]
            pools[-1] = [(mean * count + before * number) / (count + number), count + number]
    starts = [mean for mean, count in pools for _ in range(int(count))]
    last = high - (reach - gap)
    centres = [0.0] * len(wanted)
    for i, offset, start in zip(order, offsets, starts, strict=True):
        centres[i] = max(min(start, last), low) + offset
    return centres


def fits(sizes: Sequence[float], low: float, high: float, gap: float) -> bool:
    """Whether extents of those sizes, `gap` apart, hold between low and high."""
    return sum(sizes) + gap * (len(sizes) - 1) <= high - low + 1e-9


def narrow(labels: Sequence[Label], low: float, high: float, gap: float) -> list[Label]:
    """The labels wrapped only as much as they must be to stand side by side."""
    for room in (ANY_ROOM, 34.0, 28.0, 22.0, 17.0):
        tried = [replace(label, room=min(room, label.room)) for label in labels]
        if fits([label.width for label in tried], low, high, gap):
            break
    return tried


def row_below(
    labels: Sequence[Label],
    points: Sequence[Point],
    *,
    low: float,
    high: float,
    top: float,
    gap: float = 2.2,
) -> tuple[list[Item], float]:
    """Labels under their points, pushed apart, each with a leader; and the bottom they reach.

    `points` are the lower tips of the marks; `top` is the upper edge of the labels.
    """
    if not labels:
        return [], top
    shown = narrow(labels, low, high, gap)
    centres = spread([x for x, _ in points], [label.width for label in shown], low, high, gap)
    leaders: list[Item] = []
    texts: list[Item] = []
    for label, (x, y), centre in zip(shown, points, centres, strict=True):
        leaders.append(Stroke(((x, y), (centre, top)), LEADER))
        texts += label.at(centre, top + 0.78 * LEADING)
    return [*leaders, *texts], top + max(label.height for label in shown)


def row_above(
    labels: Sequence[Label],
    points: Sequence[Point],
    *,
    low: float,
    high: float,
    bottom: float,
    gap: float = 2.2,
) -> tuple[list[Item], float]:
    """Labels over their points, pushed apart, last lines level; and the top they reach.

    `points` are the upper tips of the marks; `bottom` is the lower edge of the labels.
    """
    if not labels:
        return [], bottom
    shown = narrow(labels, low, high, gap)
    centres = spread([x for x, _ in points], [label.width for label in shown], low, high, gap)
    leaders: list[Item] = []
    texts: list[Item] = []
    for label, (x, y), centre in zip(shown, points, centres, strict=True):
        leaders.append(Stroke(((centre, bottom), (x, y)), LEADER))
        texts += label.at(centre, bottom - label.height + 0.78 * LEADING)
    return [*leaders, *texts], bottom - max(label.height for label in shown)
