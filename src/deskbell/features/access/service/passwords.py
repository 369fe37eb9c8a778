"""New passwords: reset by a mailed link, or changed with the current password."""

from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import LinkInvalid, TooManyMails
from deskbell.features.access.events import (
    PasswordChanged,
    PasswordResetRequested,
    SecondFactorDisabled,
    SessionEnded,
)
from deskbell.features.access.passwords import hash_password, verify_password
from deskbell.features.access.policy import password_problems
from deskbell.features.access.queries import links, memberships, second_factors, sessions, users
from deskbell.features.access.records import User
from deskbell.features.access.service.links import confirm, create_link, redeem_link
from deskbell.features.access.service.sign_in_limits import counted_attempt
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools


class ForgottenPassword(Struct, frozen=True):
    """Payload of the job that looks up the account of a password reset."""

    email: str


@anyone("a user who cannot sign in may ask for a mail to an address; the answer is the same for every address")
async def request_password_reset(uow: UnitOfWork, email: str) -> None:
    """Mails a link if the address has an account.

    The request does not look up the account: it enqueues the same job for every address, so neither its answer nor its
    duration discloses whether the account exists. Raises `Invalid` for a malformed address.
    """
    await enqueue(uow, look_up_forgotten, ForgottenPassword(clean_address(email)))


@job()
async def look_up_forgotten(tools: Tools, payload: bytes) -> None:
    """Creates a link for the account with this address; does nothing for an unknown address."""
    forgotten = msgspec.json.decode(payload, type=ForgottenPassword)
    async with tools.database.unit(None) as uow:
        user = await users.find_user_by_email(uow.db, forgotten.email)
        belongs_to = [] if user is None else await memberships.organizations_of(uow.db, user.id)
        if user is None or not belongs_to:
            return
        await uow.enter(Actor.system(belongs_to[0]))
        try:
            link_id = await create_link(uow, user.id, user.email, "reset_password")
        except TooManyMails:
            return
        uow.record(PasswordResetRequested(user_id=user.id, link_id=link_id))


@anyone("the mailed link is the credential")
async def reset_password(uow: UnitOfWork, token: str, new_password: str) -> None:
    """Sets a new password by a mailed link, confirms the address and ends every session of the user.

    A previous user of the account keeps no access: all open links stop working, including those mailed to other
    addresses.

    Raises `LinkInvalid`, or `Invalid` for a password that is not accepted; the link then stays valid.
    """
    link, member = await redeem_link(uow, token, "reset_password")
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email != link.email:
        raise LinkInvalid
    if problems := password_problems(new_password, user.email, "new_password"):
        raise Invalid(problems)
    await users.set_password(uow.db, user.id, await hash_password(new_password), uow.now)
    await confirm(uow, link)
    await links.invalidate_links(
        uow.db, user.id, ["reset_password", "invitation", "verify_email", "change_email", "sign_in"], uow.now
    )
    if user.email_verified_at is None and await second_factors.remove(uow.db, user.id):
        uow.record(SecondFactorDisabled(user_id=user.id))  # it was set up before the address was confirmed
    uow.record(PasswordChanged(user_id=user.id))
    await _end_sessions_everywhere(uow, member.user_id, keep=None)


async def change_password(uow: UnitOfWork, current: str, new_password: str, ip: str | None = None) -> None:
    """Replaces the actor's own password and ends their other sessions.

    Raises `Invalid`, `TooManyFailures`, and `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    if problems := password_problems(new_password, user.email, "new_password"):
        raise Invalid(problems)
    await set_new_password(uow, user, await confirm_password(uow, user, current, ip, new_password))


async def own_account(uow: UnitOfWork) -> User:
    """The actor's account, for changes to its credentials. Raises `Forbidden` for an API key."""
    uow.actor.require(Permission.PROFILE)
    if uow.actor.session_id is None:
        raise Forbidden("api_key.not_allowed")
    user = await users.find_user(uow.db, uow.actor.id)
    if user is None:
        raise Forbidden
    return user


@step("commands that authorise their actor")
async def confirm_password(uow: UnitOfWork, user: User, current: str, ip: str | None, new: str | None = None) -> str:
    """Checks the current password and returns the hash of the new one, "" without one.

    Wrong guesses count as failed sign-ins: a session left open must not allow taking over the account. The unit must
    hold nothing uncommitted; afterwards it is in a transaction. Raises `Invalid` for `current_password`, and
    `TooManyFailures`.
    """
    async with counted_attempt(uow, user.email, ip):
        async with uow.without_connection():  # hashing is slow on purpose
            right = await verify_password(current, user.password_hash)
            new_hash = await hash_password(new) if right and new is not None else ""
        if not right:
            raise Invalid.field("current_password", "password.wrong")
    return new_hash


@step("commands that authorise their actor")
async def set_new_password(uow: UnitOfWork, user: User, password_hash: str) -> None:
    """Stores an accepted password and ends the user's other sessions."""
    await users.set_password(uow.db, user.id, password_hash, uow.now)
    await links.invalidate_links(uow.db, user.id, ["reset_password", "change_email", "sign_in"], uow.now)
    uow.record(PasswordChanged(user_id=user.id))
    await _end_sessions_everywhere(uow, user.id, keep=uow.actor.session_id)


async def _end_sessions_everywhere(uow: UnitOfWork, user_id: UUID, *, keep: UUID | None) -> None:
    """Ends a user's sessions in all their organizations and records each in its own organization's journal."""
    home = uow.actor
    for organization_id in await memberships.organizations_of(uow.db, user_id):
        await uow.enter(Actor.system(organization_id))
        ended = await sessions.end_all_sessions(uow.db, user_id, uow.now, keep)
        events = [SessionEnded(user_id=user_id, session_id=session_id) for session_id in ended]
        if events:
            # Written here: events that a unit records go to the organization that is entered at its end.
            await uow.append(events)
    await uow.enter(home)
