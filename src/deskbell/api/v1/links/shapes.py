"""v1: shapes of links between tickets."""

from typing import Literal
from uuid import UUID

from msgspec import Struct


class AddLink(Struct, frozen=True, forbid_unknown_fields=True):
    """The other ticket. `kind` is `merged` where that one remains, and this one is closed in favour of it."""

    ticket_id: UUID
    kind: Literal["related", "merged"] = "related"
