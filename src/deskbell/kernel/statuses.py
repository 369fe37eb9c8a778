"""Statuses of an organization's own, within the six that every contract knows, and the steps between them."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct, field

from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Status


class StatusInForce(Struct, frozen=True, kw_only=True):
    """A status as tickets have it. `customer_name` is shown to customers; None: the same name."""

    id: UUID
    name: str
    customer_name: str | None
    category: Status
    retired: bool

    def name_for(self, *, staff: bool) -> str:
        """Its name for the staff or for customers."""
        return self.name if staff else self.customer_name or self.name


class Step(Struct, frozen=True, omit_defaults=True):
    """A step from a status to another: one of the six, or an own one by its id. `roles` may take it; none means all."""

    start: str = field(name="from")
    to: str
    roles: list[Role] = []


def steps_from(steps: Sequence[Step], start: str, role: Role) -> list[str]:
    """The statuses that a role may move a ticket to."""
    return [step.to for step in steps if step.start == start and (not step.roles or role in step.roles)]
