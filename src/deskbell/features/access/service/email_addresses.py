"""E-mail addresses: confirming and changing them. A new address applies once the link mailed to it is used."""

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import AddressTaken, LinkInvalid
from deskbell.features.access.events import (
    AddressChangeRequested,
    MemberUpdated,
    PasswordChanged,
    VerificationRequested,
)
from deskbell.features.access.queries import links, memberships, users
from deskbell.features.access.records import Link, LinkPurpose, User
from deskbell.features.access.service.links import confirm, create_link, redeem_link
from deskbell.features.access.service.passwords import own_account
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_ALL_LINKS: list[LinkPurpose] = ["verify_email", "reset_password", "invitation", "change_email", "sign_in"]


@anyone("the mailed link is the credential")
async def verify_email(uow: UnitOfWork, token: str) -> None:
    """Confirms the address that the link was mailed to, and sets the password that was chosen at sign-up.

    A link of an address change works here too. The caller is not signed in, because another person may have opened the
    link. Raises `LinkInvalid`, and `AddressTaken` for an address that another account got in the meantime.
    """
    link, _ = await redeem_link(uow, token, "verify_email", "change_email")
    if link.purpose == "change_email":
        await _apply_address(uow, link)
        return
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email != link.email:
        raise LinkInvalid
    await confirm(uow, link)
    if link.password_hash is not None and await users.set_first_password(
        uow.db, link.user_id, link.password_hash, uow.now
    ):
        uow.record(PasswordChanged(user_id=link.user_id))
    await links.invalidate_links(uow.db, link.user_id, ["verify_email"], uow.now)


async def resend_verification(uow: UnitOfWork) -> None:
    """Mails the actor a new link; does nothing when their address is confirmed already. Raises `TooManyMails`."""
    uow.actor.require(Permission.PROFILE)
    user = await users.find_user(uow.db, uow.actor.id)
    if user is None or user.email_verified_at is not None:
        return
    link_id = await create_link(uow, user.id, user.email, "verify_email")
    uow.record(VerificationRequested(user_id=user.id, email=user.email, link_id=link_id))


async def pending_address(uow: UnitOfWork) -> str | None:
    """The actor's new address that is not confirmed yet."""
    uow.actor.require(Permission.PROFILE)
    return await links.pending_email(uow.db, uow.actor.id, uow.now)


async def request_address_change(uow: UnitOfWork, email: str) -> str | None:
    """Mails a link to another address and returns that address. The current one stays until the link is used.

    Requesting the current address cancels an earlier request. Raises `Invalid`, also while the current address is not
    confirmed, `AddressTaken`, `TooManyMails`, and `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    address = clean_address(email)
    user = await own_account(uow)
    if address == await links.pending_email(uow.db, user.id, uow.now):
        return address
    await links.invalidate_links(uow.db, user.id, ["change_email"], uow.now)
    if address == user.email:
        return None
    if user.email_verified_at is None:
        # Otherwise a caller could sign up with another person's address and move that person's data to their own.
        raise Invalid.field("email", "address.unconfirmed")
    if await users.find_user_by_email(uow.db, address) or await memberships.find_member_by_email(uow.db, address):
        raise AddressTaken
    link_id = await create_link(uow, user.id, address, "change_email")
    uow.record(AddressChangeRequested(user_id=user.id, email=address, link_id=link_id))
    return address


@anyone("the mailed link is the credential")
async def confirm_address_change(uow: UnitOfWork, token: str) -> str:
    """Gives the account the address that the link was mailed to, marks it as confirmed and returns it.

    Links mailed to the previous address stop working. Raises `LinkInvalid`, and `AddressTaken` for an address that
    another account got in the meantime.
    """
    link, _ = await redeem_link(uow, token, "change_email")
    await _apply_address(uow, link)
    return link.email


async def _apply_address(uow: UnitOfWork, link: Link) -> None:
    """Gives the account of a redeemed link the link's address. Raises `AddressTaken`."""
    user = await users.find_user(uow.db, link.user_id)
    if user is None or user.email_verified_at is None:
        raise LinkInvalid
    if await users.find_user_by_email(uow.db, link.email) is not None:
        raise AddressTaken
    await users.replace_address(uow.db, user.id, link.email, uow.now)
    await links.invalidate_links(uow.db, user.id, _ALL_LINKS, uow.now)
    await _update_organizations(uow, user, link.email)


async def _update_organizations(uow: UnitOfWork, user: User, address: str) -> None:
    """Changes the address in each organization that stores the old one, and records it in that journal.

    An organization in which another member has the new address keeps the old one.
    """
    home = uow.actor
    event = MemberUpdated(user_id=user.id, changes={"email": Change(user.email, address)})
    for organization_id in await memberships.organizations_of(uow.db, user.id):
        is_home = organization_id == home.organization_id
        await uow.enter(home if is_home else Actor.system(organization_id))
        if await memberships.find_member_by_email(uow.db, address) is not None:
            if is_home:
                raise AddressTaken
            continue
        if await memberships.replace_member_address(uow.db, user.id, user.email, address, uow.now):
            # Written here: events that a unit records go to the organization that is entered at its end.
            await uow.append([event])
    await uow.enter(home)
