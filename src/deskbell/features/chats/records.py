"""Rows of chats, what a guest's page shows, and the errors."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.errors import Conflict

ChatState = Literal["waiting", "answered", "missed", "ended"]
"""`missed`: it is over, and no agent has answered."""


class Chat(Struct, frozen=True, kw_only=True):
    """A ticket that began as a chat. It goes on until `ended_at`. `guest_name` is as the guest typed it."""

    ticket_id: UUID
    guest_name: str
    language: str
    wait_seconds: int
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None

    @property
    def waits_until(self) -> datetime:
        """The moment at which it ends without an answer."""
        return self.started_at + timedelta(seconds=self.wait_seconds)


class Message(Struct, frozen=True, kw_only=True):
    """Words as a guest's page shows them; `own` are those of the guest."""

    id: UUID
    name: str
    own: bool
    text: str
    at: datetime


class Conversation(Struct, frozen=True, kw_only=True):
    """A chat as a guest's page shows it. `waits` is the time in seconds that is left for an answer."""

    ticket_id: UUID
    state: ChatState
    waits: int
    messages: list[Message]


class ChatUnavailable(Conflict):
    """No agent is there."""

    code = "CHAT_UNAVAILABLE"
    default = "chat.unavailable"


class ChatEnded(Conflict):
    """The chat is over; what the staff write from now on is mailed."""

    code = "CHAT_ENDED"
    default = "chat.ended"
