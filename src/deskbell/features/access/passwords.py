"""Password hashing with Argon2id, off the event loop and with a bound on how much memory it takes at once."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["DECOY", "hash_password", "verify_password"]

# RFC 9106's second recommended option: 64 MiB, 3 passes. Two at a time keep a sign-in storm from eating the memory.
_HASHER: Final = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)

DECOY: Final = (
    f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    f"${base64.b64encode(bytes(_HASHER.salt_len)).decode().rstrip('=')}"
    f"${base64.b64encode(bytes(_HASHER.hash_len)).decode().rstrip('=')}"
)
"""What a password is held against where there is no account: it fits none and costs as much as any other."""

_THREADS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    """The PHC string to store."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether the password is right. An unknown account (None) costs the same time as a known one."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        _HASHER.verify(stored or DECOY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
