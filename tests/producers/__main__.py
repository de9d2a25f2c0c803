"""`python -m tests.producers [CODE…]`: serve until interrupted, print the environment to set."""

from __future__ import annotations

import signal
import sys
import threading

from .everyone import Producers

signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    with Producers(sys.argv[1:] or None) as everyone:
        for name, url in everyone.environment.items():
            print(f"{name}={url}", flush=True)
        threading.Event().wait()
except KeyboardInterrupt:
    sys.exit(0)
