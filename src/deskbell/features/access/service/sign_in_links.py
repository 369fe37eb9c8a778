"""Signing in to the portal with a mailed link, in place of a password.

For customers alone: a member of the staff signs in with a password, and so does an account with a second factor, which a link
would go around.
"""

from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import LinkInvalid, TooManyMails
from deskbell.features.access.events import SessionEnded, SignInLinkRequested
from deskbell.features.access.queries import links, memberships, second_factors, sessions, users
from deskbell.features.access.records import Membership, SignedIn, User
from deskbell.features.access.service.links import confirm, create_link, redeem_link
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools


class WantedLink(Struct, frozen=True):
    """Payload of the job that looks up the account. `path` is that of the portal at the server's own address."""

    organization_id: UUID
    email: str
    path: str


@anyone("who has no password may ask for a mail to an address; the answer is the same for every address")
async def request_sign_in_link(uow: UnitOfWork, email: str, path: str) -> None:
    """Mails a link if the address is that of a customer of the entered organization.

    The account is looked up by a job, so that neither the answer nor its duration discloses whether there is one. Raises
    `Invalid` for a malformed address.
    """
    await enqueue(uow, look_up_wanted, WantedLink(uow.actor.organization_id, clean_address(email), path))


@job()
async def look_up_wanted(tools: Tools, payload: bytes) -> None:
    """Creates a link for the customer with this address; does nothing for any other address."""
    wanted = msgspec.json.decode(payload, type=WantedLink)
    async with tools.database.unit(Actor.system(wanted.organization_id)) as uow:
        user = await users.find_user_by_email(uow.db, wanted.email)
        member = None if user is None else await memberships.find_member(uow.db, user.id)
        if user is None or member is None or not await _may_use(uow, user, member):
            return
        try:
            link_id = await create_link(uow, user.id, user.email, "sign_in")
        except TooManyMails:
            return
        uow.record(SignInLinkRequested(user_id=user.id, link_id=link_id, path=wanted.path))


@anyone("the mailed link is the credential")
async def sign_in_by_link(
    uow: UnitOfWork, keys: TokenKeys, token: str, organization_id: UUID, device: Device
) -> SignedIn:
    """Signs a customer in with a mailed link, which confirms their address. Raises `LinkInvalid`.

    Until now anyone could have signed up with the address. So where it was not confirmed, password and sessions end.
    """
    link, member = await redeem_link(uow, token, "sign_in")
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email != link.email or uow.actor.organization_id != organization_id:
        raise LinkInvalid
    if not await _may_use(uow, user, member):
        raise LinkInvalid
    if user.email_verified_at is None:
        await users.remove_password(uow.db, user.id, uow.now)
        for ended in await sessions.end_all_sessions(uow.db, user.id, uow.now, None):
            uow.record(SessionEnded(user_id=user.id, session_id=ended))
        await links.invalidate_links(uow.db, user.id, ["verify_email", "reset_password", "change_email"], uow.now)
    await confirm(uow, link)
    await links.invalidate_links(uow.db, user.id, ["sign_in"], uow.now)
    return await start_session(uow, keys, member, device, "portal")


async def _may_use(uow: UnitOfWork, user: User, member: Membership) -> bool:
    if member.role is not Role.CUSTOMER:
        return False
    factor = await second_factors.find(uow.db, user.id)
    return factor is None or not factor.enabled
