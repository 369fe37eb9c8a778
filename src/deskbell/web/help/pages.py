"""The pages of the help centre: home, categories, search and articles."""

from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from deskbell.features.help_centre import service
from deskbell.features.help_centre.records import Head
from deskbell.features.knowledge import service as knowledge
from deskbell.features.knowledge.records import Article, ArticleFilter
from deskbell.features.knowledge.rendering import as_html
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.web.answers import Rendered, answer
from deskbell.web.help.contents import below_title, reachable, table_of_contents
from deskbell.web.help.limits import demand_allowance, demand_rendering
from deskbell.web.help.shell import shown, structured
from deskbell.web.help.suggesting import clean_subject, suggested
from deskbell.web.help.visiting import HelpCentres, HelpRequest, Visit, visit

_IN_A_CATEGORY: Final = 100
_FOUND: Final = 15
_RELATED: Final = 5
_LONGEST_SEARCH: Final = 200

Words = Annotated[str, QueryParameter(max_length=2_000, description="The words to search for")]


@get(["/help", "/help/{organization:str}"])
async def home(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The categories, and a search."""
    async with visit(request, organization) as at:
        return answer(request, await _kept(at, ("home", at.locale), lambda: _home(at)))


@get(["/help/categories", "/help/{organization:str}/categories"])
async def category(
    request: HelpRequest, organization: FromPath[str | None] = None, name: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[Any]:
    """The articles of a category."""
    async with visit(request, organization) as at:
        found = at.snapshot.listing(at.locale).category(name)
        if found is None or page < 1 or (page - 1) * _IN_A_CATEGORY >= len(found[1]):
            return missing(at)
        key = ("category", found[0], at.locale, page)
        return answer(request, await _kept(at, key, lambda: _category(at, *found, page)))


@get(["/help/search", "/help/{organization:str}/search"])
async def search(
    request: HelpRequest, organization: FromPath[str | None] = None, q: Words = "", cursor: FromQuery[str | None] = None
) -> Response[Any]:
    """Articles with the words, the best first. Articles in other languages only where there are none in the reader's."""
    async with visit(request, organization) as at:
        words = " ".join(q.replace("\0", " ").split())[:_LONGEST_SEARCH]
        found: Page[Article] | None = None
        elsewhere = False
        if words:
            await at.enter()
            await demand_allowance(request, at.uow)
            try:
                found = await _search(at, words, at.locale, PageRequest(_FOUND, 0, cursor))
                if not found.items and cursor is None and len(at.snapshot.locales) > 1:
                    found = await _search(at, words, None, PageRequest(_FOUND, 0))
                    elsewhere = bool(found.items)
                if not found.items and cursor is None:
                    centres: HelpCentres = request.app.state.help_centres
                    await centres.count_missed(at.uow, at.place, words, at.locale)
            except Invalid:
                return missing(at)
        results = [(each, at.snapshot.find(each.locale, each.slug)) for each in (found.items if found else [])]
        page = shown(
            at, "help/search.html", cache="no-cache", words=words, results=[each for each in results if each[1]],
            found=found, elsewhere=elsewhere, next=found.next_cursor if found and not elsewhere else None,
            switch=[(locale, at.addresses.search(locale, words or None)) for locale in at.snapshot.locales],
        )  # fmt: skip
        return answer(request, page)


@get(["/help/suggest", "/help/{organization:str}/suggest"])
async def suggest(request: HelpRequest, organization: FromPath[str | None] = None, q: Words = "") -> Response[Any]:
    """Articles for words that are being typed: a part of a page, for its script."""
    async with visit(request, organization) as at:
        await demand_allowance(request, at.uow)
        found = await suggested(at, clean_subject(q), at.locale)
        return answer(request, shown(at, "help/suggestions.html", cache="no-store", suggested=found))


@get(["/help/articles/{locale:str}/{slug:str}", "/help/{organization:str}/articles/{locale:str}/{slug:str}"])
async def article(
    request: HelpRequest, locale: FromPath[str], slug: FromPath[str], organization: FromPath[str | None] = None,
    voted: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    """An article."""
    async with visit(request, organization) as at:
        head = at.snapshot.find(locale, slug)
        if head is None:
            return missing(at)
        centres: HelpCentres = request.app.state.help_centres
        key = ("article", head.id, at.language_for(head.locale), at.addresses, at.name)
        page = None if voted else at.snapshot.rendered(key)
        if page is None:
            await demand_rendering(request, at.uow)
            try:
                page = await _article(at, head, voted=bool(voted))
            except NotFound:  # unpublished since its version was read
                return missing(at)
            if not voted:
                at.snapshot.keep(key, page)
        await centres.count_view(at.uow, at.place, head.id)
        return answer(request, page)


@get(["/help/articles", "/help/{organization:str}/articles"])
async def articles(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Articles are listed on the home page."""
    async with visit(request, organization) as at:
        return Redirect(at.addresses.home(request.query_params.get("lang")))


HANDLERS: Final[list[Any]] = [home, category, search, suggest, article, articles]


def missing(at: Visit) -> Response[bytes]:
    """The page for an address that leads nowhere in this help centre."""
    return answer(at.request, shown(at, "help/missing.html", cache="no-store", switch=[]), status_code=404)


async def _kept(at: Visit, key: tuple[object, ...], make: Any) -> Rendered:
    """A page of the present version, made when it is first asked for. Raises `TooManyRequests`."""
    whole = (*key, at.language, at.addresses, at.name)
    page = at.snapshot.rendered(whole)
    if page is None:
        await demand_rendering(at.request, at.uow)
        page = make()
        at.snapshot.keep(whole, page)
    return page


def _home(at: Visit) -> Rendered:
    listing = at.snapshot.listing(at.locale)
    newest = sorted(listing.heads, key=lambda head: head.updated_at, reverse=True)[:_RELATED]
    data = structured(
        **{"@type": "WebSite"}, name=at.name, url=at.addresses.origin + at.addresses.home(), inLanguage=at.locale
    )
    return shown(
        at, "help/home.html", listing=listing, newest=newest, data=data, canonical=at.addresses.home(at.locale),
        switch=[(locale, at.addresses.home(locale)) for locale in at.snapshot.locales],
    )  # fmt: skip


def _category(at: Visit, name: str, heads: list[Head], page: int) -> Rendered:
    begin = (page - 1) * _IN_A_CATEGORY
    has_more = begin + _IN_A_CATEGORY < len(heads)
    return shown(
        at, "help/category.html", name=name, heads=heads[begin : begin + _IN_A_CATEGORY], page=page, has_more=has_more,
        canonical=at.addresses.category(name, at.locale, page if page > 1 else None), switch=_categories(at, heads),
    )  # fmt: skip


def _categories(at: Visit, heads: list[Head]) -> list[tuple[str, str]]:
    """The category in each language, found by an article that is translated."""
    found: dict[str, str] = {}
    for head in heads:
        for locale, other in at.snapshot.translations(head).items():
            if other.category:
                found.setdefault(locale, at.addresses.category(other.category, locale))
    return [(locale, found[locale]) for locale in at.snapshot.locales if locale in found]


async def _article(at: Visit, head: Head, *, voted: bool) -> Rendered:
    await at.enter()
    body = reachable(below_title(await as_html(await service.text_of(at.uow, head.id))))
    translations = at.snapshot.translations(head)
    url = at.addresses.origin + at.addresses.article(head)
    data = structured(
        **{"@type": "Article"}, headline=head.title, url=url, inLanguage=head.locale, description=head.summary,
        datePublished=head.published_at, dateModified=head.updated_at,
        publisher={"@type": "Organization", "name": at.name},
    )  # fmt: skip
    return shown(
        at, "help/article.html", locale=head.locale, head=head, body=body, contents=table_of_contents(body), data=data,
        related=at.snapshot.related(head, _RELATED), voted=voted,
        canonical=at.addresses.article(head),
        switch=[(each, at.addresses.article(translations[each])) for each in at.snapshot.locales if each in translations],
    )  # fmt: skip


async def _search(at: Visit, words: str, locale: str | None, page: PageRequest) -> Page[Article]:
    """Published articles alone, also for signed-in staff."""
    return await knowledge.list_articles(at.uow, ArticleFilter(search=words, locale=locale, published=True), page)
