"""What is said of presence."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

__all__ = ["LASTS_SECONDS", "Activity", "Present", "Sighting"]

Activity = Literal["viewing", "typing", "left"]

LASTS_SECONDS = 30.0
"""How long a sighting counts. Clients repeat themselves more often than that while it stays true."""


class Sighting(Struct, frozen=True):
    """One connection's word about a ticket, as it travels between workers. `place` tells connections of a person apart."""

    organization_id: UUID
    ticket_id: UUID
    user_id: UUID
    name: str
    place: UUID
    activity: Activity


class Present(Struct, frozen=True):
    """A person on a ticket."""

    id: UUID
    name: str
    activity: Activity
