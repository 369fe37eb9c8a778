"""Files for programs: the site map, the feed of new articles, and the brand's style sheet."""

import re
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from deskbell.web.answers import Rendered, answer
from deskbell.web.help.limits import demand_rendering
from deskbell.web.help.pages import missing
from deskbell.web.help.shell import REVALIDATED
from deskbell.web.help.visiting import HelpRequest, Visit, visit
from deskbell.web.page import render

_IN_THE_FEED: Final = 30
_IN_THE_MAP: Final = 50_000
"""As many as a site map may hold (sitemaps.org)."""
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@get(["/help/sitemap.xml", "/help/{organization:str}/sitemap.xml"])
async def sitemap(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Every article with its translations."""
    async with visit(request, organization) as at:
        return answer(request, await _kept(at, "sitemap", "", "application/xml", lambda: _sitemap(at)))


@get(["/help/feed.atom", "/help/{organization:str}/feed.atom"])
async def feed(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The articles that changed last, in one language."""
    async with visit(request, organization) as at:
        return answer(request, await _kept(at, "feed", at.locale, "application/atom+xml", lambda: _feed(at)))


@get(["/help/brand.css", "/help/{organization:str}/brand.css"])
async def brand_css(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The brand's colour."""
    async with visit(request, organization) as at:
        style = at.snapshot.style(at.brand)
        if style is None:
            return missing(at)
        return answer(request, Rendered.of(style, "text/css", {"Cache-Control": _FOR_EVER}))


HANDLERS: Final[list[Any]] = [sitemap, feed, brand_css]


async def _kept(at: Visit, name: str, locale: str, media_type: str, make: Any) -> Rendered:
    key = (name, locale, at.addresses, at.name)
    page = at.snapshot.rendered(key)
    if page is None:
        await demand_rendering(at.request, at.uow)
        page = Rendered.of(_NOT_IN_XML.sub("", make()), media_type, {"Cache-Control": REVALIDATED})
        at.snapshot.keep(key, page)
    return page


def _sitemap(at: Visit) -> str:
    newest = sorted(at.snapshot.heads, key=lambda head: head.updated_at, reverse=True)[:_IN_THE_MAP]
    articles = [(head, at.snapshot.translations(head)) for head in newest]
    return render("help/sitemap.xml", to=at.addresses, articles=articles, locales=at.snapshot.locales)


def _feed(at: Visit) -> str:
    heads = [head for head in at.snapshot.listing(at.locale).heads if head.locale == at.locale]
    newest = sorted(heads, key=lambda head: head.updated_at, reverse=True)[:_IN_THE_FEED]
    updated = newest[0].updated_at if newest else None
    return render(
        "help/feed.xml", at.language, to=at.addresses, heads=newest, site=at.name, locale=at.locale, updated=updated
    )
