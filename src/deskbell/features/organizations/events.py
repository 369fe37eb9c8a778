"""What happens to organizations. Each event stands in the journal of the organization that it is about."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = ["OrganizationCreated", "OrganizationDeleted", "OrganizationEvent", "OrganizationUpdated"]


class OrganizationEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one organization."""

    subject_type: ClassVar[str] = "organization"
    about_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The organization."""
        return self.about_id

    @property
    def internal(self) -> bool:
        """How an organization is set up is its staff's business."""
        return True


class OrganizationCreated(OrganizationEvent, frozen=True, kw_only=True):
    """An organization was added to the server."""

    type: ClassVar[str] = "organization.created"
    name: str
    domain: str | None


class OrganizationUpdated(OrganizationEvent, frozen=True, kw_only=True):
    """Its name, domain or settings (as `settings.<key>`) changed."""

    type: ClassVar[str] = "organization.updated"
    changes: dict[str, Change]


class OrganizationDeleted(OrganizationEvent, frozen=True, kw_only=True):
    """Nobody enters it any more; its domain is free for another."""

    type: ClassVar[str] = "organization.deleted"
    name: str
    domain: str | None
