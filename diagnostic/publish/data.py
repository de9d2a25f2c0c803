"""The figures as data: the saved ReportData (JSON, with its schema) and one line a figure (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pydantic
import pydantic_core

from diagnostic.errors import DataError, RenderError, reason
from diagnostic.model import (
    REPORT_VERSION,
    AnyBlock,
    Figure,
    Part,
    ReportData,
)
from diagnostic.publish import cited

_LARGEST = 100_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_COLUMNS = (
    "indicateur", "libelle", "niveau", "code", "territoire", "periode", "valeur", "borne_basse",
    "borne_haute", "probable_basse", "probable_haute", "couverture", "unite", "statut",
    "affiche", "fiabilite", "provisoire", "motif", "champ",
    "numerateur_serie", "numerateur_periode", "numerateur_valeur", "denominateur_serie",
    "denominateur_periode", "denominateur_valeur", "producteur", "jeu", "licence", "edition",
    "mise_a_jour",
)  # fmt: skip


@cache
def _adapter() -> pydantic.TypeAdapter[ReportData]:
    return pydantic.TypeAdapter(ReportData)


def to_json(report: ReportData) -> bytes:
    """`report` as UTF-8 JSON, the same bytes for the same report.

    Raises RenderError for a number that JSON cannot hold (infinite, not a number).
    """
    tree = _adapter().dump_python(report, mode="json")
    for name in ("figures", "origins", "territories"):
        tree[name] = dict(sorted(tree[name].items()))
    try:
        text = json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False)
    except ValueError as error:
        raise RenderError(
            "le rapport contient un nombre qui n’est pas fini et ne peut pas être enregistré",
            hint="Signalez ce défaut : aucun fichier n’a été écrit.",
        ) from error
    return f"{text}\n".encode()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the saved ReportData, as shipped in docs/report.schema.json."""
    schema = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def load(path: Path) -> ReportData:
    """The ReportData saved in `path`.

    Raises DataError when the file cannot be read, is damaged, is of another version, or names a
    figure that it does not hold.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise _unusable(path, "ce n’est pas un fichier")
        if path.stat().st_size > _LARGEST:
            raise _unusable(path, f"il dépasse {_LARGEST // 1_000_000} Mo")
        content = path.read_bytes()
        tree = pydantic_core.from_json(content)
    except OSError as error:
        raise _unusable(path, reason(error)) from error
    except ValueError as error:
        raise _unusable(path, "ce n’est pas du JSON valide") from error
    version = tree.get("version") if isinstance(tree, dict) else None
    if version != REPORT_VERSION:
        raise _unusable(path, f"version {version} du rapport, {REPORT_VERSION} attendue")
    try:
        report = _adapter().validate_json(content, strict=True)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _unusable(path, f"champ « {where} » absent ou invalide") from error
    _check(report, path)
    return report


def _unusable(path: Path, why: str) -> DataError:
    return DataError(
        f"le rapport « {path} » ne peut pas être lu : {why}",
        hint="Refaites-le avec « diagnostic build --format json ».",
    )


def _check(report: ReportData, path: Path) -> None:
    """Refuse a report whose blocks name a figure, or whose figures an origin, that is missing."""
    blocks: list[AnyBlock] = [report.essentials.figures]
    blocks += [report.essentials.map] if report.essentials.map else []
    blocks += [block for section in report.sections for block in section.blocks]
    named = {name for block in blocks for name in cited.figures(block)}
    if lost := sorted(named - set(report.figures)):
        raise _unusable(path, f"la figure « {lost[0]} » est citée mais absente")
    origins = {name for figure in report.figures.values() for name in figure.origins}
    if lost := sorted(origins - set(report.origins)):
        raise _unusable(path, f"l’origine « {lost[0]} » est citée mais absente")


def to_csv(report: ReportData) -> bytes:
    """One line a figure: UTF-8 with BOM, `;`, decimal comma, text that no spreadsheet runs."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    order = sorted(report.figures.values(), key=lambda f: (f.indicator, f.period, f.level, f.code))
    for figure in order:
        writer.writerow(_line(figure, report))
    return b"\xef\xbb\xbf" + table.getvalue().encode()


def _line(figure: Figure, report: ReportData) -> list[str]:
    origins = [report.origins[name] for name in figure.origins]
    texts = [
        figure.indicator, figure.label, figure.level, figure.code, figure.name, figure.period,
    ]  # fmt: skip
    shown = [
        figure.unit, figure.status, figure.text, figure.reliability,
        "oui" if figure.provisional else "non", figure.reason, figure.champ,
    ]  # fmt: skip
    sources = [
        _joined(origin.producer for origin in origins),
        _joined(origin.dataset for origin in origins),
        _joined(origin.licence for origin in origins),
        _joined(origin.edition for origin in origins),
        _joined(origin.updated or "non connue" for origin in origins),
    ]
    return [
        *map(_inert, texts),
        *map(_decimal, (figure.value, figure.lower, figure.upper)),
        *map(_decimal, (figure.likely_lower, figure.likely_upper, figure.coverage)),
        *map(_inert, shown),
        *_part(figure.numerator),
        *_part(figure.denominator),
        *map(_inert, sources),
    ]


def _part(part: Part | None) -> list[str]:
    if part is None:
        return ["", "", ""]
    return [_inert(part.series), _inert(part.period), _decimal(part.value)]


def _joined(words: Iterator[str]) -> str:
    """Each word once, in order, between ` | `."""
    return " | ".join(dict.fromkeys(word for word in words if word))


def _decimal(value: float | None) -> str:
    """Ten significant digits with a decimal comma, never an exponent; "" for an absence."""
    if value is None:
        return ""
    return format(Decimal(f"{value:.10g}"), "f").replace(".", ",")


def _inert(text: str) -> str:
    """`text` as a spreadsheet shows it and never runs it (OWASP ASVS 1.2.10)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
