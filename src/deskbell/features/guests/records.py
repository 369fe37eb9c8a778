"""Guests."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.guest_links import GuestKind


class Guest(Struct, frozen=True):
    """The ticket that a link has opened. `expires_at` is the moment from which on it does not."""

    ticket_id: UUID
    kind: GuestKind
    expires_at: datetime
