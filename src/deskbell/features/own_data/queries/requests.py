"""Requests for the deletion of a person's data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.own_data.records import Begun, DeletionRequest, Identity, ListedRequest
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Role
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_REQUESTS: Final = Table("deletion_requests", DeletionRequest, "r", key="user_id")
_LISTED: Final = Table(
    "deletion_requests",
    ListedRequest,
    "r",
    columns={
        "name": "m.name",
        "email": "m.email",
        "tickets_count": "(select coalesce(sum(c.n), 0)::int from ticket_counts c where c.organization_id = r.organization_id "
        "and c.dimension = 'requester' and c.key = r.user_id)",
    },
    joins="join memberships m on m.organization_id = r.organization_id and m.user_id = r.user_id",
    key="user_id",
)
_NEWEST: Final = Order[ListedRequest](
    "r.requested_at", "r.user_id", shape=tuple[datetime, UUID], key=lambda each: (each.requested_at, each.user_id),
    descending=True,
)  # fmt: skip


async def find(db: Db, user_id: UUID) -> DeletionRequest | None:
    """A person's latest request."""
    return await _REQUESTS.find(db, sql("r.user_id = {}", user_id))


async def lock(db: Db, user_id: UUID) -> DeletionRequest | None:
    """A person's latest request, locked until this transaction ends."""
    return await _REQUESTS.find(db, sql("r.user_id = {} for update", user_id))


async def find_listed(db: Db, user_id: UUID) -> ListedRequest | None:
    """A person's latest request, as admins see it."""
    return await _LISTED.find(db, sql("r.user_id = {}", user_id))


async def list_page(db: Db, state: str, request: PageRequest) -> Page[ListedRequest]:
    """A page of the requests in a state, the newest first."""
    return await page(db, _LISTED, _NEWEST, request, where=sql("r.state = {}", state))


async def open_anew(db: Db, organization_id: UUID, request: DeletionRequest) -> bool:
    """Adds a person's request, in the place of one that was withdrawn or declined; False if one is under way."""
    return bool(
        await db.execute(
            sql(
                "{} on conflict (organization_id, user_id) do update set state = excluded.state, "
                "requested_at = excluded.requested_at, requested_by = excluded.requested_by, decided_at = null, "
                "decided_by = null "
                "where deletion_requests.state in ('withdrawn', 'declined')",
                _REQUESTS.insert(request, organization_id=organization_id),
            )
        )
    )


async def mark_admins_mailed(db: Db, user_id: UUID, now: datetime, since: datetime) -> bool:
    """Notes that the admins get a mail about a person; False, and unchanged, if they got one since a moment."""
    return bool(
        await db.execute(
            sql(
                "update deletion_requests set admins_mailed_at = {} "
                "where user_id = {} and (admins_mailed_at is null or admins_mailed_at < {})",
                now, user_id, since,
            )
        )
    )  # fmt: skip


async def was_person_mailed(db: Db, user_id: UUID) -> bool:
    """Whether the last mail to a person has gone out."""
    found: bool = await db.fetch_value(
        sql(
            "select coalesce(bool_or(person_mailed_at is not null), false) from deletion_requests where user_id = {}",
            user_id,
        )
    )
    return found


async def mark_person_mailed(db: Db, user_id: UUID, now: datetime) -> None:
    """Notes that the last mail to a person has gone out."""
    await db.execute(sql("update deletion_requests set person_mailed_at = {} where user_id = {}", now, user_id))


async def update(db: Db, request: DeletionRequest) -> None:
    """Stores the state of a request."""
    await db.execute(_REQUESTS.update(request, "state", "decided_at", "decided_by", "done_at"))


async def begun(db: Db, user_id: UUID) -> Begun | None:
    """A deletion that has begun."""
    row = await db.fetch_one(
        sql(
            "select r.anonymous_id, r.known from deletion_requests r where r.user_id = {} and r.known is not null",
            user_id,
        )
    )
    return None if row is None else Begun(row["anonymous_id"], msgspec.json.decode(row["known"], type=Identity))


async def begin(db: Db, user_id: UUID, begun: Begun) -> None:
    """Notes that a deletion has begun, so that it goes on where it was broken off."""
    known = msgspec.json.encode(begun.known).decode()
    await db.execute(
        sql(
            "update deletion_requests set anonymous_id = {}, known = {}::jsonb where user_id = {}",
            begun.anonymous_id, known, user_id,
        )
    )  # fmt: skip


async def delete_known(db: Db, user_id: UUID) -> None:
    """Deletes what a deletion has noted of a person."""
    await db.execute(sql("update deletion_requests set known = null where user_id = {}", user_id))


async def admin_addresses(db: Db, limit: int) -> Sequence[str]:
    """The addresses of the organization's owners and admins, the owners first."""
    rows = await db.fetch_all(
        sql(
            "select m.email from memberships m where m.role in ({}, {}) and m.ended_at is null "
            "order by m.role = {} desc, m.created_at, m.user_id limit {}",
            Role.OWNER.value, Role.ADMIN.value, Role.OWNER.value, limit,
        )
    )  # fmt: skip
    return [row["email"] for row in rows]
