"""`python -m tests.producers [CODE…]`: serve until interrupted, print the environment to set."""

from __future__ import annotations

import sys
import threading

from .everyone import Producers

with Producers(sys.argv[1:] or None) as everyone:
    for name, url in everyone.environment.items():
        print(f"{name}={url}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        sys.exit(0)
