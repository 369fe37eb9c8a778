"""Limits of a connection, and reasons to close it."""

from enum import Enum

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Times are in seconds, sizes in characters, the rest are counts."""

    heartbeat: float = 25.0
    """The time without a message after which a connection gets a `ping`."""
    silence: float = 70.0
    """The time without a message after which a client that has ever answered a `ping` is disconnected."""
    recheck: float = 300.0
    """The time between two checks of the credential: a session may expire without an event."""
    close_timeout: float = 10.0
    """The time that a slow client has to read the close frame."""
    queue: int = 256
    """The maximum number of messages queued for one client."""
    message: int = 32_768
    """The maximum size of a client's message; a ticket filter of the maximum size must fit."""
    messages: int = 60
    """The maximum number of messages from a client in ten seconds."""


class Close(Enum):
    """The reasons for which the server closes a connection: WebSocket close code and text."""

    SIGNED_OUT = (4401, "Sign in again")
    RIGHTS_CHANGED = (4403, "Your rights have changed; connect again")
    NO_SUCH_TICKET = (4404, "There is no such ticket")
    TOO_SLOW = (4408, "You are reading too slowly; connect again with since")
    SILENT = (4410, "No message received for too long; connect again with since")
    TOO_MANY_MESSAGES = (4429, "You are sending too many messages")
    TOO_BIG = (1009, "The message is too big")
    STOPPING = (1012, "The server is restarting; connect again with since")
    UNAVAILABLE = (1013, "Try again shortly")

    @property
    def code(self) -> int:
        """The close code."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """The text for the client's developer."""
        return self.value[1]
