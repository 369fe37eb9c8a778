"""SQL of the list of members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.queries.memberships import MEMBERS
from deskbell.features.access.records import Membership
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Role
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, all_of, sql

_NEWEST: Final = Order[Membership](
    "m.created_at",
    "m.user_id",
    shape=tuple[datetime, UUID],
    key=lambda member: (member.created_at, member.user_id),
    descending=True,
)


def _wanted(roles: Sequence[Role], search: str | None) -> Fragment:
    return all_of(
        [
            sql("m.ended_at is null"),
            sql("m.role = any({})", [role.value for role in roles]) if roles else None,
            None if search is None else sql("m.user_id in (select user_id from deskbell_search_people({}))", search),
        ]
    )


async def list_page(db: Db, roles: Sequence[Role], search: str | None, request: PageRequest) -> Page[Membership]:
    """A page of the members with these roles (all roles if empty), newest first."""
    total = await count(db, roles, search)
    return await page(db, MEMBERS, _NEWEST, request, where=_wanted(roles, search), total=total)


async def count(db: Db, roles: Sequence[Role], search: str | None) -> int:
    """The number of members: from precomputed counts, or the number of matches of a search."""
    if search is not None:
        return int(await db.fetch_value(sql("select count(*) from memberships m where {}", _wanted(roles, search))))
    named = sql("key = any({})", [role.value for role in roles]) if roles else None
    return int(
        await db.fetch_value(
            sql(
                "select coalesce(sum(n), 0) from directory_counts where {}",
                all_of([sql("dimension = 'role'"), named]),
            )
        )
    )
