"""French words that agree: plural, singular, gender, elision, lists and capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_STOPS = frozenset({  # the noun and its adjectives end before these
    "de", "d", "du", "des", "à", "au", "aux", "en", "pour", "par", "sur", "sous", "hors",
    "sans", "chez", "dans", "avec", "selon", "entre", "et", "ou", "dont", "ayant", "percevant",
    "bénéficiant", "vivant", "occupant", "couvrant", "recevant",
})  # fmt: skip
_PLURALS = {
    "bal": "bals", "carnaval": "carnavals", "festival": "festivals", "régal": "régals",
    "bail": "baux", "corail": "coraux", "émail": "émaux", "travail": "travaux",
    "vitrail": "vitraux", "bijou": "bijoux", "caillou": "cailloux", "chou": "choux",
    "genou": "genoux", "hibou": "hiboux", "joujou": "joujoux", "pou": "poux",
    "landau": "landaus", "pneu": "pneus", "bleu": "bleus", "œil": "yeux",
    "Caf": "Caf", "chef-lieu": "chefs-lieux", "mi-temps": "mi-temps",
    "rez-de-chaussée": "rez-de-chaussée",
}  # fmt: skip
_SINGULARS = {plural: singular for singular, plural in _PLURALS.items()}
# Singulars that end in s or x.
_ENDINGS_S = frozenset({
    "fois", "mois", "pays", "temps", "cas", "corps", "puits", "cours", "parcours", "recours",
    "secours", "avis", "bois", "bras", "choix", "prix", "voix", "taux", "creux", "indivis",
    "permis", "repas", "discours", "accès", "succès", "décès", "procès", "français", "anglais",
    "gros", "bas", "plus", "moins", "tiers", "mi-temps", "rez-de-chaussée",
})  # fmt: skip
_ARTICLES = re.compile(r"(?:Les?|La|L’|L'|Une?|Des|Du|Ces?|Cette|Leurs?|Parmi|Dans|En|À|Au|Aux)\b")
_VOWELS = frozenset("aeiouâàäéèêëîïôöûùüœæ")


@dataclass(frozen=True, slots=True)
class Subject:
    """The grammatical subject of an indicator: « Le taux de pauvreté », « Les naissances ».

    `plural` and `feminine` make verbs, adjectives and « celui » agree.
    """

    text: str
    plural: bool = False
    feminine: bool = False

    def verb(self, singular: str, plural: str) -> str:
        """The form of the verb that agrees."""
        return plural if self.plural else singular

    def agree(self, adjective: str) -> str:
        """A regular adjective or participle given in the masculine singular, agreed.

        >>> Subject("Les naissances", plural=True, feminine=True).agree("supérieur")
        'supérieures'
        """
        feminine = "e" if self.feminine and not adjective.endswith("e") else ""
        return adjective + feminine + ("s" if self.plural else "")

    @property
    def that(self) -> str:
        """« celui », « celle », « ceux » or « celles »."""
        return {
            (False, False): "celui",
            (False, True): "celle",
            (True, False): "ceux",
            (True, True): "celles",
        }[self.plural, self.feminine]


def plural(noun: str) -> str:
    """`noun` in the plural; its adjectives too, up to the first link word (« de », « pour »…).

    >>> plural("logement social vacant")
    'logements sociaux vacants'
    """
    return _each_word(noun, _plural_word)


def singular(noun: str) -> str:
    """The reverse of `plural`, for units written in the plural.

    >>> singular("places pour 100 enfants")
    'place pour 100 enfants'
    """
    return _each_word(noun, _singular_word)


def is_plural(value: float) -> bool:
    """In French the plural begins at 2: 1,8 place, 0 place, 2 places."""
    return abs(value) >= 2


def enumeration(words: Sequence[str], last: str = "et") -> str:
    """« a », « a et b », « a, b et c »; "" when there is nothing to list."""
    *first, final = words or [""]
    return f"{', '.join(first)} {last} {final}" if first else final


def capitalised(text: str) -> str:
    """`text` with its first letter in capital, accent kept; the other letters are unchanged."""
    return text[:1].upper() + text[1:]


def stopped(text: str) -> str:
    """`text` with a final stop, unless it has one."""
    return text if text.endswith((".", "…", "!", "?")) else f"{text}."


def inner(text: str) -> str:
    """`text` as it stands inside a sentence: a leading article or preposition loses its capital."""
    return text[:1].lower() + text[1:] if _ARTICLES.match(text) else text


def common(noun: str) -> str:
    """A label as a common noun inside a sentence: « Assistants maternels » loses its capital,
    « EAJE » and « RSA » keep theirs.
    """
    return noun if noun[:2].isupper() else noun[:1].lower() + noun[1:]


def elided(word: str, following: str) -> str:
    """`word` (« de », « que », « le ») before `following`: with its space, or elided with ’.

    Only a vowel elides here: for a name that starts with h or y, `names` asks the COG.
    """
    if following[:1].lower() in _VOWELS:
        return f"{word[:-1]}’{following}"
    return f"{word} {following}"


def after_de(subject: str) -> str:
    """« de » before a subject with its article: « du taux », « des naissances », « de la part ».

    >>> after_de("le taux de pauvreté")
    'du taux de pauvreté'
    """
    for article, joined in (("le ", "du "), ("les ", "des ")):
        if subject.startswith(article):
            return joined + subject.removeprefix(article)
    return elided("de", subject)


def _each_word(noun: str, change: Callable[[str], str]) -> str:
    words = re.split(r"(\s+)", noun)
    done: list[str] = []
    for index, word in enumerate(words):
        if word in _STOPS or word.startswith(("d’", "d'", "l’", "l'", "(")):
            return "".join(done + words[index:])
        done.append(change(word) if word.strip() else word)
    return "".join(done)


def _is_word(word: str) -> bool:
    """Acronyms, numbers and signs never vary."""
    return word[-1].isalpha() and word != word.upper()


def _plural_word(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if not _is_word(word) or word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return f"{word[:-2]}aux"
    if word.endswith(("eau", "au", "eu")):
        return f"{word}x"
    return f"{word}s"


def _singular_word(word: str) -> str:
    if word in _SINGULARS:
        return _SINGULARS[word]
    if not _is_word(word) or word in _ENDINGS_S:
        return word
    if word.endswith(("eaux", "ieux", "eux")):
        return word[:-1]
    if word.endswith("aux"):
        return f"{word[:-3]}al"
    return word.removesuffix("s")
