"""The chat's modules, joined: what each one gives the others, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.channels.one_script import one_script


def written(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder


def test_a_module_stands_once_after_what_it_needs(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        main='import { add } from "./sums.js";\nimport * as words from "./words.js";\nadd(words.two);\n',
        words='import { one } from "./sums.js";\nexport const two = one + 1;\n',
        sums="export const one = 1;\nexport async function add(number) {}\nexport class Sum {}\n",
    )
    script = one_script(folder, "main")
    assert [script.count(f"const ${name} =") for name in ("sums", "words", "main")] == [1, 1, 1]
    assert script.index("$sums = (") < script.index("$words = (") < script.index("$main = (")
    assert "return { one, add, Sum };" in script
    assert "const { add } = $sums;" in script
    assert "const words = $words;" in script
    assert "export" not in script
    assert "import" not in script


@pytest.mark.parametrize(
    "source",
    [
        'import all from "./words.js";\n',
        'import { one as two } from "https://elsewhere.example/x.js";\n',
        "export default 3;\n",
        "export let changed = 1;\n",
        'const later = await import("./words.js");\n',
    ],
)
def test_another_form_is_an_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match=r"main\.js"):
        one_script(written(tmp_path, main=source, words="export const one = 1;\n"), "main")


@pytest.mark.parametrize("source", ["const end = '</SCRIPT>';\n", "const open = '<!-- ';\n"])
def test_what_would_end_it_in_a_page_is_an_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match="ends a script"):
        one_script(written(tmp_path, main=source), "main")


def test_a_circle_is_an_error(tmp_path: Path) -> None:
    folder = written(tmp_path, main='import { a } from "./a.js";\n', a='import { b } from "./main.js";\n')
    with pytest.raises(ValueError, match="imports itself"):
        one_script(folder, "main")
