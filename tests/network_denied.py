"""Runs a piece of code in a process of its own where every connection is refused."""

from __future__ import annotations

import subprocess
import sys
import textwrap

_DENY = """
import socket

def refuse(*_arguments, **_options):
    raise AssertionError("something asked for the network")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
socket.create_connection = refuse
"""


def run_without_network(code: str) -> str:
    """What the code prints. Raises AssertionError with its error output when it fails."""
    program = _DENY + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
