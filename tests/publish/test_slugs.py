"""Plain names for files and anchors."""

from __future__ import annotations

import re

import pytest

from diagnostic.publish.slugs import slug


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sppe 51649 Vitry-le-François", "sppe-51649-vitry-le-francois"),
        ("L’Île-d’Œuf (3) !", "l-ile-d-oeuf-3"),
        ("", ""),
    ],
)
def test_slug_keeps_letters_and_digits(text: str, plain: str) -> None:
    """Accents, ligatures and apostrophes have a plain form."""
    assert slug(text) == plain


@pytest.mark.parametrize("text", ["../../etc/passwd", "a\x00b", "C:\\x", "日本", "<script>", "-rf"])
def test_slug_of_hostile_names_is_inert(text: str) -> None:
    """No separator, no dot, no control character is left."""
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(text))
