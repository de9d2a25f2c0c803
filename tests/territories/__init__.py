"""Tests of diagnostic.territories: the real COG, the real outlines, and damaged files."""
