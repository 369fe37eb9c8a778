"""Changing and removing members."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.accounts.errors import LastOwner
from deskbell.features.accounts.events import ApiKeyRevoked, MemberRemoved, MemberUpdated
from deskbell.features.accounts.policy import require_may_change, require_may_place, rights_shrink
from deskbell.features.accounts.queries import access
from deskbell.features.accounts.records import MemberChanges, Membership
from deskbell.features.accounts.service.sessions import end_other_sessions
from deskbell.kernel.errors import NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork

__all__ = ["remove_member", "update_member"]


async def update_member(uow: UnitOfWork, user_id: UUID, changes: MemberChanges) -> Membership:
    """Sets fields of a member of the actor's organization; what is left out, or is so already, stays.

    A member who may do less than before is signed out everywhere. Raises `NotFound`, `Forbidden`, `OwnersOnly` or
    `LastOwner`.
    """
    member, owners = await _locked(uow, user_id)
    require_may_change(uow.actor, member, changes)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    fields: dict[str, Any] = {name: value for name, value in given.items() if getattr(member, name) != value}
    if not fields:
        return member
    if member.role is Role.OWNER and "role" in fields and owners < 2:
        raise LastOwner
    columns = {name: value.value if isinstance(value, Role) else value for name, value in fields.items()}
    await access.change_member(uow.db, user_id, columns, uow.now)
    told = {name: Change(getattr(member, name), value) for name, value in fields.items()}
    uow.record(MemberUpdated(user_id=user_id, changes=told))
    changed = msgspec.structs.replace(member, **fields, updated_at=uow.now)
    if rights_shrink(member.role, changed.role):
        await end_other_sessions(uow, user_id, None)
    return changed


async def remove_member(uow: UnitOfWork, user_id: UUID) -> None:
    """Takes a member's access away at once: sessions end, API keys are revoked. Their tickets and comments stay.

    Raises `NotFound`, `Forbidden`, `OwnersOnly` or `LastOwner`.
    """
    member, owners = await _locked(uow, user_id)
    if member.role is Role.CUSTOMER:
        uow.actor.require(Permission.CONTACT_DELETE)
    else:
        require_may_place(uow.actor, member.role, member.role)
    if member.role is Role.OWNER and owners < 2:
        raise LastOwner
    await end_other_sessions(uow, user_id, None)
    for key in await access.revoke_api_keys_of(uow.db, user_id, uow.now):
        uow.record(ApiKeyRevoked(user_id=user_id, key_id=key.id, name=key.name, scopes=key.scopes))
    await access.end_membership(uow.db, user_id, uow.now)
    uow.record(MemberRemoved(user_id=user_id, role=member.role.value))


async def _locked(uow: UnitOfWork, user_id: UUID) -> tuple[Membership, int]:
    """A member and how many owners there are, neither of which changes until this unit ends.

    The owners come first, in everybody's same order: two of them changing one another must not lock each other out.
    """
    await uow.begin()
    owners = len(await access.lock_owners(uow.db))
    member = await access.lock_member(uow.db, user_id)
    if member is None:
        raise NotFound("member")
    return member, owners
