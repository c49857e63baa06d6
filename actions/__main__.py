"""The action server: ``bot/.venv/bin/python -m actions --port 5055``.

As ``rasa run actions``, but heard on this machine alone unless SANIC_HOST says otherwise: its callers
send it whole conversations.
"""

from __future__ import annotations

import os
import sys

from rasa_sdk.__main__ import main

if __name__ == "__main__":
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    sys.argv[1:1] = ["--actions", "actions"]
    main()
