"""Pieces of ReportData -> SVG, laid out in mm and painted by matplotlib."""

from diagnostic.draw.drawing import Drawing, Variant, block, strip
from diagnostic.draw.maps import Outline, Shapes, Town

__all__ = ["Drawing", "Outline", "Shapes", "Town", "Variant", "block", "strip"]
