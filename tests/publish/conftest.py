"""The invented report and plain drawings, for the tests of the published files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import invented
import pytest

from diagnostic import draw
from diagnostic.model import ReportData


@pytest.fixture
def report() -> ReportData:
    """The invented report."""
    return invented.made_up()


@dataclass(frozen=True)
class Drawn:
    """What a drawing gives to a page."""

    svg: str
    width: float
    height: float


def _svg(kind: str, width: float, height: float, prefix: str) -> Drawn:
    scale = 72 / 25.4
    return Drawn(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width * scale:.1f} {height * scale:.1f}"><title>{kind}</title>'
        f'<defs><clipPath id="{prefix}c"><rect width="500" height="500"/></clipPath></defs>'
        f'<g clip-path="url(#{prefix}c)"><rect width="100%" height="100%" fill="#F2F4F5"/>'
        f'<text x="4" y="14" font-size="8.5" font-family="Source Sans 3">{kind}</text></g></svg>',
        width,
        height,
    )


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Plain drawings in the place of the drawing room; gives the prefixes asked for."""
    prefixes: list[str] = []

    def block(block, report, shapes, *, width, variant, prefix):  # noqa: ARG001
        prefixes.append(prefix)
        return _svg(f"{block.kind} {variant}", width, 108.0 if width == 170 else 60.0, prefix)

    def strip(row, report, *, width, variant, prefix):  # noqa: ARG001
        prefixes.append(prefix)
        return _svg(f"strip {variant}", width, 16.0, prefix)

    monkeypatch.setattr(draw, "block", block, raising=False)
    monkeypatch.setattr(draw, "strip", strip, raising=False)
    return prefixes


@pytest.fixture
def png(tmp_path: Path) -> Path:
    """A small true PNG."""
    from PIL import Image

    path = tmp_path / "logo.png"
    Image.new("RGB", (8, 4), "#A8380B").save(path)
    return path
