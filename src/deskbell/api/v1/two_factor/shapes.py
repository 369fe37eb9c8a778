"""v1: shapes of the second factor."""

from typing import Annotated

import segno
from msgspec import Meta, Struct

from deskbell.features.access.service import SetUp


class SetUpView(Struct, frozen=True):
    """What an authenticator app needs, shown once: the secret to type, the same as an address, and that as a QR code."""

    secret: str
    otpauth_uri: str
    qr_svg: str

    @classmethod
    def of(cls, made: SetUp) -> "SetUpView":
        """A fresh secret in v1's form."""
        picture = segno.make(made.uri, error="m", micro=False).svg_inline(scale=4, border=4, light="#fff")
        return cls(made.secret, made.uri, picture)


class EnableBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the app shows."""

    code: Annotated[str, Meta(min_length=1, max_length=50)]


class DisableBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Your password."""

    password: Annotated[str, Meta(min_length=1, max_length=1_000)]


class RecoveryCodes(Struct, frozen=True):
    """Each signs in once instead of a code of the app. They are shown this once: keep them apart from your phone."""

    recovery_codes: list[str]
