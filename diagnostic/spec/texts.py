"""Texts of a dossier: the shipped parts, the files beside a spec, and the fields they may use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from diagnostic import marks, resources
from diagnostic.errors import DataError, SpecError
from diagnostic.spec.shapes import suggest, untidy
from diagnostic.wording import grammar

FIELDS: dict[str, str] = {
    "territoire": "nom du territoire (Vitry-le-François)",
    "a_territoire": "le même après « à » (à Vitry-le-François)",
    "de_territoire": "le même après « de » (de Vitry-le-François)",
    "code": "code du territoire (51649)",
    "niveau": "nature du territoire (commune, EPCI, département)",
    "epci": "nom de l’EPCI",
    "departement": "nom du département",
    "region": "nom de la région",
    "population": "population municipale, avec son unité (10 996 habitants)",
    "edition": "mois de l’édition (novembre 2026)",
    "competence_phrase": "phrase qui dit qui exerce la compétence",
    "devoirs_phrase": "phrase qui dit ce que la loi demande au territoire",
}
LONGEST_FILE = 100_000

_FIELD = re.compile(r"\{([^\W\d]\w*)\}")
_TERM = re.compile(r"^- \*\*(?P<term>[^*]+)\*\*\s*: (?P<definition>.+)$", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~])")


def fill(markdown: str, values: Mapping[str, str]) -> str:
    """`markdown` with its fields replaced; a value is text, never markup. KeyError if one lacks.

    A value that begins a sentence takes a capital: « communauté de communes », « à Vitry ».
    """

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in FIELDS:
            return match[0]
        value = _SPECIAL.sub(r"\\\1", values[name])
        return grammar.capitalised(value) if _begins(markdown[: match.start()]) else value

    return _FIELD.sub(put, markdown)


def _begins(before: str) -> bool:
    """Whether `before` ends a sentence, or opens a paragraph, an item or a heading."""
    bare = before.rstrip(" *_")
    if bare.endswith((".", "!", "?", "…")):
        return True
    above, _, line = bare.rpartition("\n")
    return not line.strip("-+>#") and (line != "" or not above.rpartition("\n")[2].strip())


def part(name: str) -> str:
    """The shipped text `name`. Raises DataError when it is missing or damaged."""
    path = _folder() / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        trouble = "est abîmé" if path.is_file() else "manque"
        raise DataError(
            f"le texte « {name} » {trouble} dans l’installation de diagnostic",
            hint="Réinstallez le paquet diagnostic-territorial.",
        ) from error


@cache
def parts() -> tuple[str, ...]:
    """The names of the shipped texts."""
    return tuple(sorted(path.stem for path in _folder().glob("*.md")))


@cache
def glossary() -> dict[str, str]:
    """The shipped terms and their definitions, from lines « - **terme** : définition »."""
    found = _TERM.finditer(part("glossaire"))
    return {match["term"].strip(): match["definition"].strip() for match in found}


def beside(name: str, folder: Path) -> tuple[str, str]:
    """The text of the file `name` beside a spec, and why it is refused ("" when it is not)."""
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ":" in name or ".." in pure.parts or pure.suffix != ".md":
        return "", "il faut le nom d’un fichier .md près de la spec, sans « .. » ni « / » initial"
    path = folder / pure
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return "", f"le fichier « {name} » sort du dossier de la spec"
        source = marks.fetch(path)
        text = source[: LONGEST_FILE + 1].decode("utf-8-sig")
    except SpecError as error:
        return "", f"« {name} » : {error.faults[0].message}"
    except UnicodeDecodeError:
        return "", f"le fichier « {name} » n’est pas du texte UTF-8"
    if len(source) > LONGEST_FILE:
        return "", f"le fichier « {name} » dépasse {LONGEST_FILE // 1000} ko"
    reason = untidy(text.replace("\r\n", "\n"), lines=True)
    return text, f"« {name} » : {reason}" if reason else ""


def unknown_fields(markdown: str) -> Iterator[str]:
    """What is wrong with the fields of a text: each name that is not of the closed list."""
    for match in _FIELD.finditer(markdown):
        if match[1] not in FIELDS:
            hint = suggest(match[1], FIELDS) or f" Champs possibles : {', '.join(FIELDS)}."
            yield f"champ inconnu « {{{match[1]}}} ».{hint}"


def _folder() -> Path:
    return resources.folder("templates") / "parts"
