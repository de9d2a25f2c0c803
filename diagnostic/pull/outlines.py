"""Outlines of communes for the COG in use: Etalab's, else IGN's, made one coverage and kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostic.connectors import Progress, contours
from diagnostic.errors import DataError, SourceError, UnreachableError
from diagnostic.model import Code
from diagnostic.pull.editions import Outcome, keep
from diagnostic.store import Keeper
from diagnostic.territories import Territories, coverage, editions, tables
from diagnostic.territories import outlines as drawn_before
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client
    from diagnostic.connectors.contours import Drawn

LACKING = 0.001  # of the communes may have no outline: maps then say so
ELSEWHERE = 0.001  # may lie outside the frame of their shipped outline
DETAIL = 100.0  # metres, for a source that is not simplified
_YEARS_BACK = 1  # of outlines older than the COG, brought to it by merges
_SHOWN = 8


def pull(
    root: Path,
    client: Client,
    known: Territories,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Keep in ROOT/shapefiles the outlines of the communes of the COG `known`.

    Etalab's files are asked first; the IGN when they are not there or nobody answers. Raises
    UsageError, UnreachableError, SourceError and DataError as the connectors do, DataError also
    for outlines that are not those of these communes, RenderError when the disk refuses. The
    store is then as it was.
    """
    with Keeper(root).lock("shapefiles"), Keeper(root).incoming() as folder:
        drawn = _drawn(client, known, folder, progress)
        ground = _Ground(drawn, known)
        ground.make()
        text = _PROVENANCE.format(
            title=drawn.title, address=drawn.address, sha256=drawn.sha256, year=ground.year,
            known=known.year, licence=drawn.licence, retrieved=now.date().isoformat(),
            findings="\n".join(f"- {one}" for one in ground.findings()),
        )  # fmt: skip

        def fill(made: Path) -> None:
            tables.write(made / "communes.parquet", ground.rows(), tables.OUTLINES, "code")
            columns = {"level": "VARCHAR", **tables.OUTLINES}
            rows = ground.dissolved(known)
            tables.write(made / "dissolved.parquet", rows, columns, "level, code")
            (made / "PROVENANCE.md").write_text(text, "utf-8", newline="\n")

        trial = folder / "trial"
        trial.mkdir()
        fill(trial)
        if _sums(trial) in [_sums(old.folder) for old in editions.listed(root / "shapefiles")[-1:]]:
            return Outcome("unchanged", known.year)
        kept = keep(
            root, "shapefiles", known.year, lambda made: _copy(trial, made), _reread, now=now,
            credit=drawn.credit, licence=drawn.licence, source=drawn.title,
        )  # fmt: skip
        return Outcome("kept", known.year, kept, ground.findings())


def _drawn(client: Client, known: Territories, folder: Path, progress: Progress | None) -> Drawn:
    """The outlines of Etalab for the year of the COG or the one before, else those of the IGN.

    What Etalab sends and cannot be used is an error: it is not passed over in silence.
    """
    files = contours.Contours(client)
    try:
        for year in range(known.year, known.year - _YEARS_BACK - 1, -1):
            if found := files.fetch(year, folder, progress):
                return found
    except SourceError as first:
        try:
            return contours.Wfs(client).fetch(folder, progress)
        except SourceError as second:
            both = isinstance(first, UnreachableError) and isinstance(second, UnreachableError)
            kind = UnreachableError if both else SourceError
            raise kind(f"{first.message}\n{second.message}", hint=second.hint) from second
    return contours.Wfs(client).fetch(folder, progress)


class _Ground:
    """The outlines of one source brought to the communes of a COG."""

    def __init__(self, drawn: Drawn, known: Territories) -> None:
        """Raises DataError when they are not those of the communes of a known COG."""
        self._drawn = drawn
        self._known = known
        self._communes = {one.code: one for one in known.members(known.france)}
        self.year = self._dated()
        self._outlines: coverage.Outlines = {}
        self._crs: dict[Code, int] = {}
        self._states: dict[Code, str] = {}
        self._before = self._after = self._moved = 0

    def _dated(self) -> int:
        """The COG that the outlines draw, the newest that fits."""
        if self._drawn.year is not None:
            self._compare(self._drawn.year)
            return self._drawn.year
        for year in range(self._known.year, self._known.year - _YEARS_BACK, -1):
            try:
                self._compare(year)
            except DataError:
                continue
            return year
        self._compare(self._known.year - _YEARS_BACK)
        return self._known.year - _YEARS_BACK

    def _compare(self, year: int) -> None:
        """Raise DataError unless the outlines are those of the communes of `year`."""
        listed = self._known.vintage(year).keys()
        absorbed = self._known.absorbed()
        expected = {
            code
            for code in listed
            if code in self._communes
            or (code in absorbed and absorbed[code].became in self._communes)
        }
        given = self._drawn.shapes.keys()
        strangers, missing = sorted(given - listed), sorted(expected - given)
        if strangers or len(missing) > LACKING * len(expected):
            raise self._wrong(
                f"les communes ne sont pas celles de {year}"
                f" ({len(strangers)} inconnues{_listed(strangers)},"
                f" {len(missing)} absentes{_listed(missing)})"
            )

    def _wrong(self, what: str) -> DataError:
        return DataError(
            f"{self._drawn.title}{NBSP}: {what}",
            hint=f"Les contours d’avant restent en usage. Adresse{NBSP}: {self._drawn.address}",
        )

    def make(self) -> None:
        """Project, bring to the COG of today and join the outlines. Raises DataError."""
        places: dict[int, list[Code]] = defaultdict(list)
        for code, commune in self._communes.items():
            places[coverage.crs_of(commune.departement)].append(code)
        for crs, codes in sorted(places.items()):
            found = self._today(codes, crs)
            held = sorted(found)
            raw = [found[code] for code in held]
            cleaned = self._joined(raw)
            self._outlines |= dict(zip(held, cleaned, strict=True))
            self._crs |= dict.fromkeys(held, crs)
        if self._after > self._before:
            raise self._wrong("les bords des communes se raccordent mal")
        self._place()

    def _today(self, codes: Collection[Code], crs: int) -> coverage.Outlines:
        """The outlines of communes of today, those that merged since made of their parts."""
        moves = {}
        if self.year < self._known.year:
            moves = self._known.movements.successions(self.year)
        parts: dict[Code, list[Code]] = {}
        for code in codes:
            move = moves.get(code)
            if move is None:
                parts[code] = [code]
            elif move.divided:  # the outline is that of before: for context only
                parts[code], self._states[code] = [code], "wider"
            else:
                whole = move.before <= self._drawn.shapes.keys()
                parts[code] = sorted(move.before)
                self._states[code] = "rebuilt" if whole else "partial"
        needed = sorted({one for held in parts.values() for one in held} & self._shapes.keys())
        projected = coverage.project([self._shapes[one] for one in needed], crs)
        shapes = dict(zip(needed, projected, strict=True))
        return {
            code: _union([shapes[one] for one in held if one in shapes])
            for code, held in parts.items()
            if any(one in shapes for one in held)
        }

    @property
    def _shapes(self) -> Mapping[Code, Any]:
        return self._drawn.shapes

    def _joined(self, raw: list[Any]) -> list[Any]:
        """The outlines of one projection as one coverage, simplified if the source did not."""
        import shapely  # noqa: PLC0415 - heavy

        if not raw:
            return []
        cleaned = coverage.clean(raw)
        self._before += coverage.invalid_edges(raw)
        self._moved += int((~shapely.equals(raw, cleaned)).sum())
        if not self._drawn.simplified:
            cleaned = coverage.clean(list(shapely.coverage_simplify(cleaned, DETAIL)))
        self._after += coverage.invalid_edges(cleaned)
        return cleaned

    def _place(self) -> None:
        """Raise DataError when outlines do not lie where the shipped ones have the same code."""
        elsewhere = []
        shipped = drawn_before.frames()
        for code, shape in self._outlines.items():
            if code in shipped:
                west, south, east, north = shipped[code]
                frame = shape.bounds
                apart = frame[0] > east or frame[2] < west or frame[1] > north or frame[3] < south
                if shape.is_empty or apart:
                    elsewhere.append(code)
        if len(elsewhere) > ELSEWHERE * len(self._outlines):
            raise self._wrong(
                f"{len(elsewhere)} communes ne sont pas à leur place{_listed(elsewhere)}"
            )

    def rows(self) -> tables.Rows:
        """The communes as rows of the file."""
        return [
            coverage.row(code, self._crs[code], self._states.get(code, "source"), outline)
            for code, outline in self._outlines.items()
        ]

    def dissolved(self, known: Territories) -> tables.Rows:
        """The EPCI, départements and régions as rows of the file."""
        return coverage.dissolve(self._outlines, self._crs, known)[0]

    def findings(self) -> tuple[str, ...]:
        """What was found and done, in French, a line each."""
        missing = sorted(self._communes.keys() - self._outlines.keys())
        said = {
            "communes sans contour": missing,
            "recomposées après une fusion": self._of("rebuilt"),
            "sans une partie de leur sol": self._of("partial"),
            "plus étendues que la commune": self._of("wider"),
        }
        edges = f"{self._before} communes avant, {self._after} après"
        return (
            f"communes dessinées{NBSP}: {len(self._outlines)}",
            f"bords non raccordés{NBSP}: {edges}, {self._moved} contours modifiés",
            *(f"{what}{NBSP}: {len(codes)}{_listed(codes)}" for what, codes in said.items()),
        )

    def _of(self, state: str) -> list[Code]:
        return [code for code, found in self._states.items() if found == state]


def _union(shapes: list[Any]) -> Any:
    import shapely  # noqa: PLC0415 - heavy

    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _sums(folder: Path) -> dict[str, Any]:
    """The sums of the Parquet files of a folder, from its manifest or from themselves."""
    manifest = folder / editions.MANIFEST
    if not manifest.is_file():
        tables.manifest(folder)
    table = json.loads(manifest.read_bytes())
    return {name: text for name, text in table.items() if name.endswith(".parquet")}


def _copy(source: Path, target: Path) -> None:
    for path in source.iterdir():
        if path.name != editions.MANIFEST:
            path.rename(target / path.name)


def _reread(folder: Path, year: int) -> None:
    """Raise DataError unless what was written can be drawn from."""
    del year
    rows = drawn_before.frames(folder)
    held = drawn_before.communes(sorted(rows)[:1], folder)
    if not rows or not held.geometries:
        raise DataError(f"{folder}{NBSP}: aucun contour n’y est lisible")


def _listed(codes: Iterable[Code]) -> str:
    found = sorted(codes)
    more = "…" if len(found) > _SHOWN else ""
    return f" ({', '.join(found[:_SHOWN])}{more})" if found else ""


_PROVENANCE = """# Provenance de ces contours

Source : {title}, lue le {retrieved}.
Adresse : {address}
sha256 de ce qui a été reçu : {sha256}
Licence : {licence}.

Contours des communes de {year}, portés sur le code officiel géographique de {known}. Coordonnées
en mètres entiers : Lambert-93 (EPSG:2154), UTM local outre-mer (5490, 2972, 2975, 4471) ;
géométries en WKB. Les bords partagés sont rendus communs (un recouvrement n’est donné qu’à une
commune, un vide de moins de 100 m de large est fermé) ; EPCI, départements et régions sont la
réunion de leurs communes, simplifiés ensemble. Ces contours sont faits pour des cartes, pas pour
mesurer des surfaces.

{findings}
"""
