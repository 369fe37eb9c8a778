"""v1: search across tickets, contacts and articles."""

from typing import Annotated, Final, Literal, TypeAlias

from litestar.params import FromQuery, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, say_for
from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.contacts.shapes import ContactList, ContactView
from deskbell.api.v1.envelope import Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam, filter_values
from deskbell.api.v1.knowledge.shapes import ArticleList, ArticleView
from deskbell.api.v1.search.shapes import ChipView, ParsedQuery, SearchResults, SuggestionsView
from deskbell.api.v1.tickets.shapes import TicketList, TicketView
from deskbell.features.search import service
from deskbell.features.search.chips import chips_of
from deskbell.features.search.service import KINDS, TicketOrder
from deskbell.features.search.suggesting import suggest
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Search"]


Words: TypeAlias = Annotated[str, QueryParameter(min_length=1, max_length=1_000, description="Words to search for")]


Language: TypeAlias = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=1_000,
        description='Words, "phrases", prefixes*, -excluded; status:open,pending priority: type: channel: '
        "assignee:me|none|name group: requester: tag: category: has:attachment,draft number: breached:first rating<3 "
        "first_response>4h unread:me mention:me created>2026-01-01 updated<7d. "
        'A name is one word of it, several in quotes ("jo li"), an email address or the part before its @. At most 1,000 '
        "people per name are considered",
    ),
]


Text: TypeAlias = Annotated[str, QueryParameter(max_length=1_000, description="A text in the search language")]


@get(
    "/search",
    permission=Permission.SEARCH,
    more=(Permission.TICKET_READ, Permission.CONTACT_READ, Permission.COMMENT_INTERNAL, Permission.ARTICLE_WRITE),
    tags=TAG,
    summary="Search everything",
    replica=True,
)
async def search(
    uow: Uow,
    q: Language,
    types: Annotated[
        str | None, QueryParameter(description="Comma-separated: tickets, contacts, articles. Default: all")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="Maximum number of results per type")] = 10,
) -> Success[SearchResults]:
    """Searches tickets, contacts and articles. Operators apply to tickets; contacts and articles match the plain words."""
    wanted = filter_values("types", types, KINDS) or KINDS
    found = await service.everything(uow, q, [kind for kind in KINDS if kind in wanted], limit)
    return Success(
        SearchResults(
            [TicketView.of(ticket, for_staff=uow.actor.is_staff) for ticket in found.tickets],
            [ContactView.of(contact) for contact in found.contacts],
            [ArticleView.of(article) for article in found.articles],
        )
    )


@get(
    "/search/tickets",
    permission=(Permission.SEARCH, Permission.TICKET_READ),
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="Search tickets",
    replica=True,
)
async def search_tickets(
    uow: Uow,
    q: Language,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[TicketOrder] = "relevance",
    order: FromQuery[Literal["asc", "desc"]] = "desc",
) -> Success[TicketList]:
    """Searches the tickets you may see; the best match is first. All terms must match. New tickets are found immediately.

    Searches subject, description and comments; internal notes for staff only.
    """
    request = PageRequest.numbered(page, limit, cursor)
    found = await service.search_tickets(uow, q, sort, request, descending=order == "desc")
    return Success(TicketList.of(found, for_staff=uow.actor.is_staff))


@get(
    "/search/contacts",
    permission=(Permission.SEARCH, Permission.CONTACT_READ),
    tags=TAG,
    summary="Search contacts",
    replica=True,
)
async def search_contacts(
    uow: Uow, q: Words, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Success[ContactList]:
    """Lists contacts where every search word is a prefix of a word in name, address or company. Sorted by name."""
    found = await service.search_contacts(uow, q, PageRequest.numbered(page, limit, cursor))
    return Success(ContactList([ContactView.of(each) for each in found.items], Pagination.of(found)))


@get(
    "/search/articles",
    permission=Permission.SEARCH,
    more=(Permission.ARTICLE_WRITE,),
    tags=TAG,
    summary="Search articles",
    replica=True,
)
async def search_articles(
    uow: Uow, q: Words, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> ArticleList:
    """Searches published articles for any of the words, with snippets; the best match is first.

    Staff also find drafts and internal ones.
    """
    found = await service.search_articles(uow, q, PageRequest.numbered(page, limit, cursor))
    return ArticleList([ArticleView.of(article) for article in found.items], Pagination.of(found))


@get(
    "/search/parse", permission=Permission.SEARCH,
    more=(Permission.AGENT_READ, Permission.CONTACT_READ, Permission.GROUP_READ, Permission.CATEGORY_READ,
          Permission.TAG_READ, Permission.FIELD_READ),
    tags=TAG, summary="Read a search text",
)  # fmt: skip
async def parse_search(uow: Uow, request: DeskbellRequest, q: Text = "") -> Success[ParsedQuery]:
    """Returns the parts of a search text with their places and meanings, to show them as chips.

    Each mistake is reported at its part, so that it can be corrected there.
    """
    chips = await chips_of(uow, q)
    say = say_for(request)
    return Success(ParsedQuery(all(each.problem is None for each in chips), [ChipView.of(each, say) for each in chips]))


@get(
    "/search/suggest", permission=Permission.SEARCH,
    more=(Permission.AGENT_READ, Permission.CONTACT_READ, Permission.GROUP_READ, Permission.CATEGORY_READ,
          Permission.TAG_READ, Permission.FIELD_READ),
    tags=TAG, summary="Suggest how to go on in a search text",
)  # fmt: skip
async def suggest_search(
    uow: Uow,
    q: Text = "",
    at: Annotated[
        int | None, QueryParameter(ge=0, le=1_000, description="The place of the cursor, from 0. Default: the end")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=50, description="Maximum number of suggestions")] = 10,
) -> Success[SuggestionsView]:
    """Returns operators that begin as the word at the cursor, or values of the operator at the cursor."""
    return Success(SuggestionsView.of(await suggest(uow, q, len(q) if at is None else at, limit)))


ROUTES = [parse_search, suggest_search, search, search_tickets, search_contacts, search_articles]
