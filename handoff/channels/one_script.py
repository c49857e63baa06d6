"""The chat's modules as one script: on a slow line each further request costs a round trip.

The modules stay plain JavaScript, which a browser could load one by one. Only the forms of import and export
that they use are read; another one is an error, at start rather than on somebody's phone.
"""

from __future__ import annotations

import re
from pathlib import Path

# import { a, b } from "./name.js";   import * as all from "./name.js";
_IMPORT = re.compile(r'^import (?P<what>\{[^}]*\}|\* as \w+) from "\./(?P<module>\w+)\.js";$', re.MULTILINE)
# export function a   export async function a   export class A   export const a
_EXPORT = re.compile(r"^export (?P<rest>(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)
_ANOTHER_FORM = re.compile(r"^(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)


def one_script(folder: Path, entry: str) -> str:
    """``entry`` and all it imports from ``folder``, each once and after what it needs.

    Raises ValueError on a form of import or export that is not read here, on a circle of imports, or on what
    would end the script where it stands in a page.
    """
    done: dict[str, str] = {}
    _add(folder, entry, done, ())
    script = "\n".join(done.values())
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"{entry}.js: what ends a script cannot stand in one")
    return script


def _add(folder: Path, name: str, done: dict[str, str], on_the_way: tuple[str, ...]) -> None:
    if name in done:
        return
    if name in on_the_way:
        raise ValueError(f"{name}.js imports itself, by way of {', '.join(on_the_way)}")
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    for needed in _IMPORT.finditer(source):
        _add(folder, needed["module"], done, (*on_the_way, name))
    exported = [found["name"] for found in _EXPORT.finditer(source)]
    body = _EXPORT.sub(r"\g<rest>", _IMPORT.sub(_taken, source))
    another = _ANOTHER_FORM.search(body)
    if another:
        raise ValueError(f"{name}.js: not a form of import or export read here: {another[0]}")
    # A name that no module gives anything of its own: "memory" is a module and what it exports.
    done[name] = f"const ${name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _taken(found: re.Match[str]) -> str:
    what = found["what"].removeprefix("* as ")
    return f"const {what} = ${found['module']};"
