"""Password requirements, and who may change which membership. Plain functions, no I/O."""

from typing import Final

from deskbell.features.access.common_passwords import COMMON_PASSWORDS
from deskbell.features.access.errors import OwnersOnly
from deskbell.features.access.passwords import normal_form
from deskbell.features.access.records import MemberChanges, Membership
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Problem
from deskbell.kernel.permissions import Permission, Role

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 200
_RANKS: Final = list(Role)


def password_problems(password: str, email: str | None, path: str = "password") -> list[Problem]:
    """The reasons why a password is refused (NIST SP 800-63B: length and blocklists, no composition rules)."""
    password = normal_form(password)
    if len(password) < SHORTEST_PASSWORD:
        return [Problem.at(path, "too_short", limit=SHORTEST_PASSWORD)]
    if len(password) > LONGEST_PASSWORD:
        return [Problem.at(path, "too_long", limit=LONGEST_PASSWORD)]
    folded = password.strip().casefold()
    if email is not None and folded == email.casefold():
        return [Problem.at(path, "password.is_address")]
    if folded in COMMON_PASSWORDS or len(set(folded)) < 2:
        return [Problem.at(path, "password.common")]
    return []


def require_may_assign_role(actor: Actor, role: Role, was: Role | None = None) -> None:
    """Raises unless the actor may assign a role, or change or remove a member whose role is `was`.

    This requires the permission to manage members. Only owners may add, change or remove owners.
    """
    actor.require(Permission.MEMBER_MANAGE)
    if Role.OWNER in (role, was) and actor.role is not Role.OWNER:
        raise OwnersOnly


def require_may_change(actor: Actor, member: Membership, changes: MemberChanges) -> None:
    """Raises unless the actor may make these changes: to themselves, to a customer as staff, or with members:manage."""
    if isinstance(changes.role, Role) and changes.role != member.role:
        require_may_assign_role(actor, changes.role, member.role)
        return
    if member.user_id == actor.user_id:
        actor.require(Permission.PROFILE)
    elif member.role is Role.CUSTOMER:
        actor.require(Permission.CONTACT_WRITE)
    elif not actor.may(Permission.MEMBER_MANAGE):
        raise Forbidden
    elif member.role is Role.OWNER and actor.role is not Role.OWNER:
        raise OwnersOnly


def has_fewer_permissions(was: Role, now: Role) -> bool:
    """Whether the new role has fewer permissions than the old one."""
    return _RANKS.index(now) < _RANKS.index(was)
