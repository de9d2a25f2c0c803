"""Fake producers over loopback: they speak the contracts of the real ones, with invented data.

They are written from the contracts alone, never from the connectors: they judge them.
"""
