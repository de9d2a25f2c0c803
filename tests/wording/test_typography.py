"""Texts typed by hand get the characters of French typography, and right ones stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.wording import typography
from diagnostic.wording.typography import typeset

from . import typed

CASES = [
    ("L'offre de l'EPCI", "L’offre de l’EPCI"),
    ('Le "reste à charge" compte', "Le «~reste à charge~» compte"),
    ("« déjà »", "«~déjà~»"),
    ("«déjà»", "«~déjà~»"),
    ("Combien ? Où ? Vraiment !", "Combien^? Où^? Vraiment^!"),
    ("Combien?", "Combien^?"),
    ("Insee ; Cnaf", "Insee^; Cnaf"),
    ("Lecture : à Blacy", "Lecture~: à Blacy"),
    ("**Lecture :** à Blacy", "**Lecture~:** à Blacy"),
    ("Lecture: à Blacy", "Lecture~: à Blacy"),
    ("12,3 %", "12,3~%"),
    ("12,3%", "12,3~%"),
    ("1 250 €", "1^250~€"),
    ("1 312 000 places", "1^312^000~places"),
    ("3,4 M€ et 1,2 Md€", "3,4~M€ et 1,2~Md€"),
    ("entre 10 000 et 12 000", "entre 10^000 et 12^000"),
    ("n° 3 et N°4", "n°~3 et N°~4"),
    ("art. D. 214-10-1", "art.~D.~214-10-1"),
    ("art. 17", "art.~17"),
    ("RP 2022, p. 6, M. Martin", "RP~2022, p.~6, M.~Martin"),
    ("le 1er janvier 2025", "le 1ᵉʳ~janvier~2025"),
    ("1ère et 1re", "1ʳᵉ et 1ʳᵉ"),
    ("4ème trimestre 2024", "4ᵉ~trimestre~2024"),
    ("XXe siècle", "XXᵉ siècle"),
    ("de 2020-2024", "de 2020–2024"),
    ("(- 54 %) et -3", "(- 54~%) et −3"),
    ("+ 2,1 points", "+^2,1~points"),
    ("≈ 11 et ≥15", "≈~11 et ≥~15"),
    ("un...", "un…"),
    ("Coeur d'Oeuilly, un oeil", "Cœur d’Œuilly, un œil"),
    ("24 communes", "24~communes"),
    ("24 et plus", "24 et plus"),
    ("le 31 décembre 2024", "le 31~décembre~2024"),
    ("T4 2024", "T4~2024"),
    ("l'<b>offre</b> : bonne", "l’<b>offre</b>~: bonne"),
    ("{nom} : bilan", "{nom}~: bilan"),
]

UNTOUCHED = [
    "https://www.insee.fr/fr/statistiques?a=1;b=2:3",
    "voir www.caf.fr/a'b, puis",
    '`x = "a" ? b : c`',
    "<a href=\"x;y\" title='a : b'>lien</a>",
    '{nom} {{ nom if x else "y" }} {% if a %}',
    "[lien](https://x.fr/a?b)",
    "contact@insee.fr",
    "51649, 01001, 200034718",
    "en 2024 les foyers",
    "214-10-1",
    "16:30",
    "&nbsp;&#39;",
    "coefficient",
    "",
    "| a | --: |",
    "![image](x.png)",
    "décret n°\u00a02025-253",
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_typeset(text: str, expected: str) -> None:
    """Each rule, and the same text again is unchanged."""
    assert typeset(text) == typed(expected)
    assert typeset(typed(expected)) == typed(expected)


@pytest.mark.parametrize("text", UNTOUCHED)
def test_codes_and_addresses_are_left_alone(text: str) -> None:
    """Addresses, code, tags, fields, years and codes are not typography's business."""
    assert typeset(text) == text


@given(
    st.lists(
        st.sampled_from(
            ["a", "les", "foyers", "12", "2024", "000", "'", '"', "«", "»", ":", ";", "!", "?",
             "%", "€", " ", "\u00a0", "\u202f", "1er", "n°", "art.", "-", "+", "...", "{nom}",
             "https://x.fr", "oeu", ",", "(", ")", "\n", "≈", "Filosofi", "D."]
        ),
        max_size=14,
    )
)  # fmt: skip
@settings(max_examples=200)
def test_typeset_is_idempotent(pieces: list[str]) -> None:
    """Typesetting twice changes nothing more."""
    once = typeset("".join(pieces))
    assert typeset(once) == once


def test_bind_ties_short_words() -> None:
    """No line of a title may end on a short word."""
    assert typography.bind("À Vitry, la moitié des enfants de l’EPCI et du pays") == typed(
        "À~Vitry, la~moitié des~enfants de~l’EPCI et~du~pays"
    )


def test_nowrap() -> None:
    """A name keeps its words together and its hyphens as they are."""
    assert typography.nowrap("La Chaussée-sur-Marne") == typed("La~Chaussée-sur-Marne")
