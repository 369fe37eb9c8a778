"""Events of organizations. Each is in the journal of the organization that it is about."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutOrganization(Struct, frozen=True, kw_only=True):
    """Fields of events about one organization."""

    subject_type: ClassVar[str] = "organization"
    subject_key: ClassVar[str] = "about_id"
    internal: ClassVar[bool] = True
    about_id: UUID


class OrganizationCreated(AboutOrganization, DomainEvent, frozen=True, kw_only=True):
    """An organization was added to the server."""

    type: ClassVar[str] = "organization.created"
    name: str
    domain: str | None


class OrganizationUpdated(AboutOrganization, DomainEvent, frozen=True, kw_only=True):
    """Its name, domain or settings (as `settings.<key>`) changed."""

    type: ClassVar[str] = "organization.updated"
    changes: dict[str, Change]


class OrganizationDeleted(AboutOrganization, DomainEvent, frozen=True, kw_only=True):
    """The organization was deleted; its domain is free."""

    type: ClassVar[str] = "organization.deleted"
    name: str
    domain: str | None
