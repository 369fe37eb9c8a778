"""platform: incoming webhooks."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import HeaderParameter
from msgspec import Struct

from deskbell.api.platform.webhooks.shapes import (
    Accepted,
    EventName,
    Heading,
    MessageCreatedBody,
    TicketCreatedBody,
    TicketUpdatedBody,
)
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, post
from deskbell.api.shared.validation import decode_body
from deskbell.channels.webhook import service
from deskbell.channels.webhook.records import Outcome
from deskbell.features.webhooks.signing import INCOMING_HEADER
from deskbell.kernel.errors import NotFound, Unauthenticated

_BODIES: Final[dict[EventName, Any]] = {
    "ticket.created": TicketCreatedBody,
    "ticket.updated": TicketUpdatedBody,
    "message.created": MessageCreatedBody,
}


class _Address(Struct, frozen=True):
    organization_id: UUID


@dataclass
class _SignedBody(Operation):
    """Describes the body, which the handler reads as bytes to verify its signature."""

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


_SIGNED = "`sha256=` followed by the hex HMAC-SHA256 of the raw body"


@post(
    "/webhooks/incoming", permission=Public.ANONYMOUS, tags=["Webhooks"], summary="Incoming Webhook", status_code=202,
    operation_class=_SignedBody, security=[{}], also=(200,), refuses=(Unauthenticated, NotFound),
)  # fmt: skip
async def incoming(
    uow: Uow,
    request: DeskbellRequest,
    signature: Annotated[str | None, HeaderParameter(name=INCOMING_HEADER, description=_SIGNED)] = None,
) -> Response[Accepted]:
    """Creates or updates a ticket, or adds a message, in the organization whose secret signed the raw body.

    `X-Signature` is `sha256=` followed by the hex HMAC-SHA256 of the body. A repeat changes nothing and returns 200.
    """
    body = await request.body()
    sender = await service.identify(uow, _organization_in(body), body, signature)
    heading = decode_body(body, Heading)
    command = decode_body(body, _BODIES[heading.event]).data.command()
    return _answer(await service.receive(uow, sender, heading.event, command))


def _organization_in(body: bytes) -> UUID | None:
    try:
        return msgspec.json.decode(body, type=_Address).organization_id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None  # refused later, like an unknown organization


def _answer(outcome: Outcome) -> Response[Accepted]:
    body = Accepted(status="accepted", id=outcome.id, duplicate=outcome.duplicate)
    return Response(body, status_code=200 if outcome.duplicate else 202)


ROUTES = [incoming]
