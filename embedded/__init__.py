"""Maintainers' scripts: make data/ and shapefiles/ from the sample and two registry packages."""
