"""v1: shapes of permissions."""

from msgspec import Struct

from deskbell.kernel.permissions import DESCRIPTIONS, PERMISSIONS_OF, Permission, Role


class PermissionView(Struct, frozen=True):
    """A permission, which is also a scope of API keys, what it allows, and the roles that have it."""

    permission: Permission
    description: str
    roles: list[Role]

    @classmethod
    def of(cls, permission: Permission) -> "PermissionView":
        roles = [role for role in Role if permission in PERMISSIONS_OF[role]]
        return cls(permission, DESCRIPTIONS[permission], roles)
