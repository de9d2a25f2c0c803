"""The geography of today: geo.api.gouv.fr (Etalab) and the COG API of INSEE.

geo.api.gouv.fr answers whole lists, without pages; its errors are plain text. It is only asked
with GET, and never for outlines: it refuses those of all communes at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from diagnostic.connectors import address
from diagnostic.connectors.questions import Question, RefusedError
from diagnostic.model import Code
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client

GEO_VARIABLE, GEO_ADDRESS = "DIAGNOSTIC_GEO_URL", "https://geo.api.gouv.fr"
COG_VARIABLE, COG_ADDRESS = "DIAGNOSTIC_METADONNEES_URL", "https://api.insee.fr/metadonnees"

Row = Mapping[str, Any]
_NOT_FOUND = 404
_ZONES = ("zone", "metro,drom,com")
# What each list must be asked for; `nom` and `code` always come.
_FIELDS = {
    "communes": "nom,code,codeEpci,codeDepartement,codeRegion,population,anciensCodes,zone",
    "arrondissements": "nom,code,codeParent,population",
    "epcis": "nom,code,type",
    "departements": "nom,code,codeRegion,zone",
    "regions": "nom,code,zone",
}
_FORMS = {
    "communes": r"\d[\dAB]\d{3}",
    "arrondissements": r"(?:75|13|69)\d{3}",
    "epcis": r"\d{9}",
    "departements": r"\d[\dAB]\d?",
    "regions": r"\d{2,3}",
}


# What the pull of geography reads without looking.
_REQUIRED = {
    "communes": ("codeDepartement", "codeRegion"),
    "arrondissements": ("codeParent",),
    "epcis": ("type",),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The territories as geo.api.gouv.fr lists them, by code; the fields are its own.

    Communes have a text `codeDepartement` and, but overseas collectivities, `codeRegion`;
    `codeEpci` is text or absent, `population` a number or absent, `anciensCodes` a list of texts
    or absent. Arrondissements have a `codeParent`, EPCI a `type`.
    """

    communes: Mapping[Code, Row]
    arrondissements: Mapping[Code, Row]  # municipaux: Paris, Lyon, Marseille
    epcis: Mapping[Code, Row]
    departements: Mapping[Code, Row]
    regions: Mapping[Code, Row]


@dataclass(frozen=True, slots=True)
class Named:
    """A commune in a list of INSEE: its name, and the date at which it ends, "" when none."""

    name: str
    ended: str = ""


class Geo:
    """geo.api.gouv.fr, in five calls."""

    def __init__(self, client: Client) -> None:
        """Raises UsageError when DIAGNOSTIC_GEO_URL is no address."""
        self._client = client
        self._address = address(GEO_VARIABLE, GEO_ADDRESS)

    def listing(self) -> Listing:
        """Every territory of France.

        Raises UnreachableError when nobody answers, SourceError when it refuses, DataError for
        lists that cannot be used: not JSON, cut short, codes that are no codes or come twice.
        """
        actual = ("type", "commune-actuelle")
        parts = ("type", "arrondissement-municipal")
        return Listing(
            communes=self._list("communes", "communes", actual, _ZONES),
            arrondissements=self._list("communes", "arrondissements", parts),
            epcis=self._list("epcis", "epcis", _ZONES),
            departements=self._list("departements", "departements", _ZONES),
            regions=self._list("regions", "regions", _ZONES),
        )

    def _list(self, path: str, name: str, *query: tuple[str, str]) -> Mapping[Code, Row]:
        question = Question(
            url=f"{self._address}/{path}",
            query=(("fields", _FIELDS[name]), *query),
            producer="Etalab",
            dataset=f"{path}, {query[0][1]}" if name == "arrondissements" else path,
            expected=f"la liste des {name}",
        )
        rows = _rows(self._client.json(question), question, "nom", _FORMS[name])
        for row in rows:
            if field := _lacking(row, _REQUIRED.get(name, ())):
                raise question.unusable(f"le code {row['code']} avec un champ {field} inattendu")
        found = {row["code"]: row for row in rows}
        if len(found) < len(rows):
            raise question.unusable("une liste où un code est deux fois")
        return found


class Cog:
    """The COG API of INSEE: which communes there are on a date."""

    def __init__(self, client: Client) -> None:
        """Raises UsageError when DIAGNOSTIC_METADONNEES_URL is no address."""
        self._client = client
        self._address = address(COG_VARIABLE, COG_ADDRESS)

    def communes(self, year: int) -> Mapping[Code, Named]:
        """The communes on 1 January of `year`; empty when INSEE knows none then. Raises as Geo."""
        day = ("date", f"{year}-01-01")
        found: dict[Code, Named] = {}
        for row in self._ask("communes", (day,), "la liste des communes"):
            ended = row.get("dateSuppression") or ""
            found[row["code"]] = Named(row["intitule"], ended if _is_date(ended) else "")
        return found

    def heirs(self, code: Code, since: int, until: int) -> frozenset[Code]:
        """What the commune of 1 January of `since` is on 1 January of `until`; none if unknown."""
        dates = (("date", f"{since}-01-01"), ("dateProjection", f"{until}-01-01"))
        path = f"commune/{quote(code)}/projetes"
        return frozenset(row["code"] for row in self._ask(path, dates, "les communes héritières"))

    def _ask(self, path: str, query: tuple[tuple[str, str], ...], expected: str) -> list[Row]:
        question = Question(
            url=f"{self._address}/geo/{path}",
            query=query,
            producer="Insee",
            dataset=f"code officiel géographique, {path}",
            expected=expected,
            accept="application/json",
        )
        try:
            body = self._client.json(question)
        except RefusedError as error:
            if error.status == _NOT_FOUND:  # its word for an empty list
                return []
            raise
        return _rows(body, question, "intitule", _FORMS["communes"])


def _rows(body: Any, question: Question, name: str, form: str) -> list[Row]:
    """A list of objects with a code of that form and a name. Raises DataError."""
    if not isinstance(body, list) or not body:
        raise question.unusable("autre chose qu’une liste, ou une liste vide")
    for row in body:
        code = row.get("code") if isinstance(row, dict) else None
        if not isinstance(code, str) or not re.fullmatch(form, code, re.ASCII):
            raise question.unusable(f"un code qui n’en est pas un{NBSP}: {str(code)[:20]}")
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise question.unusable(f"le code {code} sans nom")
    return body


def _lacking(row: Row, required: tuple[str, ...]) -> str:
    """The name of a field that is not there or not of its kind, "" when all are right."""
    overseas = row.get("zone") == "com"
    for name in required:
        if not isinstance(row.get(name), str) and not (overseas and name == "codeRegion"):
            return name
    kinds = {"codeEpci": str, "population": int, "anciensCodes": list, "zone": str}
    for name, kind in kinds.items():
        if row.get(name) is not None and not isinstance(row[name], kind):
            return name
    old = row.get("anciensCodes") or ()
    return "" if all(isinstance(code, str) for code in old) else "anciensCodes"


def _is_date(text: Any) -> bool:
    return isinstance(text, str) and re.match(r"\d{4}-\d\d-\d\d", text) is not None
