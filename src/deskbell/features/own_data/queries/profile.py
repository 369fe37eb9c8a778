"""Facts about a person besides their tickets."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.fields import CustomField
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table


class Profile(Struct, frozen=True):
    """A customer's entry in one organization."""

    name: str
    email: str
    phone: str | None
    company: str | None
    title: str | None
    time_zone: str | None
    avatar_url: str | None
    created_at: datetime
    last_login_at: datetime | None
    address_confirmed_at: datetime | None


class Address(Struct, frozen=True):
    """A further address."""

    address: str
    created_at: datetime


class SignIn(Struct, frozen=True):
    """A sign-in of a device."""

    kind: str
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    ended_at: datetime | None


class Rating(Struct, frozen=True):
    """A rating of a request."""

    ticket_id: UUID
    rating: int
    comment: str | None
    created_at: datetime


class _Values(Struct, frozen=True):
    custom_fields: list[CustomField]


class Vote(Struct, frozen=True):
    """A vote on an article. An article that is not published any more is not named."""

    article: str | None
    helpful: bool
    voted_at: datetime


_PROFILES: Final = Table(
    "memberships",
    Profile,
    "m",
    columns={"address_confirmed_at": "(select u.email_verified_at from users u where u.id = m.user_id)"},
    key="name",
)
_ADDRESSES: Final = Table("contact_addresses", Address, "a", key="address")
_SIGN_INS: Final = Table("sessions", SignIn, "s", key="created_at")
_RATINGS: Final = Table("ticket_feedback", Rating, "f", key="ticket_id")
_VALUES: Final = Table("memberships", _Values, "m", key="custom_fields")
_VOTES: Final = Table(
    "article_votes",
    Vote,
    "v",
    columns={"article": "case when a.published_at is not null then a.title end"},
    joins="join articles a on a.organization_id = v.organization_id and a.id = v.article_id",
    key="voted_at",
)


async def profile(db: Db, user_id: UUID) -> Profile | None:
    """The person's entry."""
    return await _PROFILES.find(db, sql("m.user_id = {}", user_id))


async def values(db: Db, user_id: UUID) -> list[CustomField]:
    """The values of the organization's own fields of contacts."""
    found = await _VALUES.find(db, sql("m.user_id = {}", user_id))
    return [] if found is None else found.custom_fields


async def ratings(db: Db, user_id: UUID) -> dict[UUID, Rating]:
    """The person's ratings by request, also of requests that were opened again."""
    return {each.ticket_id: each for each in await _RATINGS.fetch(db, sql("f.user_id = {}", user_id))}


async def addresses(db: Db, user_id: UUID) -> list[Address]:
    """Further addresses, the oldest first."""
    return await _ADDRESSES.fetch(db, sql("a.user_id = {} order by a.created_at, a.address", user_id))


async def sessions(db: Db, user_id: UUID) -> list[SignIn]:
    """The sign-ins that are still kept, the newest first."""
    return await _SIGN_INS.fetch(db, sql("s.user_id = {} order by s.created_at desc, s.id", user_id))


async def votes(db: Db, user_id: UUID) -> list[Vote]:
    """The votes on articles, the oldest first."""
    return await _VOTES.fetch(db, sql("v.voter = {} order by v.voted_at, v.article_id", str(user_id)))
