"""v1: shapes of tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from deskbell.api.v1.comments.drafts import DraftView
from deskbell.api.v1.comments.shapes import AttachmentView, AuthorView, ReceivedMailView, TimelineView
from deskbell.api.v1.envelope import Pagination
from deskbell.api.v1.fields import Body, Email, Name, Subject, Tags
from deskbell.features.drafts.records import Draft, HeldComment
from deskbell.features.mail.log import ConversationMails
from deskbell.features.people.service.avatars import ours
from deskbell.features.tickets.comment_records import Attachment
from deskbell.features.tickets.custom_fields import MAX_FIELDS
from deskbell.features.tickets.listing_records import LastComment
from deskbell.features.tickets.records import (
    Named,
    NewTicket,
    Person,
    RequesterInput,
    Ticket,
    TicketChanges,
    TicketLink,
)
from deskbell.features.tickets.service.listing import Row
from deskbell.features.tickets.service.opening import OtherTickets
from deskbell.features.tickets.service.timeline import Timeline
from deskbell.kernel.deadlines import Deadlines
from deskbell.kernel.fields import CustomField, FieldValue
from deskbell.kernel.paging import Page
from deskbell.kernel.words import Channel, Priority, Status, TicketType
from deskbell.runtime.markdown import to_html

CustomFields = Annotated[
    list[CustomField],
    Meta(
        max_length=MAX_FIELDS,
        description="Names are unique and have 1 to 100 characters. Texts have at most 10,000 characters; numbers lie "
        "between -2^53 and 2^53.",
    ),
]

Fields = Annotated[
    dict[str, FieldValue],
    Meta(
        max_length=MAX_FIELDS,
        description="Values of the fields that the organization has defined, by key. They are merged into the present "
        "ones; null clears one. See `GET /fields`.",
    ),
]


class PersonView(Struct, frozen=True):
    """A ticket's requester or assignee."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        return cls(person.id, person.name, person.email, ours(person.avatar_url))


class SlaView(Struct, frozen=True, kw_only=True):
    """SLA state of a ticket. Targets are in seconds of time waiting for staff. A deadline is null without a target and
    while the clock is paused; `breached_at` is the missed deadline.
    """

    first_response_target: int | None
    first_response_due_at: datetime | None
    first_response_breached_at: datetime | None
    resolution_target: int | None
    resolution_due_at: datetime | None
    resolution_breached_at: datetime | None
    paused: bool

    @classmethod
    def of(cls, deadlines: Deadlines) -> "SlaView":
        return cls(
            first_response_target=deadlines.first_response_seconds,
            first_response_due_at=deadlines.first_response_due_at,
            first_response_breached_at=deadlines.first_response_breached_at,
            resolution_target=deadlines.resolution_seconds,
            resolution_due_at=deadlines.resolution_due_at,
            resolution_breached_at=deadlines.resolution_breached_at,
            paused=deadlines.paused,
        )


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket. `version` is also its `ETag`; send it in `If-Match` to avoid overwriting other changes.

    `sla` is null for customers and for tickets without a target. `waiting_since`: since when the customer has waited for an
    answer. `next_due_at`: the first deadline that still runs, null for customers. `custom_status` is the organization's own
    status within `status`. `snoozed_until`: it opens automatically then.
    """

    id: UUID
    number: int
    subject: str
    description: str
    status: Status
    custom_status: Named | None
    snoozed_until: datetime | None
    priority: Priority
    type: TicketType
    channel: Channel
    requester_id: UUID
    requester: PersonView
    assignee_id: UUID | None
    assignee: PersonView | None
    group_id: UUID | None
    group: Named | None
    category_id: UUID | None
    category: Named | None
    brand_id: UUID | None
    brand: Named | None
    tags: list[str]
    custom_fields: list[CustomField]
    fields: dict[str, FieldValue]
    external_id: str | None
    version: int
    reopen_count: int
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    next_due_at: datetime | None
    sla: SlaView | None

    @classmethod
    def of(cls, ticket: Ticket, *, for_staff: bool, **more: Any) -> Self:
        """A ticket as staff or its customer see it; `more` are the fields that a subclass adds."""
        return cls(
            id=ticket.id, number=ticket.number, subject=ticket.subject, description=ticket.description,
            status=ticket.status, custom_status=_own_status(ticket, for_staff=for_staff),
            snoozed_until=ticket.snoozed_until if for_staff else None,
            priority=ticket.priority, type=ticket.type, channel=ticket.channel,
            requester_id=ticket.requester.id, requester=PersonView.of(ticket.requester),
            assignee_id=ticket.assignee_id, assignee=PersonView.of(ticket.assignee) if ticket.assignee else None,
            group_id=ticket.group_id, group=ticket.group, category_id=ticket.category_id, category=ticket.category,
            brand_id=ticket.brand_id, brand=ticket.brand, tags=ticket.tags,
            custom_fields=ticket.custom_fields_for(staff=for_staff), fields=ticket.fields_for(staff=for_staff),
            external_id=ticket.external_id,
            version=ticket.shown_version, reopen_count=ticket.reopen_count, created_at=ticket.created_at,
            updated_at=ticket.updated_at, first_response_at=ticket.first_response_at, solved_at=ticket.solved_at,
            closed_at=ticket.closed_at, waiting_since=ticket.waiting_since,
            next_due_at=ticket.next_due_at if for_staff else None,
            sla=SlaView.of(ticket.deadlines) if for_staff and ticket.deadlines else None, **more,
        )  # fmt: skip


def _own_status(ticket: Ticket, *, for_staff: bool) -> Named | None:
    own = ticket.own_status
    return None if own is None else Named(own.id, own.name_for(staff=for_staff))


class OtherTicketView(Struct, frozen=True):
    """Another ticket of the requester."""

    id: UUID
    number: int
    subject: str
    status: Status
    created_at: datetime


class RequesterTickets(Struct, frozen=True):
    """The requester's latest other tickets, and how many they have in all."""

    tickets: list[OtherTicketView]
    total: int

    @classmethod
    def of(cls, others: OtherTickets) -> "RequesterTickets":
        found = [OtherTicketView(t.id, t.number, t.subject, t.status, t.created_at) for t in others.tickets]
        return cls(found, others.total)


class TicketDetail(TicketView, frozen=True, kw_only=True):
    """A ticket with its description as safe HTML and the files of its description. Files of comments are listed with the
    comments. `timeline`, `requester_tickets`, `drafts` (your own) and, for staff, `links` are there when they were asked for.
    `mail` is the one that opened the ticket, for those who may read mail.
    """

    description_html: str
    attachments: list[AttachmentView]
    timeline: TimelineView | UnsetType = UNSET
    requester_tickets: RequesterTickets | UnsetType = UNSET
    drafts: list[DraftView] | UnsetType = UNSET
    links: list[TicketLink] | UnsetType = UNSET
    mail: ReceivedMailView | UnsetType = UNSET

    @classmethod
    def with_attachments(cls, ticket: Ticket, attachments: list[Attachment], *, for_staff: bool) -> "TicketDetail":
        return cls.with_parts(ticket, attachments, None, (), None, for_staff=for_staff)

    @classmethod
    def with_parts(
        cls, ticket: Ticket, attachments: list[Attachment], timeline: Timeline | None,
        held: Sequence[HeldComment], others: OtherTickets | None, *, for_staff: bool,
        drafts: Sequence[Draft] | None = None, links: list[TicketLink] | None = None,
        mails: ConversationMails | None = None, html: str | None = None,
    ) -> "TicketDetail":  # fmt: skip
        came = None if mails is None else mails.received.get(ticket.id)
        return cls.of(
            ticket, for_staff=for_staff,
            attachments=[AttachmentView.of(each, html or ticket.description) for each in attachments],
            description_html=to_html(ticket.description) if html is None else html,
            timeline=UNSET if timeline is None else TimelineView.of(timeline, held, mails),
            requester_tickets=UNSET if others is None else RequesterTickets.of(others),
            drafts=UNSET if drafts is None else [DraftView.of(each) for each in drafts],
            links=UNSET if links is None else links,
            mail=UNSET if came is None else ReceivedMailView.of(came),
        )  # fmt: skip


class LastCommentView(Struct, frozen=True):
    """The latest comment that you may see."""

    id: UUID
    author: AuthorView
    public: bool
    created_at: datetime

    @classmethod
    def of(cls, comment: LastComment) -> "LastCommentView":
        return cls(comment.id, AuthorView.of(comment.author), comment.public, comment.created_at)


class ListedTicket(TicketView, frozen=True, kw_only=True):
    """A ticket in a list. With `fields=row` it has no `description` and has instead: `preview`, one line of the last public
    words; `last_comment`; the numbers of comments and files that you may see; `unread`, whether others wrote since you read it.
    """

    description: str | UnsetType = UNSET  # type: ignore[assignment]  # a row leaves it out
    preview: str | UnsetType = UNSET
    last_comment: LastCommentView | UnsetType | None = UNSET
    comments_count: int | UnsetType = UNSET
    attachments_count: int | UnsetType = UNSET
    unread: bool | UnsetType = UNSET

    @classmethod
    def row(cls, row: Row, *, for_staff: bool) -> "ListedTicket":
        whole = cls.of(
            row.ticket, for_staff=for_staff, preview=row.preview, comments_count=row.comments_count,
            attachments_count=row.attachments_count, unread=row.unread,
            last_comment=LastCommentView.of(row.last_comment) if row.last_comment else None,
        )  # fmt: skip
        return replace(whole, description=UNSET)


class ListedTickets(Struct, frozen=True):
    """A page of tickets, whole or as rows. `pagination.total` is a lower bound unless `total_exact`."""

    tickets: list[ListedTicket]
    pagination: Pagination
    total_exact: bool

    @classmethod
    def of(cls, found: Page[Ticket], *, for_staff: bool) -> "ListedTickets":
        return cls(
            [ListedTicket.of(each, for_staff=for_staff) for each in found.items], Pagination.of(found), found.exact
        )

    @classmethod
    def rows(cls, found: Page[Row], *, for_staff: bool) -> "ListedTickets":
        rows = [ListedTicket.row(each, for_staff=for_staff) for each in found.items]
        return cls(rows, Pagination.of(found), found.exact)


class MarkRead(Struct, frozen=True, forbid_unknown_fields=True):
    """The last event that you have read; null for all that there is, 0 for nothing."""

    event_id: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class ReadMark(Struct, frozen=True):
    """Whether others wrote something later."""

    unread: bool


class TicketList(Struct, frozen=True):
    """A page of tickets."""

    tickets: list[TicketView]
    pagination: Pagination

    @classmethod
    def of(cls, found: Page[Ticket], *, for_staff: bool) -> "TicketList":
        return cls([TicketView.of(ticket, for_staff=for_staff) for ticket in found.items], Pagination.of(found))


class RequesterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A customer by email address. An unknown address creates a contact."""

    email: Email
    name: Name | None = None


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket. Staff may name a customer in `requester_id` or `requester`, and a macro to apply to it."""

    subject: Subject
    description: Body
    priority: Priority = Priority.NORMAL
    type: TicketType = TicketType.QUESTION
    channel: Channel = Channel.WEB
    requester_id: UUID | None = None
    requester: RequesterBody | None = None
    assignee_id: UUID | None = None
    group_id: UUID | None = None
    category_id: UUID | None = None
    brand_id: UUID | None = None
    tags: Tags = []
    custom_fields: CustomFields = []
    fields: Fields = {}
    macro_id: UUID | None = None

    def command(self) -> NewTicket:
        return NewTicket(
            subject=self.subject, description=self.description, priority=self.priority, type=self.type,
            channel=self.channel, requester_id=self.requester_id,
            requester=RequesterInput(self.requester.email, self.requester.name) if self.requester else None,
            assignee_id=self.assignee_id, group_id=self.group_id, category_id=self.category_id, brand_id=self.brand_id,
            tags=self.tags,
            custom_fields=self.custom_fields, fields=self.fields, by_form=True,
        )  # fmt: skip


class UpdateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `custom_status_id` sets `status` as well; null leaves the
    plain one.
    """

    subject: Subject | UnsetType = UNSET
    description: Body | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    custom_status_id: UUID | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    group_id: UUID | UnsetType | None = UNSET
    category_id: UUID | UnsetType | None = UNSET
    brand_id: UUID | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    custom_fields: CustomFields | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET

    def command(self) -> TicketChanges:
        given = {name: getattr(self, name) for name in self.__struct_fields__ if name != "custom_status_id"}
        return TicketChanges(**given, status_id=self.custom_status_id)


class StatusBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket's new status."""

    status: Status


class SnoozeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The moment at which the ticket opens automatically; null no longer waits for one and opens it now."""

    until: datetime | None


class PriorityBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket's new priority."""

    priority: Priority


class AssignTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new assignee, group or both; null removes the current one."""

    assignee_id: UUID | UnsetType | None = UNSET
    group_id: UUID | UnsetType | None = UNSET
