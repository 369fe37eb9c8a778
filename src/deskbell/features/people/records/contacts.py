"""Rows of contacts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.fields import CustomField, FieldValue

ContactSort = Literal["created_at", "name", "email"]


class Contact(Struct, frozen=True):
    """A customer. `title` is the job title; `verified` is whether the address is confirmed."""

    id: UUID
    name: str
    email: str
    phone: str | None
    company: str | None
    title: str | None
    avatar_url: str | None
    verified: bool
    tickets_count: int
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None
    custom_fields: list[CustomField] = []
    language: str | None = None
    """That of mails to them; None: as they write themselves."""

    @property
    def fields(self) -> dict[str, FieldValue]:
        """The values of fields by key."""
        return {each.name: each.value for each in self.custom_fields}


class FurtherAddress(Struct, frozen=True):
    """An address of a contact besides their own one: `entered` by staff, or that of a contact who was `merged`."""

    address: str
    how: Literal["entered", "merged"]
    created_at: datetime


class NewContact(Struct, frozen=True, kw_only=True):
    """The fields of a contact entered by hand; `fields` are values of the organization's own, by key."""

    name: str
    email: str
    phone: str | None = None
    company: str | None = None
    title: str | None = None
    language: str | None = None
    fields: dict[str, FieldValue] = {}


class ContactChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged. `fields` is merged: None clears a value."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    fields: dict[str, FieldValue] | UnsetType = UNSET


class Activity(Struct, frozen=True):
    """One entry of a contact's activity, described in a sentence."""

    id: int
    action: str
    description: str
    created_at: datetime
