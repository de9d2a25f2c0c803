#!/bin/sh
# venv.sh PYTHON FOLDER LOCK : a virtual environment that holds exactly LOCK and this project.
# Nothing is done when FOLDER already holds the present LOCK.
set -eu
python=$1 folder=$2 lock=$3
seal="$folder/$lock.seal"
if cat "$lock" pyproject.toml | cmp -s - "$seal"; then exit 0; fi
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
run() { "$folder/bin/python" -m pip --disable-pip-version-check install -qq "$@" >&2; }
printf 'Installation dans %s depuis %s…\n' "$folder" "$lock" >&2
run --require-hashes -r "$lock"
run --no-deps --no-build-isolation -e .
# The link to the project is made relative: an absolute one holds the folder's name, and Python
# does not start from a folder with an accent where the locale knows ASCII only (LC_ALL=C).
"$folder/bin/python" -c '
import os, sysconfig
site = sysconfig.get_path("purelib")
with open(os.path.join(site, "_diagnostic_territorial.pth"), "w", encoding="ascii") as link:
    link.write(os.path.relpath(os.getcwd(), site) + "\n")
'
cat "$lock" pyproject.toml >"$seal"
