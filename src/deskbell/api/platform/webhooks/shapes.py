"""platform: shapes of webhooks."""

from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.platform.vocabulary import PRIORITY, STATUS, PriorityWord, StatusWord
from deskbell.api.shared.plain import Content, Name, Subject
from deskbell.channels.webhook.records import IncomingMessage, IncomingPerson, IncomingTicket, IncomingUpdate

ExternalId: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=255, pattern=r"\S", extra={"messages": {"pattern": "blank"}}),
]


class PersonBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A person by email address. An unknown address creates a contact."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    name: Name | None = None

    def person(self) -> IncomingPerson:
        return IncomingPerson(self.email, self.name)


class TicketData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket created in the sending system."""

    external_id: ExternalId
    title: Subject
    description: Content
    customer: PersonBody
    priority: PriorityWord = "medium"
    status: StatusWord = "open"

    def command(self) -> IncomingTicket:
        return IncomingTicket(
            external_id=self.external_id, subject=self.title, description=self.description,
            priority=PRIORITY.write(self.priority), status=STATUS.write(self.status), customer=self.customer.person(),
        )  # fmt: skip


class UpdateData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes to a ticket of the sending system; omitted fields keep their values."""

    external_id: ExternalId
    title: Subject | None = None
    priority: PriorityWord | None = None
    status: StatusWord | None = None

    def command(self) -> IncomingUpdate:
        return IncomingUpdate(
            external_id=self.external_id, subject=self.title,
            priority=None if self.priority is None else PRIORITY.write(self.priority),
            status=None if self.status is None else STATUS.write(self.status),
        )  # fmt: skip


class MessageData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message written in the sending system."""

    external_id: ExternalId
    ticket_external_id: ExternalId
    content: Content
    author: PersonBody
    is_internal: bool = False

    def command(self) -> IncomingMessage:
        return IncomingMessage(
            external_id=self.external_id, ticket_external_id=self.ticket_external_id, body=self.content,
            public=not self.is_internal, author=self.author.person(),
        )  # fmt: skip


EventName = Literal["ticket.created", "ticket.updated", "message.created"]


DeliveryId: TypeAlias = Annotated[str, Meta(max_length=255)]


class Heading(Struct, frozen=True, kw_only=True):
    """Common fields of all bodies. `id` distinguishes otherwise identical bodies; without it, the second is a repeat."""

    event: EventName
    organization_id: UUID
    data: dict[str, Any]
    id: DeliveryId | None = None


class TicketCreatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket was created."""

    event: Literal["ticket.created"]
    organization_id: UUID
    data: TicketData
    id: DeliveryId | None = None


class TicketUpdatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket was updated."""

    event: Literal["ticket.updated"]
    organization_id: UUID
    data: UpdateData
    id: DeliveryId | None = None


class MessageCreatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message was added."""

    event: Literal["message.created"]
    organization_id: UUID
    data: MessageData
    id: DeliveryId | None = None


class Accepted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The affected ticket or message. `duplicate` is true if the request was a repeat and changed nothing."""

    status: Literal["accepted"]
    id: UUID
    duplicate: bool = False
