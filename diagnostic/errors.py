"""The error tree: each class knows its exit code and words its own sentence, in French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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


class DataError(DiagnosticError):
    """A file of the store or of the shipped data is damaged or contradicts itself."""

    exit_code = 5


class RenderError(DiagnosticError):
    """A dossier that cannot be drawn or written: template, font, disk."""

    exit_code = 6


class BatchError(DiagnosticError):
    """A batch that went to its end with some territories failed."""

    exit_code = 7
