"""Reactions to account events: mails to the user, and deletion of expired rows."""

from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import quote
from uuid import UUID

from deskbell.features.access.events import (
    AddressChangeRequested,
    MemberInvited,
    MemberUpdated,
    PasswordChanged,
    PasswordResetRequested,
    RecoveryCodeUsed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SignInLinkRequested,
    VerificationRequested,
)
from deskbell.features.access.queries import links, memberships, organizations, sign_in_limits, users
from deskbell.features.access.service.links import mint_link
from deskbell.features.organizations.queries import find_language
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.kernel.names import own_name
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.mail_templates import MailTemplates
from deskbell.runtime.reactions import job, on
from deskbell.runtime.tools import Tools

_MAILS: Final = MailTemplates("deskbell.features.access")


@on(VerificationRequested)
async def mail_verification_link(
    uow: UnitOfWork, recorded: JournalEntry[VerificationRequested], tools: Tools
) -> list[OutgoingMail]:
    """Mails the link that confirms an address."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    if minted is None:
        return []
    link, token = minted
    account = await _account(uow, event.user_id)
    url = _url(tools, "verify-email", token)
    return [account.mail("verification", link.email, url=url, chosen=link.password_hash is not None)]


@on(PasswordResetRequested)
async def mail_reset_link(
    uow: UnitOfWork, recorded: JournalEntry[PasswordResetRequested], tools: Tools
) -> list[OutgoingMail]:
    """Mails the link that sets a new password."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    if minted is None:
        return []
    link, token = minted
    account = await _account(uow, event.user_id)
    return [account.mail("password_reset", link.email, url=_url(tools, "reset-password", token))]


@on(SignInLinkRequested)
async def mail_sign_in_link(
    uow: UnitOfWork, recorded: JournalEntry[SignInLinkRequested], tools: Tools
) -> list[OutgoingMail]:
    """Mails the link that signs in to the portal."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    if minted is None:
        return []
    link, token = minted
    account = await _account(uow, event.user_id)
    url = f"{tools.settings.base_url}{event.path}/link?token={quote(token, safe='')}"
    return [account.mail("sign_in_link", link.email, url=url)]


@on(MemberInvited)
async def mail_invitation(uow: UnitOfWork, recorded: JournalEntry[MemberInvited], tools: Tools) -> list[OutgoingMail]:
    """Mails the link that accepts an invitation. A user who has a password already is asked to sign in with it."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    user = await users.find_user(uow.db, event.user_id)
    if minted is None or user is None:
        return []
    link, token = minted
    inviter = await memberships.find_member(uow.db, recorded.actor_id) if recorded.actor_id else None
    organization = await organizations.organization_name(uow.db, recorded.organization_id)
    known = user.password_hash is not None
    url = f"{tools.settings.base_url}/desk/" if known else _url(tools, "accept-invitation", token)
    account = await _account(uow, event.user_id)
    inviter_name = inviter.name if inviter else None
    values = {"organization": organization, "inviter": inviter_name, "url": url, "known": known}
    return [account.mail("invitation", link.email, **values)]


@on(PasswordChanged)
async def mail_password_changed(
    uow: UnitOfWork, recorded: JournalEntry[PasswordChanged], tools: Tools
) -> list[OutgoingMail]:
    """Notifies the owner of a new password, in case that another person changed it."""
    event = recorded.event
    user = await users.find_user(uow.db, event.user_id)
    if user is None:
        return []
    account = await _account(uow, user.id)
    return [account.mail("password_changed", user.email, base_url=tools.settings.base_url, at=recorded.at)]


@on(AddressChangeRequested)
async def mail_address_change(
    uow: UnitOfWork, recorded: JournalEntry[AddressChangeRequested], tools: Tools
) -> list[OutgoingMail]:
    """Mails the confirmation link to the new address and a notice to the current one."""
    event = recorded.event
    minted = await mint_link(uow, event.link_id)
    user = await users.find_user(uow.db, event.user_id)
    if minted is None or user is None:
        return []
    link, token = minted
    account = await _account(uow, user.id)
    base_url = tools.settings.base_url
    return [
        account.mail("address_change", link.email, url=_url(tools, "change-email", token)),
        account.mail("address_change_requested", user.email, base_url=base_url, new=link.email),
    ]


@on(MemberUpdated)
async def mail_address_changed(
    uow: UnitOfWork, recorded: JournalEntry[MemberUpdated], tools: Tools
) -> list[OutgoingMail]:
    """Notifies the old address after members change their own address."""
    event = recorded.event
    change = event.changes.get("email")
    if change is None or recorded.actor_id != event.user_id:
        return []
    account = await _account(uow, event.user_id)
    return [account.mail("address_changed", str(change.was), base_url=tools.settings.base_url, new=str(change.now))]


@on(SecondFactorEnabled)
async def mail_second_factor_enabled(
    uow: UnitOfWork, recorded: JournalEntry[SecondFactorEnabled], tools: Tools
) -> list[OutgoingMail]:
    """Notifies the owner that signing in requires a code, in case that another person enabled it."""
    return await _mail_second_factor(uow, "second_factor_enabled", recorded.event.user_id, tools)


@on(SecondFactorDisabled)
async def mail_second_factor_disabled(
    uow: UnitOfWork, recorded: JournalEntry[SecondFactorDisabled], tools: Tools
) -> list[OutgoingMail]:
    """Notifies the owner that signing in requires no code, in case that another person disabled it."""
    return await _mail_second_factor(uow, "second_factor_disabled", recorded.event.user_id, tools)


async def _mail_second_factor(uow: UnitOfWork, mail: str, user_id: UUID, tools: Tools) -> list[OutgoingMail]:
    user = await users.find_user(uow.db, user_id)
    if user is None:
        return []
    account = await _account(uow, user.id)
    return [account.mail(mail, user.email, base_url=tools.settings.base_url)]


@on(RecoveryCodeUsed)
async def mail_recovery_code_used(
    uow: UnitOfWork, recorded: JournalEntry[RecoveryCodeUsed], tools: Tools
) -> list[OutgoingMail]:
    """Notifies the owner that a recovery code was used, in case that another person has the codes."""
    user = await users.find_user(uow.db, recorded.event.user_id)
    if user is None:
        return []
    account = await _account(uow, user.id)
    left = recorded.event.left
    return [account.mail("recovery_code_used", user.email, base_url=tools.settings.base_url, left=left)]


@job(schedule="17 * * * *")
async def delete_expired(tools: Tools, _payload: bytes) -> None:
    """Deletes old sign-in failures, and links that expired a month ago."""
    now = utc_now()
    async with tools.database.unit(None) as uow:
        await sign_in_limits.delete_old_failures(uow.db, now - timedelta(days=1))
        await links.delete_expired_links(uow.db, now - timedelta(days=30))


class _Account(NamedTuple):
    """The name, possibly empty, and the language for mails to a user."""

    name: str
    language: str

    def mail(self, template: str, to: str, **values: Any) -> OutgoingMail:
        return _MAILS.compose(template, self.language, to, {"name": self.name, **values})


async def _account(uow: UnitOfWork, user_id: UUID) -> _Account:
    member = await memberships.find_member(uow.db, user_id)
    name = "" if member is None else own_name(member.name, member.email)
    return _Account(name, await find_language(uow.db))


def _url(tools: Tools, page: str, token: str) -> str:
    return f"{tools.settings.base_url}/app/{page}?token={quote(token, safe='')}"
