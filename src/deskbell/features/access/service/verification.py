"""Confirming an address: following the link that was mailed to it."""

from deskbell.features.access.errors import LinkSpent
from deskbell.features.access.events import PasswordChanged, VerificationRequested
from deskbell.features.access.queries import links, memberships, users
from deskbell.features.access.service.address_change import move_to
from deskbell.features.access.service.links import ask_for_link, confirm, take_link
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["resend_verification", "verify_email"]


async def verify_email(uow: UnitOfWork, token: str) -> None:
    """Confirms the address that the link was mailed to, and gives an account without a password the one that waited.

    The link to another address of an account does here what it does at its own place. Signs nobody in: a link that
    somebody else opened must not become their session. Raises `LinkSpent`, and `AddressTaken` for an address that
    somebody took meanwhile.
    """
    link, _ = await take_link(uow, token, "verify_email", "change_email")
    if link.purpose == "change_email":
        await move_to(uow, link)
        return
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email != link.email:
        raise LinkSpent
    await confirm(uow, link)
    if link.password_hash is not None and await memberships.set_first_password(
        uow.db, link.user_id, link.password_hash, uow.now
    ):
        uow.record(PasswordChanged(user_id=link.user_id))
    await links.spend_links(uow.db, link.user_id, ["verify_email"], uow.now)


async def resend_verification(uow: UnitOfWork) -> None:
    """Mails the actor a new link; nothing when their address is confirmed already. Raises `TooManyMails`."""
    uow.actor.require(Permission.PROFILE)
    user = await users.find_user(uow.db, uow.actor.id)
    if user is None or user.email_verified_at is not None:
        return
    link_id = await ask_for_link(uow, user.id, user.email, "verify_email")
    uow.record(VerificationRequested(user_id=user.id, email=user.email, link_id=link_id))
