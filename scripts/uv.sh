# Sourced by the other scripts: finds uv, or installs it for this project alone (in .tools/).
if command -v uv >/dev/null 2>&1; then
  UV=uv
else
  if [ ! -x .tools/uv/bin/uv ]; then
    echo "· installing uv in .tools/ …"
    # Whatever Python is here will do: uv finds the two that the project needs (.python-version).
    for python in python3.11 python3.12 python3.13 python3.10 python3; do
      if command -v "$python" >/dev/null 2>&1 && "$python" -m venv .tools/uv >/dev/null 2>&1; then break; fi
    done
    .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
  fi
  UV=.tools/uv/bin/uv
fi

# The version of PyTorch that pyproject.toml pins, e.g. torch==2.13.0
torch_pin() { grep -oE 'torch==[0-9.]+' pyproject.toml | head -n 1; }
