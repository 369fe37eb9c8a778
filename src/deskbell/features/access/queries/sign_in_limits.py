"""The brake on guessing: failed sign-ins counted by address and by network address."""

from datetime import datetime

from deskbell.runtime.sql import Db, Fragment, sql


def _may_try_at(free: int, first_wait: float, longest_wait: float) -> Fragment:
    """When a subject may try again: the wait doubles with each failure beyond what is free."""
    return sql(
        "(f.last_failed_at + least({}::float8, {}::float8 * 2 ^ least(f.failures - {}::int, 30)) * interval '1 second')",
        longest_wait,
        first_wait,
        free,
    )


async def count_attempt(
    db: Db, subject: str, now: datetime, *, free: int, window_seconds: float, first_wait: float, longest_wait: float
) -> bool:
    """Counts an attempt as failed before it is made; False, and nothing counted, while the subject has to wait.

    Counting first is what stops a thousand guesses at once: the row's lock makes each see those before it.
    """
    counted = await db.execute(
        sql(
            "insert into login_failures as f (subject, failures, last_failed_at) values ({}, 1, {}) "
            "on conflict (subject) do update set last_failed_at = excluded.last_failed_at, failures = case "
            "when f.last_failed_at < excluded.last_failed_at - {}::float8 * interval '1 second' then 1 "
            "else f.failures + 1 end "
            "where f.failures < {}::int or {} <= excluded.last_failed_at",
            subject, now, window_seconds, free, _may_try_at(free, first_wait, longest_wait),
        )
    )  # fmt: skip
    return counted > 0


async def seconds_to_wait(
    db: Db, subject: str, now: datetime, *, free: int, first_wait: float, longest_wait: float
) -> float:
    """How long until the subject may try again; 0 when it may now."""
    seconds: float | None = await db.fetch_value(
        sql(
            "select extract(epoch from {} - {}::timestamptz)::float8 "
            "from login_failures f where f.subject = {} and f.failures >= {}::int",
            _may_try_at(free, first_wait, longest_wait), now, subject, free,
        )
    )  # fmt: skip
    return max(0.0, seconds or 0.0)


async def clear(db: Db, subject: str) -> None:
    """Forgets a subject's failures."""
    await db.execute(sql("delete from login_failures where subject = {}", subject))


async def take_back(db: Db, subject: str) -> None:
    """Takes back one attempt that turned out well."""
    await db.execute(sql("update login_failures set failures = greatest(0, failures - 1) where subject = {}", subject))


async def forget_failures(db: Db, before: datetime) -> None:
    """Removes counters that nothing was added to since a moment."""
    await db.execute(sql("delete from login_failures where last_failed_at < {}", before))
