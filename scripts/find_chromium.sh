#!/usr/bin/env bash
# Prints the path of a Chromium for the end-to-end tests; installs one when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

find_one() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

if ! find_one; then
  echo "· installing Chromium for the end-to-end tests …" >&2
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      chromium fonts-noto-color-emoji; } >&2
    find_one
  else
    .venv/bin/python -m playwright install chromium >&2
    .venv/bin/python -c "
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)"
  fi
fi
