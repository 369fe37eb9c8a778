"""The messages of `/ws`, from and to the server."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType


class Outgoing(Struct, frozen=True):
    """A message to a client. `id` is the event's in the journal; None for messages that are not events.

    `operation_id` is the command on many tickets that an event belongs to, for staff.
    """

    id: int | None
    event: str
    data: Any
    timestamp: datetime
    operation_id: UUID | UnsetType = UNSET


_MAX_TICKETS: Final = 500
"""The maximum number of tickets in a connection's filter."""


class Subscription(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket filter: these tickets, or all (None)."""

    tickets: Annotated[list[UUID], Meta(max_length=_MAX_TICKETS)] | None = None


class ClientMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A message from a client: exactly one of its fields is set."""

    subscribe: Subscription | UnsetType = UNSET
    viewing: UUID | UnsetType = UNSET
    typing: UUID | UnsetType = UNSET
    left: UUID | UnsetType = UNSET
    pong: Any = UNSET
    ping: Any = UNSET


class InvalidMessage(Exception):
    """A client's message is invalid; the text is the reason."""


_DECODER: Final = msgspec.json.Decoder(ClientMessage)
_WORDS: Final = ", ".join(ClientMessage.__struct_fields__)


def message(
    event: str, data: Any, at: datetime, event_id: int | None = None, *, operation_id: UUID | None = None
) -> str:
    """Encodes a message to a client."""
    return msgspec.json.encode(Outgoing(event_id, event, data, at, operation_id or UNSET)).decode()


def read(text: str) -> ClientMessage:
    """Decodes a client's message. Raises `InvalidMessage`."""
    try:
        said = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidMessage(f"Send a JSON object with one of: {_WORDS}. {error}") from error
    if sum(getattr(said, name) is not UNSET for name in said.__struct_fields__) != 1:
        raise InvalidMessage(f"Set exactly one of: {_WORDS}")
    return said
