"""The impact assessment says the durations that the settings have, and names all that is kept."""

from __future__ import annotations

import re
from datetime import timedelta

from handoff.records import card_tables, resource_tables, tables
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.store import keys

UNITS = {"minute": timedelta(minutes=1), "heure": timedelta(hours=1), "jour": timedelta(days=1)}


def test_its_durations_are_those_of_the_settings() -> None:
    text = (PROJECT_FOLDER / "docs" / "aipd.md").read_text(encoding="utf-8")
    said = re.findall(r"`(REPERE_\w+)` \| (\d+) (minute|heure|jour)s? \|", text)
    defaults = {str(field.validation_alias): field.default for field in Settings.model_fields.values()}
    assert {name: int(number) * UNITS[unit] for name, number, unit in said} == {
        name: defaults[name]
        for name in (
            "REPERE_IDLE_END",
            "REPERE_KEEP_AFTER_END",
            "REPERE_SHARED_DETAIL_LIFETIME",
            "REPERE_RETURN_CODE_LIFETIME",
            "REPERE_STAFF_SESSION_LIFETIME",
            "REPERE_SIGN_IN_LINK_LIFETIME",
        )
    }


def test_every_key_of_redis_and_every_table_is_in_the_register() -> None:
    text = (PROJECT_FOLDER / "docs" / "aipd.md").read_text(encoding="utf-8")
    register = text[text.index("## 3.") : text.index("## 4.")]
    source = (PROJECT_FOLDER / "handoff" / "store" / "keys.py").read_text(encoding="utf-8")
    # What a function makes of other keys is no key of its own.
    names = set(re.findall(r"^(?:def (?!of_)(\w+)|([A-Z_]+) =)", source, re.MULTILINE))
    kept = {function or constant for function, constant in names} - {"PREFIX"}
    assert all(hasattr(keys, name) for name in kept)
    kept |= {
        table for module in (tables, card_tables, resource_tables) for table in module.Table.metadata.tables
    }
    assert sorted(name for name in kept if f"`{name}`" not in register) == []
