"""Limits on password guessing: failed and running sign-ins, by address and by network address."""

from datetime import datetime

from msgspec import Struct

from deskbell.runtime.sql import Db, Fragment, sql


class Limits(Struct, frozen=True):
    """`free` failures within the window need no wait; each further one doubles it. Times are in seconds."""

    free: int
    window: float
    first_wait: float
    longest_wait: float
    abandoned: float


async def occupy_slot(db: Db, subject: str, now: datetime, limits: Limits) -> bool:
    """Starts an attempt; False, and unchanged, while the subject has no slot.

    The row's lock lets each of many parallel attempts count those before it.
    """
    failures, last, under_way = _failures(now, limits), _last_failed_at(now, limits), _under_way(now, limits)
    occupied = await db.execute(
        sql(
            "insert into login_failures as f (subject, failures, last_failed_at, under_way, last_began_at) "
            "values ({}, 0, {}, 1, {}) on conflict (subject) do update set failures = {}, last_failed_at = {}, "
            "under_way = {} + 1, last_began_at = excluded.last_began_at "
            "where {} + {} < {}::int or ({} = 0 and {} <= excluded.last_began_at)",
            subject, now, now, failures, last, under_way,
            failures, under_way, limits.free, under_way, _may_try_at(now, limits),
        )
    )  # fmt: skip
    return occupied > 0


async def seconds_to_wait(db: Db, subject: str, now: datetime, limits: Limits) -> float | None:
    """The seconds until the subject may try again; None when only running attempts block it."""
    seconds: float | None = await db.fetch_value(
        sql(
            "select extract(epoch from {} - {}::timestamptz)::float8 from login_failures f "
            "where f.subject = {} and {} >= {}::int",
            _may_try_at(now, limits), now, subject, _failures(now, limits), limits.free,
        )
    )  # fmt: skip
    return seconds


async def free_slots(db: Db, subjects: list[str], now: datetime, failures: int = 0) -> None:
    """Ends an attempt of each subject with this number of failures, 0 or 1."""
    await db.execute(
        sql(
            "update login_failures set under_way = greatest(0, under_way - 1), failures = failures + {}::int, "
            "last_failed_at = case when {}::int > 0 then {} else last_failed_at end where subject = any({}::text[])",
            failures, failures, now, subjects,
        )
    )  # fmt: skip


async def clear(db: Db, subject: str) -> None:
    """Removes a subject's failures."""
    await db.execute(sql("update login_failures set failures = 0 where subject = {}", subject))


async def delete_old_failures(db: Db, before: datetime) -> None:
    """Deletes counters that have not changed since a time."""
    await db.execute(sql("delete from login_failures where greatest(last_failed_at, last_began_at) < {}", before))


def _is_abandoned(now: datetime, limits: Limits) -> Fragment:
    return sql(
        "(f.under_way > 0 and f.last_began_at < {}::timestamptz - {}::float8 * interval '1 second')",
        now,
        limits.abandoned,
    )


def _failures(now: datetime, limits: Limits) -> Fragment:
    """Failures within the window, including abandoned attempts."""
    return sql(
        "(case when f.last_failed_at < {}::timestamptz - {}::float8 * interval '1 second' then 0 else f.failures end "
        "+ case when {} then f.under_way else 0 end)",
        now,
        limits.window,
        _is_abandoned(now, limits),
    )


def _last_failed_at(now: datetime, limits: Limits) -> Fragment:
    return sql("(case when {} then f.last_began_at else f.last_failed_at end)", _is_abandoned(now, limits))


def _under_way(now: datetime, limits: Limits) -> Fragment:
    return sql("(case when {} then 0 else f.under_way end)", _is_abandoned(now, limits))


def _may_try_at(now: datetime, limits: Limits) -> Fragment:
    """The time of the next allowed attempt: the wait doubles with each failure beyond the free ones."""
    return sql(
        "({} + least({}::float8, {}::float8 * 2 ^ least(greatest({} - {}::int, 0), 30)) * interval '1 second')",
        _last_failed_at(now, limits),
        limits.longest_wait,
        limits.first_wait,
        _failures(now, limits),
        limits.free,
    )
