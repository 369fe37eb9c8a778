"""v1: shapes of search results."""

from msgspec import Struct

from deskbell.api.v1.contacts.shapes import ContactView
from deskbell.api.v1.knowledge.shapes import ArticleView
from deskbell.api.v1.tickets.shapes import TicketView


class FoundView(Struct, frozen=True):
    """The best of each kind, best first; what was not looked for, or is not yours to see, is empty."""

    tickets: list[TicketView]
    contacts: list[ContactView]
    articles: list[ArticleView]
