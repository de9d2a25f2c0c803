#!/bin/sh
# Resolves the dependencies again: the two locks with hashes, and the constraints that the wheel ships.
# The files name packages and hashes only: no index, no host, no path.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}
compile --generate-hashes --no-strip-extras --group build --output-file requirements.txt
compile --generate-hashes --no-strip-extras --group build --group dev --constraint requirements.txt \
    --output-file requirements-dev.txt
compile --strip-extras --no-annotate --constraint requirements.txt --output-file constraints.txt
