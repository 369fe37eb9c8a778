"""routes: shapes of sign-in and sign-up."""

from typing import Annotated

from msgspec import Meta, Struct


class RefreshBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token from the last sign-in or refresh. It works once."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=1_000)]
