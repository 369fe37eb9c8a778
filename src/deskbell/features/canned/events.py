"""Events of canned responses."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutCannedResponse(Struct, frozen=True, kw_only=True):
    """Fields of events about one canned response. Customers do not see them."""

    subject_type: ClassVar[str] = "canned_response"
    subject_key: ClassVar[str] = "response_id"
    internal: ClassVar[bool] = True
    response_id: UUID


class CannedCreated(AboutCannedResponse, DomainEvent, frozen=True, kw_only=True):
    """A canned response was created."""

    type: ClassVar[str] = "canned_response.created"
    title: str


class CannedUpdated(AboutCannedResponse, DomainEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "canned_response.updated"
    changes: dict[str, Change]


class CannedDeleted(AboutCannedResponse, DomainEvent, frozen=True, kw_only=True):
    """It was deleted; comments written with it stay."""

    type: ClassVar[str] = "canned_response.deleted"
    title: str
