"""Tickets, with those who take part in them, and their changes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.fields.configuration import NOTHING, Configuration
from deskbell.kernel.deadlines import Deadlines
from deskbell.kernel.fields import CustomField, FieldValue
from deskbell.kernel.permissions import Role
from deskbell.kernel.statuses import StatusInForce
from deskbell.kernel.words import DONE, Channel, Priority, Status, TicketType

FollowReason = Literal["added", "copied", "mail", "rule", "merged"]


class Person(Struct, frozen=True):
    """A member as embedded in a ticket or comment."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role


class Named(Struct, frozen=True):
    """A group or category as embedded in a ticket."""

    id: UUID
    name: str


class Ticket(Struct, frozen=True, kw_only=True):
    """A ticket with the names of the people, group and category it refers to. `version` grows by one with each change."""

    organization_id: UUID
    id: UUID
    number: int
    subject: str
    description: str
    status: Status
    priority: Priority
    type: TicketType
    channel: Channel
    requester: Person
    assignee: Person | None
    group: Named | None
    category: Named | None
    brand: Named | None
    tags: list[str]
    tag_ids: list[UUID]
    custom_fields: list[CustomField]
    external_id: str | None
    version: int
    reopen_count: int
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    deleted_at: datetime | None
    self_filed: bool = False
    """Whether its requester filed it, signed in; not others, nor a mail or form under their address."""
    status_id: UUID | None = None
    """The organization's own status within `status`; None for the plain one."""
    snoozed_until: datetime | None = None
    """The moment until which it is pending and then opens automatically."""
    waiting_since: datetime | None = None
    """Since when the customer has waited for words of the staff; None while they do not wait."""
    status_since: datetime | None = None
    assigned_since: datetime | None = None
    customer_wrote_at: datetime | None = None
    staff_wrote_at: datetime | None = None
    """The moments from which automations count: since then it has its status and assignee, and then persons last wrote."""
    moment_next_at: datetime | None = None
    """The next moment of an automation."""
    deadlines: Deadlines | None = None
    """Its service level; None for a moment after an import, until it has been computed from the history."""
    rules_version: int = 0
    """The version of the organization's rules when the ticket was locked; 0 if it was not, or there are none."""
    lacks_a_join: bool = False
    """Whether the row has an assignee, group or category that the joins did not find."""
    workflow_version: int = 0
    """The version of the fields in force when the row was read; 0 for an organization without any."""
    configured: Configuration | None = None
    """The fields in that version. Every query of `tickets.queries` fills it in."""

    @property
    def configuration(self) -> Configuration:
        """The fields in force. Raises `LookupError` for a row that was read without them, rather than show all values."""
        if self.configured is not None:
            return self.configured
        if self.workflow_version:
            raise LookupError("this ticket was read without the organization's fields: see queries.tickets.configured")
        return NOTHING

    def custom_fields_for(self, *, staff: bool) -> list[CustomField]:
        """Its values that the staff or its customer are shown."""
        return (
            self.configuration.shown(self.custom_fields, staff=staff, category_id=self.category_id)
            if self.custom_fields
            else []
        )

    def fields_for(self, *, staff: bool) -> dict[str, FieldValue]:
        """The values of defined fields that the staff or its customer are shown, by key."""
        return (
            self.configuration.by_field(self.custom_fields, staff=staff, category_id=self.category_id)
            if self.custom_fields
            else {}
        )

    @property
    def own_status(self) -> StatusInForce | None:
        """The organization's own status."""
        return None if self.status_id is None else self.configuration.statuses_by_id.get(self.status_id)

    @property
    def refers_to_deleted(self) -> bool:
        """Whether the row still refers to a deleted group, category or tag; `group`, `category` and `tags` leave it out."""
        return self.lacks_a_join or len(self.tag_ids) != len(self.tags)

    @property
    def shown_version(self) -> int:
        """The version for clients: a deletion counts from its moment on, before the row itself is changed."""
        return self.version + self.refers_to_deleted

    @property
    def assignee_id(self) -> UUID | None:
        """The assignee's id."""
        return self.assignee.id if self.assignee else None

    @property
    def group_id(self) -> UUID | None:
        """The group it belongs to."""
        return self.group.id if self.group else None

    @property
    def category_id(self) -> UUID | None:
        """The category's id."""
        return self.category.id if self.category else None

    @property
    def brand_id(self) -> UUID | None:
        """The brand under which it was filed."""
        return self.brand.id if self.brand else None

    @property
    def next_due_at(self) -> datetime | None:
        """The first of the deadlines that still run."""
        return self.deadlines.next_due_at if self.deadlines else None

    @property
    def done(self) -> bool:
        """Solved or closed."""
        return self.status in DONE


class RequesterInput(Struct, frozen=True):
    """A customer named by address; one that is unknown becomes a contact."""

    email: str
    name: str | None = None


class NewTicket(Struct, frozen=True, kw_only=True):
    """A new ticket. Without a requester it is the actor."""

    subject: str
    description: str
    priority: Priority = Priority.NORMAL
    type: TicketType = TicketType.QUESTION
    channel: Channel = Channel.WEB
    status: Status = Status.NEW
    requester_id: UUID | None = None
    requester: RequesterInput | None = None
    assignee_id: UUID | None = None
    group_id: UUID | None = None
    category_id: UUID | None = None
    brand_id: UUID | None = None
    tags: list[str] = []
    custom_fields: list[CustomField] = []
    fields: dict[str, FieldValue] = {}
    external_id: str | None = None
    description_html: str | None = None
    """The description of a mail, as safe HTML."""
    by_form: bool = False
    """Whether a person who knows the fields files it, so that those required at the creation must have values."""


class TicketChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; what is UNSET stays."""

    subject: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    status_id: UUID | UnsetType | None = UNSET
    """A status of the organization's own, which sets `status` as well; None for the plain one."""
    snoozed_until: datetime | UnsetType = UNSET
    """It is pending until then; goes with that `status` alone."""
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    group_id: UUID | UnsetType | None = UNSET
    category_id: UUID | UnsetType | None = UNSET
    brand_id: UUID | UnsetType | None = UNSET
    tags: list[str] | UnsetType = UNSET
    custom_fields: list[CustomField] | UnsetType = UNSET
    fields: dict[str, FieldValue] | UnsetType = UNSET
    """Values of defined fields by key, merged into the present ones; None clears one."""


class ResolvedChanges(Struct, frozen=True, kw_only=True):
    """New values of a ticket's fields, checked and looked up, with those that follow from them. What is UNSET stays."""

    subject: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    status_id: UUID | UnsetType | None = UNSET
    snoozed_until: datetime | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    assignee: Person | UnsetType | None = UNSET
    group: Named | UnsetType | None = UNSET
    category: Named | UnsetType | None = UNSET
    brand: Named | UnsetType | None = UNSET
    tags: list[str] | UnsetType = UNSET
    tag_ids: list[UUID] | UnsetType = UNSET
    custom_fields: list[CustomField] | UnsetType = UNSET
    reopen_count: int | UnsetType = UNSET
    first_response_at: datetime | UnsetType = UNSET
    solved_at: datetime | UnsetType | None = UNSET
    closed_at: datetime | UnsetType | None = UNSET
    waiting_since: datetime | UnsetType | None = UNSET
    status_since: datetime | UnsetType | None = UNSET
    assigned_since: datetime | UnsetType | None = UNSET
    customer_wrote_at: datetime | UnsetType = UNSET
    staff_wrote_at: datetime | UnsetType = UNSET
    deadlines: Deadlines | UnsetType = UNSET


class ByRule(Struct, frozen=True):
    """The rule whose action a change is, in the version that fired."""

    id: UUID
    name: str
    version: int


class TicketLink(Struct, frozen=True, kw_only=True):
    """Another ticket that a ticket is linked with. `refers`: the ticket refers to the other one; else the other to it.

    `follow_up`: the one that refers continues the other, which was closed. `related`: staff linked them, or its mail named the
    other ticket, and its sender takes no part in that. `merged`: the one that refers was closed, and answers to its mails join
    the other.
    """

    kind: Literal["related", "follow_up", "merged"]
    refers: bool
    ticket_id: UUID
    number: int
    subject: str
    status: Status
    created_at: datetime


class Follower(Struct, frozen=True, kw_only=True):
    """A person who takes part in a ticket besides its requester. `how` they became one: added, copied, by a mail …"""

    ticket_id: UUID
    person: Person
    how: FollowReason
    created_at: datetime
