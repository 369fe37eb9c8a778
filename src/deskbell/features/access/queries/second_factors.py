"""Second factors. They belong to a person, not to an organization."""

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
    """A person's second factor, be it in force or being set up."""
    return await _FACTORS.find(db, sql("f.user_id = {}", user_id))


async def begin(db: Db, user_id: UUID, seed: bytes, now: datetime) -> bool:
    """Begins setting one up, or begins anew; False when one is in force already."""
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
    """Puts one in force, with its recovery codes; False when that was done in this very moment."""
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
    """Takes it away, with its recovery codes; says whether it was in force."""
    delete = sql("delete from second_factors where user_id = {} returning enabled_at is not null", user_id)
    return bool(await db.fetch_value(delete))


async def use_step(db: Db, user_id: UUID, step: int) -> bool:
    """Uses the code of a step up, and with it all earlier ones; False when it was used before. Of two at once, one may."""
    return bool(
        await db.execute(
            sql("update second_factors set last_step = {} where user_id = {} and last_step < {}", step, user_id, step)
        )
    )


async def use_recovery_code(db: Db, user_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Uses a recovery code up; False for one that is none (any more). Of two at once, one may."""
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
