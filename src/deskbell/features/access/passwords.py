"""Password hashing with Argon2id, off the event loop and with bounded memory."""

import asyncio
import base64
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106's second recommended option: 64 MiB, 3 passes.
_STANDARD: Final = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
_CHEAP: Final = PasswordHasher.from_parameters(profiles.CHEAPEST)

# Two threads bound the memory of concurrent sign-ins: 64 MiB each.
_THREADS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


class _Hashing:
    """The parameters in use, and a hash of equal cost that no password matches."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher = hasher
        self.decoy = (
            f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
            f"${base64.b64encode(bytes(hasher.salt_len)).decode().rstrip('=')}"
            f"${base64.b64encode(bytes(hasher.hash_len)).decode().rstrip('=')}"
        )


_in_use = _Hashing(_STANDARD)


def use_cost(cost: Literal["standard", "test"]) -> None:
    """Sets the cost of hashing in this process, as the setting PASSWORD_COST requires."""
    global _in_use  # noqa: PLW0603 - one setting of the process
    _in_use = _Hashing(_CHEAP if cost == "test" else _STANDARD)


def decoy_hash() -> str:
    """A hash that no password matches. Verifying it for an unknown account costs as much as for a known one."""
    return _in_use.decoy


def normal_form(secret: str) -> str:
    """A typed secret in NFKC (NIST SP 800-63B, 3.1.1.2): keyboards differ in how they compose the same characters."""
    return unicodedata.normalize("NFKC", secret)


async def hash_password(password: str) -> str:
    """Returns the PHC string to store."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _in_use.hasher.hash, normal_form(password))


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether the password is right. An unknown account (None) costs the same time as a known one."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        _in_use.hasher.verify(stored or decoy_hash(), normal_form(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
