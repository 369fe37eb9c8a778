"""New passwords: forgotten and set by a mailed link, or changed by who knows the old one."""

from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import LinkSpent, TooManyMails
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
from deskbell.features.access.service.links import ask_for_link, confirm, take_link
from deskbell.features.access.service.sign_in_limits import counted_attempt
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools


class ForgottenPassword(Struct, frozen=True):
    """Somebody says that this address is theirs and that they forgot its password."""

    email: str


async def request_password_reset(uow: UnitOfWork, email: str) -> None:
    """Has a link mailed, if the address has an account.

    The request itself never looks: it enqueues the same job for every address, so that neither its answer nor its
    time tells whether there is an account. Raises `Invalid` for what is no address.
    """
    await enqueue(uow, look_up_forgotten, ForgottenPassword(clean_address(email)))


@job()
async def look_up_forgotten(tools: Tools, payload: bytes) -> None:
    """Asks for a link to the account with an address; an address without one is nobody's business."""
    forgotten = msgspec.json.decode(payload, type=ForgottenPassword)
    async with tools.database.unit(None) as uow:
        user = await users.find_user_by_email(uow.db, forgotten.email)
        belongs_to = [] if user is None else await memberships.organizations_of(uow.db, user.id)
        if user is None or not belongs_to:
            return
        await uow.enter(Actor.system(belongs_to[0]))
        try:
            link_id = await ask_for_link(uow, user.id, user.email, "reset_password")
        except TooManyMails:
            return
        uow.record(PasswordResetRequested(user_id=user.id, link_id=link_id))


async def reset_password(uow: UnitOfWork, token: str, new_password: str) -> None:
    """Sets a new password by a mailed link, which confirms the address too, and ends every session of the person.

    Whoever had the account before keeps no other way in: links under way stop working, to another address too.

    Raises `LinkSpent`, or `Invalid` for a password that is not accepted; the link then still holds.
    """
    link, member = await take_link(uow, token, "reset_password")
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email != link.email:
        raise LinkSpent
    if problems := password_problems(new_password, user.email, "new_password"):
        raise Invalid(problems)
    await users.set_password(uow.db, user.id, await hash_password(new_password), uow.now)
    await confirm(uow, link)
    await links.spend_links(uow.db, user.id, ["reset_password", "invitation", "verify_email", "change_email"], uow.now)
    if user.email_verified_at is None and await second_factors.remove(uow.db, user.id):
        uow.record(SecondFactorDisabled(user_id=user.id))  # whoever set it up had not shown that the address is theirs
    uow.record(PasswordChanged(user_id=user.id))
    await _end_sessions_everywhere(uow, member.user_id, keep=None)


async def change_password(uow: UnitOfWork, current: str, new_password: str, ip: str | None = None) -> None:
    """Replaces the actor's own password and ends their other sessions.

    Raises `Invalid`, `TooManyFailures`, and `Forbidden` for an API key.
    """
    user = await own_account(uow)
    if problems := password_problems(new_password, user.email, "new_password"):
        raise Invalid(problems)
    await set_new_password(uow, user, await confirm_password(uow, user, current, ip, new_password))


async def own_account(uow: UnitOfWork) -> User:
    """The actor's account, to change how it is entered. Raises `Forbidden` for an API key."""
    uow.actor.require(Permission.PROFILE)
    if uow.actor.session_id is None:
        raise Forbidden("api_key.not_allowed")
    user = await users.find_user(uow.db, uow.actor.id)
    if user is None:
        raise Forbidden
    return user


async def confirm_password(uow: UnitOfWork, user: User, current: str, ip: str | None, new: str | None = None) -> str:
    """Makes sure that it is the person themselves who asks; returns the hash of a new password, "" without one.

    Wrong guesses count as failed sign-ins: a session left open must not become the account. The unit must hold nothing
    uncommitted; afterwards it is in a transaction. Raises `Invalid` for `current_password`, and `TooManyFailures`.
    """
    async with counted_attempt(uow, user.email, ip):
        async with uow.without_connection():  # hashing is slow on purpose
            right = await verify_password(current, user.password_hash)
            new_hash = await hash_password(new) if right and new is not None else ""
        if not right:
            raise Invalid.field("current_password", "password.wrong")
    return new_hash


async def set_new_password(uow: UnitOfWork, user: User, password_hash: str) -> None:
    """Sets a password that is known to be acceptable and ends the person's sessions but the actor's."""
    await users.set_password(uow.db, user.id, password_hash, uow.now)
    await links.spend_links(uow.db, user.id, ["reset_password", "change_email"], uow.now)
    uow.record(PasswordChanged(user_id=user.id))
    await _end_sessions_everywhere(uow, user.id, keep=uow.actor.session_id)


async def _end_sessions_everywhere(uow: UnitOfWork, user_id: UUID, *, keep: UUID | None) -> None:
    """Ends a person's sessions in all their organizations, each told of in its own organization's journal."""
    home = uow.actor
    for organization_id in await memberships.organizations_of(uow.db, user_id):
        await uow.enter(Actor.system(organization_id))
        ended = await sessions.end_all_sessions(uow.db, user_id, uow.now, keep)
        events = [SessionEnded(user_id=user_id, session_id=session_id) for session_id in ended]
        if events:
            # A unit's recorded events go to the organization it ends in, so these are written while here.
            await uow.append(events)
    await uow.enter(home)
