"""Presence updates and the users that they show."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

Activity = Literal["viewing", "typing", "left"]

LIFETIME_SECONDS = 30.0
"""The lifetime of an update. Clients repeat it more often while it stays true."""

CONNECTED_SECONDS = 50.0
"""The time for which a connection counts after its worker has last said that it is open."""
CONNECTED_REPEAT_SECONDS = 20.0
"""The time between two such statements of a worker."""


class PresenceUpdate(Struct, frozen=True):
    """One connection's activity on a ticket, sent between workers. A user may have several connections."""

    organization_id: UUID
    ticket_id: UUID
    user_id: UUID
    name: str
    connection_id: UUID
    activity: Activity


class Present(Struct, frozen=True):
    """A user on a ticket."""

    id: UUID
    name: str
    activity: Literal["viewing", "typing"]
