#!/usr/bin/env bash
# Creates one of the two Python environments from its locked requirements.
#   scripts/set_up.sh modern   .venv      Python 3.11+, everything but Rasa
#   scripts/set_up.sh rasa     bot/.venv  Python 3.10, Rasa 3.6 and its actions
# Compiled here, once: a process that may not write beside its libraries compiles them at every start (half a minute).
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/uv.sh

case "${1:-}" in
modern)
  echo "· setting up .venv (Python 3.11) …"
  "$UV" venv --quiet --clear --python 3.11 .venv
  # The CPU build of PyTorch: from a local folder of wheels when PIP_FIND_LINKS names one that has it.
  if [ -n "${PIP_FIND_LINKS:-}" ] &&
    "$UV" pip install --quiet --python .venv --no-deps --no-index --find-links "$PIP_FIND_LINKS" "$(torch_pin)" 2>/dev/null; then
    echo "  PyTorch from PIP_FIND_LINKS"
  else
    "$UV" pip install --quiet --python .venv --no-deps --torch-backend cpu "$(torch_pin)"
  fi
  "$UV" pip install --quiet --compile-bytecode --python .venv --no-deps --require-hashes -r requirements.lock
  touch .venv/.locked
  ;;
rasa)
  echo "· setting up bot/.venv (Python 3.10, Rasa) …"
  "$UV" venv --quiet --clear --python 3.10 bot/.venv
  "$UV" pip install --quiet --compile-bytecode --python bot/.venv --no-deps --require-hashes -r bot/requirements.lock
  touch bot/.venv/.locked
  ;;
*)
  echo "usage: scripts/set_up.sh modern|rasa" >&2
  exit 2
  ;;
esac
