"""Names as sources write them and as people type them: how they are printed and looked for."""

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
_LEGAL_FORMS = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
}
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


def printed(name: str) -> str:
    """A name of a source as it is printed: one space, typographic apostrophe, ligature."""
    single = " ".join(name.replace("'", "’").split())
    return re.sub(r"\bCoeur", "Cœur", single)


def epci_name(name: str, nature: str) -> str:
    """An EPCI's name, its legal form written out: "CC du Ternois" has the link of the source."""
    form = _LEGAL_FORMS.get(nature)
    if form is None:
        return printed(name)
    return f"{form} {printed(name.removeprefix(nature + ' '))}"


def epci_tncc(name: str) -> int:
    """The article code of a group's name, read as a département's: 3 says "la", 5 "l’"."""
    first = plain(name).split()[0]
    if first in {"communaute", "metropole"}:
        return 3
    if first == "eurometropole":
        return 5
    return int(first[0] in "aeiouy")


def _without(words: list[str], leading: frozenset[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] in leading else words
