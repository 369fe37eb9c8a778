"""Stored responses to requests with an `Idempotency-Key`."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.runtime.database import UnitOfWork


class KeptAnswer(Struct, frozen=True):
    """The response to an earlier request with the key; `status` is None if it was not stored."""

    same_request: bool
    status: int | None
    headers: dict[str, str]
    body: bytes


async def claim_key(uow: UnitOfWork, caller: UUID, key: str, fingerprint: bytes) -> KeptAnswer | None:
    """Claims a key for this unit, or returns the stored response.

    A concurrent request with the same key blocks until the first one's unit has ended.
    """
    claimed = await uow.db.execute(
        "insert into idempotency_keys (organization_id, caller, key, fingerprint, created_at) values ($1, $2, $3, $4, $5) "
        "on conflict do nothing",
        uow.actor.organization_id,
        caller,
        key,
        fingerprint,
        uow.now,
    )
    if claimed:
        return None
    row = await uow.db.fetch_one(
        "select fingerprint = $3 as same, status, coalesce(headers, '{}') as headers, coalesce(body, '') as body "
        "from idempotency_keys where caller = $1 and key = $2",
        caller,
        key,
        fingerprint,
    )
    assert row is not None
    return KeptAnswer(row["same"], row["status"], msgspec.json.decode(row["headers"], type=dict[str, str]), row["body"])


async def keep_answer(
    uow: UnitOfWork, caller: UUID, key: str, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Stores the response for a claimed key."""
    await uow.db.execute(
        "update idempotency_keys set status = $3, headers = $4, body = $5 where caller = $1 and key = $2",
        caller,
        key,
        status,
        msgspec.json.encode(headers).decode(),
        body,
    )


async def withdraw_key(uow: UnitOfWork, caller: UUID, key: str) -> None:
    """Releases a claimed key, for a refused request that still committed a part of its changes and so its claim."""
    await uow.db.execute("delete from idempotency_keys where caller = $1 and key = $2 and status is null", caller, key)
