#!/usr/bin/env bash
# Renews both locks. Neither names the address of a registry, and neither holds CUDA packages.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/uv.sh

"$UV" pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-annotate --no-emit-package torch --group dev pyproject.toml -o requirements.lock
# TensorFlow's build without CUDA is asked for by name; the full one that Rasa names is left out.
"$UV" pip compile --quiet --universal --upgrade --python-version 3.10 --generate-hashes --no-header \
  --no-emit-index-url --no-annotate --override bot/overrides.txt --no-emit-package tensorflow \
  bot/requirements.in -o bot/requirements.lock
