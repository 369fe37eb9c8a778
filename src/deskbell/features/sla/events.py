"""Events of service-level policies."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent


class SlaPolicyUpdated(DomainEvent, frozen=True, kw_only=True):
    """The targets of a priority changed. Tickets keep their elapsed time."""

    type: ClassVar[str] = "sla_policy.updated"
    subject_type: ClassVar[str] = "sla_policy"
    subject_key: ClassVar[str] = "policy_id"
    internal: ClassVar[bool] = True
    policy_id: UUID
    priority: str
    changes: dict[str, Change]
