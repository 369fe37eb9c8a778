"""The facts that conditions compare: of a ticket, of its requester, and of the change that wakes the rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.fields import Definition, FieldValue
from deskbell.kernel.rules.words import Words
from deskbell.kernel.working_time import Calendar


class Beyond(Struct, frozen=True, kw_only=True):
    """Facts of a ticket that are in other rows: whether it has files, who follows it, and the numbers of linked tickets."""

    has_attachment: bool = False
    followers: frozenset[UUID] = frozenset()
    linked: frozenset[int] = frozenset()


NOTHING_BEYOND: Final = Beyond()
"""The facts in other rows of a ticket of which no rule asks any."""


class TicketFacts(Struct, frozen=True, kw_only=True):
    """A ticket as conditions see it: references by id, tags by name, values by the keys of fields.

    `definitions` are those of the organization's own fields. `due_at` is the next deadline of those that still run.
    """

    number: int
    status: str
    priority: str
    type: str
    channel: str
    requester_id: UUID
    assignee_id: UUID | None
    group_id: UUID | None
    category_id: UUID | None
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    subject: Words
    description: Words
    status_since: datetime | None = None
    assigned_since: datetime | None = None
    customer_wrote_at: datetime | None = None
    staff_wrote_at: datetime | None = None
    due_at: datetime | None = None
    beyond: Beyond = NOTHING_BEYOND
    lacks_values: bool = False
    values: Mapping[str, FieldValue] = {}
    definitions: Mapping[str, Definition] = {}
    calendar: Calendar | None = None
    """The organization's opening hours; without them it is always open."""

    def hours(self, now: datetime) -> str:
        """The word of `organization.hours:` for a moment."""
        return "open" if self.calendar is None or self.calendar.is_open(now) else "closed"


class RequesterFacts(Struct, frozen=True, kw_only=True):
    """The person a ticket is for. `open` counts their tickets that are neither solved nor closed, this one included. `values` are
    those of their fields by key.
    """

    email: str
    role: str
    company: str | None = None
    open: int = 0
    values: Mapping[str, FieldValue] = {}
    definitions: Mapping[str, Definition] = {}

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.email.rpartition("@")[2]


class CommentFacts(Struct, frozen=True, kw_only=True):
    """The comment in hand. `written_by` holds what its author is: `customer` or `staff`, and `requester`."""

    public: bool
    author_id: UUID
    written_by: frozenset[str]
    body: Words
    has_attachment: bool = False


class MailFacts(Struct, frozen=True, kw_only=True):
    """The mail in hand: addresses in lower case, those of To, Cc and Delivered-To, and its headers, in lower case, decoded.

    `automatic`: no person wrote it.
    """

    sender: str
    recipients: frozenset[str] = frozenset()
    verdict: str = "none"
    automatic: bool = False
    headers: Mapping[str, str] = {}


class Occasion(Struct, frozen=True, kw_only=True):
    """The change that wakes rules. `kinds` are those of its occasions, such as `ticket.created`.

    `woken_by` holds what made it, in the words of `by:`, and the id of an API key. `was` is the ticket before the person's
    change, None for a creation; `changed` names the fields that the change touched.
    """

    kinds: frozenset[str]
    woken_by: frozenset[str] = frozenset()
    actor_id: UUID | None = None
    automatic: bool = False
    was: TicketFacts | None = None
    changed: frozenset[str] = frozenset()
    comment: CommentFacts | None = None
    mail: MailFacts | None = None
    requester: RequesterFacts | None = None
