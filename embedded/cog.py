"""The COG of 2023 to 2026 as small Parquet files, from the Etalab package of the same data."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from diagnostic.errors import DataError
from diagnostic.model import Level
from diagnostic.territories.names import epci_name, epci_tncc, key, printed
from diagnostic.territories.tables import COG, Row, Rows, manifest, seat, total, write

PACKAGE = "@etalab/decoupage-administratif"
VERSIONS = {"6.0.0": 2026, "5.3.0": 2025, "4.1.0": 2024, "3.1.1": 2023}
COMMUNES = 34875
OVERSEAS_COLLECTIVITIES = 94
KINDS = {
    "commune-deleguee": "déléguée",
    "commune-associee": "associée",
    "arrondissement-municipal": "arrondissement",
}


class CheckError(DataError):
    """A check of the COG or of the outlines fails: nothing is written that contradicts it."""


def fetch(cache: Path) -> dict[str, Path]:
    """The unpacked package of each version under `cache`, asked of the registry when absent."""
    folders = {}
    for version in VERSIONS:
        folder = cache / version / "package"
        if not (folder / "package.json").is_file():
            folder.parent.mkdir(parents=True, exist_ok=True)
            command = ["npm", "pack", f"{PACKAGE}@{version}", "--silent"]
            subprocess.run(command, cwd=folder.parent, check=True, stdout=subprocess.DEVNULL)
            (archive,) = folder.parent.glob("*.tgz")
            with tarfile.open(archive) as packed:
                packed.extractall(folder.parent, filter="data")
        folders[version] = folder
    return folders


def build(packages: dict[str, Path], data_folder: Path) -> None:
    """Write `data_folder`/cog from the packages by version. Raises CheckError, prints counts."""
    years = {VERSIONS[version]: _Year(folder, version) for version, folder in packages.items()}
    newest = years[max(years)]
    territories = _territories(newest)
    former = _former(years)
    vintages = [row for year in sorted(years)[:-1] for row in _vintage(year, years[year])]
    _check(newest, territories, former, years)
    folder = data_folder / "cog"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "territories.parquet", territories, *COG["territories"])
    write(folder / "former.parquet", former, *COG["former"])
    write(folder / "vintages.parquet", vintages, *COG["vintages"])
    manifest(folder)
    counts = _counts(territories, former, vintages)
    (folder / "PROVENANCE.md").write_text(PROVENANCE.format(counts=counts), "utf-8", newline="\n")
    print(counts)


class _Year:
    """One package: its files, and each commune's EPCI and EPT."""

    def __init__(self, folder: Path, version: str) -> None:
        found = json.loads((folder / "package.json").read_text("utf-8"))["version"]
        if found != version:
            raise CheckError(f"{PACKAGE} {version} attendu, {found} trouvé dans {folder.name}")
        self._data = folder / "data"
        entries = self.read("communes")
        self.communes = [row for row in entries if row["type"] == "commune-actuelle"]
        self.parts = [row for row in entries if row["type"] != "commune-actuelle"]
        self.current = {row["code"] for row in self.communes}
        self.epci, self.ept = self.read("epci"), self.read("ept")
        self.epci_of, self.ept_of = _membership(self.epci), _membership(self.ept)

    def read(self, name: str) -> Rows:
        rows: Rows = json.loads((self._data / f"{name}.json").read_text("utf-8"))
        return rows


def _membership(groups: Rows) -> dict[str, str]:
    pairs = [(member["code"], group["code"]) for group in groups for member in group["membres"]]
    twice = [code for code, n in Counter(code for code, _ in pairs).items() if n > 1]
    if twice:
        raise CheckError(f"communes membres de deux groupements : {', '.join(twice)}")
    return dict(pairs)


def _territories(year: _Year) -> Rows:
    communes = [_commune(row, year) for row in year.communes]
    by_code = {row["code"]: row for row in communes}
    members = _by(communes, "epci"), _by(communes, "ept")
    rows = [*communes]
    rows += [_arm(part, by_code) for part in year.parts if "commune" in part]
    rows += [_group(row, "epci", members[0][row["code"]]) for row in year.epci]
    rows += [_group(row, "ept", members[1][row["code"]]) for row in year.ept]
    for level, source in (
        ("arrondissement", "arrondissements"),
        ("departement", "departements"),
        ("region", "regions"),
    ):
        inside = _by(communes, level)
        rows += [
            _division(row, level, inside[row["code"]])
            for row in year.read(source)
            if not (level == "region" and row["zone"] == "com")
        ]
    for row in rows:
        row["key"] = key(row["name"], row["level"])
    return rows


def _by(communes: Rows, field: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = defaultdict(list)
    for row in communes:
        groups[row[field]].append(row)
    return groups


def _commune(row: Row, year: _Year) -> Row:
    return {
        "level": "commune",
        "code": row["code"],
        "name": printed(row["nom"]),
        "tncc": row.get("typeLiaison", 0),
        "nature": "",
        "commune": None,
        "epci": year.epci_of.get(row["code"]),
        "ept": year.ept_of.get(row["code"]),
        "arrondissement": row.get("arrondissement"),
        "departement": row["departement"],
        "region": None if row["zone"] == "com" else row["region"],
        "population": row.get("population"),
    }


def _arm(row: Row, communes: dict[str, Row]) -> Row:
    return {
        **communes[row["commune"]],
        "level": "arm",
        "code": row["code"],
        "name": printed(row["nom"]),
        "tncc": row["typeLiaison"],
        "commune": row["commune"],
        "population": row["population"],
    }


def _group(row: Row, level: Level, members: Rows) -> Row:
    """An EPCI or EPT: parents are those where most of its members' inhabitants live."""
    name = epci_name(row["nom"], row["type"])
    departement, region = seat(members)
    return {
        "level": level,
        "code": row["code"],
        "name": name,
        "tncc": epci_tncc(name),
        "nature": row["type"],
        "commune": None,
        "epci": members[0]["epci"] if level == "ept" else None,
        "ept": None,
        "arrondissement": None,
        "departement": departement,
        "region": region,
        "population": total(members),
    }


def _division(row: Row, level: str, members: Rows) -> Row:
    overseas = row.get("zone") == "com"
    return {
        "level": level,
        "code": row["code"],
        "name": printed(row["nom"]),
        "tncc": row["typeLiaison"],
        "nature": "COM" if overseas else "",
        "commune": None,
        "epci": None,
        "ept": None,
        "arrondissement": None,
        "departement": row.get("departement"),
        "region": None if overseas else row.get("region"),
        "population": total(members),
    }


def _former(years: dict[int, _Year]) -> Rows:
    """Codes and names that a commune of the newest year absorbed, from all the years.

    The newest year has the last word, and in a year the commune to which a part belongs has it
    over the old codes of a commune, which forget later divisions.
    """
    newest = years[max(years)]
    became: dict[str, str] = {}
    names: dict[str, tuple[str, str]] = {}
    for _, year in sorted(years.items()):
        for row in year.communes:
            old = set(row.get("anciensCodes", ())) - newest.current
            became.update(dict.fromkeys(old, row["code"]))
            if row["code"] not in newest.current:
                names.setdefault(row["code"], (printed(row["nom"]), "ancienne"))
        for row in year.parts:
            code, head = row["code"], row.get("chefLieu") or row["commune"]
            if head == code or code not in newest.current:  # else independent again since
                became[code] = head
                names[code] = printed(row["nom"]), KINDS[row["type"]]
    rows = []
    for code in sorted(became):
        name, kind = names.get(code, ("", "ancienne"))
        head = _head(code, became, newest.current)
        rows.append({"code": code, "name": name, "kind": kind, "became": head, "key": key(name)})
    return rows


def _head(code: str, became: dict[str, str], current: set[str]) -> str:
    """The commune of today that holds `code`, through merges of merges."""
    head, seen = became[code], {code}
    while head not in current:
        if head in seen or head not in became:
            raise CheckError(f"aucune commune actuelle ne succède à {code}")
        seen.add(head)
        head = became[head]
    return head


def _vintage(number: int, year: _Year) -> Iterable[Row]:
    for row in year.communes:
        yield {
            "year": number,
            "level": "commune",
            "code": row["code"],
            "name": printed(row["nom"]),
            "tncc": row.get("typeLiaison", 0),
            "nature": "",
            "epci": year.epci_of.get(row["code"]),
        }
    for row in year.epci:
        name = epci_name(row["nom"], row["type"])
        yield {
            "year": number,
            "level": "epci",
            "code": row["code"],
            "name": name,
            "tncc": epci_tncc(name),
            "nature": row["type"],
            "epci": None,
        }


def _check(newest: _Year, territories: Rows, former: Rows, years: dict[int, _Year]) -> None:
    of_level = _by(territories, "level")
    communes = {row["code"]: row for row in of_level["commune"]}
    in_france = [row for row in communes.values() if row["region"]]
    vitry = communes.get("51649", {})
    successors = {row["code"] for row in former} | set(communes)
    lost = sorted({code for year in years.values() for code in year.current} - successors)
    checks = {
        "34 875 communes": len(in_france) == COMMUNES,
        "94 communes des COM": len(communes) - len(in_france) == OVERSEAS_COLLECTIVITIES,
        "codes uniques": all(
            len({r["code"] for r in rows}) == len(rows) for rows in of_level.values()
        ),
        "membres connus": not (set(newest.epci_of) | set(newest.ept_of)) - set(communes),
        "EPCI de Vitry": vitry.get("epci") == "200034718",
        "35 membres": sum(row["epci"] == "200034718" for row in communes.values()) == 35,
        "610 communes dans la Marne": sum(r["departement"] == "51" for r in in_france) == 610,
        "populations connues": all(
            row["population"] for row in in_france if row["code"] not in DEAD_VILLAGES
        ),
        f"successeurs connus ({', '.join(lost)})": not lost,
    }
    failed = [name for name, holds in checks.items() if not holds]
    if failed:
        raise CheckError("COG : " + " ; ".join(failed))


# Villages destroyed in 1916, communes without an inhabitant: their population is a true 0.
DEAD_VILLAGES = frozenset({"55039", "55050", "55139", "55189", "55239", "55307"})


def _counts(territories: Rows, former: Rows, vintages: Rows) -> str:
    levels = Counter(row["level"] for row in territories)
    kinds = Counter(row["kind"] for row in former)
    years = Counter(row["year"] for row in vintages if row["level"] == "commune")
    lines = [f"- COG 2026, {level} : {number}" for level, number in sorted(levels.items())]
    lines += [f"- anciens codes, {kind} : {number}" for kind, number in sorted(kinds.items())]
    lines += [f"- communes du COG {year} : {number}" for year, number in sorted(years.items())]
    return "\n".join(lines)


PROVENANCE = """# Provenance du code officiel géographique embarqué

Source : paquet npm `@etalab/decoupage-administratif`, versions 6.0.0 (2026), 5.3.0 (2025),
4.1.0 (2024) et 3.1.1 (2023), d’après le code officiel géographique de l’Insee, la liste des EPCI
de la DGCL et les populations municipales de l’Insee. Données sous Licence Ouverte. Écrit par
`make embedded`, qui échoue si un contrôle ne tient pas ; `manifest.json` donne les sha256.

{counts}

Mouvements de communes (`movements.parquet`) : événements sur les communes depuis 1943, Insee, code
officiel géographique 2026, Licence Ouverte. Seuls les événements qui déplacent le sol ou le code
d’une commune entière sont gardés.

Ce qu’il faut savoir :

- Les 34 875 communes sont celles de France métropolitaine (34 746), de Guadeloupe, de Martinique,
  de Guyane, de La Réunion et de Mayotte (129). Le paquet en compte 94 de plus, celles des
  collectivités d’outre-mer (codes 975, 977, 978, 984, 986, 987, 988 et 989) : elles sont connues
  par code et par nom, sans région ni EPCI ; six n’ont pas de population (une absence, pas un zéro).
- Les populations sont les populations municipales des communes. Celle d’un EPCI, d’un
  arrondissement, d’un département ou d’une région est la somme de celles de ses communes, jamais
  celle du fichier des EPCI, qui est d’un autre millésime. Celles de Mayotte sont de 2017 : pour
  cette raison, aucune population n’est donnée pour la France.
- Un EPCI ou un EPT à cheval sur plusieurs départements est placé dans celui où vivent le plus
  grand nombre de ses habitants ; le siège n’est pas dans le paquet.
- Le nom d’un EPCI est celui de la source, « CC », « CA » et « CU » étant développés. Son code
  d’article (3 : « la », 5 : « l’ ») est déduit de son premier mot.
- Les EPCI des versions 5.3.0 et 6.0.0 sont identiques : ceux de 2025 et de 2026 ne se distinguent
  pas dans cette source.
- Un ancien code mène à la commune d’aujourd’hui. La commune de rattachement d’une commune
  déléguée ou associée l’emporte sur la liste des anciens codes, qui ignore les divisions
  ultérieures (60455 est à 60694, 55273 à 55386). Les noms de nombreuses communes fusionnées avant
  2023 ne sont pas dans le paquet : elles ne sont connues que par leur code.
"""
