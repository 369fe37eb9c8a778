"""The messages of `/ws`, from and to the server."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType


class Outgoing(Struct, frozen=True):
    """A message to a client. `id` is the journal's, or None for what is in no journal."""

    id: int | None
    event: str
    data: Any
    timestamp: datetime


_MAX_TICKETS: Final = 500
"""The most tickets in one connection's filter."""


class Subscription(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket filter: these tickets alone, or everything (None)."""

    tickets: Annotated[list[UUID], Meta(max_length=_MAX_TICKETS)] | None = None


class ClientMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A message from a client, which says one thing."""

    subscribe: Subscription | UnsetType = UNSET
    viewing: UUID | UnsetType = UNSET
    typing: UUID | UnsetType = UNSET
    left: UUID | UnsetType = UNSET
    pong: Any = UNSET
    ping: Any = UNSET


class InvalidMessage(Exception):
    """A message from a client that cannot be understood; the text says why."""


_DECODER: Final = msgspec.json.Decoder(ClientMessage)
_WORDS: Final = ", ".join(ClientMessage.__struct_fields__)


def message(event: str, data: Any, at: datetime, event_id: int | None = None) -> str:
    """A message as it is sent."""
    return msgspec.json.encode(Outgoing(event_id, event, data, at)).decode()


def read(text: str) -> ClientMessage:
    """What a client says. Raises `InvalidMessage`."""
    try:
        said = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidMessage(f"Send a JSON object with one of: {_WORDS}. {error}") from error
    if sum(getattr(said, name) is not UNSET for name in said.__struct_fields__) != 1:
        raise InvalidMessage(f"Say one thing at a time, one of: {_WORDS}")
    return said
