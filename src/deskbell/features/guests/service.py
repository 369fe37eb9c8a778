"""Following a ticket by a signed link, and revoking such links."""

from typing import Final
from uuid import UUID

from deskbell.features.access.queries import memberships
from deskbell.features.guests import queries
from deskbell.features.guests.events import GuestLinksRevoked
from deskbell.features.guests.records import Guest
from deskbell.features.mail.queries import outgoing
from deskbell.features.tickets import service as tickets
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.kernel.guest_links import GuestKind, GuestLink, LinkEnded, is_genuine, read_guest_token
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork

_MAY: Final = (
    Permission.TICKET_READ, Permission.TICKET_CLOSE, Permission.TICKET_OWN, Permission.COMMENT_READ, Permission.COMMENT_CREATE,
    Permission.FILE_READ, Permission.FILE_UPLOAD, Permission.FEEDBACK_CREATE,
)  # fmt: skip


@anyone("the token of the link is the credential")
async def enter(uow: UnitOfWork, token: str, kind: GuestKind, *, organization_id: UUID | None = None) -> Guest:
    """Enters as the requester of a link's ticket, who reaches this ticket and no other.

    Raises `NotFound` for any other token, one of another kind, and one of an organization other than `organization_id`;
    `LinkEnded`.
    """
    parts = read_guest_token(token)
    if parts is None or (organization_id is not None and parts[0].organization_id != organization_id):
        raise NotFound("ticket")
    link, digest = parts
    if link.kind is not kind:
        raise NotFound("ticket")
    await uow.enter(Actor.system(link.organization_id))
    if not is_genuine(await outgoing.keys(uow.db), link, digest):
        raise NotFound("ticket")
    ticket = await tickets.get(uow, link.ticket_id)
    if ticket.requester.id != link.person_id or await memberships.find_member(uow.db, link.person_id) is None:
        raise NotFound("ticket")
    if uow.now >= link.expires_at or await _is_revoked(uow, link):
        raise LinkEnded
    await uow.enter(guest_of(link))
    return Guest(link.ticket_id, link.kind, link.expires_at)


def guest_of(link: GuestLink) -> Actor:
    """The actor of a genuine link: a customer who sees one ticket."""
    scopes = tuple(each.value for each in _MAY)
    return Actor(link.organization_id, link.person_id, Role.CUSTOMER, scopes=scopes, only_ticket=link.ticket_id)


async def revoke(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Ends every link to a ticket that was made so far. Later mails bring new ones. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_UPDATE)
    ticket = await tickets.get_locked(uow, ticket_id)
    await queries.revoke(uow.db, uow.actor.organization_id, ticket.id, uow.now)
    uow.record(GuestLinksRevoked(ticket_id=ticket.id))


async def _is_revoked(uow: UnitOfWork, link: GuestLink) -> bool:
    """Whether the staff ended the link. A link of the same second counts as an earlier one."""
    at = await queries.revoked_at(uow.db, link.ticket_id)
    return at is not None and link.made_at <= at
