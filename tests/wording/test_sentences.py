"""Sentences say what the figures carry, in correct French, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from diagnostic.model import Evolution, Figure
from diagnostic.wording import sentences
from diagnostic.wording.grammar import Subject
from diagnostic.wording.names import Forms

from . import typed

Maker = Callable[..., Figure]

POVERTY = Subject("Le taux de pauvreté")
COVER = Subject("L’offre d’accueil", feminine=True)
BIRTHS = Subject("Les naissances", plural=True, feminine=True)
HOMES = Subject("Les logements vacants", plural=True)
MARNE = Forms("la Marne", "de la Marne", "dans la Marne")
FRANCE = Forms("la France", "de la France", "en France")
VITRY = "à Vitry-le-François"
PLACES = "places pour 100 enfants de moins de 3 ans"


def evolved(
    change: float | None, lower: float | None, upper: float | None, trend: Any, **facts: str
) -> Evolution:
    """A change from 2008–2010 to 2023–2025."""
    return Evolution(
        start="2008/2010", end="2023/2025", change=change, lower=lower, upper=upper,
        trend=trend, text="", **({"unit": "%"} | facts),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "30,0~%"),
        ({"text": "61,5", "value": 61.5, "unit": PLACES}, f"61,5~{PLACES}"),
        ({"text": "≈~11", "value": 11.2, "unit": "foyers pour 100 ménages", "show": "approx"},
         "environ 11~foyers pour 100 ménages"),
        ({"text": "≈ 11", "value": 11.2, "show": "approx"}, "environ 11~%"),
        ({"text": "58,9", "value": 58.9, "unit": PLACES, "show": "from_epci"},
         f"58,9~{PLACES} (valeur de l’EPCI)"),
        ({"text": "1", "value": 1.0, "unit": "naissances"}, "1~naissance"),
        ({"text": "19^670", "value": 19670.0, "unit": "€ par an"}, "19^670~€ par an"),
    ],
)  # fmt: skip
def test_amount(figure: Maker, facts: dict[str, Any], expected: str) -> None:
    """A figure in a sentence has its unit; ≈ is read « environ »; a lent value says so."""
    known = {key: typed(value) if isinstance(value, str) else value for key, value in facts.items()}
    assert sentences.amount(figure(**known)) == typed(expected)


@pytest.mark.parametrize(
    "facts",
    [{"value": None, "show": "absent", "status": "secret"}, {"show": "ns"}, {"show": "cut"}],
)
def test_an_absence_has_no_amount(figure: Maker, facts: dict[str, Any]) -> None:
    """What is absent, not significant or cut never becomes a number."""
    with pytest.raises(ValueError, match="shows no number"):
        sentences.amount(figure(**facts))


@pytest.mark.parametrize(
    ("subject", "place", "text", "expected"),
    [
        (POVERTY, "", "30,0", "Le taux de pauvreté est de 30,0~%."),
        (POVERTY, VITRY, "30,0", "À Vitry-le-François, le taux de pauvreté est de 30,0~%."),
        (BIRTHS, "au Meix-Tiercelin", "30,0", "Au Meix-Tiercelin, les naissances sont de 30,0~%."),
        (COVER, "", "≈~30", "L’offre d’accueil est d’environ 30~%."),
    ],
)
def test_statement(figure: Maker, subject: Subject, place: str, text: str, expected: str) -> None:
    """One figure, its place, a verb that agrees."""
    assert sentences.statement(subject, figure(typed(text)), place) == typed(expected)


def test_proof_sets_the_benchmarks_beside(figure: Maker) -> None:
    """The territory's number with its unit, the others with their place, absences left out."""
    own = figure("61,5", 61.5, unit=PLACES)
    france = figure("60,9", 60.9, unit=PLACES)
    epci = figure("58,9", 58.9, unit=PLACES)
    absent = figure("…", None, show="absent", status="not_published")
    others = [(france, "en France"), (absent, "dans la Marne"), (epci, "dans l’EPCI")]
    assert [
        sentences.proof(own, [(france, "en France")]),
        sentences.proof(own, others),
        sentences.proof(own, []),
        sentences.proof(own, [], "en décembre 2023"),
        sentences.proof(absent, others),
    ] == [
        typed(f"61,5~{PLACES}, contre 60,9 en France."),
        typed(f"61,5~{PLACES}, contre 60,9 en France et 58,9 dans l’EPCI."),
        typed(f"61,5~{PLACES}."),
        typed(f"61,5~{PLACES} en décembre 2023."),
        "",
    ]


def test_proof_repeats_the_signs(figure: Maker) -> None:
    """A percentage keeps its sign on each number."""
    text = sentences.proof(figure(), [(figure("15,8", 15.8), "dans la Marne")], "en 2023")
    assert text == typed("30,0~% en 2023, contre 15,8~% dans la Marne.")


@pytest.mark.parametrize(
    ("subject", "verdict", "place", "expected"),
    [
        (POVERTY, "above", VITRY,
         ("À Vitry-le-François, le taux de pauvreté (30,0~%) est supérieur à celui de la Marne"
         " (15,8~%).")),
        (COVER, "below", "",
         "L’offre d’accueil (30,0~%) est inférieure à celle de la Marne (15,8~%)."),
        (BIRTHS, "comparable", "",
         "Les naissances (30,0~%) sont comparables à celles de la Marne (15,8~%)."),
        (HOMES, "above", "",
         "Les logements vacants (30,0~%) sont supérieurs à ceux de la Marne (15,8~%)."),
        (POVERTY, "none", "",
         "Le taux de pauvreté est de 30,0~%^; celui de la Marne est de 15,8~%."),
    ],
)  # fmt: skip
def test_comparison(
    figure: Maker, subject: Subject, verdict: Any, place: str, expected: str
) -> None:
    """The adjective is the verdict's; without verdict the numbers stand side by side."""
    text = sentences.comparison(
        subject, figure(), figure("15,8", 15.8), MARNE, verdict=verdict, place=place
    )
    assert text == typed(expected)


def test_no_comparison_with_what_is_missing_or_lent(figure: Maker) -> None:
    """A lent value is not compared, nor an absence."""
    absent = figure("…", None, show="absent", status="not_published")
    lent = figure("58,9", 58.9, show="from_epci")
    assert [
        sentences.comparison(POVERTY, absent, figure(), MARNE, verdict="above"),
        sentences.comparison(POVERTY, figure(), absent, MARNE, verdict="above"),
        sentences.comparison(POVERTY, lent, figure(), MARNE, verdict="above"),
    ] == ["", "", ""]


@pytest.mark.parametrize(
    ("subject", "verdict", "benchmarks", "place", "expected"),
    [
        (COVER, "comparable", ["france"], "",
         "L’offre d’accueil est comparable au niveau national"),
        (POVERTY, "above", ["departement", "france"], VITRY,
         ("À Vitry-le-François, le taux de pauvreté est supérieur au niveau départemental"
         " et au niveau national")),
        (BIRTHS, "below", ["epci"], "", "Les naissances sont inférieures au niveau de l’EPCI"),
        (HOMES, "comparable", ["epci_communes"], "",
         "Les logements vacants sont comparables au niveau des autres communes de l’EPCI"),
        (POVERTY, "below", ["region"], "", "Le taux de pauvreté est inférieur au niveau régional"),
        (POVERTY, "none", ["france"], "", ""),
        (POVERTY, "above", [], "", ""),
    ],
)  # fmt: skip
def test_headline(
    subject: Subject, verdict: Any, benchmarks: list[str], place: str, expected: str
) -> None:
    """A finding is as strong as its verdict, without final stop."""
    assert sentences.headline(subject, verdict, benchmarks, place) == expected


@pytest.mark.parametrize(
    ("subject", "own", "other", "expected"),
    [
        (POVERTY, (29.5, 30.5), (15.5, 16.0),
         ("Le taux de pauvreté est près de deux fois plus élevé à Vitry-le-François que"
         " dans la Marne")),
        (BIRTHS, (33.0, 34.0), (15.5, 16.0),
         ("Les naissances sont plus de deux fois plus élevées à Vitry-le-François que"
         " dans la Marne")),
        (POVERTY, (6.0, 7.0), (15.5, 16.0),
         ("À Vitry-le-François, le taux de pauvreté représente moins de la moitié de celui"
         " de la Marne")),
        (HOMES, (6.0, 7.0), (30.0, 32.0),
         ("À Vitry-le-François, les logements vacants représentent moins d’un quart de ceux"
         " de la Marne")),
        (POVERTY, (15.0, 40.0), (15.5, 16.0), ""),
        (POVERTY, (12.0, 15.0), (15.5, 16.0), ""),
        (POVERTY, (12.0, 15.0), (0.0, 16.0), ""),
        (POVERTY, (-1.0, 15.0), (15.5, 16.0), ""),
        (POVERTY, (None, 15.0), (15.5, 16.0), ""),
    ],
)  # fmt: skip
def test_multiple(figure: Maker, subject: Subject, own: Any, other: Any, expected: str) -> None:
    """« près de deux fois » only when every pair of values of the two intervals bears it."""
    text = sentences.multiple(
        subject, figure(lower=own[0], upper=own[1]), figure(lower=other[0], upper=other[1]),
        MARNE, VITRY,
    )  # fmt: skip
    assert text == expected


def test_no_multiple_of_an_absence(figure: Maker) -> None:
    """An absence bears no multiplication."""
    absent = figure("…", None, show="absent", status="not_published")
    assert sentences.multiple(POVERTY, absent, figure(), MARNE, VITRY) == ""


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (14.2, "points", 1, "+^14,2~points"),
        (-1.5, "points", 1, "−^1,5~point"),
        (-12, "%", 0, "−^12~%"),
        (320, "€", 0, "+^320~€"),
    ],
)
def test_gap(value: float, unit: str, decimals: int, expected: str) -> None:
    """A gap is signed, in points, % or €."""
    assert sentences.gap(value, unit, decimals) == typed(expected)


def test_point(figure: Maker) -> None:
    """A point of attention holds both numbers and the gap when there is one."""
    own, marne = figure(), figure("15,8", 15.8)
    assert [
        sentences.point("Taux de pauvreté", own, marne, "dans la Marne", typed("+^14,2~points")),
        sentences.point("Taux de pauvreté", own, marne, "dans la Marne"),
    ] == [
        typed("Taux de pauvreté~: 30,0~%, contre 15,8~% dans la Marne (+^14,2~points)"),
        typed("Taux de pauvreté~: 30,0~%, contre 15,8~% dans la Marne"),
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((5, 13, 5, 9), "5ᵉ sur 13, entre 5ᵉ et 9ᵉ"),
        ((1, 13, 1, 1), "1ᵉʳ sur 13"),
        ((2, 24, 2, 3, True), "2ᵉ ex æquo sur 24, entre 2ᵉ et 3ᵉ"),
        ((1, 1200, 1, 2), "1ᵉʳ sur 1^200, entre 1ᵉʳ et 2ᵉ"),
    ],
)
def test_rank(arguments: tuple[Any, ...], expected: str) -> None:
    """A rank has its interval unless it has but one rank, and says its ties."""
    assert sentences.rank(*arguments) == typed(expected)


def test_rank_cell() -> None:
    """A rank in a table: « 8ᵉ / 19 »."""
    assert sentences.rank_cell(8, 19) == typed("8ᵉ~/~19")


@pytest.mark.parametrize(
    ("change", "decimals", "place", "expected"),
    [
        (evolved(-54.2, -54.2, -54.2, "down"), 0, "",
         "Les naissances diminuent de 54~% entre 2008–2010 et 2023–2025."),
        (evolved(-18, -19, -17, "down"), 0, VITRY,
         ("À Vitry-le-François, les naissances diminuent de 18~% (entre 17~% et 19~%)"
         " entre 2008–2010 et 2023–2025.")),
        (evolved(12.3, None, None, "up"), 1, "",
         "Les naissances augmentent de 12,3~% entre 2008–2010 et 2023–2025."),
        (evolved(2.1, 1.2, 3.0, "up", unit="points"), 1, "",
         ("Les naissances augmentent de 2,1~points (entre 1,2 et 3,0~points)"
         " entre 2008–2010 et 2023–2025.")),
        (evolved(-1.4, -1.4, -1.4, "down", unit="points"), 1, "",
         "Les naissances diminuent de 1,4~point entre 2008–2010 et 2023–2025."),
        (evolved(0.8, -1, 2, "stable"), 1, "",
         "Les naissances sont stables entre 2008–2010 et 2023–2025 (+^0,8~%)."),
        (evolved(None, None, None, "refused", reason="rupture de série en 2023"), 0, "",
         "Aucune évolution n’est indiquée~: rupture de série en 2023."),
        (evolved(None, None, None, "up", reason="un 0 publié."), 0, "",
         "Aucune évolution n’est indiquée~: un 0 publié."),
    ],
)  # fmt: skip
def test_evolution(change: Evolution, decimals: int, place: str, expected: str) -> None:
    """A change with its interval when it prints otherwise, stability, or a refusal's reason."""
    assert sentences.evolution(BIRTHS, change, decimals, place) == typed(expected)


def test_a_large_change_that_is_not_sure_is_not_called_stable() -> None:
    """− 15 % within its interval is no evolution, and no stability either."""
    text = sentences.unsettled(evolved(-15, -34, 8, "stable"))
    assert text == typed(
        "Aucune évolution n’est établie entre 2008–2010 et 2023–2025~: la variation (−^15~%) reste"
        " dans l’intervalle de l’arrondi ou du hasard."
    )


@pytest.mark.parametrize(
    ("subject", "change", "place", "expected"),
    [
        (BIRTHS, evolved(-54.2, -54.2, -54.2, "down"), VITRY,
         "À Vitry-le-François, les naissances ont été divisées par plus de deux en quinze ans"),
        (HOMES, evolved(120, 115, 125, "up"), "",
         "Les logements vacants ont été multipliés par plus de deux en quinze ans"),
        (COVER, evolved(120, 115, 125, "up"), "",
         "L’offre d’accueil a été multipliée par plus de deux en quinze ans"),
        (BIRTHS, evolved(-31, -32, -30.5, "down"), "",
         "Les naissances diminuent de près d’un tiers entre 2008–2010 et 2023–2025"),
        (BIRTHS, evolved(-25, -25.5, -24.5, "down"), "",
         "Les naissances diminuent d’environ un quart entre 2008–2010 et 2023–2025"),
        (POVERTY, evolved(30, 27, 31, "up"), "",
         "Le taux de pauvreté augmente de plus d’un quart entre 2008–2010 et 2023–2025"),
        (POVERTY, evolved(-20, -40, -6, "down"), "",
         "Le taux de pauvreté diminue entre 2008–2010 et 2023–2025"),
        (POVERTY, evolved(3.0, 2.0, 4.0, "up", unit="points"), "",
         "Le taux de pauvreté augmente entre 2008–2010 et 2023–2025"),
        (POVERTY, evolved(3.0, None, None, "up"), "",
         "Le taux de pauvreté augmente entre 2008–2010 et 2023–2025"),
        (COVER, evolved(0.5, -1, 2, "stable"), "",
         "L’offre d’accueil est stable entre 2008–2010 et 2023–2025"),
        (COVER, evolved(None, None, None, "refused"), "", ""),
        (COVER, evolved(None, None, None, "up"), "", ""),
    ],
)  # fmt: skip
def test_evolution_headline(subject: Subject, change: Evolution, place: str, expected: str) -> None:
    """A headline uses words of size only when the interval bears them."""
    assert sentences.evolution_headline(subject, change, place) == expected


def test_a_division_within_a_year_names_its_periods() -> None:
    """Without a whole year between them, the two periods are named."""
    change = Evolution(
        start="2024-03", end="2024-12", change=-60, lower=-61, upper=-59, unit="%",
        trend="down", text="",
    )  # fmt: skip
    assert sentences.evolution_headline(BIRTHS, change) == typed(
        "Les naissances ont été divisées par plus de deux entre mars~2024 et décembre~2024"
    )


def test_multiple_elides_before_a_vowel(figure: Maker) -> None:
    """« qu’en France », never « que en France »."""
    text = sentences.multiple(
        POVERTY, figure(lower=29.9, upper=30.1), figure(lower=15.8, upper=16.0), FRANCE, VITRY
    )
    assert text.endswith("à Vitry-le-François qu’en France")


@pytest.mark.parametrize(
    ("subject", "verdict", "expected"),
    [
        (POVERTY, "above", "taux de pauvreté supérieur au niveau national"),
        (COVER, "comparable", "offre d’accueil comparable au niveau national"),
        (HOMES, "below", "logements vacants inférieurs au niveau national"),
    ],
)
def test_brief(subject: Subject, verdict: Any, expected: str) -> None:
    """A verdict as a noun phrase agrees with its noun and has no article."""
    assert sentences.brief(subject, verdict, "france") == expected


@pytest.mark.parametrize(
    ("trend", "expected"),
    [("down", "naissances en baisse"), ("up", "naissances en hausse"),
     ("stable", "naissances stables")],
)  # fmt: skip
def test_brief_change(trend: Any, expected: str) -> None:
    """A change as a noun phrase."""
    assert sentences.brief_change(BIRTHS, trend) == expected
