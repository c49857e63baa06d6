"""The closed lists of a case record, after Child Helpline International's reasons for contact.

Labels are in data/texts/ui.fr.yml, under "figures". The one addition: exploitation stands apart
from violence, because it is what this service is for.
"""

from __future__ import annotations

from typing import Final

THEMES: Final = (
    "exploitation",
    "violence",
    "mental_health",
    "family",
    "peers",
    "school",
    "sexuality",
    "online",
    "physical_health",
    "runaway",
    "discrimination",
    "rights",
    "other",
)
AGE_BANDS: Final = ("under_10", "10_12", "13_15", "16_17", "18_24", "adult", "unknown")
OUTCOMES: Final = (
    "counselled",
    "referred",
    "reported",
    "emergency",
    "left_early",
    "not_serious",
)
ORIENTATIONS: Final = (
    "none",
    "line_119",
    "emergency",
    "other_line",
    "health",
    "child_protection",
    "association",
    "school",
    "police_justice",
    "trusted_adult",
)
LISTS: Final = {
    "theme": THEMES,
    "age_band": AGE_BANDS,
    "outcome": OUTCOMES,
    "orientation": ORIENTATIONS,
}
