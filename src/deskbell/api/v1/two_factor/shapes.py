"""v1: shapes of two-factor authentication."""

from typing import Annotated

import segno
from msgspec import Meta, Struct

from deskbell.features.access.service import SetUp


class SetUpView(Struct, frozen=True):
    """The secret for an authenticator app as text, URI and QR code. Shown only once."""

    secret: str
    otpauth_uri: str
    qr_svg: str

    @classmethod
    def of(cls, made: SetUp) -> "SetUpView":
        picture = segno.make(made.uri, error="m", micro=False).svg_inline(scale=4, border=4, light="#fff")
        return cls(made.secret, made.uri, picture)


class EnableBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A code from the authenticator app."""

    code: Annotated[str, Meta(min_length=1, max_length=50)]


class DisableBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Your password."""

    password: Annotated[str, Meta(min_length=1, max_length=1_000)]


class RecoveryCodes(Struct, frozen=True):
    """Recovery codes, shown only once. Each replaces the app's code for one sign-in. Keep them apart from your phone."""

    recovery_codes: list[str]
