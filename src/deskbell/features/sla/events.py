"""What happens to service-level policies."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = ["SlaPolicyUpdated"]


class SlaPolicyUpdated(DomainEvent, frozen=True, kw_only=True):
    """The targets of a priority changed. Tickets keep the time they used."""

    type: ClassVar[str] = "sla_policy.updated"
    subject_type: ClassVar[str] = "sla_policy"
    policy_id: UUID
    priority: str
    changes: dict[str, Change]

    @property
    def subject_id(self) -> UUID:
        """The policy."""
        return self.policy_id

    @property
    def internal(self) -> bool:
        """What staff promises itself is the staff's affair."""
        return True
