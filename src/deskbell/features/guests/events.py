"""Events of guests' links."""

from typing import ClassVar

from deskbell.features.tickets.events import AboutTicket
from deskbell.kernel.events import DomainEvent


class GuestLinksRevoked(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """The links that opened a ticket without a sign-in were revoked. Internal."""

    type: ClassVar[str] = "ticket.guest_links_revoked"
    internal: ClassVar[bool] = True
