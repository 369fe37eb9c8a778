"""SQL of invitations: members who were invited and have not signed in since."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import Invitation
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

reader(
    "invitations",
    "Who invited a member, and which links of an invitation are void.",
    types=("member.invited", "member.invitation_revoked"),
)

# Must match the predicate of the index memberships_invited.
_PENDING: Final = sql(
    "m.invited_at is not null and m.ended_at is null and (m.last_login_at is null or m.last_login_at < m.invited_at)"
)
_INVITATIONS: Final = Table(
    "memberships",
    Invitation,
    "m",
    columns={"inviter_id": "i.user_id", "inviter_name": "i.name"},
    joins="left join lateral (select e.actor_id from events e where e.organization_id = m.organization_id "
    "and e.subject_id = m.user_id and e.type = 'member.invited' order by e.id desc limit 1) e on true "
    "left join memberships i on i.organization_id = m.organization_id and i.user_id = e.actor_id",
)
_NEWEST: Final = Order[Invitation](
    "m.invited_at",
    "m.user_id",
    shape=tuple[datetime, UUID],
    key=lambda each: (each.invited_at, each.user_id),
    descending=True,
)


async def pending(db: Db, request: PageRequest) -> Page[Invitation]:
    """A page of the entered organization's pending invitations, newest first."""
    return await page(db, _INVITATIONS, _NEWEST, request, where=_PENDING, limit_first=True)


async def find_pending(db: Db, user_id: UUID) -> Invitation | None:
    """The pending invitation of one user."""
    return await _INVITATIONS.find(db, sql("{} and m.user_id = {}", _PENDING, user_id))


async def set_invited_at(db: Db, user_id: UUID, at: datetime | None) -> None:
    """Sets the time of a member's last invitation; None for a revoked one."""
    await db.execute(sql("update memberships set invited_at = {} where user_id = {} and ended_at is null", at, user_id))


async def invalidate_links(db: Db, user_id: UUID, now: datetime) -> None:
    """Invalidates the links of the entered organization's invitations; links of other organizations stay valid.

    Links belong to a user. The organization's journal records which of them are its own.
    """
    await db.execute(
        sql(
            "update account_tokens t set used_at = {} where t.user_id = {} and t.used_at is null and t.id in ("
            "select (e.payload->>'link_id')::uuid from events e where e.organization_id = (select deskbell_organization()) "
            "and e.subject_id = {} and e.type = 'member.invited')",
            now,
            user_id,
            user_id,
        )
    )


async def was_revoked(db: Db, secret_hash: bytes) -> bool:
    """Whether a link belongs to an invitation that the entered organization revoked after creating the link."""
    found: bool = await db.fetch_value(
        sql(
            "select exists (select from account_tokens t join events e on e.subject_id = t.user_id "
            "and e.organization_id = (select deskbell_organization()) and e.type = 'member.invitation_revoked' "
            "and e.at >= t.created_at where t.secret_hash = {} and t.purpose = 'invitation')",
            secret_hash,
        )
    )
    return found
