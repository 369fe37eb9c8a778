"""The maintained counts of tickets, and a recount to compare them with."""

from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg

_UNASSIGNED = UUID(int=0)


async def kept_counts(owner: "asyncpg.Connection[Any]", organization: UUID) -> Counter[tuple[Any, ...]]:
    """Every maintained count of an organization's tickets that is not zero."""
    rows = await owner.fetch(
        "select dimension, key::text, status, priority, type, channel, assigned, tagged, sum(n)::int from ticket_counts "
        "where organization_id = $1 group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(n) <> 0",
        organization,
    )
    return Counter({tuple(row)[:-1]: row[-1] for row in rows})


async def recounted(owner: "asyncpg.Connection[Any]", organization: UUID) -> Counter[tuple[Any, ...]]:
    """The expected counts, from every ticket."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for ticket in await owner.fetch(
        "select * from tickets where organization_id = $1 and deleted_at is null", organization
    ):
        words = (ticket["status"], ticket["priority"])
        kind = (ticket["type"], ticket["channel"], ticket["assignee_id"] is not None, bool(ticket["tag_ids"]))
        counted["all", str(_UNASSIGNED), *words, None, None, None, None] += 1
        counted["kind", str(_UNASSIGNED), *words, *kind] += 1
        for dimension in ("requester", "assignee", "group", "category", "brand"):
            if ticket[f"{dimension}_id"] is not None:
                counted[dimension, str(ticket[f"{dimension}_id"]), *words, None, None, None, None] += 1
        for tag in ticket["tag_ids"]:
            counted["tag", str(tag), *words, None, None, None, None] += 1
    return counted
