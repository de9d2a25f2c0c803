"""The commands `validate` and `new`: check specs, start one."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from diagnostic.cli import options, say
from diagnostic.errors import Fault, RenderError, SpecError, UsageError, reason


@click.command(
    cls=options.Command,
    epilog="diagnostic validate ma-spec.yaml",
    help="Vérifie des specs\u00a0: toutes les fautes sont montrées, avec ligne et colonne.",
)
@click.argument("specs", nargs=-1, required=True, metavar="SPEC…")
@options.own_store_option
@options.json_option
def validate(specs: tuple[str, ...], store: Path | None, as_json: bool) -> None:
    """Check each spec and print the faults of all."""
    from diagnostic import catalogue, spec  # noqa: PLC0415 - heavy

    series = catalogue.load(catalogue.found(options.own_roots(store)))
    faults: dict[str, tuple[Fault, ...]] = {}
    for name in specs:
        faults[name] = ()
        try:
            spec.load(name, series)
        except SpecError as error:
            faults[name] = error.faults
    if as_json:
        say.document({name: [_as_json(fault) for fault in found] for name, found in faults.items()})
    else:
        _print(faults)
    if any(faults.values()):
        click.get_current_context().exit(2)


def _fill(stream: TextIO, text: str, path: Path) -> None:
    """Write the whole file, or leave none."""
    try:
        stream.write(text)
        stream.flush()
    except BaseException:
        path.unlink()
        raise


def _print(faults: dict[str, tuple[Fault, ...]]) -> None:
    """One line a sound spec on stdout, one line a fault on stderr."""
    for name, found in faults.items():
        if not found:
            say.result(f"{name}\u00a0: correcte")
        for fault in found:
            say.note(fault.at(name))


def _as_json(fault: Fault) -> dict[str, object]:
    return {"line": fault.line, "column": fault.column, "message": fault.message}


@click.command(
    cls=options.Command,
    epilog="diagnostic new ma-spec",
    help="Écrit NOM.yaml dans le dossier courant\u00a0: une spec commentée, valide telle quelle.",
)
@click.argument("name", metavar="NOM")
@options.json_option
def new(name: str, as_json: bool) -> None:
    """Write a commented spec to start from."""
    stem = name.removesuffix(".yaml")
    from diagnostic import spec  # noqa: PLC0415 - heavy

    path = Path(f"{stem}.yaml")
    text = spec.starter(stem)
    try:
        with path.open("x", encoding="utf-8") as stream:
            _fill(stream, text, path)
    except FileExistsError:
        raise UsageError(
            f"{path} existe déjà.", hint="Choisissez un autre nom ou déplacez ce fichier."
        ) from None
    except OSError as trouble:
        raise RenderError(f"{path} ne peut pas être écrit ({reason(trouble)}).") from trouble
    if as_json:
        say.document({"file": str(path)})
    else:
        say.result(path)
    say.note(f"À essayer\u00a0: diagnostic build --spec {path} --commune 51649")
