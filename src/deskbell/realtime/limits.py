"""Limits of a connection, and reasons to close it."""

from enum import Enum

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Times are in seconds, sizes in characters, the rest are counts."""

    heartbeat: float = 25.0
    """After so long without a message a connection gets a `ping`."""
    silence: float = 70.0
    """A client that has once answered a `ping` is taken for dead when nothing is heard of it for so long."""
    recheck: float = 300.0
    """How often the right to be connected is asked for again: a session may run out without an event."""
    goodbye: float = 10.0
    """How long a slow reader is given to take in the reason for being cut off."""
    queue: int = 256
    """Messages that may wait for one reader."""
    message: int = 32_768
    """What a client may say at once; the ids of as many tickets as it may be narrowed to must fit."""
    chatter: int = 60
    """Messages that a client may send in ten seconds."""


class Close(Enum):
    """Why the server ends a connection: WebSocket close code and reason."""

    SIGNED_OUT = (4401, "Sign in again")
    RIGHTS_CHANGED = (4403, "Your rights have changed; connect again")
    NO_SUCH_TICKET = (4404, "There is no such ticket")
    TOO_SLOW = (4408, "You are reading too slowly; connect again with since")
    SILENT = (4410, "Nothing was heard of you; connect again with since")
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
        """A sentence for whoever looks."""
        return self.value[1]
