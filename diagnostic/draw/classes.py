"""The classes of a choropleth: limits, colours, signs, and what is said of the areas without."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostic.draw import scale, style
from diagnostic.model import Area, Choropleth, Figure, ReportData
from diagnostic.wording import numbers

_MINUS, _PLUS = "−", "+"
_SIGNS = frozenset({"€", "%", "‰"})


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a map, low to high; `reference` is the value they stand around, if any."""

    bounds: tuple[float, ...]
    colours: tuple[str, ...]
    signs: tuple[str, ...]
    reference: float | None = None

    def of(self, value: float) -> int:
        """The class of a value: lower bound included, first and last open outwards."""
        return min(max(bisect_right(self.bounds, value) - 1, 0), len(self.colours) - 1)

    @property
    def limits(self) -> tuple[str, ...]:
        """The limits between classes as printed: values, or gaps to the reference, signed."""
        inner = self.bounds[1:-1]
        if self.reference is None:
            return self.texts[1:-1]
        gaps = [bound - self.reference for bound in inner]
        return scale.exact(gaps, sign=True)

    @property
    def texts(self) -> tuple[str, ...]:
        """All limits as values, both ends included."""
        return scale.exact(self.bounds)


def classes(block: Choropleth, report: ReportData) -> Classes:
    """The classes of the block: sequential, or diverging around its first reference's value."""
    bounds = block.bounds
    count = len(bounds) - 1
    reference = report.figures[block.references[0].figure].value if block.references else None
    if block.palette == "sequential" or reference is None:
        return Classes(bounds, style.classes(count), ("",) * count)
    middle = min(max(bisect_right(bounds, reference) - 1, 0), count - 1)
    steps = [i - middle for i in range(count)]
    if reference in bounds[1:-1]:
        steps = [step if step < 0 else step + 1 for step in steps]
    return Classes(
        bounds,
        tuple(style.away(step) for step in steps),
        tuple(_MINUS if step < 0 else _PLUS if step > 0 else "" for step in steps),
        reference,
    )


def printed(figure: Figure) -> bool:
    """Whether the commune's own value is printed, hence coloured; otherwise it is hatched."""
    return figure.value is not None and figure.show in {"plain", "approx"}


def unprinted(areas: Sequence[Area], report: ReportData, missing: Sequence[str]) -> list[str]:
    """In words and by reason, how many communes have no colour: « non publié : 6 communes »."""
    figures = [report.figures[area.figure] for area in areas]
    counts = Counter(_reason(figure) for figure in figures if not printed(figure))
    if missing:
        counts["sans contour"] = len(missing)
    return [
        f"{reason}\N{NO-BREAK SPACE}: {numbers.count(number, 'commune')}"
        for reason, number in sorted(counts.items())
    ]


def _reason(figure: Figure) -> str:
    if figure.show == "ns":
        return "non significatif"
    if figure.show == "from_epci" or figure.status == "not_published":
        return "non publié"
    if figure.status in {"secret", "masked"}:
        return "secret statistique"
    return "sans objet" if figure.status == "not_applicable" else "non disponible"


def sign(unit: str) -> str:
    """The sign that a unit starts with (€, %, ‰), "" for a unit in words."""
    first = unit.split(maxsplit=1)[0] if unit.split() else ""
    return first if first in _SIGNS else ""


def valued(figure: Figure, unit: str) -> str:
    """The printed text of a figure, its unit after it when that is a sign; or why it has none."""
    if not printed(figure):
        return _reason(figure)
    mark = sign(unit)
    if mark and not figure.text.endswith(mark):
        return f"{figure.text}\N{NO-BREAK SPACE}{mark}"
    return figure.text
