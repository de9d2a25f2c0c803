"""Duties by who holds the competence and by the population that counts (CASF, L. 214-1-3)."""

from __future__ import annotations

import pytest

from diagnostic.engine.duties import settle
from diagnostic.model import Competence, Territory

EPCI = Territory(code="999999999", level="epci", name="CC", population=20000)


def commune(people: int | None) -> Territory:
    """A commune of that many inhabitants."""
    return Territory(code="99001", level="commune", name="Aune", population=people)


@pytest.mark.parametrize(
    ("competence", "people", "above", "owed"),
    [
        ("commune", 3500, 0, "yes"),
        ("commune", 3500, 3500, "no"),
        ("commune", 3501, 3500, "yes"),
        ("commune", 10000, 10000, "no"),
        ("commune", 10001, 10000, "yes"),
        ("epci", 200, 10000, "yes"),
        ("syndicat", 12000, 10000, "unknown"),
        ("inconnue", 12000, 10000, "unknown"),
        ("inconnue", 200, 0, "yes"),
        ("commune", None, 3500, "unknown"),
    ],
)
def test_thresholds_are_strict(
    competence: Competence, people: int | None, above: int, owed: str
) -> None:
    """« Plus de 3 500 », « plus de 10 000 »; the EPCI's population counts when it holds it."""
    assert owed == settle(competence, commune(people), EPCI).owes(above)


@pytest.mark.parametrize(
    ("competence", "people", "words"),
    [
        ("commune", 12000, ("exercée par la commune", "schéma pluriannuel")),
        ("commune", 5000, ("exercée par la commune", "soutenir la qualité")),
        ("commune", 800, ("exercée par la commune", "recenser les besoins")),
        ("inconnue", 12000, ("Si la commune exerce la compétence", "schéma")),
        ("epci", 800, ("exercée par l’EPCI", "schéma")),
        ("syndicat", 800, ("syndicat", "transférée")),
    ],
)
def test_the_cover_says_who_and_what(
    competence: Competence, people: int, words: tuple[str, ...]
) -> None:
    """Unknown is conditional; known is affirmed, with the duty of the population that counts."""
    sentence = settle(competence, commune(people), EPCI).sentence()
    assert all(word in sentence for word in words)


def test_an_epci_whose_communes_may_not_have_transferred_is_conditional() -> None:
    """For an EPCI nobody declared, the duty supposes that all its communes transferred."""
    assert "Si toutes ses communes" in settle("inconnue", EPCI, EPCI).sentence()


def test_an_unknown_population_bears_no_duty_sentence() -> None:
    """Without a population nothing is affirmed."""
    assert settle("commune", commune(None), None).sentence() == ""


def test_what_is_not_owed_says_why() -> None:
    """The matrix names the threshold; nothing is said of what is owed."""
    assert "3\u202f500" in settle("commune", commune(800), None).why_not(3500)
    assert "selon qui exerce" in settle("inconnue", commune(800), None).why_not(3500)
    assert settle("commune", commune(4000), None).why_not(3500) == ""


def test_the_communes_of_an_epci_are_read_one_by_one() -> None:
    """When communes kept the competence, the EPCI's own population implies no duty."""
    held = settle("commune", EPCI, EPCI)
    assert (held.owes(10000), held.owes(0)) == ("unknown", "yes")
    assert "commune par commune" in held.why_not(10000)
    assert "population de chacune" in held.sentence()
    assert "population de chacune" in held.instruction()


def test_a_commune_without_epci_bears_no_duty_of_an_epci() -> None:
    """Without an EPCI, no population is known for it."""
    assert settle("epci", commune(12000), None).owes(10000) == "unknown"


@pytest.mark.parametrize(
    ("competence", "opening"),
    [
        ("commune", "La commune doit"),
        ("epci", "Si toutes ses communes la lui ont transférée, il doit"),
        ("inconnue", "Si la commune exerce la compétence, elle doit"),
        ("syndicat", ""),
    ],
)
def test_the_matrix_does_not_say_twice_who_holds_the_competence(
    competence: Competence, opening: str
) -> None:
    """After the sentence that names the holder, only the duty is said."""
    text = settle(competence, commune(12000), EPCI).instruction()
    assert text.startswith(opening)
    assert "Compétence exercée" not in text
