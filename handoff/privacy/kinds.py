"""The kinds of personal data and what stands in their place."""

from __future__ import annotations

from typing import Final

PERSON: Final = "PERSON"
PHONE: Final = "PHONE"
EMAIL: Final = "EMAIL"
ADDRESS: Final = "ADDRESS"
POSTCODE_CITY: Final = "POSTCODE_CITY"
SCHOOL: Final = "SCHOOL"
HANDLE: Final = "HANDLE"
URL: Final = "URL"
DOB: Final = "DOB"
NIR: Final = "NIR"
IBAN: Final = "IBAN"
PLATE: Final = "PLATE"
IP: Final = "IP"
ID_DOCUMENT: Final = "ID_DOCUMENT"
CARD: Final = "CARD"

# Where two kinds claim the same characters, the earlier in this list gives its name to the whole.
PRIORITY: Final[tuple[str, ...]] = (
    IBAN, NIR, CARD, EMAIL, URL, PHONE, ID_DOCUMENT, IP, PLATE, DOB,
    ADDRESS, SCHOOL, HANDLE, POSTCODE_CITY, PERSON,
)  # fmt: skip

# Kinds whose replacement does not depend on what is replaced.
FIXED_REPLACEMENTS: Final[dict[str, str]] = {
    PHONE: "[TÉLÉPHONE]",
    EMAIL: "[E-MAIL]",
    ADDRESS: "[ADRESSE]",
    SCHOOL: "[ÉTABLISSEMENT]",
    HANDLE: "[PSEUDO]",
    URL: "[LIEN]",
    NIR: "[NIR]",
    IBAN: "[IBAN]",
    PLATE: "[PLAQUE]",
    IP: "[IP]",
    ID_DOCUMENT: "[DOCUMENT]",
    CARD: "[CARTE]",
}
# A birth date from which no age can be told (no year, an impossible one).
DATE_REPLACEMENT: Final = "[DATE]"
# A place of which several départements could be meant.
PLACE_REPLACEMENT: Final = "[LIEU]"
