"""routes: shapes of users."""

from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.people import UserView
from deskbell.api.shared.plain import Name, Password
from deskbell.kernel.permissions import Role

Phone: TypeAlias = Annotated[str, Meta(max_length=50)]


PictureUrl: TypeAlias = Annotated[
    str, Meta(max_length=2_000, pattern=r"^(?:https?://|/)\S+$", extra={"messages": {"pattern": "routes.web_address"}})
]


class Register(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account. With `organization_id`, it becomes a customer of that organization."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    password: Password
    organization_id: UUID | None = None
    name: Name | None = None


class Registered(UserView, frozen=True, kw_only=True):
    """The new user with tokens."""

    token: str
    refresh_token: str


class VerificationSent(Struct, frozen=True):
    """Reports that the mailed link must be opened before the first sign-in."""

    status: str
    message: str


class UpdateUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. Only admins may change the role."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    avatar_url: PictureUrl | UnsetType | None = UNSET
    role: Role | UnsetType = UNSET
