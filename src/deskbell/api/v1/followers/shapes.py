"""v1: shapes of followers."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.api.v1.fields import Email, Name
from deskbell.features.tickets.records import Follower, FollowReason
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Role


class FollowerView(Struct, frozen=True, kw_only=True):
    """A follower. `how` they became one: `added` by staff, `copied` in a mail, by a `mail`, a `rule`, or `merged`."""

    user_id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role
    how: FollowReason
    created_at: datetime

    @classmethod
    def of(cls, follower: Follower) -> "FollowerView":
        person = follower.person
        return cls(
            user_id=person.id, name=person.name, email=person.email, avatar_url=person.avatar_url,
            role=person.role, how=follower.how, created_at=follower.created_at,
        )  # fmt: skip


class AddFollower(Struct, frozen=True, forbid_unknown_fields=True):
    """A member by `user_id`, or a customer by `email`; an unknown address becomes a contact."""

    user_id: UUID | None = None
    email: Email | None = None
    name: Name | None = None

    def user(self) -> UUID | None:
        """The member; None for one named by address. Raises `Invalid` unless exactly one is given."""
        if (self.user_id is None) == (self.email is None):
            raise Invalid.field("user_id", "follower.email_or_user")
        return self.user_id
