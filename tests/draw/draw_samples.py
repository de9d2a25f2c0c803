"""Made-up reports to draw: figures by name, blocks around them, squares for communes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import shapely

from diagnostic.draw import Outline, Shapes, Town, Wide
from diagnostic.model import (
    REPORT_VERSION,
    Area,
    Choropleth,
    Comparison,
    Cover,
    Essentials,
    Figure,
    KeyFigure,
    KeyFigures,
    Reference,
    ReportData,
    SpecCard,
    Territory,
)
from diagnostic.wording import numbers

LONGEST = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"


def figure(key: str, value: float | None, **facts: Any) -> Figure:
    """A figure that prints `value`, or an absence when there is none."""
    decimals = facts.pop("decimals", 1)
    absent = value is None
    period = facts.pop("period", "2023")
    return Figure(
        id=key,
        indicator=facts.pop("indicator", "taux"),
        label=facts.pop("label", "Taux"),
        level=facts.pop("level", "commune"),
        code=facts.pop("code", "51649"),
        name=facts.pop("name", "Vitry-le-François"),
        period=period,
        period_text=facts.pop("period_text", period),
        unit=facts.pop("unit", "%"),
        value=value,
        lower=facts.pop("lower", value),
        upper=facts.pop("upper", value),
        status=facts.pop("status", "not_published" if absent else "exact"),
        show=facts.pop("show", "absent" if absent else "plain"),
        text=facts.pop("text", "…" if value is None else numbers.number(value, decimals)),
        reason=facts.pop("reason", "non publié" if absent else ""),
        decimals=decimals,
        **facts,
    )


def report(*figures: Figure, rows: tuple[KeyFigure, ...] = ()) -> ReportData:
    """A report that holds these figures and nothing else."""
    place = Territory(code="51649", level="commune", name="Vitry-le-François")
    return ReportData(
        version=REPORT_VERSION,
        generator="essai",
        spec=SpecCard(id="essai", title="Essai", subtitle="", sha256=""),
        territory=place,
        competence="inconnue",
        edition="2026-11",
        edition_text="novembre 2026",
        running_title="Essai",
        cover=Cover(kicker="", title="", territory="", lines=(), locator=None, facts=()),
        essentials=Essentials(
            headline="", findings=(), map=None, figures=KeyFigures(id="cles", rows=rows), note=""
        ),
        sections=(),
        figures={f.id: f for f in figures},
        origins={},
        territories={place.code: place},
    )


def key_figure(own: Figure, *others: tuple[str, Figure]) -> KeyFigure:
    """A key figure with its benchmarks."""
    return KeyFigure(
        figure=own.id,
        label=own.label,
        unit_text=own.unit,
        comparisons=tuple(
            Comparison(own=own.id, other=other.id, benchmark=key, verdict="none")
            for key, other in others
        ),
    )


def squares(columns: int, rows: int, side: float = 4000.0) -> Shapes:
    """A perimeter of square communes, coded "c0", "c1"… from the south-west, row by row."""
    communes = {
        f"c{row * columns + column}": shapely.box(
            column * side, row * side, (column + 1) * side, (row + 1) * side
        )
        for row in range(rows)
        for column in range(columns)
    }
    ring = [
        shapely.box(column * side, row * side, (column + 1) * side, (row + 1) * side)
        for row in range(-2, rows + 2)
        for column in range(-2, columns + 2)
        if not (0 <= row < rows and 0 <= column < columns)
    ]
    across, high = columns * side, rows * side
    west = shapely.box(-6 * across, -2 * high, across / 2, 6 * high)
    east = shapely.box(across / 2, -2 * high, 6 * across, 6 * high)
    return Shapes(
        communes=communes,
        neighbours=tuple(ring),
        credit="essai",
        wide=Wide(
            communes,
            tuple(ring),
            (Outline("51", "Marne", west), Outline("52", "Haute-Marne", east)),
            (
                Outline("44", "Grand Est", shapely.box(-9e4, -9e4, 2e5, 2e5)),
                Outline("27", "Bourgogne", shapely.box(-5e5, -6e5, 2e5, -9e4)),
            ),
            (Town("Châlons-en-Champagne", across * 1.4, high * 1.2),),
        ),
    )


def choropleth(
    values: list[Figure], bounds: tuple[float, ...], *, own: int = 0, named: tuple[int, ...] = (),
    references: tuple[Figure, ...] = (), palette: Any = "sequential", **facts: Any,
) -> Choropleth:  # fmt: skip
    """A choropleth of figures, the n-th in the commune "c<n>"."""
    return Choropleth(
        id="carte",
        title="Niveau de vie",
        alt="Le niveau de vie est le plus bas ici.",
        unit=facts.pop("unit", "€ par an"),
        perimeter="200034718",
        perimeter_level="epci",
        areas=tuple(
            Area(code=f"c{n}", name=f.name, figure=f.id, own=n == own, labelled=n in named)
            for n, f in enumerate(values)
        ),
        bounds=bounds,
        method="amplitude égale",
        palette=palette,
        references=tuple(
            Reference(figure=f.id, benchmark=f.level, label=f.name) for f in references
        ),
        **facts,
    )


def renamed(one: Figure, **facts: Any) -> Figure:
    """The figure with some facts changed."""
    return replace(one, **facts)
