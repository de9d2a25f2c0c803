#!/bin/sh
# Prints the Pythons of the machine that can serve (3.11 or newer, final, with venv), one path a
# line, no version twice: the default one first, then from the newest to the oldest.
probe='
import sys
try:
    import ensurepip, venv
except ImportError:
    sys.exit(1)
if sys.version_info < (3, 11) or sys.version_info.releaselevel != "final":
    sys.exit(1)
print("%d.%03d %s" % (*sys.version_info[:2], sys.executable))
'
try() { "$1" -c "$probe" 2>/dev/null || true; }

default=$(try python3)
others=$(
    for name in 11 12 13 14 15 16 17 18 19 20; do try "python3.$name"; done
    for path in "$HOME"/.pyenv/versions/*/bin/python3; do
        if [ -x "$path" ]; then try "$path"; fi
    done
)
printf '%s\n%s\n' "$default" "$(printf '%s\n' "$others" | sort -r)" |
    awk 'NF && !seen[$1]++ { sub(/^[^ ]* /, ""); print }'
