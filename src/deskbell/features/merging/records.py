"""Commands and results of merging contacts."""

from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Effect(Struct, frozen=True, kw_only=True):
    """The numbers of objects that move from one contact to another."""

    tickets: int
    comments: int
    followed: int
    addresses: int
    has_signed_in: bool


class Kept(Struct, frozen=True, kw_only=True):
    """The fields that the remaining contact gets; a field left out keeps its value. The address always stays."""

    name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET


class MovedTicket(Struct, frozen=True):
    """A ticket whose requester changed."""

    id: UUID
