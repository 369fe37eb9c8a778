"""platform: what other systems tell us, signed."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
from litestar import Response
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import HeaderParameter
from msgspec import Meta, Struct

from deskbell.api.platform.vocabulary import PRIORITY, STATUS, PriorityWord, StatusWord
from deskbell.api.shared.plain import Content, Name, Subject
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, post
from deskbell.api.shared.validation import decode_body
from deskbell.channels.webhook import service
from deskbell.channels.webhook.records import IncomingMessage, IncomingPerson, IncomingTicket, IncomingUpdate, Outcome
from deskbell.features.webhooks.signing import INCOMING_HEADER
from deskbell.kernel.errors import NotFound, Unauthenticated

__all__ = ["ROUTES"]

ExternalId: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=255, pattern=r"\S", extra={"pattern_message": "This field must not be empty"}),
]


class PersonBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody by address; one who is unknown becomes a contact."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    name: Name | None = None

    def person(self) -> IncomingPerson:
        """The same in the core's words."""
        return IncomingPerson(self.email, self.name)


class TicketData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket that was filed in the other system."""

    external_id: ExternalId
    title: Subject
    description: Content
    customer: PersonBody
    priority: PriorityWord = "medium"
    status: StatusWord = "open"

    def said(self) -> IncomingTicket:
        """The same in the core's words."""
        return IncomingTicket(
            external_id=self.external_id, subject=self.title, description=self.description,
            priority=PRIORITY.write(self.priority), status=STATUS.write(self.status), customer=self.customer.person(),
        )  # fmt: skip


class UpdateData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of a ticket of the other system."""

    external_id: ExternalId
    title: Subject | None = None
    priority: PriorityWord | None = None
    status: StatusWord | None = None

    def said(self) -> IncomingUpdate:
        """The same in the core's words."""
        return IncomingUpdate(
            external_id=self.external_id, subject=self.title,
            priority=None if self.priority is None else PRIORITY.write(self.priority),
            status=None if self.status is None else STATUS.write(self.status),
        )  # fmt: skip


class MessageData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that was written in the other system."""

    external_id: ExternalId
    ticket_external_id: ExternalId
    content: Content
    author: PersonBody
    is_internal: bool = False

    def said(self) -> IncomingMessage:
        """The same in the core's words."""
        return IncomingMessage(
            external_id=self.external_id, ticket_external_id=self.ticket_external_id, body=self.content,
            public=not self.is_internal, author=self.author.person(),
        )  # fmt: skip


EventName = Literal["ticket.created", "ticket.updated", "message.created"]
DeliveryId: TypeAlias = Annotated[str, Meta(max_length=255)]


class Heading(Struct, frozen=True, kw_only=True):
    """What every body says. `id` tells two bodies with the same words apart; without it the second is a repeat."""

    event: EventName
    organization_id: UUID
    data: dict[str, Any]
    id: DeliveryId | None = None


class TicketCreatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket was filed."""

    event: Literal["ticket.created"]
    organization_id: UUID
    data: TicketData
    id: DeliveryId | None = None


class TicketUpdatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket changed."""

    event: Literal["ticket.updated"]
    organization_id: UUID
    data: UpdateData
    id: DeliveryId | None = None


class MessageCreatedBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message was written."""

    event: Literal["message.created"]
    organization_id: UUID
    data: MessageData
    id: DeliveryId | None = None


_BODIES: Final[dict[EventName, Any]] = {
    "ticket.created": TicketCreatedBody,
    "ticket.updated": TicketUpdatedBody,
    "message.created": MessageCreatedBody,
}


class Accepted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of it: the ticket or message it is about, and whether it was known already."""

    status: Literal["accepted"]
    id: UUID
    duplicate: bool = False


class _Address(Struct, frozen=True):
    organization_id: UUID


@dataclass
class _SignedBody(Operation):
    """The body is read as bytes, so that its signature can be checked; the document says what it holds all the same."""

    def __post_init__(self) -> None:
        schemas, components = msgspec.json.schema_components(_BODIES.values(), ref_template="{name}")
        inlined = [_inlined(schema, components) for schema in schemas]
        self.request_body = RequestBody(
            content={"application/json": OpenAPIMediaType(schema=Schema(one_of=inlined))}, required=True
        )


def _inlined(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(components[schema["$ref"]], components)
    return {name: _inlined(each, components) for name, each in schema.items()}


_SIGNED = "`sha256=` and the hex HMAC-SHA256 of the raw body"


@post(
    "/webhooks/incoming", permission=Public.ANONYMOUS, tags=["Webhooks"], summary="Incoming Webhook", status_code=202,
    operation_class=_SignedBody, security=[{}], also=(200,), refuses=(Unauthenticated, NotFound),
)  # fmt: skip
async def incoming(
    uow: Uow,
    request: DeskbellRequest,
    signature: Annotated[str | None, HeaderParameter(name=INCOMING_HEADER, description=_SIGNED)] = None,
) -> Response[Accepted]:
    """Files or changes a ticket, or adds a message, for the organization whose secret signed the raw body.

    `X-Signature` is `sha256=` and the hex HMAC-SHA256 of the body. A repeat changes nothing and is answered with 200.
    """
    body = await request.body()
    sender = await service.identify(uow, _organization_in(body), body, signature)
    heading = decode_body(body, Heading)
    said = decode_body(body, _BODIES[heading.event]).data.said()
    return _answer(await service.receive(uow, sender, heading.event, said))


def _organization_in(body: bytes) -> UUID | None:
    try:
        return msgspec.json.decode(body, type=_Address).organization_id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None  # nobody in particular signed it


def _answer(outcome: Outcome) -> Response[Accepted]:
    body = Accepted(status="accepted", id=outcome.id, duplicate=outcome.duplicate)
    return Response(body, status_code=200 if outcome.duplicate else 202)


ROUTES = [incoming]
