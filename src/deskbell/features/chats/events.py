"""Events of chats."""

from typing import ClassVar

from deskbell.features.tickets.events import AboutTicket
from deskbell.kernel.events import DomainEvent


class ChatFinished(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """The chat that the ticket began as is over; replies are mailed from now on. Internal."""

    type: ClassVar[str] = "ticket.chat_finished"
    internal: ClassVar[bool] = True
