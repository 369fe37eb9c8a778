"""Events of brands."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutBrand(Struct, frozen=True, kw_only=True):
    """Fields of events about one brand."""

    subject_type: ClassVar[str] = "brand"
    subject_key: ClassVar[str] = "brand_id"
    brand_id: UUID


class BrandCreated(AboutBrand, DomainEvent, frozen=True, kw_only=True):
    """A brand was created."""

    type: ClassVar[str] = "brand.created"
    name: str
    color: str | None
    address: str | None
    logo: str | None


class BrandUpdated(AboutBrand, DomainEvent, frozen=True, kw_only=True):
    """Some of its fields changed."""

    type: ClassVar[str] = "brand.updated"
    changes: dict[str, Change]


class BrandDeleted(AboutBrand, DomainEvent, frozen=True, kw_only=True):
    """A brand was deleted."""

    type: ClassVar[str] = "brand.deleted"
    name: str
