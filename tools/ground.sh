#!/bin/sh
# Lays the ground on Debian or Ubuntu: Pango, a Python with venv, and .venv filled from the lock.
# Installs with apt when it may (root, or sudo without a password); otherwise says the line to run.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

root() { # root COMMAND... : runs it as root, or fails when that would need a password
    if [ "$(id -u)" -eq 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"
    elif sudo -n true 2>/dev/null; then sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    else return 1
    fi
}

apt_install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        say "Il manque : $*. Ce système n’a pas apt-get : installez leur équivalent puis relancez."
        exit 1
    fi
    say "Installation par apt : $*"
    root apt-get install -y -q --no-install-recommends "$@" >&2 && return
    root apt-get update -q >&2 && root apt-get install -y -q --no-install-recommends "$@" >&2 && return
    say "Ces paquets n’ont pas pu être installés. Lancez puis recommencez :"
    say "    sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    exit 1
}

python=$(sh tools/pythons.sh | head -n 1)
if [ -z "$python" ]; then
    apt_install python3 python3-venv
    python=$(sh tools/pythons.sh | head -n 1)
fi
if [ -z "$python" ]; then
    say "Il faut Python 3.11 ou plus récent, avec le module venv. Lancez par exemple :"
    say "    sudo apt-get install python3.11 python3.11-venv"
    exit 1
fi

lacks() { # lacks LIBRARY : true when the system's loader does not find it
    ! "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null
}

if [ "$(uname -s)" = Linux ]; then
    missing=
    if lacks libpango-1.0.so.0; then missing="$missing libpango-1.0-0"; fi
    if lacks libpangoft2-1.0.so.0; then missing="$missing libpangoft2-1.0-0"; fi
    if lacks libharfbuzz-subset.so.0; then missing="$missing libharfbuzz-subset0"; fi
    # shellcheck disable=SC2086 -- one word a package
    if [ -n "$missing" ]; then apt_install $missing; fi
fi

sh tools/venv.sh "$python" .venv requirements.txt
