"""Collects the people, groups and categories that the tickets of a batch refer to."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from deskbell.features.access.addresses import clean_name
from deskbell.features.transfer.format.history import fields_as_list
from deskbell.features.transfer.format.records import Change, Person, PersonRef, Ticket
from deskbell.features.transfer.format.types import Role
from deskbell.features.transfer.importing.rows import PersonRow
from deskbell.kernel.ids import new_id

_PEOPLE: Final = ("assignee", "requester")


class _Mention(Struct):
    name: str | None
    role: Role | None
    staff: bool
    since: datetime | None


class People:
    """The people that lines name. The first description wins. A person without a role who acts as staff is an agent."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._persons: dict[str, Person] = {}
        self._mentions: dict[str, _Mention] = {}

    def describe(self, person: Person) -> None:
        """Adds a `person` line."""
        self._persons.setdefault(person.email, person)

    def mention(self, person: PersonRef, since: datetime | None, *, staff: bool = False) -> None:
        """Adds a person named in a ticket or group."""
        known = self._mentions.get(person.email)
        if known is None:
            self._mentions[person.email] = _Mention(person.name, person.role, staff, since)
            return
        known.name = known.name or person.name
        known.role = known.role or person.role
        known.staff = known.staff or staff

    def mention_all(self, ticket: Ticket) -> None:
        """Adds every person that a ticket names."""
        since = ticket.created_at
        self.mention(ticket.requester, since)
        if ticket.created_by is not None:
            self.mention(ticket.created_by, since, staff=ticket.created_by.email != ticket.requester.email)
        if ticket.assignee is not None:
            self.mention(ticket.assignee, since, staff=True)
        for comment in ticket.comments:
            self.mention(comment.author, comment.created_at or since, staff=not comment.public)
        for change in ticket.changes:
            if change.actor is not None:
                self.mention(change.actor, change.at)
            for value in _values(change, _PEOPLE):
                self.mention(PersonRef(email=value), change.at, staff=change.field == "assignee")

    def emails(self) -> list[str]:
        """Every named address."""
        return sorted(self._persons.keys() | self._mentions.keys())

    def described(self) -> list[str]:
        """The addresses that had a `person` line."""
        return list(self._persons)

    def row(self, email: str) -> PersonRow:
        """The person as a new member."""
        person = self._persons.get(email)
        if person is not None:
            return PersonRow(
                id=new_id(), email=email, name=_name(person.name, email), role=person.role, phone=person.phone,
                company=person.company, title=person.title, department=person.department, time_zone=person.time_zone,
                custom_fields=msgspec.json.encode(fields_as_list(person.custom_fields)).decode(),
                created_at=person.created_at or self._now, ended_at=person.ended_at,
            )  # fmt: skip
        mention = self._mentions[email]
        return PersonRow(
            id=new_id(),
            email=email,
            name=_name(mention.name, email),
            role=mention.role or ("agent" if mention.staff else "customer"),
            created_at=mention.since or self._now,
        )


def _name(name: str | None, email: str) -> str:
    return clean_name(name or "") or email.partition("@")[0]


def names_in(tickets: Iterable[Ticket], field: Literal["group", "category", "brand"]) -> list[str]:
    """The names of groups, categories or brands that tickets and their histories mention."""
    names: dict[str, None] = {}
    for ticket in tickets:
        today: str | None = getattr(ticket, field)
        if today is not None:
            names[today] = None
        for change in ticket.changes:
            names.update(dict.fromkeys(_values(change, (field,))))
    return list(names)


def _values(change: Change, fields: tuple[str, ...]) -> Iterator[Any]:
    if change.field in fields:
        yield from (value for value in (change.was, change.now) if value is not None)
