"""Second factors. They belong to a user, not to an organization."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import SecondFactor
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_FACTORS: Final = Table(
    "second_factors",
    SecondFactor,
    "f",
    columns={
        "recovery_codes_left": "(select count(*)::int from recovery_codes c where c.user_id = f.user_id "
        "and c.used_at is null)"
    },
)


async def find(db: Db, user_id: UUID) -> SecondFactor | None:
    """A user's second factor, enabled or being set up."""
    return await _FACTORS.find(db, sql("f.user_id = {}", user_id))


async def begin(db: Db, user_id: UUID, seed: bytes, now: datetime) -> bool:
    """Starts or restarts the set-up; False when a second factor is enabled already."""
    return bool(
        await db.execute(
            sql(
                "insert into second_factors as f (user_id, seed, created_at) values ({}, {}, {}) "
                "on conflict (user_id) do update set seed = excluded.seed, created_at = excluded.created_at, last_step = 0 "
                "where f.enabled_at is null",
                user_id,
                seed,
                now,
            )
        )
    )


async def enable(db: Db, user_id: UUID, step: int, code_hashes: Sequence[bytes], now: datetime) -> bool:
    """Enables the factor with its recovery codes; False when it was enabled concurrently."""
    enabled = await db.execute(
        sql(
            "update second_factors set enabled_at = {}, last_step = {} where user_id = {} and enabled_at is null",
            now,
            step,
            user_id,
        )
    )
    if enabled:
        await db.execute(
            sql(
                "insert into recovery_codes (user_id, code_hash) select {}::uuid, unnest({}::bytea[])",
                user_id,
                list(code_hashes),
            )
        )
    return bool(enabled)


async def remove(db: Db, user_id: UUID) -> bool:
    """Deletes the factor and its recovery codes; returns whether it was enabled."""
    delete = sql("delete from second_factors where user_id = {} returning enabled_at is not null", user_id)
    return bool(await db.fetch_value(delete))


async def use_step(db: Db, user_id: UUID, step: int) -> bool:
    """Marks the codes up to this step as used; False if it was used before. One of two concurrent uses succeeds."""
    return bool(
        await db.execute(
            sql("update second_factors set last_step = {} where user_id = {} and last_step < {}", step, user_id, step)
        )
    )


async def use_recovery_code(db: Db, user_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Marks a recovery code as used; False for an unknown or used code. Of two concurrent uses, one succeeds."""
    return bool(
        await db.execute(
            sql(
                "update recovery_codes set used_at = {} where user_id = {} and code_hash = {} and used_at is null",
                now,
                user_id,
                code_hash,
            )
        )
    )
