"""A resource: a service or a place that helps. docs/resources.md sets it beside HSDS 3 and data.inclusion."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KNOWN = Literal["yes", "no", "unknown"]
AUDIENCE = Literal["jeune", "proche", "pro"]
LINE = "ligne"

LONGEST_ID = 120


class ResourceError(Exception):
    """A resource is faulty or unknown; the message says which."""


class Resource(BaseModel):
    """A service that helps. What nobody has checked is left out (None, "unknown").

    ``departement`` is a code ("69", "2A", "974"); without one the service helps everywhere in France.
    ``on_bill``: whether a call shows on the phone bill. ``opening``: the week in OpenStreetMap's notation;
    ``hours``: the same in words. ``as_of``: the day of the last check, "2025", "2025-11" or "2025-11-07".
    ``latitude`` and ``longitude`` are WGS 84 degrees; ages are in years.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=LONGEST_ID, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")
    name: str = Field(min_length=2, max_length=200)
    kind: str = LINE
    phone: str | None = None
    sms: str | None = None
    url: str | None = None
    chat_url: str | None = None
    hours: str | None = None
    opening: str | None = None
    cost: str | None = None
    anonymous: KNOWN = "unknown"
    on_bill: KNOWN = "unknown"
    audience: tuple[AUDIENCE, ...] = ()
    age_min: int | None = Field(default=None, ge=0, le=120)
    age_max: int | None = Field(default=None, ge=0, le=120)
    topics: tuple[str, ...] = ()
    use_when: str | None = None
    expect: str | None = None
    address: str | None = None
    postcode: str | None = None
    commune: str | None = None
    departement: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    accessibility: str | None = None
    languages: tuple[str, ...] = ()
    source: str | None = None
    source_url: str | None = None
    licence: str | None = None
    verified: Literal["yes"] = "yes"
    as_of: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")

    @property
    def can_be_reached(self) -> bool:
        """Whether there is a number, a page or a door."""
        return any((self.phone, self.sms, self.url, self.chat_url, self.address))

    @property
    def full_address(self) -> str | None:
        """ "3 rue des Lilas, 69100 Villeurbanne"; None without a street or a town."""
        town = " ".join(filter(None, (self.postcode, self.commune)))
        return ", ".join(filter(None, (self.address, town))) or None

    @property
    def ages_key(self) -> str | None:
        """Which words say the ages that are received, whatever the language; None: no bound is known."""
        if self.age_min and self.age_max:
            return "ages"
        return "ages_from" if self.age_min else "ages_to" if self.age_max else None


_AGES = {"ages": "{min}-{max} ans", "ages_from": "à partir de {min} ans", "ages_to": "jusqu'à {max} ans"}


def say_ages(resource: Resource) -> str | None:
    """ "12-25 ans", "à partir de 18 ans", "jusqu'à 25 ans"; in French, as the words of kinds and places."""
    key = resource.ages_key
    return _AGES[key].format(min=resource.age_min, max=resource.age_max) if key else None
