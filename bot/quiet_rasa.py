"""The ``rasa`` command for this project: tells nobody anything, and warns only about our own files.

    bot/.venv/bin/python -m bot.quiet_rasa train | run | shell | test …

What is set here must not be forgotten on any machine, so it isn't left to the environment.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

ALWAYS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "HF_HUB_OFFLINE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TQDM_DISABLE": "1",
    # At DEBUG, Rasa writes every message to its log.
    "LOG_LEVEL": "INFO",
    "LOG_LEVEL_LIBRARIES": "ERROR",
}


def main() -> None:
    """Runs Rasa's command line."""
    os.environ.update(ALWAYS)
    # While it serves, a warning may quote what somebody wrote; otherwise it tells of our own files.
    silenced: tuple[type[Warning], ...] = (Warning,) if "run" in sys.argv[1:2] else (DeprecationWarning,)
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
        if not issubclass(category, silenced):
            shown(message, category, *rest, **named)

    # Filters would be undone: sanic and Rasa set their own.
    warnings.showwarning = show
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
