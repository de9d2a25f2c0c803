"""A COG newer than the shipped one: geo.api.gouv.fr, checked against INSEE, kept in the store.

The two sources say which territories there are and who is a member of what. What they do not say
(arrondissements, établissements publics territoriaux, what was absorbed long ago, official
movements) comes from the COG that is known already, and is carried on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostic.connectors import geo
from diagnostic.errors import DataError
from diagnostic.model import Code
from diagnostic.pull.editions import Outcome, keep
from diagnostic.store import Keeper
from diagnostic.territories import Territories, names, tables
from diagnostic.territories.tables import Row, Rows
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client

LEAST = 34_000  # communes of France
REVIEWED = "51649"  # Vitry-le-François, a member of an EPCI
_SHARE = 0.2  # of the communes that may change EPCI from a COG to the next
_ARTICLES = {"Le ": 2, "La ": 3, "Les ": 4, "L’": 5, "Aux ": 6, "Las ": 7, "Los ": 8}
_SHOWN = 8

Heirs = dict[Code, frozenset[Code]]


def pull(
    root: Path, client: Client, known: Territories, *, least: int = LEAST, now: datetime
) -> Outcome:
    """Keep in ROOT/cog the COG of today when it is not the one that is `known`.

    Raises UsageError for an address that is none, UnreachableError, SourceError and DataError as
    the connectors do, DataError also for sources that contradict each other or the COG known;
    RenderError when the disk refuses. The store is then as it was.
    """
    with Keeper(root).lock("cog"):
        news = _News(geo.Geo(client).listing(), geo.Cog(client), known, now.year)
        territories = news.territories()
        news.check(territories, least)
        if not news.differs(territories):
            return Outcome("unchanged", known.year)
        written = {
            "territories": territories,
            "former": news.former(),
            "vintages": news.vintages(),
            "movements": news.movements(),
        }

        def fill(folder: Path) -> None:
            for name, (columns, order) in tables.COG.items():
                tables.write(folder / f"{name}.parquet", written[name], columns, order)
            (folder / "PROVENANCE.md").write_text(
                _PROVENANCE.format(
                    year=news.year, known=known.year, retrieved=now.date().isoformat()
                ),
                "utf-8",
                newline="\n",
            )

        folder = keep(root, "cog", news.year, fill, _reread, now=now, licence="Licence Ouverte")
        return Outcome("kept", news.year, folder, news.remarks())


class _News:
    """What the sources say, beside the COG that is known."""

    def __init__(
        self, listing: geo.Listing, insee: geo.Cog, known: Territories, this_year: int
    ) -> None:
        self._listing = listing
        self._insee = insee
        self._known = known
        self._official: dict[int, Mapping[Code, geo.Named]] = {}
        self._before = {row["code"]: row for row in _of(known.rows("territories"), "commune")}
        self._absorbed = {row["code"]: row for row in known.rows("former")}
        self.year = self._dated(this_year)
        self._gone = self._heirs()
        self._new = self._origins()

    def _in_france(self) -> set[Code]:
        return {code for code, row in self._listing.communes.items() if row.get("zone") != "com"}

    def _list(self, year: int) -> Mapping[Code, geo.Named]:
        """INSEE's communes of a year, asked once."""
        if year not in self._official:
            self._official[year] = self._insee.communes(year)
        return self._official[year]

    def _dated(self, this_year: int) -> int:
        """The last year whose communes, as INSEE lists them, are those of geo.api.gouv.fr."""
        found = self._in_france()
        gaps = []
        for year in range(max(this_year, self._known.year), self._known.year - 1, -1):
            listed = set(self._list(year))
            if listed == found:
                return year
            if listed:
                gaps.append(f"{year}{NBSP}: {_listed(listed ^ found)}")
        raise DataError(
            "code officiel géographique\u00a0: geo.api.gouv.fr et l’Insee ne donnent les mêmes "
            "communes pour aucune année",
            hint="Réessayez plus tard\u202f: l’un des deux n’est pas encore à jour."
            f" Communes en trop ou en moins, {' ; '.join(gaps)}.".replace(" ;", "\u202f;")
            if gaps
            else "L’Insee ne donne aucune liste. Réessayez plus tard.",
        )

    def _heirs(self) -> Heirs:
        """For each commune that is no more, those that have its ground."""
        claimed: dict[Code, set[Code]] = defaultdict(set)
        for code, row in self._listing.communes.items():
            for old in row.get("anciensCodes") or ():
                claimed[old].add(code)
        gone: Heirs = {}
        for code in sorted(self._before.keys() - self._listing.communes.keys()):
            heirs = claimed[code] or self._insee.heirs(code, self._known.year, self.year)
            gone[code] = frozenset(heirs) & self._listing.communes.keys()
            if not gone[code]:
                raise self._lost(code, "ce qu’elle est devenue")
        return gone

    def _origins(self) -> dict[Code, Code]:
        """For each new commune that was part of one known, that one: it has been restored."""
        taken = {heir for heirs in self._gone.values() for heir in heirs}
        origins = {}
        for code in sorted(self._listing.communes.keys() - self._before.keys() - taken):
            former = self._absorbed.get(code)
            if former is None:
                raise self._lost(code, "d’où elle vient")
            origins[code] = former["became"]
        return origins

    def _lost(self, code: Code, what: str) -> DataError:
        return DataError(
            f"code officiel géographique\u00a0: rien ne dit de la commune {code} {what}",
            hint="Réessayez plus tard\u202f; le code officiel géographique déjà connu"
            f" ({self._known.year}) reste en usage.",
        )

    def territories(self) -> Rows:
        """Every territory, as the rows of territories.parquet."""
        communes = [self._commune(code) for code in sorted(self._listing.communes)]
        by_code = {row["code"]: row for row in communes}
        rows = [*communes]
        rows += [
            self._arm(row, by_code)
            for row in self._listing.arrondissements.values()
            if row["codeParent"] in by_code
        ]
        rows += self._epcis(communes)
        for level in ("ept", "arrondissement"):
            rows += self._carried(level, _by(communes, level))
        rows += self._divisions("departement", self._listing.departements, communes)
        rows += self._divisions("region", self._listing.regions, communes)
        for row in rows:
            row["key"] = names.key(row["name"], row["level"])
        return rows

    def _commune(self, code: Code) -> Row:
        said = self._listing.communes[code]
        official = self._list(self.year).get(code)
        name = names.printed(official.name if official else said["nom"])
        # What the sources do not say of a commune is what was known of it, or of its ground.
        old = self._before.get(code)
        ground = old or self._before.get(self._ground(code), {})
        same = ground.get("departement") == said["codeDepartement"]
        epci = said.get("codeEpci")
        return {
            "level": "commune",
            "code": code,
            "name": name,
            "tncc": old["tncc"] if old and old["name"] == name else _tncc(name),
            "nature": "",
            "commune": None,
            "epci": epci,
            "ept": ground["ept"] if same and ground["epci"] == epci else None,
            "arrondissement": ground["arrondissement"] if same else None,
            "departement": said["codeDepartement"],
            "region": None if said.get("zone") == "com" else said["codeRegion"],
            "population": said.get("population"),
        }

    def _ground(self, code: Code) -> Code:
        """A commune of the COG known that held ground of a new one."""
        gone = [old for old, heirs in self._gone.items() if code in heirs]
        return self._new.get(code) or min(gone, default=code)

    def _arm(self, said: Mapping[str, Any], communes: Mapping[Code, Row]) -> Row:
        name = names.printed(said["nom"])
        return {
            **communes[said["codeParent"]],
            "level": "arm",
            "code": said["code"],
            "name": name,
            "tncc": self._kept("arm", said["code"], name, _tncc(name)),
            "commune": said["codeParent"],
            "population": said.get("population"),
        }

    def _epcis(self, communes: Rows) -> Iterable[Row]:
        members = _by(communes, "epci")
        for code, said in self._listing.epcis.items():
            if code not in members:
                raise DataError(
                    f"code officiel géographique\u00a0: l’EPCI {code} n’a aucune commune",
                    hint="Réessayez plus tard\u202f: geo.api.gouv.fr n’est pas à jour.",
                )
            nature = said["type"]
            name = names.epci_name(said["nom"], nature)
            departement, region = tables.seat(members[code])
            yield {
                **_blank("epci", code, name, names.epci_tncc(name)),
                "nature": nature,
                "departement": departement,
                "region": region,
                "population": tables.total(members[code]),
            }

    def _carried(self, level: str, members: Mapping[Code, Rows]) -> Iterable[Row]:
        """The territories that no source lists, with the members that they still have."""
        for row in _of(self._known.rows("territories"), level):
            if row["code"] in members:
                yield {**row, "population": tables.total(members[row["code"]])}

    def _divisions(
        self, level: str, said: Mapping[Code, Mapping[str, Any]], communes: Rows
    ) -> Iterable[Row]:
        members = _by(communes, level)
        for code, row in said.items():
            overseas = row.get("zone") == "com"
            if level == "region" and overseas:
                continue
            name = names.printed(row["nom"])
            region = row.get("codeRegion") if level == "departement" and not overseas else None
            yield {
                **_blank(level, code, name, self._kept(level, code, name, _tncc(name))),
                "nature": "COM" if overseas else "",
                "region": region,
                "population": tables.total(members.get(code, [])),
            }

    def _kept(self, level: Any, code: Code, name: str, deduced: int) -> int:
        """The article code of a territory known under that name, else the one deduced."""
        held = self._known.named(level, code)
        return held.tncc if held and held.name == name else deduced

    def former(self) -> Rows:
        """The codes that a commune of today absorbed, as the rows of former.parquet."""
        current = self._listing.communes.keys()
        rows = dict(self._absorbed)
        for code, row in self._listing.communes.items():
            for old in row.get("anciensCodes") or ():
                rows.setdefault(old, _former(old, "", code))
        for code, heirs in self._gone.items():
            rows[code] = _former(code, self._before[code]["name"], min(heirs))
        held = {}
        for code, row in rows.items():
            head, seen = row["became"], {code}
            while head not in current:
                if head in seen or head not in rows:
                    raise self._lost(code, "ce qu’elle est devenue")
                seen.add(head)
                head = rows[head]["became"]
            if code not in current or head == code:
                held[code] = {**row, "became": head}
        return list(held.values())

    def vintages(self) -> Rows:
        """The communes and EPCI of the COG before this one, as the rows of vintages.parquet."""
        rows = self._known.rows("vintages")
        if self.year > self._known.year:
            before = self._known.rows("territories")
            for row in [*_of(before, "commune"), *_of(before, "epci")]:
                held = {name: row[name] for name in tables.VINTAGES if name != "year"}
                rows.append({**held, "year": self._known.year})
        return rows

    def movements(self) -> Rows:
        """The official movements known, then those seen since, as rows of movements.parquet.

        Their kind is deduced; their date is INSEE's for a commune that ended, else the first day
        of the year, between the two COG in any case.
        """
        rows = self._known.rows("movements")
        ended = self._list(self._known.year) if self._gone else {}
        merged: dict[Code, set[tuple[Code, str]]] = defaultdict(set)
        for code, heirs in self._gone.items():
            date = self._date(ended[code].ended if code in ended else "")
            for heir in heirs:
                merged[heir].add((code, date))
        for heir, parts in merged.items():
            date = max(date for _, date in parts)
            known = heir in self._before
            kind = "fusion" if known or len(parts) > 1 else "changement de code"
            own = {(heir, date)} if known else set()
            rows += [self._movement(day, kind, part, heir) for part, day in sorted(parts | own)]
        for head in sorted(set(self._new.values())):
            pieces = [code for code, origin in self._new.items() if origin == head]
            pieces += [head] if head in self._listing.communes and head not in merged else []
            rows += [self._movement(self._date(""), "rétablissement", head, one) for one in pieces]
        return rows

    def _date(self, ended: str) -> str:
        day = ended[:10]
        first, last = f"{self._known.year}-01-01", f"{self.year}-01-01"
        return day if first < day <= last else last

    def _movement(self, date: str, kind: str, before: Code, after: Code) -> Row:
        said = self._listing.communes[after]["nom"]
        return {
            "date": date,
            "kind": kind,
            "before": before,
            "after": after,
            "name_before": self._before[before]["name"],
            "name_after": names.printed(said),
        }

    def check(self, territories: Rows, least: int) -> None:
        """Raise DataError, with all that is wrong, unless the COG can be believed."""
        communes = {row["code"]: row for row in _of(territories, "commune")}
        in_france = [row for row in communes.values() if row["region"]]
        epcis, departements, regions = (
            {row["code"] for row in _of(territories, level)}
            for level in ("epci", "departement", "region")
        )
        both = communes.keys() & self._before.keys()
        moved = sum(communes[code]["epci"] != self._before[code]["epci"] for code in both)
        blank = sum(row["population"] is None for row in in_france)
        claims = {
            f"{len(in_france)} communes au lieu de {least} au moins": len(in_france) >= least,
            f"la commune {REVIEWED} n’est membre d’aucun EPCI": (
                REVIEWED not in communes or communes[REVIEWED]["epci"] in epcis
            ),
            "des communes d’EPCI qui ne sont pas dans la liste des EPCI": all(
                row["epci"] in epcis or row["epci"] is None for row in communes.values()
            ),
            "des communes de départements ou de régions inconnus": all(
                row["departement"] in departements and row["region"] in regions for row in in_france
            ),
            f"{moved} communes ont changé d’EPCI d’un coup": moved <= _SHARE * len(both),
            f"{blank} communes sans population": blank * 100 <= len(in_france),
        }
        wrong = [claim for claim, holds in claims.items() if not holds]
        if wrong:
            raise DataError(
                f"code officiel géographique de geo.api.gouv.fr\u00a0: {', '.join(wrong)}",
                hint=f"Réessayez plus tard\u202f; celui de {self._known.year} reste en usage.",
            )

    def differs(self, territories: Rows) -> bool:
        """Whether it says something that the COG known does not.

        Of one year only communes, EPCI and memberships count. A later year counts when anything
        changed: in January, INSEE answers for the year that begins before it knows of it.
        """
        before = self._known.rows("territories")
        if self.year == self._known.year:
            return _membership(before) != _membership(territories)
        return _facts(before) != _facts(territories)

    def remarks(self) -> tuple[str, ...]:
        """What changed, in French, a sentence each."""
        old, now = self._before, self._listing.communes
        moved = [code for code in old.keys() & now.keys() if old[code]["epci"] != _epci(now[code])]
        said = {
            "communes disparues": list(self._gone),
            "communes rétablies": list(self._new),
            "communes qui changent d’EPCI": moved,
        }
        return tuple(f"{what}{NBSP}: {_listed(codes)}" for what, codes in said.items() if codes)


def _reread(folder: Path, year: int) -> None:
    """Raise DataError unless what was written reads back as a COG."""
    cog = Territories(folder, year=year)
    known = {row.became for row in cog.absorbed().values()}
    if not known <= cog.vintage(year).keys():
        raise DataError(f"{folder}{NBSP}: d’anciens codes ne mènent à aucune commune")
    cog.movements.successions(min(row["year"] for row in cog.rows("vintages")))


def _of(rows: Rows, level: str) -> Rows:
    return [row for row in rows if row["level"] == level]


def _by(communes: Rows, level: str) -> dict[Code, Rows]:
    groups: dict[Code, Rows] = defaultdict(list)
    for row in communes:
        groups[row[level]].append(row)
    return groups


def _blank(level: str, code: Code, name: str, tncc: int) -> Row:
    return {
        **dict.fromkeys(tables.TERRITORIES),
        "level": level,
        "code": code,
        "name": name,
        "tncc": tncc,
        "nature": "",
    }


def _former(code: Code, name: str, became: Code) -> Row:
    key = names.key(name) if name else ""
    return {"code": code, "name": name, "kind": "ancienne", "became": became, "key": key}


def _epci(said: Mapping[str, Any]) -> Any:
    return said.get("codeEpci")


def _membership(rows: Rows) -> set[tuple[Any, ...]]:
    held = ("level", "code", "epci", "departement", "region")
    levels = ("commune", "epci")
    return {tuple(row[name] for name in held) for row in rows if row["level"] in levels}


def _facts(rows: Rows) -> set[tuple[Any, ...]]:
    held = [name for name in tables.TERRITORIES if name not in ("key", "tncc")]
    return {tuple(row[name] for name in held) for row in rows}


def _tncc(name: str) -> int:
    """The article code of a name that no source gives one of: by its article, else by its letter.

    A name in H is taken as « de H… »: nothing says which are mute.
    """
    for article, code in _ARTICLES.items():
        if name.startswith(article):
            return code
    return int(re.match(r"[aeiouy]", names.plain(name)) is not None)


def _listed(codes: Iterable[Code]) -> str:
    found = sorted(codes)
    more = f" et {len(found) - _SHOWN} autres" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


_PROVENANCE = """# Provenance de ce code officiel géographique

Code officiel géographique au 1ᵉʳ janvier {year}, lu le {retrieved}.

- Communes, arrondissements municipaux, EPCI, départements, régions, appartenances et populations
  municipales : geo.api.gouv.fr (Etalab), Licence Ouverte.
- Liste et noms des communes vérifiés auprès de l’API Métadonnées de l’Insee : ce sont exactement
  les mêmes communes.
- Arrondissements, établissements publics territoriaux, anciens codes et mouvements antérieurs :
  code officiel géographique {known} déjà connu. Une commune nouvelle garde l’arrondissement du
  sol dont elle est faite.
- Les mouvements depuis {known} sont déduits des communes disparues ou rétablies ; leur nature
  (« fusion », « rétablissement », « changement de code ») n’est pas celle de l’Insee.
- L’article d’un nom nouveau est déduit de ce nom.
"""
