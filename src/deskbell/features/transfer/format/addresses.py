"""E-mail addresses of imported people, normalized as accounts store them."""

import hashlib
from functools import lru_cache
from typing import Final

from deskbell.features.access.addresses import clean_address
from deskbell.kernel.errors import Invalid

UNUSABLE_DOMAIN: Final = "address.invalid"
"""A domain that can never receive mail (RFC 2606), for people with a malformed address."""

_ATOM: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_MAX_LOCAL: Final = 64


@lru_cache(maxsize=100_000)
def normalized(text: str) -> str:
    """The address as accounts store it. Cached, because an archive repeats the same people.

    Raises `ValueError`.
    """
    try:
        return clean_address(text)
    except Invalid as refusal:
        raise ValueError("must be an e-mail address") from refusal


def substitute(text: str) -> str:
    """A valid address in place of a malformed one; equal texts give equal addresses.

    Characters other than letters and digits are escaped as in quoted-printable, so the text stays readable.
    """
    local = "".join(
        each if each in _ATOM else "".join(f"={byte:02x}" for byte in each.encode()) for each in text.strip().lower()
    )
    if len(local) > _MAX_LOCAL:
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        local = f"{local[: _MAX_LOCAL - 13]}_{digest}"
    return f"{local or 'unknown'}@{UNUSABLE_DOMAIN}"
