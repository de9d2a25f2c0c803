"""What the law asks of who holds the petite enfance competence, by the population that counts.

CASF, art. L. 214-1-3: recenser et informer everywhere, planifier et soutenir la qualité above
3 500 inhabitants, schéma pluriannuel and relais petite enfance above 10 000; when the competence
is transferred, the population is that of all the communes that transferred it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic.model import Competence, Territory
from diagnostic.wording import grammar, numbers
from diagnostic.wording.typography import NBSP

PLANNING = 3500
SCHEME = 10000
Owed = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Duties:
    """Who holds the competence and the population that its duties are read on.

    `population` is None when no single one counts (a syndicat, an EPCI whose communes kept the
    competence). An EPCI is read on its own population, and the sentence says that this supposes
    every commune to have transferred.
    """

    competence: Competence
    territory: Territory
    epci: Territory | None
    population: int | None

    def owes(self, above: int) -> Owed:
        """Whether a duty that begins strictly above a population is owed."""
        if above == 0:
            return "yes"
        if self.competence == "inconnue" or self.population is None:
            return "unknown"
        return "yes" if self.population > above else "no"

    def sentence(self) -> str:
        """The duty that the cover prints, in one sentence, conditional when nobody said."""
        if self.competence == "syndicat":
            return (
                f"Compétence exercée par un syndicat{NBSP}: ses obligations se lisent sur la "
                "population des communes qui la lui ont transférée."
            )
        if self._by_each_commune:
            return f"Compétence restée aux communes{NBSP}: {_EACH}."
        if self.population is None:
            return ""
        key = (self.competence, "epci" if self.territory.level == "epci" else "commune")
        return f"{_HOLDERS[key]} {_asked(self.population)}."

    def instruction(self) -> str:
        """The same after a sentence that already says who holds the competence."""
        if self._by_each_commune:
            return f"{grammar.capitalised(_EACH)}."
        if self.competence == "inconnue":
            return self.sentence()
        if self.population is None:
            return ""
        asked = _asked(self.population)
        if self.competence == "epci":
            return f"{grammar.capitalised(_SUPPOSED)}, il {asked}."
        return f"La commune {asked}."

    def why_not(self, above: int) -> str:
        """The words beside an item that the territory does not owe, or may not owe."""
        owed = self.owes(above)
        bound = numbers.count(above, "habitant")
        if owed == "no":
            return f"non exigé ({bound} ou moins)"
        if owed == "unknown" and self._by_each_commune:
            return f"exigé au-dessus de {bound}, commune par commune"
        if owed == "unknown":
            return f"exigé au-dessus de {bound}, selon qui exerce la compétence"
        return ""

    @property
    def _by_each_commune(self) -> bool:
        """Whether the dossier is an EPCI's although its communes kept the competence."""
        return self.competence == "commune" and self.territory.level == "epci"


_SUPPOSED = "si toutes ses communes la lui ont transférée"
_EACH = "les obligations se lisent commune par commune, sur la population de chacune"
_HOLDERS = {
    ("inconnue", "commune"): "Si la commune exerce la compétence, elle",
    ("inconnue", "epci"): "Si toutes ses communes lui ont transféré la compétence, l’EPCI",
    ("commune", "commune"): f"Compétence exercée par la commune{NBSP}: elle",
    ("epci", "commune"): f"Compétence exercée par l’EPCI{NBSP}: {_SUPPOSED}, il",
    ("epci", "epci"): f"Compétence exercée par l’EPCI{NBSP}: {_SUPPOSED}, il",
}


def _asked(population: int) -> str:
    """What the holder must do, after its name; strictly above each threshold."""
    if population > SCHEME:
        return (
            "doit établir un schéma pluriannuel et disposer d’un relais petite enfance "
            f"(plus de {numbers.count(SCHEME, 'habitant')})"
        )
    above = numbers.count(PLANNING, "habitant")
    if population > PLANNING:
        return f"doit recenser, informer, planifier et soutenir la qualité (plus de {above})"
    return f"doit recenser les besoins et informer les familles ({above} ou moins)"


def settle(competence: Competence, territory: Territory, epci: Territory | None) -> Duties:
    """The duties of the territory under the competence declared for it."""
    holder: Territory | None = territory
    if competence == "epci" and territory.level == "commune":
        holder = epci
    elif competence == "syndicat" or (competence == "commune" and territory.level == "epci"):
        holder = None
    return Duties(competence, territory, epci, holder.population if holder else None)
