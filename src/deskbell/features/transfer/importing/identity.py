"""By what a ticket's line is known again: its own id, its name in another system, or else its content."""

import hashlib
from typing import Final
from uuid import UUID

from deskbell.features.transfer.format.records import Ticket, encode

HIGHEST_NUMBER: Final = 2_000_000_000
"""A number beyond it is not kept: those after it would run out of what a number can be."""


def id_of(organization_id: UUID, ticket: Ticket) -> UUID | None:
    """The id under which a line is looked for and stored; None for one that is known by its `external_id` alone.

    A line with neither gets an id that follows from its content (in the form of UUIDv7, its time being that of the
    ticket), so that the same line, read again, is found to be there.
    """
    if ticket.id is not None:
        return ticket.id
    if ticket.external_id is not None:
        return None
    milliseconds = int(ticket.created_at.timestamp() * 1000) if ticket.created_at else 0
    digest = hashlib.sha256(organization_id.bytes + encode(ticket)).digest()
    drawn = int.from_bytes(digest[:10])
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (drawn >> 62 & 0xFFF) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1)
