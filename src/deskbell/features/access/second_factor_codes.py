"""Codes of the second factor: one-time codes of an authenticator app (TOTP, RFC 6238) and recovery codes. No I/O."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp

from deskbell.features.access.passwords import normal_form
from deskbell.features.access.tokens import hash_secret

_RECOVERY_CODES: Final = 10
_STEP_SECONDS: Final = 30
_ISSUER: Final = "Deskbell"
_TOLERANCE: Final = 1
"""Steps before and after the current one that are accepted: clocks differ, and people type slowly (RFC 6238, 5.2)."""


def app_uri(secret: str, email: str) -> str:
    """The `otpauth:` URI that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step since 1970 that the code belongs to; None if the code is not valid at `now`."""
    digits = "".join(normal_form(code).split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return None
    present = int(now.timestamp()) // _STEP_SECONDS
    codes = pyotp.TOTP(secret)
    found = None
    for step in range(present - _TOLERANCE, present + _TOLERANCE + 1):
        if hmac.compare_digest(codes.generate_otp(step), digits):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Codes such as `k3vd-9xq2-mm7a-p4te`: 80 random bits each, too many to guess even from the stored hash."""
    return [_grouped(base64.b32encode(secrets.token_bytes(10)).decode().lower()) for _ in range(_RECOVERY_CODES)]


def hash_recovery_code(user_id: UUID, code: str) -> bytes:
    """The stored hash of a recovery code. Case, spaces and hyphens of the typed code do not matter."""
    plain = "".join(each for each in normal_form(code).lower() if each.isalnum())
    return hash_secret(user_id.bytes + plain.encode())


def _grouped(text: str) -> str:
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))
