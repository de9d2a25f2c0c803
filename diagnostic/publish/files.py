"""Files put in their folder all together, or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from diagnostic.errors import RenderError, reason

_LEFT_OVER = 3600


def keep(contents: Mapping[Path, bytes]) -> None:
    """Write each content at its path; a failure leaves the files of before, and nothing new.

    All are written aside in their own folder, then all are renamed; if one cannot be, those
    already renamed are put back. What a killed run left aside more than an hour ago is removed.
    Raises RenderError.
    """
    aside: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise RenderError(
                    f"« {path} » est un dossier : le dossier ne peut pas y être écrit",
                    hint="Renommez ce dossier ou choisissez un autre --output.",
                )
            _sweep(path)
            aside[path] = _aside(path)
            with aside[path].open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _rename(aside)
    except OSError as error:
        where = error.filename or next(iter(contents)).parent
        raise RenderError(
            f"écriture impossible dans « {where} » : {reason(error)}",
            hint="Vérifiez les droits et la place du disque, ou choisissez un autre --output.",
        ) from error
    finally:
        for temporary in aside.values():
            temporary.unlink(missing_ok=True)


def _rename(aside: Mapping[Path, Path]) -> None:
    """Give every file its name, or give back what had it."""
    before: dict[Path, Path] = {}
    try:
        for path in aside:
            if os.path.lexists(path):
                before[path] = _aside(path)
                _double(path, before[path])
        for path, temporary in aside.items():
            temporary.replace(path)
    except BaseException:
        for path, temporary in aside.items():
            if temporary.exists():
                continue
            if path in before:
                before[path].replace(path)
            else:
                path.unlink()
        raise
    finally:
        for old in before.values():
            old.unlink(missing_ok=True)


def _double(path: Path, other: Path) -> None:
    """Give the file `path` a second name; where the disk knows no such thing, copy it."""
    try:
        os.link(path, other, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, other, follow_symlinks=False)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")


def _sweep(path: Path) -> None:
    """Remove what killed runs left beside `path`; a run at work is never that old."""
    for old in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - old.lstat().st_ctime > _LEFT_OVER:
                old.unlink()
