"""Invitations: invite, resend, revoke, and accept by choosing a password."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from deskbell.features.access.addresses import clean_address, clean_name
from deskbell.features.access.errors import AlreadyMember
from deskbell.features.access.events import InvitationRevoked, MemberInvited, MemberUpdated
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.policy import password_problems, require_may_assign_role
from deskbell.features.access.queries import invitations as queries
from deskbell.features.access.queries import links, memberships, users
from deskbell.features.access.records import Invitation, Membership, SessionKind, SignedIn, User
from deskbell.features.access.service.links import confirm, create_link, redeem_link
from deskbell.features.access.service.memberships import ensure_member, remove_member
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Conflict, Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork


async def invite(
    uow: UnitOfWork, *, email: str, name: str | None, role: Role, group_ids: Sequence[UUID] = ()
) -> Membership:
    """Adds a member and mails them a link to choose a password.

    Inviting a member again who has not accepted yet mails a new link. Raises `Invalid`, `Forbidden`, `OwnersOnly`,
    `AlreadyMember` or `TooManyMails`.
    """
    uow.actor.require(Permission.MEMBER_MANAGE)
    require_may_assign_role(uow.actor, role)
    address = clean_address(email)
    # The name that another organization stores for the user must not be disclosed here.
    known_as = clean_name(name or "") or address.partition("@")[0]
    user_id = await users.add_user(uow.db, User(new_id(), address, known_as, None, False, None), uow.now)
    user = await users.find_user(uow.db, user_id)
    member = await memberships.find_member(uow.db, user_id)
    if user is None or (member is not None and (user.password_hash is not None or member.role != role)):
        raise AlreadyMember
    if member is None:
        if await memberships.find_member_by_email(uow.db, address) is not None:
            raise AlreadyMember  # another member of the organization has this address
        member = await ensure_member(uow, user_id, email=address, name=known_as, role=role, how="invited", invited=True)
    await _join_groups(uow, user_id, list(dict.fromkeys(group_ids)))
    link_id = await create_link(uow, user_id, address, "invitation")
    await queries.set_invited_at(uow.db, user_id, uow.now)
    uow.record(MemberInvited(user_id=user_id, role=role.value, group_ids=tuple(group_ids), link_id=link_id))
    return member


async def list_invitations(uow: UnitOfWork, page: PageRequest) -> Page[Invitation]:
    """A page of the organization's pending invitations, newest first."""
    uow.actor.require(Permission.MEMBER_MANAGE)
    return await queries.pending(uow.db, page)


async def resend_invitation(uow: UnitOfWork, user_id: UUID) -> Invitation:
    """Mails an invitation again, with a new link. Raises `NotFound`, `OwnersOnly`, `TooManyMails`."""
    uow.actor.require(Permission.MEMBER_MANAGE)
    invitation = await _pending(uow, user_id)
    link_id = await create_link(uow, user_id, invitation.email, "invitation")
    await queries.set_invited_at(uow.db, user_id, uow.now)
    uow.record(MemberInvited(user_id=user_id, role=invitation.role.value, link_id=link_id))
    return msgspec.structs.replace(invitation, invited_at=uow.now)


async def revoke_invitation(uow: UnitOfWork, user_id: UUID) -> None:
    """Revokes an invitation: its links become invalid, and an invited staff member is no longer a member.

    A customer stays a contact, because they may have been one before. Raises `NotFound`, `OwnersOnly`.
    """
    uow.actor.require(Permission.MEMBER_MANAGE)
    invitation = await _pending(uow, user_id)
    if invitation.role is Role.CUSTOMER:
        await queries.set_invited_at(uow.db, user_id, None)
    else:
        await remove_member(uow, user_id)
    await queries.invalidate_links(uow.db, user_id, uow.now)
    uow.record(InvitationRevoked(user_id=user_id, role=invitation.role.value))


async def _pending(uow: UnitOfWork, user_id: UUID) -> Invitation:
    uow.actor.require(Permission.MEMBER_MANAGE)
    invitation = await queries.find_pending(uow.db, user_id)
    if invitation is None:
        raise NotFound("invitation")
    require_may_assign_role(uow.actor, invitation.role, invitation.role)
    return invitation


@anyone("the mailed link is the credential")
async def accept_invitation(
    uow: UnitOfWork,
    keys: TokenKeys,
    *,
    token: str,
    name: str | None,
    password: str,
    device: Device,
    kind: SessionKind = "tokens",
) -> SignedIn:
    """Sets the first password of an invited user, confirms their address and signs them in.

    Raises `LinkInvalid`, `InvitationLinkRevoked`, `Invalid` for a password that is not accepted (the link then stays
    valid), and `Conflict` for a user who has a password already and must sign in with it.
    """
    link, member = await redeem_link(uow, token, "invitation")
    if problems := password_problems(password, link.email):
        raise Invalid(problems)
    if not await users.set_first_password(uow.db, link.user_id, await hash_password(password), uow.now):
        raise Conflict("invitation.has_password")
    await confirm(uow, link)
    await links.invalidate_links(uow.db, link.user_id, ["invitation", "verify_email"], uow.now)
    chosen = clean_name(name or "")
    if chosen and chosen != member.name:
        renamed = msgspec.structs.replace(member, name=chosen)
        await memberships.change_member(uow.db, member.user_id, {"name": renamed.name}, uow.now)
        uow.record(MemberUpdated(user_id=member.user_id, changes={"name": Change(member.name, renamed.name)}))
        member = renamed
    return await start_session(uow, keys, member, device, kind)


async def _join_groups(uow: UnitOfWork, user_id: UUID, group_ids: list[UUID]) -> None:
    if not group_ids:
        return
    found = await memberships.add_to_groups(uow.db, uow.actor.organization_id, user_id, group_ids, uow.now)
    if unknown := [i for i, group_id in enumerate(group_ids) if group_id not in found]:
        raise Invalid([Problem.at(f"group_ids.{i}", "group.unknown") for i in unknown])
