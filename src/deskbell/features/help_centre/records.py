"""Rows of the help centre."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """An organization as visitors see it. `version` differs after each change that they see."""

    id: UUID
    organization_name: str
    domain: str | None
    business_name: str | None
    language: str
    website: str | None
    support_email: str | None
    signup_allowed: bool
    version: str

    @property
    def name(self) -> str:
        """The name under which it meets its customers."""
        return self.business_name or self.organization_name


class PublicBrand(Struct, frozen=True, kw_only=True):
    """A brand as visitors see it."""

    name: str
    color: str | None
    address: str | None
    logo: str | None


class Head(Struct, frozen=True, kw_only=True):
    """A published article without its text. `summary` is the beginning of its text, `source` equal in every language."""

    id: UUID
    slug: str
    title: str
    category: str
    locale: str
    source: str | None
    summary: str
    published_at: datetime
    updated_at: datetime


class MissedSearch(Struct, frozen=True, kw_only=True):
    """Words that found no article, with the number of searches and the language of the last reader."""

    id: UUID
    words: str
    locale: str
    searches: int
    first_at: datetime
    last_at: datetime


class Contents(Struct, frozen=True):
    """Everything of a help centre but the texts of its articles."""

    brands: list[PublicBrand]
    heads: list[Head]
    takes_requests: bool = False
    """Whether visitors may ask without a sign-in."""
