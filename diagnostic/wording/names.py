"""Names of territories in sentences: their article, « de », « à » and « dans » before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from diagnostic.model import Level, Territory
from diagnostic.wording import grammar, numbers
from diagnostic.wording.typography import NBSP

# Articles that the COG writes at the head of a commune's name, by TNCC, and what « de » and « à »
# make of them. A name with no line here keeps its article: « de La Flèche », « à L’Haÿ ».
_CONTRACTED = {"Le ": ("du ", "au "), "Les ": ("des ", "aux "), "Aux ": ("des ", "aux ")}

# Départements and régions: the COG gives the name alone and its article by TNCC.
_ARTICLES = {
    2: ("le ", "du ", "dans le "),
    3: ("la ", "de la ", "dans la "),
    4: ("les ", "des ", "dans les "),
    5: ("l’", "de l’", "dans l’"),
}
# « En » comes before a feminine name of several words (« en Haute-Marne », « en Côte-d’Or »); of
# the names of one word usage gives it to these alone, others keep « dans » (« dans la Marne »).
_EN = frozenset(
    {
        "Ardèche", "Ariège", "Charente", "Corrèze", "Dordogne", "Gironde", "Guadeloupe", "Guyane",
        "Isère", "Lozère", "Martinique", "Mayenne", "Moselle", "Savoie", "Vendée",
        "Centre-Val de Loire",
    }
)  # fmt: skip
# Names that stand alone, as towns and small islands do.
_BARE = frozenset(
    {
        "Paris", "La Réunion", "Mayotte", "Saint-Pierre-et-Miquelon", "Saint-Barthélemy",
        "Saint-Martin", "Wallis et Futuna",
    }
)  # fmt: skip
_MASCULINE = frozenset({"Maine-et-Loire"})
# The COG gives these no article code although they take one.
_CORRECTED = {"Terres australes et antarctiques françaises": 4, "Île de Clipperton": 5}

_NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
}
_MEMBERS: dict[Level, tuple[str, str]] = {
    "arrondissement": ("l’arrondissement", "de"),
    "zone_emploi": ("la zone d’emploi", "de"),
    "bassin_emploi": ("le bassin d’emploi", "de"),
    "ept": ("l’établissement public territorial", ""),
    "iris": ("l’Iris", ""),
    "custom": ("le périmètre", "«"),
}
_PRODUCERS = {
    "Cnaf": "la Cnaf", "Caf": "la Caf", "Insee": "l’Insee", "Drees": "la Drees",
    "Dares": "la Dares", "Urssaf": "l’Urssaf", "IGN": "l’IGN", "CNSA": "la CNSA",
    "Urssaf Caisse nationale": "l’Urssaf Caisse nationale",
}  # fmt: skip
_BENCHMARKS = {
    "epci_communes": ("les autres communes de l’EPCI", "des autres communes de l’EPCI",
                      "dans les autres communes de l’EPCI"),
    "comparables": ("les communes comparables", "des communes comparables",
                    "dans les communes comparables"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forms:
    """A name as subject (« la Marne »), after « de » (« de la Marne »), as place (« dans… »)."""

    subject: str
    of: str
    at: str


def printed(name: str) -> str:
    """A name with the characters of print: ’ for ', « » for quotes, œ, spaced dashes as –."""
    name = re.sub(r"''([^']+)''|\"([^\"]+)\"", lambda m: f"«{NBSP}{m[1] or m[2]}{NBSP}»", name)
    name = name.replace("'", "’").replace(" - ", " – ")
    return re.sub(" +", " ", name).replace("oeu", "œu")


def sort_key(name: str) -> str:
    """The key of alphabetical order: accents, case, hyphens and ligatures set aside."""
    letters = name.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFD", letters)
    return " ".join(re.sub(r"[^a-z0-9 ]", "", re.sub(r"[-'’]", " ", plain)).split())


def subject(territory: Territory) -> str:
    """« Vitry-le-François », « la Marne », « le Grand Est », « la communauté de communes de… »."""
    return forms(territory).subject


def of(territory: Territory) -> str:
    """« de Vitry-le-François », « d’Épernay », « du Meix-Tiercelin », « de la Marne »."""
    return forms(territory).of


def at(territory: Territory) -> str:
    """« à Vitry-le-François », « au Meix-Tiercelin », « dans la Marne », « en France »."""
    return forms(territory).at


def short(territory: Territory) -> str:
    """The label of a column or a marker: « EPCI » for an EPCI, else the printed name."""
    return "EPCI" if territory.level == "epci" else printed(territory.name)


def full(territory: Territory) -> str:
    """The name as a title, no article: « Communauté de communes de Vitry, Champagne et Der »."""
    if territory.level == "epci":
        return grammar.capitalised(_expanded(territory.name))
    return printed(territory.name)


def benchmark(key: str, territory: Territory | None = None) -> Forms:
    """The forms of a benchmark: of its territory, or of a set that is none.

    `key` is « epci_communes » or « comparables » for the sets; any other key needs its territory.
    Raises KeyError when neither is known.
    """
    if territory is not None and key not in _BENCHMARKS:
        return forms(territory)
    return Forms(*_BENCHMARKS[key])


def district(name: str) -> str:
    """« 1ᵉʳ arrondissement de Marseille » of the COG's « Marseille 1er Arrondissement », what
    follows kept; "" for a name that is not a municipal arrondissement's.
    """
    match = re.fullmatch(r"(.+) (\d+)e?r? Arrondissement( .+)?", name)
    if match is None:
        return ""
    return f"{numbers.ordinal(int(match[2]))} arrondissement de {match[1]}{match[3] or ''}"


def producer(name: str) -> str:
    """A producer with its article: « la Cnaf », « l’Insee »; « le producteur » when not known."""
    return _PRODUCERS.get(name, "le producteur")


def forms(territory: Territory) -> Forms:
    """The three forms of a territory's name, by level; the COG's TNCC decides article and h."""
    special: dict[Level, Callable[[Territory], Forms]] = {
        "france": lambda _: Forms("la France", "de la France", "en France"),
        "departement": _province,
        "region": _province,
        "epci": _epci,
        "arm": _district,
    }
    if territory.level in special:
        return special[territory.level](territory)
    if territory.level in _MEMBERS:
        return _member(territory)
    return _town(printed(territory.name), territory.tncc)


def _town(name: str, tncc: int) -> Forms:
    # Without its code a vowel still elides: the COG has no name with a vowel under TNCC 0.
    for article, (of_article, at_article) in _CONTRACTED.items():
        if name.startswith(article):
            rest = name.removeprefix(article)
            return Forms(name, of_article + rest, at_article + rest)
    elides = tncc == 1 or (tncc == 0 and grammar.elided("de", name).startswith("d’"))
    return Forms(name, f"d’{name}" if elides else f"de {name}", f"à {name}")


def _province(territory: Territory) -> Forms:
    name = printed(territory.name)
    if territory.name in _BARE:
        return Forms(name, f"de {name}", f"à {name}")
    tncc = _CORRECTED.get(territory.name, territory.tncc)
    if tncc in _ARTICLES:
        article, of_article, at_article = _ARTICLES[tncc]
        feminine = tncc == 3 and "-" in name
        at_article = "en " if feminine or territory.name in _EN else at_article
        return Forms(article + name, of_article + name, at_article + name)
    if tncc == 1:
        return Forms(f"l’{name}", f"d’{name}", f"en {name}")
    article = "le " if territory.name in _MASCULINE else "la "
    return Forms(article + name, f"de {name}", f"en {name}")


def _expanded(name: str) -> str:
    """« CC de Vitry » → « communauté de communes de Vitry »; other names as printed."""
    head, _, rest = printed(name).partition(" ")
    return f"{_NATURES[head]} {rest}" if head in _NATURES and rest else printed(name)


def _epci(territory: Territory) -> Forms:
    name = _expanded(territory.name)
    first = name.split(" ", 1)[0].lower()
    if first in ("communauté", "métropole"):
        return _with_article(f"la {name}")
    if first == "eurométropole":
        return _with_article(f"l’{name}")
    return _town(name, 0)


def _member(territory: Territory) -> Forms:
    head, link = _MEMBERS[territory.level]
    name = printed(territory.name)
    if link == "de":
        return _with_article(f"{head} {_town(name, territory.tncc).of}")
    return _with_article(f"{head} «{NBSP}{name}{NBSP}»" if link else f"{head} {name}")


def _district(territory: Territory) -> Forms:
    name = district(territory.name)
    return _with_article(f"le {name}") if name else _town(printed(territory.name), territory.tncc)


def _with_article(name: str) -> Forms:
    of_name = f"du {name.removeprefix('le ')}" if name.startswith("le ") else f"de {name}"
    return Forms(name, of_name, f"dans {name}")
