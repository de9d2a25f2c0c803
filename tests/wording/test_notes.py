"""The small print reads well and says where numbers and absences come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from diagnostic.model import Absence, Figure, Level, Origin, Rank, Status
from diagnostic.wording import notes
from diagnostic.wording.grammar import Subject
from diagnostic.wording.notes import Use

from . import typed

Maker = Callable[..., Figure]
Origins = Callable[..., Origin]

PPA = Subject("Le recours à la prime d’activité")


@pytest.mark.parametrize(
    ("facts", "rank", "of_rank", "expected"),
    [
        ({"text": "61,5", "value": 61.5, "unit": "places pour 100 enfants", "period": "2023-12"},
         None, "",
         ("à Blacy, en décembre~2023, le recours à la prime d’activité est de"
         " 61,5~places pour 100 enfants.")),
        ({"text": "≈~11", "value": 11.0, "lower": 10.1, "upper": 12.2, "decimals": 0,
          "unit": "foyers pour 100 ménages", "period": "2024-12", "show": "approx",
          "interval": "rounding"},
         Rank(figure="f", position=5, of=13, low=5, high=9, tied=False, text=""),
         "communes de l’EPCI",
         ("à Blacy, en décembre~2024, le recours à la prime d’activité est"
         " d’environ 11~foyers pour 100 ménages, entre 10 et 12^; rang~: 5ᵉ sur 13"
         " communes de l’EPCI, entre 5ᵉ et 9ᵉ.")),
        ({"text": "30,0", "value": 30.0, "lower": 28.4, "upper": 31.6, "interval": "chance"},
         Rank(figure="f", position=1, of=13, low=1, high=1, tied=True, text=""), "",
         ("à Blacy, en 2023, le recours à la prime d’activité est de 30,0~%,"
         " entre 28,4~% et 31,6~%^; rang~: 1ᵉʳ ex æquo sur 13.")),
        ({"text": "30,0", "value": 30.0, "lower": 29.99, "upper": 30.01, "interval": "rounding"},
         None, "",
         "à Blacy, en 2023, le recours à la prime d’activité est de 30,0~%."),
        ({"text": "30,0", "value": 30.0, "lower": None, "upper": None, "interval": "rounding"},
         None, "",
         "à Blacy, en 2023, le recours à la prime d’activité est de 30,0~%."),
    ],
)  # fmt: skip
def test_reading(
    figure: Maker, facts: dict[str, Any], rank: Rank | None, of_rank: str, expected: str
) -> None:
    """A Lecture has place, date, number, unit, interval and rank when they are shown."""
    shown = figure(typed(facts.pop("text")), **facts)
    assert notes.reading(PPA, shown, "à Blacy", rank, of_rank) == typed(expected)


def test_reading_of_a_count(figure: Maker) -> None:
    """A count is counted, its interval in brackets."""
    facts: dict[str, Any] = {"unit": "foyers", "period": "2024-12", "decimals": 0}
    assert [
        notes.reading_count(
            figure("250", 250.0, lower=248, upper=252, interval="rounding", **facts), "à Blacy"
        ),
        notes.reading_count(figure("250", 250.0, **facts), "à Blacy"),
    ] == [
        typed("à Blacy, on compte 250~foyers (entre 248 et 252) en décembre~2024."),
        typed("à Blacy, on compte 250~foyers en décembre~2024."),
    ]


def test_reading_of_a_rounded_zero(figure: Maker) -> None:
    """A 0 rounded to 5 is said as its interval, once."""
    zero = figure(
        typed("≈~0"), 0.0, lower=0, upper=2, interval="rounding", unit="foyers", decimals=0,
        period="2024-12", show="approx", flags=("published_zero",),
    )  # fmt: skip
    assert notes.reading_count(zero, "à Blacy") == typed(
        "à Blacy, on compte entre 0 et 2~foyers en décembre~2024."
    )


def test_reading_of_a_median(figure: Maker) -> None:
    """A median is half of the people."""
    income = figure(typed("19^670"), 19670.0, unit="€ par an et par unité de consommation")
    assert notes.reading_median(income, "à Blacy") == typed(
        "à Blacy, en 2023, la moitié des habitants dispose de moins de 19^670~€ par an"
        " et par unité de consommation."
    )


@pytest.mark.parametrize(
    ("index", "noun", "expected"),
    [
        (75, "naissances", "l’indice 75 signifie 25~% de naissances de moins qu’en 2008–2010."),
        (112.4, "enfants", "l’indice 112 signifie 12~% d’enfants de plus qu’en 2008–2010."),
        (100.2, "enfants", "l’indice 100 signifie autant d’enfants qu’en 2008–2010."),
    ],
)
def test_reading_of_an_index(index: float, noun: str, expected: str) -> None:
    """An index says how many more or fewer than at its base."""
    text = notes.reading_index(index, "à Reims", noun, "2008/2010")
    assert text == typed(f"à Reims, {expected}")


def test_reading_of_an_index_with_its_period() -> None:
    """The period of the index stands before it."""
    text = notes.reading_index(75, "à Reims", "naissances", "2008/2010", "2023/2025")
    assert text.startswith("à Reims, en 2023–2025, l’indice 75 signifie")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("not_published", "non disponible"),
        ("not_pulled", "non disponible"),
        ("unknown", "non disponible"),
        ("not_applicable", "sans objet"),
        ("cut", "sans objet"),
        ("secret", "secret statistique"),
        ("masked", "secret statistique"),
        ("ns", "non significatif"),
    ],
)
def test_words_of_absence(key: str, expected: str) -> None:
    """Each absence has its words."""
    assert notes.absence(key) == expected


def test_a_number_has_no_words_of_absence() -> None:
    """An exact figure is no absence."""
    with pytest.raises(KeyError):
        notes.absence("exact")


@pytest.mark.parametrize(
    ("status", "level", "producer", "expected"),
    [
        ("not_published", "commune", "Cnaf", "non publié par la Cnaf à la commune"),
        ("not_published", "departement", "Insee", "non publié par l’Insee au département"),
        ("not_published", "region", "", "non publié par le producteur à la région"),
        ("not_pulled", "commune", "Drees", "source non consultée pour cette édition (Drees)"),
        ("not_pulled", "commune", "", "source non consultée pour cette édition"),
        ("unknown", "commune", "Urssaf", "ligne présente mais vide dans le fichier du producteur"),
        ("not_applicable", "epci", "Insee", "sans objet à l’EPCI"),
        ("masked", "commune", "Insee", "effectif trop faible pour être diffusé par l’Insee"),
        ("secret", "iris", "Insee", "couvert par le secret statistique (Insee)"),
    ],
)
def test_reasons(status: Status, level: Level, producer: str, expected: str) -> None:
    """An absence is explained by its status, its level and its producer."""
    assert notes.reason(status, level, producer) == expected


def test_a_number_has_no_reason() -> None:
    """An exact figure needs no reason."""
    with pytest.raises(KeyError):
        notes.reason("exact", "commune")


def test_absence_sentence() -> None:
    """Label, place, sign, words and reason."""
    missing = Absence("not_published", "non publié par l’Insee à la commune")
    assert [
        notes.absence_sentence("Taux de pauvreté", missing, "à Blacy"),
        notes.absence_sentence("Taux de pauvreté", missing),
    ] == [
        typed("Taux de pauvreté à Blacy~: … non disponible (non publié par l’Insee à la commune)."),
        typed("Taux de pauvreté~: … non disponible (non publié par l’Insee à la commune)."),
    ]


def test_absent_levels_are_named_by_sign(figure: Maker) -> None:
    """The levels without a number are grouped by sign; those with one are not named."""
    absent = figure("…", None, show="absent", status="not_published")
    cut = figure("///", 3.0, show="cut")
    levels = [(absent, "Marne"), (figure(), "France"), (cut, "EPCI"), (absent, "Grand Est")]
    assert notes.absent_levels(levels) == typed("Marne, Grand Est~: …^; EPCI~: ///")
    assert notes.absent_levels([(figure(), "France")]) == ""


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("epci", "valeur de l’EPCI"),
        ("departement", "valeur du département"),
        ("commune", "valeur de la commune"),
    ],
)
def test_stands_in(level: Level, expected: str) -> None:
    """A lent value names its lender."""
    assert notes.stands_in(level) == expected


@pytest.mark.parametrize(
    ("kind", "step", "expected"),
    [
        ("none", 5, ""),
        ("rounding", 5,
         "intervalle, en supposant un arrondi au multiple de 5 le plus proche"),
        ("rounding", 100,
         "intervalle, en supposant un arrondi au multiple de 100 le plus proche"),
        ("chance", 5, "variabilité à 95~%"),
        ("envelope", 5,
         "arrondi supposé au multiple de 5 le plus proche, et variabilité à 95~%"),
    ],
)  # fmt: skip
def test_interval_note(kind: Any, step: float, expected: str) -> None:
    """An interval says what it is and what it supposes, never « garanti »."""
    assert notes.interval_note(kind, step) == typed(expected)


def test_legend() -> None:
    """Only the signs used, in a fixed order."""
    assert notes.legend(["p", "…", "n.s.", "…"]) == typed(
        "…~non disponible · n.s.~non significatif · p~provisoire"
    )
    assert notes.legend([]) == ""


def test_source_of_one_dataset(origin: Origins) -> None:
    """One dataset, its licence, nothing twice."""
    assert notes.source([Use(origin=origin(), periods=("2023",))]) == typed(
        "Source~: Insee, Filosofi 2023. Licence Ouverte 2.0."
    )


def test_source_of_several_datasets(origin: Origins) -> None:
    """Datasets in order of use, merged, with their periods, contents, remarks and notes once."""
    caf = origin("Cnaf", "Cafdata", note="Copie de septembre 2026, date du producteur non connue")
    census = origin("Insee", "RP")
    uses = [
        Use(origin=caf, periods=("2024-12",)),
        Use(origin=census, periods=("2023",), what="ménages"),
        Use(origin=caf, periods=("2020-12", "2024-12")),
        Use(origin=census, periods=("2023",), what="ménages"),
        Use(origin=census, what="enfants"),
    ]
    assert notes.source(uses, ["Champ : 35 communes", ""]) == typed(
        "Sources~: Cnaf, Cafdata, décembre~2020 et décembre~2024^; Insee, RP, 2023"
        " (ménages, enfants). Licence Ouverte 2.0. Champ : 35 communes."
        " Copie de septembre 2026, date du producteur non connue."
    )


def test_source_with_several_licences(origin: Origins) -> None:
    """Each licence has its producers; an unknown one is to be confirmed."""
    uses = [
        Use(origin=origin()),
        Use(origin=origin("IGN", "Admin Express", licence="")),
        Use(origin=origin("Cnaf", "Cafdata")),
        Use(origin=origin("Insee", "RP")),
    ]
    assert notes.source(uses).endswith(
        typed("Licence Ouverte 2.0 (Insee, Cnaf)^; licence à confirmer (IGN).")
    )


def test_no_source_without_use() -> None:
    """Nothing read, nothing cited."""
    assert notes.source([]) == ""


def test_cite_is_the_source_without_its_licence() -> None:
    """Where room is scarce: producer, dataset and period alone; nothing for no use."""
    origin = Origin(
        id="x", producer="Cnaf", dataset="d", title="Cafdata", address="", licence="LO",
        edition="2026-11", retrieved="2026-11",
    )  # fmt: skip
    use = notes.Use(origin=origin, periods=("2024-12",))
    assert notes.cite([use, use]) == "Cnaf, Cafdata, décembre\u00a02024"
    assert notes.cite([]) == ""
