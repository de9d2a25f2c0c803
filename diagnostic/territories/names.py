"""Names as people type them: the key under which a name is stored and looked for."""

from __future__ import annotations

import re
import unicodedata

from diagnostic.model import Level

_ARTICLES = frozenset({"l", "la", "le", "les", "las", "los", "aux"})
_LINKS = frozenset({"d", "de", "des", "du"})
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_INTERCOMMUNAL = re.compile(
    r"^(?:cc|ca|cu|communaute (?:de communes|d agglomeration|urbaine)|metropole)\b"
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})


def plain(text: str) -> str:
    """`text` in lower case, without accents or signs, "St" spelled out: "St-Dié" is "saint die"."""
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(_SHORT.get(word, word) for word in bare.casefold().split())


def key(text: str, level: Level = "commune") -> str:
    """The key of a name: its plain form without its leading article.

    Of an EPCI the legal form and its link are dropped too, so that "CC de Vitry", "communauté de
    communes de Vitry" and "Vitry" meet. A name made of nothing else keeps its plain form.
    """
    whole = plain(text)
    words = whole.split()
    if level == "epci":
        bare = _INTERCOMMUNAL.sub("", whole).split()
        words = _without(bare, _LINKS) if len(bare) < len(words) else bare
    return " ".join(_without(words, _ARTICLES)) or whole


def _without(words: list[str], leading: frozenset[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] in leading else words
