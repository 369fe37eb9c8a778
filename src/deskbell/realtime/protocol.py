"""The messages of `/ws`, from and to the server."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.sockets import ClientMessage


class Outgoing(Struct, frozen=True):
    """A message to a client. `id` is the event's in the journal; None for messages that are not events.

    For staff, `operation_id` is the command on many tickets that an event belongs to, and `request_id` the request that caused
    it: a client that names its requests knows its own acts by it.
    """

    id: int | None
    event: str
    data: Any
    timestamp: datetime
    operation_id: UUID | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class InvalidMessage(Exception):
    """A client's message is invalid; the text is the reason."""


_DECODER: Final = msgspec.json.Decoder(ClientMessage)
_WORDS: Final = ", ".join(ClientMessage.__struct_fields__)


def message(
    event: str,
    data: Any,
    at: datetime,
    event_id: int | None = None,
    *,
    operation_id: UUID | None = None,
    request_id: str | None = None,
) -> str:
    """Encodes a message to a client."""
    return msgspec.json.encode(Outgoing(event_id, event, data, at, operation_id or UNSET, request_id or UNSET)).decode()


def read(text: str) -> ClientMessage:
    """Decodes a client's message. Raises `InvalidMessage`."""
    try:
        said = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidMessage(f"Send a JSON object with one of: {_WORDS}. {error}") from error
    if sum(getattr(said, name) is not UNSET for name in said.__struct_fields__) != 1:
        raise InvalidMessage(f"Set exactly one of: {_WORDS}")
    return said
