"""Words agree, elide and join as French asks."""

from __future__ import annotations

import pytest

from diagnostic.wording import grammar
from diagnostic.wording.grammar import Subject

RATE = Subject("Le taux de pauvreté")
SHARE = Subject("La part des ménages", feminine=True)
BIRTHS = Subject("Les naissances", plural=True, feminine=True)
HOMES = Subject("Les logements vacants", plural=True)


@pytest.mark.parametrize(
    ("subject", "verb", "above", "comparable", "that"),
    [
        (RATE, "est", "supérieur", "comparable", "celui"),
        (SHARE, "est", "supérieure", "comparable", "celle"),
        (HOMES, "sont", "supérieurs", "comparables", "ceux"),
        (BIRTHS, "sont", "supérieures", "comparables", "celles"),
    ],
)
def test_agreement(subject: Subject, verb: str, above: str, comparable: str, that: str) -> None:
    """Verb, adjective and « celui » follow the gender and number of the subject."""
    assert (
        subject.verb("est", "sont"),
        subject.agree("supérieur"),
        subject.agree("comparable"),
        subject.that,
    ) == (verb, above, comparable, that)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("commune", "communes"),
        ("place", "places"),
        ("logement social vacant", "logements sociaux vacants"),
        ("assistant maternel", "assistants maternels"),
        ("assistant maternel en exercice", "assistants maternels en exercice"),
        ("micro-crèche", "micro-crèches"),
        ("chef-lieu", "chefs-lieux"),
        ("lieu d’accueil", "lieux d’accueil"),
        ("travail", "travaux"),
        ("festival", "festivals"),
        ("bureau", "bureaux"),
        ("prix", "prix"),
        ("mois", "mois"),
        ("EPCI", "EPCI"),
        ("Caf", "Caf"),
        ("personne couverte", "personnes couvertes"),
        ("foyer (hors MSA)", "foyers (hors MSA)"),
        ("jeu de données", "jeux de données"),
        ("%", "%"),
    ],
)
def test_plural_and_back(one: str, many: str) -> None:
    """The noun and its adjectives vary up to the first link word; acronyms and signs do not."""
    assert (grammar.plural(one), grammar.singular(many)) == (many, one)


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_enumeration(words: list[str], expected: str) -> None:
    """Commas, then « et » before the last."""
    assert grammar.enumeration(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("épernay", "Épernay"), ("à Vitry", "À Vitry"), ("œuvre", "Œuvre"), ("", ""), ("RSA", "RSA")],
)
def test_capitalised(text: str, expected: str) -> None:
    """The capital keeps its accent and leaves the rest alone."""
    assert grammar.capitalised(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le taux", "le taux"),
        ("L’offre", "l’offre"),
        ("Les naissances", "les naissances"),
        ("RSA", "RSA"),
        ("Lens", "Lens"),
        ("À Vitry", "à Vitry"),
    ],
)
def test_inner(text: str, expected: str) -> None:
    """Inside a sentence an article loses its capital, a name keeps it."""
    assert grammar.inner(text) == expected


@pytest.mark.parametrize(
    ("word", "following", "expected"),
    [
        ("de", "naissances", "de naissances"),
        ("de", "enfants", "d’enfants"),
        ("de", "environ 11 %", "d’environ 11 %"),
        ("que", "elle", "qu’elle"),
        ("de", "", "de "),
    ],
)
def test_elided(word: str, following: str, expected: str) -> None:
    """A vowel elides."""
    assert grammar.elided(word, following) == expected


def test_stopped() -> None:
    """A sentence has one final stop."""
    assert [grammar.stopped(text) for text in ("a", "a.", "a…", "a ?")] == ["a.", "a.", "a…", "a ?"]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("le taux de pauvreté", "du taux de pauvreté"),
        ("les naissances", "des naissances"),
        ("la part des foyers", "de la part des foyers"),
        ("l’offre d’accueil", "de l’offre d’accueil"),
        ("écarts", "d’écarts"),
    ],
)
def test_after_de(subject: str, expected: str) -> None:
    """« de » contracts with « le » and « les », and elides before a vowel."""
    assert grammar.after_de(subject) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Assistants maternels", "assistants maternels"), ("EAJE", "EAJE"), ("RSA", "RSA")],
)
def test_common(label: str, expected: str) -> None:
    """A label loses its capital inside a sentence, an acronym keeps its own."""
    assert grammar.common(label) == expected
