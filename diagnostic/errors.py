"""The error tree: each class knows its exit code and words its own sentence, in French."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass

# What the system says in English, for the troubles that files give.
_REASONS = {
    errno.EACCES: "droits insuffisants",
    errno.EDQUOT: "quota de disque dépassé",
    errno.EEXIST: "ce nom existe déjà",
    errno.EFBIG: "fichier trop grand pour le système",
    errno.EIO: "erreur de lecture ou d’écriture du disque",
    errno.EISDIR: "c’est un dossier",
    errno.ELOOP: "liens en boucle",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.ENOSPC: "plus de place sur le disque",
    errno.ENOTDIR: "un fichier est à la place d’un dossier",
    errno.EPERM: "opération refusée par le système",
    errno.EROFS: "disque en lecture seule",
}


def reason(error: OSError) -> str:
    """Why the system refused, in French where the trouble is a usual one."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class DiagnosticError(Exception):
    """Anything the program expects may go wrong; `hint` says what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Say what is wrong and where, then what to do next."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The message, then the hint on a line of its own."""
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(DiagnosticError):
    """The command line asks for something that cannot be understood."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file, where it stands and, when known, the nearest right word."""

    line: int
    column: int
    message: str

    def at(self, path: str) -> str:
        """The fault as printed: `file:line:column : message`."""
        return f"{path}:{self.line}:{self.column} : {self.message}"


class SpecError(DiagnosticError):
    """A spec that cannot be used: all its faults at once, in reading order."""

    exit_code = 2

    def __init__(self, path: str, faults: Sequence[Fault]) -> None:
        """All the faults of the file at `path`."""
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda f: (f.line, f.column, f.message)))
        super().__init__("\n".join(fault.at(path) for fault in self.faults))


class TerritoryError(DiagnosticError):
    """A territory unknown, malformed or ambiguous; the hint names the nearest ones."""

    exit_code = 3


class SourceError(DiagnosticError):
    """A figure that is required cannot be had: nothing local, nobody to ask."""

    exit_code = 4


class UnreachableError(SourceError):
    """Nobody answered at a producer's address: no network, no name, no connection in time."""


class UnservedError(SourceError):
    """A producer answers, but has no such dataset (any more)."""


class DataError(DiagnosticError):
    """A file of the store or of the shipped data is damaged or contradicts itself."""

    exit_code = 5


class RenderError(DiagnosticError):
    """A dossier that cannot be drawn or written: template, font, disk."""

    exit_code = 6


class BatchError(DiagnosticError):
    """A batch that went to its end with some territories failed."""

    exit_code = 7
