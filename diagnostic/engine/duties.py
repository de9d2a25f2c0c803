"""What the law asks of who holds the petite enfance competence, by the population that counts.

CASF, art. L. 214-1-3: recenser et informer everywhere, planifier et soutenir la qualité above
3 500 inhabitants, schéma pluriannuel and relais petite enfance above 10 000; when the competence
is transferred, the population is that of all the communes that transferred it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic import wording
from diagnostic.model import Competence, Territory

PLANNING = 3500
SCHEME = 10000
Owed = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Duties:
    """Who holds the competence and the population that its duties are read on.

    `population` is None when it cannot be known (a syndicat, an EPCI to which not every
    commune may have transferred is read on the EPCI's own population, and said so).
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
                "Compétence exercée par un syndicat : ses obligations se lisent sur la population "
                "des communes qui la lui ont transférée."
            )
        if self.population is None:
            return ""
        asked = _asked(self.population)
        if self.competence == "inconnue" and self.territory.level == "commune":
            return f"Si la commune exerce la compétence, {asked}."
        if self.competence == "inconnue":
            return f"Si toutes ses communes lui ont transféré la compétence, {asked}."
        if self.competence == "epci":
            return f"Compétence exercée par l’EPCI : {asked}."
        return f"Compétence exercée par la commune : {asked}."

    def why_not(self, above: int) -> str:
        """The words beside an item that the territory does not owe, or may not owe."""
        owed = self.owes(above)
        bound = wording.number(above, 0)
        if owed == "no":
            return f"non exigé : {bound} habitants ou moins"
        if owed == "unknown":
            return f"exigé au-dessus de {bound} habitants, selon qui exerce la compétence"
        return ""


def _asked(population: int) -> str:
    if population > SCHEME:
        return "schéma pluriannuel et relais petite enfance obligatoires (plus de 10 000 habitants)"
    if population > PLANNING:
        return "planification et soutien à la qualité obligatoires (plus de 3 500 habitants)"
    return (
        "recensement des besoins et information des familles obligatoires "
        "(3 500 habitants ou moins)"
    )


def settle(competence: Competence, territory: Territory, epci: Territory | None) -> Duties:
    """The duties of the territory under the competence declared for it."""
    holder = territory
    if competence == "epci" and territory.level == "commune" and epci is not None:
        holder = epci
    population = None if competence == "syndicat" else holder.population
    return Duties(competence, territory, epci, population)
