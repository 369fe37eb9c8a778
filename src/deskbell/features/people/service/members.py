"""Members of an organization, of every role."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.access.errors import LastOwner
from deskbell.features.access.events import MemberUpdated
from deskbell.features.access.policy import has_fewer_permissions, require_may_change
from deskbell.features.access.queries import memberships
from deskbell.features.access.records import MemberChanges, Membership
from deskbell.features.access.service.memberships import lock_with_owners
from deskbell.features.access.service.sessions import end_other_sessions
from deskbell.features.people.queries import members as queries
from deskbell.kernel.errors import NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork


async def list_members(
    uow: UnitOfWork, roles: Sequence[Role], search: str | None, page: PageRequest
) -> Page[Membership]:
    """A page of the members with these roles (all roles if empty), newest first.

    Each word of `search` must be a prefix of a word in name, address or company.
    """
    uow.actor.require(Permission.CONTACT_READ)
    text = search.strip() if search else ""
    return await queries.list_page(uow.db, roles, text or None, page)


async def get(uow: UnitOfWork, user_id: UUID) -> Membership:
    """A member. Raises `NotFound`."""
    uow.actor.require(Permission.CONTACT_READ)
    member = await memberships.find_member(uow.db, user_id)
    if member is None:
        raise NotFound("user")
    return member


async def update_member(
    uow: UnitOfWork, user_id: UUID, changes: MemberChanges, *, values: Change | None = None
) -> Membership:
    """Sets fields of a member of the actor's organization; UNSET leaves a field unchanged.

    `values` are those of a contact's own fields, before and after the change.

    A member who loses permissions is signed out everywhere. Raises `NotFound`, `Forbidden`, `OwnersOnly` or
    `LastOwner`.
    """
    uow.actor.require_any(Permission.PROFILE, Permission.CONTACT_WRITE, Permission.MEMBER_MANAGE)
    member, owners = await lock_with_owners(uow, user_id)
    require_may_change(uow.actor, member, changes)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    fields: dict[str, Any] = {name: value for name, value in given.items() if getattr(member, name) != value}
    recorded = {name: Change(getattr(member, name), value) for name, value in fields.items()}
    if values is not None and values.was != values.now:
        recorded["custom_fields"] = values
    if not recorded:
        return member
    if member.role is Role.OWNER and "role" in fields and owners < 2:
        raise LastOwner
    columns = {name: value.value if isinstance(value, Role) else value for name, value in fields.items()}
    if "custom_fields" in recorded:
        columns["custom_fields"] = msgspec.json.encode(recorded["custom_fields"].now).decode()
    await memberships.change_member(uow.db, user_id, columns, uow.now)
    uow.record(MemberUpdated(user_id=user_id, changes=recorded))
    changed = msgspec.structs.replace(member, **fields, updated_at=uow.now)
    if has_fewer_permissions(member.role, changed.role):
        await end_other_sessions(uow, user_id, None)
    return changed
