"""Territorial diagnostics on open social data: the package's version lives here, nothing else."""

__version__ = "0.1.0"
