"""v2: shapes of users."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v2.fields import Name
from deskbell.api.v2.vocabulary import ShownRole, role_shown
from deskbell.features.access.records import Membership


class UserView(Struct, frozen=True, kw_only=True, rename="camel"):
    """A member of the organization."""

    id: UUID
    name: str
    email: str
    role: ShownRole
    organization_id: UUID
    avatar_url: str | None
    phone: str | None
    email_verified: bool
    last_login_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, member: Membership) -> "UserView":
        return cls(
            id=member.user_id,
            name=member.name,
            email=member.email,
            role=role_shown(member.role),
            organization_id=member.organization_id,
            avatar_url=member.avatar_url,
            phone=member.phone,
            email_verified=member.verified,
            last_login_at=member.last_login_at,
            created_at=member.created_at,
            updated_at=member.updated_at,
        )


Phone: TypeAlias = Annotated[str, Meta(max_length=50)]


WebAddress: TypeAlias = Annotated[
    str, Meta(max_length=2_000, pattern=r"^https?://[^\s/?#]+\S*$", extra={"messages": {"pattern": "v2.url"}})
]


class UpdateMe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    avatar_url: WebAddress | UnsetType | None = UNSET


class UpdateUser(UpdateMe, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The fields to change; omitted fields keep their values. Only admins may update members."""

    role: ShownRole | UnsetType = UNSET
