"""Codes of an authenticator application (RFC 6238)."""

from __future__ import annotations

import time

import pyotp
import segno

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1  # clocks differ a little
ISSUER = "Repère"


def new_secret() -> str:
    return pyotp.random_base32()


def step_of(secret: str, code: str, at_seconds: float | None = None) -> int | None:
    """The time step whose code this is, near ``at_seconds`` (now by default); None for a wrong code."""
    digits = "".join(sign for sign in code if sign.isdecimal() and sign.isascii())
    now = int(time.time() if at_seconds is None else at_seconds) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1):
        if step >= 0 and pyotp.utils.strings_equal(generator.generate_otp(step), digits):
            return step
    return None


def picture(secret: str, login: str) -> str:
    """The QR code that the application reads, as inline SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    return str(segno.make(address, error="m").svg_inline(scale=4, border=3, light="#fff"))
