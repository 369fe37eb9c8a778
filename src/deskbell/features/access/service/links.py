"""One-time links in mails: asked for by a command, minted when the mail is written, good for one use.

Between the command and the mail a link has no secret, so neither the journal nor the queue ever holds one; afterwards
only its hash is kept. A link names its organization and holds in no other.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.access.errors import InvitationTakenBack, LinkSpent, TooManyMails
from deskbell.features.access.events import AddressVerified
from deskbell.features.access.queries import invitations, links, memberships, organizations, users
from deskbell.features.access.records import Link, LinkPurpose, Membership
from deskbell.features.access.tokens import new_link_token, read_link_token
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Unauthenticated
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import UnitOfWork

LIFETIME_OF: Final[dict[LinkPurpose, timedelta]] = {
    "verify_email": timedelta(days=3),
    "reset_password": timedelta(hours=1),
    "invitation": timedelta(days=7),
    "change_email": timedelta(days=1),
}
_MAX_PER_HOUR: Final = 5
"""Mails of one purpose that a person is sent in an hour."""


async def ask_for_link(
    uow: UnitOfWork, user_id: UUID, email: str, purpose: LinkPurpose, *, password_hash: str | None = None
) -> UUID:
    """A new link's id, to be recorded in the event whose reaction mails it. Raises `TooManyMails`."""
    if await links.count_links(uow.db, user_id, purpose, uow.now - timedelta(hours=1)) >= _MAX_PER_HOUR:
        raise TooManyMails(3600)
    link = Link(new_id(), user_id, purpose, email, password_hash, uow.now, uow.now + LIFETIME_OF[purpose])
    await links.add_link(uow.db, link)
    return link.id


async def mint_link(uow: UnitOfWork, link_id: UUID) -> tuple[Link, str] | None:
    """A link and the token that opens it, shown nowhere but in the mail; None when nobody needs it any more.

    Minting again, after a failure to send, makes an earlier token of the same link worthless.
    """
    token, secret_hash = new_link_token(uow.actor.organization_id)
    link = await links.mint(uow.db, link_id, secret_hash, uow.now)
    return None if link is None else (link, token)


async def take_link(uow: UnitOfWork, token: str, *purposes: LinkPurpose) -> tuple[Link, Membership]:
    """Uses a link for one of these purposes up; from here on the unit acts as its person.

    Raises `LinkSpent`, which the rollback makes unused, and `InvitationTakenBack`.
    """
    try:
        organization_id, secret_hash = read_link_token(token.strip())
    except Unauthenticated as error:
        raise LinkSpent from error
    await uow.enter(Actor.system(organization_id))
    link = await links.take(uow.db, secret_hash, purposes, uow.now)
    if link is None and "invitation" in purposes and await invitations.was_revoked(uow.db, secret_hash):
        raise InvitationTakenBack
    member = None if link is None else await memberships.find_member(uow.db, link.user_id)
    if link is None or member is None or not await organizations.is_there(uow.db, organization_id):
        raise LinkSpent
    # Whoever has the link reads the mail at its address; what the person may do is for their next sign-in.
    member = msgspec.structs.replace(member, verified=True)
    await uow.enter(Actor(organization_id, member.user_id, member.role))
    return link, member


async def confirm(uow: UnitOfWork, link: Link) -> None:
    """Notes that a link reached its person, if that was not known."""
    if await users.confirm_address(uow.db, link.user_id, link.email, uow.now):
        uow.record(AddressVerified(user_id=link.user_id, email=link.email))
