"""v1: shapes of links between tickets."""

from uuid import UUID

from msgspec import Struct


class AddLink(Struct, frozen=True, forbid_unknown_fields=True):
    """The other ticket."""

    ticket_id: UUID
