"""The identity of a ticket's line: its own id, its external id, or else its content."""

import hashlib
from typing import Final
from uuid import UUID

from deskbell.features.transfer.format.records import Ticket, encode

HIGHEST_NUMBER: Final = 2_000_000_000
"""Higher numbers are not kept: the numbers after them would exceed the column's range."""


def id_of(organization_id: UUID, ticket: Ticket) -> UUID | None:
    """The id under which a line is searched and stored; None for a line identified by its `external_id` alone.

    A line with neither gets an id derived from its content (in the form of UUIDv7, with the time of the ticket), so
    that a repeated import recognizes it.
    """
    if ticket.id is not None:
        return ticket.id
    if ticket.external_id is not None:
        return None
    milliseconds = int(ticket.created_at.timestamp() * 1000) if ticket.created_at else 0
    digest = hashlib.sha256(organization_id.bytes + encode(ticket)).digest()
    drawn = int.from_bytes(digest[:10])
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (drawn >> 62 & 0xFFF) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1)
