"""What follows from an account's events: mails to its person, and tidying up."""

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from deskbell.features.access import mails
from deskbell.features.access.events import (
    AddressChangeRequested,
    MemberInvited,
    MemberUpdated,
    PasswordChanged,
    PasswordResetRequested,
    RecoveryCodeUsed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    VerificationRequested,
)
from deskbell.features.access.queries import links, memberships, organizations, sign_in_limits, users
from deskbell.features.access.service.links import mint_link
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.kernel.names import own_name
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.reactions import job, on
from deskbell.runtime.tools import Tools


@on(VerificationRequested)
async def mail_verification_link(
    uow: UnitOfWork, recorded: JournalEntry[VerificationRequested], tools: Tools
) -> list[OutgoingMail]:
    """The link that confirms an address."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    if minted is None:
        return []
    link, token = minted
    greeting = await _greeting(uow, event.user_id)
    url = _url(tools, "verify-email", token)
    return [mails.verification(link.email, greeting, url, chosen=link.password_hash is not None)]


@on(PasswordResetRequested)
async def mail_reset_link(
    uow: UnitOfWork, recorded: JournalEntry[PasswordResetRequested], tools: Tools
) -> list[OutgoingMail]:
    """The link that sets a new password."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    if minted is None:
        return []
    link, token = minted
    greeting = await _greeting(uow, event.user_id)
    return [mails.reset(link.email, greeting, _url(tools, "reset-password", token))]


@on(MemberInvited)
async def mail_invitation(uow: UnitOfWork, recorded: JournalEntry[MemberInvited], tools: Tools) -> list[OutgoingMail]:
    """The link that accepts an invitation; who has a password already is told to sign in with it."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    user = await users.find_user(uow.db, event.user_id)
    if minted is None or user is None:
        return []
    link, token = minted
    inviter = await memberships.find_member(uow.db, recorded.actor_id) if recorded.actor_id else None
    organization = await organizations.organization_name(uow.db, recorded.organization_id)
    known = user.password_hash is not None
    url = f"{tools.settings.base_url}/app/" if known else _url(tools, "accept-invitation", token)
    invitation = mails.Invitation(organization, inviter.name if inviter else None, url, known)
    return [mails.invitation(link.email, await _greeting(uow, event.user_id), invitation)]


@on(PasswordChanged)
async def mail_password_changed(
    uow: UnitOfWork, recorded: JournalEntry[PasswordChanged], tools: Tools
) -> list[OutgoingMail]:
    """Word that the password is a new one, in case that it was not its owner who changed it."""
    event = recorded.event
    user = await users.find_user(uow.db, event.user_id)
    if user is None:
        return []
    greeting = await _greeting(uow, user.id)
    return [mails.password_changed(user.email, greeting, tools.settings.base_url, recorded.at)]


@on(AddressChangeRequested)
async def mail_address_change(
    uow: UnitOfWork, recorded: JournalEntry[AddressChangeRequested], tools: Tools
) -> list[OutgoingMail]:
    """The link to the new address, and word of it to the present one."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    user = await users.find_user(uow.db, event.user_id)
    if minted is None or user is None:
        return []
    link, token = minted
    greeting = await _greeting(uow, user.id)
    return [
        mails.address_change(link.email, greeting, _url(tools, "change-email", token)),
        mails.address_change_asked(user.email, greeting, tools.settings.base_url, link.email),
    ]


@on(MemberUpdated)
async def mail_address_changed(
    uow: UnitOfWork, recorded: JournalEntry[MemberUpdated], tools: Tools
) -> list[OutgoingMail]:
    """Word to the old address of somebody who changed it themselves."""
    event = recorded.event
    change = event.changes.get("email")
    if change is None or recorded.actor_id != event.user_id:
        return []
    greeting = await _greeting(uow, event.user_id)
    return [mails.address_changed(str(change.was), greeting, tools.settings.base_url, str(change.now))]


@on(SecondFactorEnabled)
async def mail_second_factor_enabled(
    uow: UnitOfWork, recorded: JournalEntry[SecondFactorEnabled], tools: Tools
) -> list[OutgoingMail]:
    """A notice that signing in asks for a code, in case that someone else enabled it."""
    return await _second_factor_switched(uow, recorded.event.user_id, tools, on_now=True)


@on(SecondFactorDisabled)
async def mail_second_factor_disabled(
    uow: UnitOfWork, recorded: JournalEntry[SecondFactorDisabled], tools: Tools
) -> list[OutgoingMail]:
    """A notice that signing in asks for no code, in case that someone else disabled it."""
    return await _second_factor_switched(uow, recorded.event.user_id, tools, on_now=False)


async def _second_factor_switched(uow: UnitOfWork, user_id: UUID, tools: Tools, *, on_now: bool) -> list[OutgoingMail]:
    user = await users.find_user(uow.db, user_id)
    if user is None:
        return []
    greeting = await _greeting(uow, user.id)
    return [mails.second_factor_switched(user.email, greeting, tools.settings.base_url, on=on_now)]


@on(RecoveryCodeUsed)
async def mail_recovery_code_used(
    uow: UnitOfWork, recorded: JournalEntry[RecoveryCodeUsed], tools: Tools
) -> list[OutgoingMail]:
    """A notice that a recovery code was used, in case that someone else has the codes."""
    user = await users.find_user(uow.db, recorded.event.user_id)
    if user is None:
        return []
    greeting = await _greeting(uow, user.id)
    return [mails.recovery_code_used(user.email, greeting, tools.settings.base_url, recorded.event.left)]


@job(schedule="17 * * * *")
async def delete_expired(tools: Tools, _payload: bytes) -> None:
    """Forgets old failures to sign in, and links that ran out a month ago."""
    now = utc_now()
    async with tools.database.unit(None) as uow:
        await sign_in_limits.forget_failures(uow.db, now - timedelta(days=1))
        await links.forget_links(uow.db, now - timedelta(days=30))


async def _greeting(uow: UnitOfWork, user_id: UUID) -> str:
    member = await memberships.find_member(uow.db, user_id)
    name = "" if member is None else own_name(member.name, member.email)
    return f"Hello {name}," if name else "Hello,"


def _url(tools: Tools, page: str, token: str) -> str:
    return f"{tools.settings.base_url}/app/{page}?token={quote(token, safe='')}"
