"""The look of every drawing: colour tokens, sizes, palettes, dashes."""

from __future__ import annotations

ACCENT = "#A8380B"
ACCENT_WASH = "#F7E9E2"
INK = "#1A2129"
INK2 = "#4A5560"
INK3 = "#646F7A"
LINE = "#8A949D"
HAIR = "#CDD3D8"
GRID = "#E4E8EB"
WASH = "#F2F4F5"
WHITE = "#FFFFFF"
TEAL = "#357D89"
PALE_LINE = "#B4BCC3"
EPCI_GREY = "#D3D8DE"
PALE = "#EBEFF2"

SEQUENTIAL = ("#E1EDEE", "#B4D2D6", "#7CB0B8", "#357D89", "#0C525E")
DIVERGING = ("#C0862A", "#E6C98C", "#EDEDEA", "#357D89", "#0C525E")
_WITHOUT = {5: (), 4: (1,), 3: (1, 3), 2: (1, 2, 3), 1: (0, 1, 3, 4)}

SMALL = 8.5
TEXT = 10.0
FINDING = 12.5
REGULAR, SEMIBOLD = 400, 600

MM = 72 / 25.4
LEADING = 10.5 / MM
SOLID: tuple[float, ...] = ()
DASHED = (3.0, 2.0)
DOTTED = (0.9, 1.6)
DASH_DOT = (5.0, 1.8, 0.9, 1.8)
DASHES = (SOLID, DASHED, DOTTED, DASH_DOT, (6.0, 2.0, 2.0, 2.0))


def classes(count: int) -> tuple[str, ...]:
    """The sequential colours of `count` classes, low to high; 5 at most."""
    return tuple(c for i, c in enumerate(SEQUENTIAL) if i not in _WITHOUT[count])


def away(steps: int) -> str:
    """The diverging colour of a class `steps` classes above (below when negative) the middle."""
    return DIVERGING[2 + min(max(steps, -2), 2)]


def on(fill: str) -> str:
    """The text colour that is legible on a class colour: ink on the light, white on the dark."""
    return WHITE if fill in (*SEQUENTIAL[3:], ACCENT) else INK
