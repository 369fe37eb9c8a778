"""Selecting entries of the entered organization's journal."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from deskbell.kernel.events import Recorded, decode_event
from deskbell.runtime.sql import Db, Fragment, sql

COLUMNS: Final = sql(
    "e.id, e.organization_id, e.at, e.actor_id, e.correlation_id, e.operation_id, e.rule_id, e.type, e.payload"
)
"""The columns of `events e` that `entry_of` reads."""
OWN: Final = sql("e.organization_id = (select deskbell_organization())")
"""The rows of `events e` in the entered organization."""


def entry_of(row: Any) -> Recorded:
    """An entry from its row. Raises `KeyError` for an unknown type and `MsgspecError` for a payload that does not fit."""
    return Recorded(
        id=row["id"], organization_id=row["organization_id"], at=row["at"], actor_id=row["actor_id"],
        correlation_id=row["correlation_id"], operation_id=row["operation_id"],
        rule_id=row["rule_id"], event=decode_event(row["type"], row["payload"]),
    )  # fmt: skip


async def find(db: Db, event_id: int) -> Recorded | None:
    """One entry. Raises as `entry_of` does."""
    row = await db.fetch_one(sql("select {} from events e where {} and e.id = {}", COLUMNS, OWN, event_id))
    return None if row is None else entry_of(row)


async def by_ids(db: Db, event_ids: Sequence[int]) -> dict[int, Recorded]:
    """Entries by their ids, without those that this version cannot read."""
    return {each.id: each for each in await _readable(db, sql("e.id = any({}::bigint[])", list(event_ids)))}


async def _readable(db: Db, where: Fragment) -> list[Recorded]:
    found = []
    for row in await db.fetch_all(sql("select {} from events e where {} and {}", COLUMNS, OWN, where)):
        try:
            found.append(entry_of(row))
        except (msgspec.MsgspecError, KeyError):
            continue
    return found
