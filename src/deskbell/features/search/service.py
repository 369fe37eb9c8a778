"""Search: tickets in the search language, contacts by name, articles by words. Returns only visible objects."""

from collections.abc import Collection
from typing import Final, Literal, NoReturn

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.knowledge import service as knowledge
from deskbell.features.knowledge.records import Article, ArticleFilter
from deskbell.features.people.records.contacts import Contact
from deskbell.features.people.service import contacts
from deskbell.features.search import queries
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import MAX_OFFSET, Page, PageRequest, decode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.kernel.search.language import Query, QueryProblem, plain
from deskbell.runtime.database import UnitOfWork

Kind = Literal["tickets", "contacts", "articles"]
KINDS: Final[tuple[Kind, ...]] = ("tickets", "contacts", "articles")
TicketOrder = Literal["relevance"] | SortField


class Found(Struct, frozen=True):
    """The best matches of each requested kind, best first."""

    tickets: list[Ticket] = []
    contacts: list[Contact] = []
    articles: list[Article] = []


async def search_tickets(
    uow: UnitOfWork, text: str, order: TicketOrder, page: PageRequest, *, descending: bool = True
) -> Page[Ticket]:
    """A page of the visible tickets that match a text in the search language; staff search internal notes too.

    By relevance unless another order is given; a text without words is ordered by newest first. Raises `Invalid` for
    `q` with the position of the error.
    """
    uow.actor.require(Permission.SEARCH, Permission.TICKET_READ)
    return await _tickets(uow, await _query(uow, text), order, page, descending=descending)


async def _tickets(
    uow: UnitOfWork, query: Query, order: TicketOrder, page: PageRequest, *, descending: bool = True
) -> Page[Ticket]:
    if order == "relevance" and query.terms:
        if page.cursor is not None:
            (offset,) = decode_cursor(page.cursor, tuple[int])
            page = PageRequest(page.limit, min(max(offset, 0), MAX_OFFSET))
        return await queries.best_tickets(uow.db, uow.actor, query, page)
    sort = TicketSort("created_at" if order == "relevance" else order, descending)
    return await tickets.list_tickets(uow, TicketFilter(search=query), sort, page)


async def search_contacts(uow: UnitOfWork, text: str, page: PageRequest) -> Page[Contact]:
    """Contacts where every word is a prefix of a word in name, address or company, by name. For staff only."""
    uow.actor.require(Permission.SEARCH, Permission.CONTACT_READ)
    words = _words(text) or _nothing_asked()
    return await contacts.list_contacts(uow, words, "name", descending=False, page=page)


async def search_articles(uow: UnitOfWork, text: str, page: PageRequest) -> Page[Article]:
    """A page of the visible articles that contain any of the words, best first, with snippets."""
    uow.actor.require(Permission.SEARCH)
    words = _words(text) or _nothing_asked()
    return await knowledge.list_articles(uow, ArticleFilter(search=words), page)


async def everything(uow: UnitOfWork, text: str, kinds: Collection[Kind], limit: int) -> Found:
    """The best `limit` of each kind. Operators apply to tickets only; contacts and articles are searched by the words.

    Omits kinds that the actor may not read: customers find no contacts, and an API key finds what its scopes cover.
    Raises `Invalid` for `q`.
    """
    uow.actor.require(Permission.SEARCH)
    page = PageRequest(limit)
    query = await _query(uow, text)
    words = " ".join(term.text for term in query.terms if not term.negated)
    found = Found()
    if "tickets" in kinds and uow.actor.may(Permission.TICKET_READ):
        best = await _tickets(uow, query, "relevance", page)
        found = msgspec.structs.replace(found, tickets=best.items)
    if not words:
        return found  # nothing but operators
    if "contacts" in kinds and uow.actor.may(Permission.CONTACT_READ):
        people = await search_contacts(uow, words, page)
        found = msgspec.structs.replace(found, contacts=people.items)
    if "articles" in kinds:
        articles = await search_articles(uow, words, page)
        found = msgspec.structs.replace(found, articles=articles.items)
    return found


async def _query(uow: UnitOfWork, text: str) -> Query:
    query = await understand(uow, text, "q")
    if query is None or query == Query():
        _nothing_asked()
    return query


def _words(text: str) -> str:
    """A text's words, without operators."""
    try:
        query: Query = plain(text)
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path="q")]) from problem
    return " ".join(term.text for term in query.terms)


def _nothing_asked() -> NoReturn:
    raise Invalid.field("q", "search.empty")
