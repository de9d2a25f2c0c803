"""Pieces of ReportData -> SVG, laid out in mm and painted by matplotlib."""

from diagnostic.draw.drawing import Drawing, Variant, block, strip
from diagnostic.draw.shapes import Outline, Shapes, Town, Wide

__all__ = ["Drawing", "Outline", "Shapes", "Town", "Variant", "Wide", "block", "strip"]
