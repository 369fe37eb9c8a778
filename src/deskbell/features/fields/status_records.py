"""Rows of statuses, and the steps between them."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.statuses import Step
from deskbell.kernel.words import Status


class OwnStatus(Struct, frozen=True, kw_only=True):
    """A status of the organization's own, within one of the six, its `category`. A retired one cannot be chosen any more.

    `customer_name` is shown to customers; None: the same name.
    """

    id: UUID
    name: str
    customer_name: str | None
    category: Status
    position: int
    retired: bool
    created_at: datetime
    updated_at: datetime


class NewStatus(Struct, frozen=True, kw_only=True):
    """A status to create."""

    name: str
    category: Status
    customer_name: str | None = None


class StatusChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged. The category never changes."""

    name: str | UnsetType = UNSET
    customer_name: str | UnsetType | None = UNSET
    position: int | UnsetType = UNSET
    retired: bool | UnsetType = UNSET


class StatusSteps(Struct, frozen=True):
    """The steps between statuses that are allowed."""

    steps: list[Step]
