"""v1: shapes of the organization's own statuses."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name
from deskbell.features.fields.status_records import NewStatus, OwnStatus, StatusChanges
from deskbell.features.fields.statuses import MAX_STEPS
from deskbell.kernel.statuses import Step
from deskbell.kernel.words import Status


class OwnStatusView(Struct, frozen=True, kw_only=True):
    """A status of the organization's own within one of the six, its `category`. Customers see `customer_name`."""

    id: UUID
    name: str
    customer_name: str | None
    category: Status
    position: int
    retired: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, status: OwnStatus) -> "OwnStatusView":
        return cls(**{name: getattr(status, name) for name in cls.__struct_fields__})


class CreateStatus(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new status. `category` cannot be changed afterwards."""

    name: Name
    category: Status
    customer_name: Name | None = None

    def command(self) -> NewStatus:
        """The status for the service."""
        return NewStatus(name=self.name, category=self.category, customer_name=self.customer_name)


class UpdateStatus(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `retired: false` lets it be chosen again."""

    name: Name | UnsetType = UNSET
    customer_name: Name | UnsetType | None = UNSET
    position: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType = UNSET
    retired: bool | UnsetType = UNSET

    def command(self) -> StatusChanges:
        """The changes for the service."""
        return StatusChanges(
            name=self.name, customer_name=self.customer_name, position=self.position, retired=self.retired
        )


class Steps(Struct, frozen=True, forbid_unknown_fields=True):
    """The steps that the staff may take: `from` and `to` are one of the six statuses or the id of an own one.

    `roles` may take it; an empty list means all. Without any step every one is allowed.
    """

    steps: Annotated[list[Step], Meta(max_length=MAX_STEPS)]
