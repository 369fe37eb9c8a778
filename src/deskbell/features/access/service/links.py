"""One-time links in mails. A command creates the link; its token is minted when the mail is written.

A link has no secret before the mail is written, so neither the journal nor the queue holds one; afterwards only its
hash is stored. A link names its organization and is valid only there.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.access.errors import InvitationLinkRevoked, LinkInvalid, TooManyMails
from deskbell.features.access.events import AddressVerified
from deskbell.features.access.queries import invitations, links, memberships, organizations, users
from deskbell.features.access.records import Link, LinkPurpose, Membership
from deskbell.features.access.tokens import new_link_token, read_link_token
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Unauthenticated
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import UnitOfWork

LIFETIME_OF: Final[dict[LinkPurpose, timedelta]] = {
    "verify_email": timedelta(days=3),
    "reset_password": timedelta(hours=1),
    "invitation": timedelta(days=7),
    "change_email": timedelta(days=1),
    "sign_in": timedelta(minutes=15),
}
_MAX_PER_HOUR: Final = 5
"""The limit of mails per user and purpose."""


@step("commands that check a credential or authorise their actor")
async def create_link(
    uow: UnitOfWork, user_id: UUID, email: str, purpose: LinkPurpose, *, password_hash: str | None = None
) -> UUID:
    """Creates a link and returns its id, for the event whose reaction mails it. Raises `TooManyMails`."""
    if await links.count_links(uow.db, user_id, purpose, uow.now - timedelta(hours=1)) >= _MAX_PER_HOUR:
        raise TooManyMails(3600)
    link = Link(new_id(), user_id, purpose, email, password_hash, uow.now, uow.now + LIFETIME_OF[purpose])
    await links.add_link(uow.db, link)
    return link.id


@step("commands that check a credential or authorise their actor")
async def mint_link(uow: UnitOfWork, link_id: UUID) -> tuple[Link, str] | None:
    """The link and its token, which appears only in the mail; None when the link is no longer needed.

    Minting again, after a failure to send, invalidates an earlier token of this link.
    """
    token, secret_hash = new_link_token(uow.actor.organization_id)
    link = await links.mint(uow.db, link_id, secret_hash, uow.now)
    return None if link is None else (link, token)


@step("commands that check a credential or authorise their actor")
async def redeem_link(uow: UnitOfWork, token: str, *purposes: LinkPurpose) -> tuple[Link, Membership]:
    """Redeems a link for one of these purposes; from here on the unit acts as its user.

    Raises `LinkInvalid`, which rolls the use back, and `InvitationLinkRevoked`.
    """
    try:
        organization_id, secret_hash = read_link_token(token.strip())
    except Unauthenticated as error:
        raise LinkInvalid from error
    await uow.enter(Actor.system(organization_id))
    link = await links.take(uow.db, secret_hash, purposes, uow.now)
    if link is None and "invitation" in purposes and await invitations.was_revoked(uow.db, secret_hash):
        raise InvitationLinkRevoked
    member = None if link is None else await memberships.find_member(uow.db, link.user_id)
    if link is None or member is None or not await organizations.organization_exists(uow.db, organization_id):
        raise LinkInvalid
    # The link proves access to the mailbox, which confirms the address. The actor is only for this unit, not a session.
    member = msgspec.structs.replace(member, verified=True)
    await uow.enter(Actor(organization_id, member.user_id, member.role))
    return link, member


@step("commands that check a credential or authorise their actor")
async def confirm(uow: UnitOfWork, link: Link) -> None:
    """Marks the link's address as confirmed, if it was not."""
    if await users.confirm_address(uow.db, link.user_id, link.email, uow.now):
        uow.record(AddressVerified(user_id=link.user_id, email=link.email))
