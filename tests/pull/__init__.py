"""Tests of the room `pull`."""
