"""The error tree: exit codes, and sentences that say what, where and what to do next."""

from __future__ import annotations

from diagnostic import errors
from diagnostic.errors import DataError, DiagnosticError, Fault, SpecError


def classes() -> list[type[DiagnosticError]]:
    """Every error class below the root."""
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type)
        and issubclass(value, DiagnosticError)
        and value is not DiagnosticError
    ]


def test_each_exit_code_belongs_to_one_kind_of_error() -> None:
    """Only the two faults of what was typed share a code: 2, usage or spec."""
    kinds = (error for error in classes() if error.__base__ is DiagnosticError)
    codes = sorted((error.exit_code, error.__name__) for error in kinds)
    assert codes == [
        (2, "SpecError"),
        (2, "UsageError"),
        (3, "TerritoryError"),
        (4, "SourceError"),
        (5, "DataError"),
        (6, "RenderError"),
        (7, "BatchError"),
    ]


def test_an_error_says_its_hint_on_a_line_of_its_own() -> None:
    """The text of an error is its message, then what to do next when there is something to do."""
    assert str(DataError("fichier abîmé", hint="Réinstallez.")) == "fichier abîmé\nRéinstallez."
    assert str(DataError("fichier abîmé")) == "fichier abîmé"


def test_a_spec_error_gives_every_fault_in_reading_order() -> None:
    """Faults found in any order are printed by line, then by column."""
    error = SpecError("s.yaml", [Fault(9, 1, "c"), Fault(2, 7, "b"), Fault(2, 3, "a")])
    assert str(error) == "s.yaml:2:3 : a\ns.yaml:2:7 : b\ns.yaml:9:1 : c"
    assert [fault.message for fault in error.faults] == ["a", "b", "c"]
