"""Actors: every command and every query takes one and is authorised against it."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Forbidden
from deskbell.kernel.permissions import PERMISSIONS_OF, STAFF_ROLES, Permission, Role, scope_covers


class Actor(Struct, frozen=True):
    """A member acting in one organization, or Deskbell itself (`user_id` is None) doing a job for it.

    `scopes` limits what an API key may do; None means no limit. `verified`: the user's address is confirmed. Without it
    a member of the staff has a customer's permissions.
    """

    organization_id: UUID
    user_id: UUID | None
    role: Role
    session_id: UUID | None = None
    api_key_id: UUID | None = None
    scopes: tuple[str, ...] | None = None
    platform_admin: bool = False
    verified: bool = True
    only_ticket: UUID | None = None
    """The ticket that the link of a guest opens. They see this one, whatever other tickets are theirs."""

    @classmethod
    def system(cls, organization_id: UUID) -> "Actor":
        """Deskbell itself, for jobs, imports and incoming mail of an organization."""
        return cls(organization_id, None, Role.OWNER)

    @classmethod
    def visitor(cls, organization_id: UUID) -> "Actor":
        """An anonymous visitor of an organization's public pages."""
        return cls(organization_id, None, Role.CUSTOMER, scopes=())

    @property
    def is_staff(self) -> bool:
        """Whether the actor sees what staff see: any role but customer, with a confirmed address."""
        return self.role in STAFF_ROLES and self.verified

    @property
    def id(self) -> UUID:
        """The user's id. Raises `LookupError` for Deskbell itself and for a visitor."""
        if self.user_id is None:
            raise LookupError("this actor is not a user")
        return self.user_id

    def may(self, permission: Permission) -> bool:
        """Whether this actor holds the permission. Each feature's row filter decides on which objects."""
        if permission is Permission.PLATFORM:
            return self.platform_admin and self.verified and self._in_scope(permission)
        role = self.role if self.verified else Role.CUSTOMER
        return permission in PERMISSIONS_OF[role] and self._in_scope(permission)

    def require(self, *permissions: Permission) -> None:
        """Raises `Forbidden` unless the actor holds every one of the permissions."""
        for permission in permissions:
            if not self.may(permission):
                raise self._refusal(permission)

    def require_any(self, *permissions: Permission) -> None:
        """Raises `Forbidden` unless the actor holds at least one of the permissions."""
        if not any(map(self.may, permissions)):
            raise self._refusal(*permissions)

    @property
    def reads_notes(self) -> bool:
        """Whether this actor may read internal notes: staff, and their API keys with `comments:internal`."""
        return self.may(Permission.COMMENT_INTERNAL)

    def _refusal(self, *permissions: Permission) -> Forbidden:
        """Names the missing scope where the role holds the permission and only the API key does not."""
        unscoped = replace(self, scopes=None)
        lacking = [permission.value for permission in permissions if unscoped.may(permission)]
        if self.api_key_id is None or not lacking:
            return Forbidden()
        return Forbidden("api_key.scope_missing", scopes=tuple(lacking))

    def _in_scope(self, permission: Permission) -> bool:
        return self.scopes is None or any(scope_covers(scope, permission) for scope in self.scopes)
