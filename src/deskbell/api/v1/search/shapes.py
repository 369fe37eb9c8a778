"""v1: shapes of search results."""

from msgspec import Struct

from deskbell.api.v1.contacts.shapes import ContactView
from deskbell.api.v1.knowledge.shapes import ArticleView
from deskbell.api.v1.tickets.shapes import TicketView


class SearchResults(Struct, frozen=True):
    """The best matches of each type. Types that were not requested or that you may not read are empty."""

    tickets: list[TicketView]
    contacts: list[ContactView]
    articles: list[ArticleView]
