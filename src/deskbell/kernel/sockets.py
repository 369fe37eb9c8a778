"""The messages of `/ws` that are no events: what clients send, and what the server says of itself. Shapes alone."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

MAX_TICKETS: Final = 500
"""The maximum number of tickets in a connection's filter."""

Topic = Literal["counts", "directory", "outbox"]
"""Further messages that a client of the staff may ask for: counts of views; changes of views, tags, groups and the like; held
replies."""


class Subscription(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket filter: these tickets, or all (null)."""

    tickets: Annotated[list[UUID], Meta(max_length=MAX_TICKETS)] | None = None


class ClientMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A message from a client: exactly one of its fields is set.

    `here` is false while the person is not at the page. `viewing`, `typing` and `left` name a ticket.
    """

    subscribe: Subscription | UnsetType = UNSET
    include: list[Topic] | UnsetType = UNSET
    watch: Annotated[list[UUID], Meta(max_length=MAX_TICKETS)] | UnsetType = UNSET
    here: bool | UnsetType = UNSET
    viewing: UUID | UnsetType = UNSET
    typing: UUID | UnsetType = UNSET
    left: UUID | UnsetType = UNSET
    pong: Any = UNSET
    ping: Any = UNSET


class Counts(Struct, frozen=True):
    """The number of tickets in each built-in view, those of drafts left out: `mine` are the recipient's own."""

    mine: int
    unassigned: int
    open: int
    solved: int
    all: int


class HeldReply(Struct, frozen=True):
    """A held reply or note by its id, which it keeps when it is sent. Its words are in the ticket's timeline."""

    id: UUID
    ticket_id: UUID
    public: bool
    state: Literal["held", "undone", "failed"]
