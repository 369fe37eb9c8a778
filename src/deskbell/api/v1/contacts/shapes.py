"""v1: shapes of contacts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.envelope import Pagination
from deskbell.api.v1.fields import Email, Name
from deskbell.api.v1.tickets.shapes import Fields
from deskbell.features.people.records.contacts import Activity, Contact
from deskbell.kernel.fields import FieldValue

Phone = Annotated[str, Meta(max_length=50)]


Line = Annotated[str, Meta(max_length=200)]
Language = Literal["en", "de"]


class ContactView(Struct, frozen=True, kw_only=True):
    """A contact. `role` is their job title, or `customer` if none is set. `language`: that of mails to them; null: the one that
    they write.

    `fields` are the values of the organization's own fields, by key.
    """

    id: UUID
    name: str
    email: str
    phone: str | None
    company: str | None
    role: str
    avatar_url: str | None
    verified: bool
    tickets_count: int
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None
    language: str | None
    fields: dict[str, FieldValue]

    @classmethod
    def of(cls, contact: Contact) -> "ContactView":
        return cls(
            id=contact.id, name=contact.name, email=contact.email, phone=contact.phone, company=contact.company,
            role=contact.title or "customer", avatar_url=contact.avatar_url, verified=contact.verified,
            tickets_count=contact.tickets_count, created_at=contact.created_at, updated_at=contact.updated_at,
            last_login_at=contact.last_login_at, language=contact.language,
            fields=contact.fields,
        )  # fmt: skip


class ContactList(Struct, frozen=True):
    """A page of contacts."""

    contacts: list[ContactView]
    pagination: Pagination


class ActivityView(Struct, frozen=True):
    """An event in a contact's activity."""

    id: str
    action: str
    description: str
    created_at: datetime

    @classmethod
    def of(cls, activity: Activity) -> "ActivityView":
        return cls(str(activity.id), activity.action, activity.description, activity.created_at)


class CreateContact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new contact. `organization_id` can only be your own."""

    name: Name
    email: Email
    phone: Phone | None = None
    company: Line | None = None
    role: Line | None = None
    language: Language | None = None
    organization_id: UUID | None = None
    fields: Fields = {}


class UpdateContact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values, null clears a field. `fields` is merged in the same way."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    company: Line | UnsetType | None = UNSET
    role: Line | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    organization_id: UUID | UnsetType | None = UNSET
    fields: Fields | UnsetType = UNSET
