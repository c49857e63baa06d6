"""The impact assessment says the durations that the settings have."""

from __future__ import annotations

import re
from datetime import timedelta

from handoff.settings import PROJECT_FOLDER, Settings

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
