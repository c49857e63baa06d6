"""Checks of single values. What cannot be trusted is told, never guessed."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from urllib.parse import urlsplit

import phonenumbers

from handoff.resources.importing.report import FieldError
from handoff.resources.places import Places, distance_km

LONGEST_TEXT = 600
# How far from the middle of its town, and from the nearest town of its département, a place may stand.
FROM_TOWN_KM, FROM_ANY_TOWN_KM = 30.0, 15.0

# Also as full-width letters, which a spreadsheet may read as the plain ones.
STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff]")
_SPACES = re.compile(r"\s+")
_TAGS = re.compile(r"<[^<>]{0,200}>")
# UTF-8 that was read as Windows-1252: "Ã©", "â€™", "Â ".
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨ª«®´¢§¯¹»]|â€[\u0080-\u00bf™œ“”¦¢]|Â[\u00a0-\u00bf]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Of four digits only 30xx and 31xx are free of charge by rule; others may cost, but for these two.
_SHORT_NUMBER = re.compile(r"1[578]|11[2-9]|116\d{3}|19[167]|3[01]\d{2}|3919|3928|10\d{2}")
_SHORT_MAY_COST = re.compile(r"3\d{3}")
_PLAIN_NUMBER = re.compile(r"0[1-7](?:[ .\-]?\d{2}){4}")
_REMARK = re.compile(r"\([^()]*\)\s*$")
_PHONE_REGION = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_MAY_COST = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
}


def text_of(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """Clean text, None for nothing. Raises FieldError on a broken encoding or a spreadsheet formula."""
    if value is None:
        return None
    if not isinstance(value, str | int | Decimal):
        raise FieldError("un texte était attendu")
    text = str(value)
    if "�" in text or _SURROGATE.search(text):
        raise FieldError("encodage cassé (des octets ne sont pas de l'UTF-8)")
    if _MOJIBAKE.search(text):
        raise FieldError("encodage cassé (UTF-8 lu comme du Windows-1252)")
    text = _SPACES.sub(" ", _TAGS.sub(" ", _CONTROL.sub(" ", text))).strip()
    if text.startswith("'") and text[1:].startswith(STARTS_FORMULA):
        text = text[1:]  # as our own export writes it, for a spreadsheet to take it as text
    elif is_formula(text):
        raise FieldError("une formule de tableur, pas un texte")
    if len(text) > longest:
        raise FieldError(f"plus de {longest} caractères")
    return text or None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run this: "=1+1", "@SUM(A1)", "+cmd|…"; a number with its sign is none."""
    return text.startswith(STARTS_FORMULA) and not re.fullmatch(r"[+-][\d .,()/]*", text)


def phone_of(value: object, departement: str | None) -> str | None:
    """A number as it is dialled in France: "01 23 45 67 89", "3114". Raises FieldError."""
    text = text_of(value, 80)
    if text is None:
        return None
    text = _REMARK.sub("", text).strip()
    if any(char.isalpha() for char in text):
        raise FieldError("des lettres dans un numéro de téléphone")
    digits = re.sub(r"\D", "", text)
    if _SHORT_NUMBER.fullmatch(digits) and "+" not in text:
        return f"{digits[:3]} {digits[3:]}" if len(digits) == 6 else digits
    if _SHORT_MAY_COST.fullmatch(digits):
        raise FieldError("un numéro qui peut être surtaxé")
    if _PLAIN_NUMBER.fullmatch(text) and departement not in _PHONE_REGION:
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    region = _PHONE_REGION.get(departement or "", "FR")
    for tried in dict.fromkeys((region, "FR")):
        try:
            number = phonenumbers.parse(text, tried)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        if phonenumbers.number_type(number) in _MAY_COST or re.match(r"0?8[129]", digits):
            raise FieldError("un numéro qui peut être surtaxé")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    raise FieldError("pas un numéro de téléphone français")


def url_of(value: object) -> str | None:
    """A web address. Raises FieldError on anything that is not plain http or https."""
    text = text_of(value, 500)
    if text is None:
        return None
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise FieldError("pas une adresse web") from None
    plain = parts.scheme in ("http", "https") and "." in host and not re.search(r"[\s\"'<>\\]", text)
    if not plain or parts.username is not None:
        raise FieldError("pas une adresse web")
    return text


def postcode_of(value: object) -> str | None:
    """Five digits. A spreadsheet eats the first zero: it is put back. Raises FieldError."""
    text = text_of(value, 20)
    if text is None:
        return None
    digits = re.sub(r"[ .]", "", text.removesuffix(".0"))
    if not re.fullmatch(r"\d{4,5}", digits):
        raise FieldError("pas un code postal")
    return digits.zfill(5)


def departement_of(
    places: Places,
    *,
    code: object = None,
    insee: object = None,
    postcode: str | None = None,
    commune: str | None = None,
) -> str | None:
    """A département's code from what a row says: the code, its commune's INSEE code, its postcode.

    Raises FieldError when the code and the postcode are of two départements, and no commune tells which.
    """
    given = _code_in(code)
    if re.fullmatch(r"0(?:\d\d|2[AB])", given):
        given = given[1:]  # "075", "02A": the education directory's way
    town = _code_in(insee)
    from_commune = town[:3] if town.startswith(("97", "98")) else town[:2]
    from_postcode = places.departement_of_postcode(postcode) if postcode else None
    if len(town) == 5 and from_commune in places.departements and given.zfill(2) not in places.departements:
        return from_commune
    found = given.zfill(2) if given and given.zfill(2) in places.departements else None
    if found and from_postcode and found != from_postcode:
        # A postcode may straddle a border: the commune tells.
        if len(town) == 5 and from_commune in (found, from_postcode):
            return from_commune
        for each in (found, from_postcode):
            if commune and places.is_commune_of(commune, each):
                return each
        raise FieldError(f"le département {found} et le code postal {postcode} ne vont pas ensemble")
    return found or from_postcode


def _code_in(value: object) -> str:
    """What may be a code; "" for what cannot (some files write a region's name there)."""
    try:
        return (text_of(value, 20) or "").upper()
    except FieldError:
        return ""


def position_of(
    latitude: object, longitude: object, places: Places, departement: str | None, commune: str | None
) -> tuple[tuple[float, float] | None, str | None]:
    """(latitude, longitude) and what there is to tell about them.

    Swapped coordinates are put right. Those that are far from where the place says it is are left out.
    """
    if latitude in (None, "") and longitude in (None, ""):
        return None, None
    try:
        point = (float(str(latitude).replace(",", ".")), float(str(longitude).replace(",", ".")))
    except ValueError:
        return None, "coordonnées illisibles"
    if not all(map(math.isfinite, point)):
        return None, "coordonnées illisibles"
    if point == (0.0, 0.0):
        return None, "coordonnées nulles (0, 0)"
    if _is_near(point, places, departement, commune):
        return (round(point[0], 6), round(point[1], 6)), None
    swapped = (point[1], point[0])
    if _is_near(swapped, places, departement, commune):
        return (round(swapped[0], 6), round(swapped[1], 6)), "latitude et longitude inversées"
    return None, "coordonnées loin du lieu annoncé (en mer, ou ailleurs)"


def _is_near(
    point: tuple[float, float], places: Places, departement: str | None, commune: str | None
) -> bool:
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180) or departement is None:
        return False
    town = places.position_of(commune, departement) if commune else None
    from_town = distance_km(point, town) if town else None
    if from_town is not None and from_town <= FROM_ANY_TOWN_KM:
        return True
    if from_town is not None and from_town > FROM_TOWN_KM:
        return False
    return places.is_near_a_town_of(departement, point, FROM_ANY_TOWN_KM)
