"""`/robots.txt`: search engines read articles, and nothing else."""

from typing import Any, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException

from deskbell.web.help.visiting import HelpRequest, visit

_CLOSED: Final = ("/help/search", "/help/*/search", "/help/contact", "/help/*/contact")


@get("/robots.txt")
async def robots(request: HelpRequest) -> Response[str]:
    """The rules for the host that was asked, with the site map of its help centre. Without one, nothing is to be read."""
    closed = "\n".join(f"Disallow: {each}" for each in _CLOSED)
    try:
        async with visit(request, None) as at:
            site_map = at.addresses.origin + at.addresses.file("sitemap.xml")
        rules = f"{closed}\nAllow: /help\nAllow: /pages/\nDisallow: /\n\nSitemap: {site_map}"
    except NotFoundException:
        rules = "Disallow: /"
    text = f"User-agent: *\n{rules}\n"
    return Response(text, media_type="text/plain", headers={"Cache-Control": "public, max-age=3600"})


HANDLERS: Final[list[Any]] = [robots]
