"""`/`: what this server is, and where to go from here."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from deskbell import __version__
from deskbell.runtime.settings import Settings
from deskbell.web.demo_sign_ins import PASSWORD, SIGN_INS
from deskbell.web.outbox import is_mail_shown
from deskbell.web.page import page

__all__ = ["home_page"]

_BASES: Final = {"v1": "/api/v1", "v2": "/api/v2", "platform": "/v1", "routes": "/", "portals": "/"}


def home_page(titles: Mapping[str, str]) -> HTTPRouteHandler:
    """The handler of `/`. `titles` are those of the contracts, by name."""

    @get("/")
    async def home(request: Request[Any, Any, State]) -> Response[str]:
        """The start page."""
        settings: Settings = request.app.state.settings
        parts = [
            "<h1>This is a support desk</h1>",
            f'<p class="soft">Deskbell {escape(__version__)}: tickets, a help centre and the people behind them.</p>',
            _demo() if settings.demo else "",
            _references(titles),
            _around(mail=is_mail_shown(request)),
        ]
        return page("Support desk", "".join(parts), wide=True)

    return home


def _demo() -> str:
    bodies = []
    for organization, addresses, role in SIGN_INS:
        people = "<br>".join(f"<code>{escape(each.strip())}</code>" for each in addresses.split(","))
        if organization:
            bodies.append(f'<tr><th scope="rowgroup" colspan="2">{escape(organization)}</th></tr>')
        bodies.append(f"<tr><td>{people}</td><td>{escape(role)}</td></tr>")
    return (
        f"<h2>The demo</h2><p>Sign in with the password <code>{escape(PASSWORD)}</code> as one of:</p>"
        f"<table><tbody>{''.join(bodies)}</tbody></table>"
    )


def _references(titles: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><td><a href="/docs/{name}">{escape(title)}</a></td><td><code>{_BASES.get(name, "/")}</code></td>'
        f'<td><a href="/openapi/{name}.json">OpenAPI</a></td></tr>'
        for name, title in titles.items()
    )
    return (
        '<h2>For programs</h2><table><thead><tr><th scope="col">Reference</th><th scope="col">Base</th>'
        f'<th scope="col">Document</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _around(*, mail: bool) -> str:
    letters = '<li><a href="/dev/mail">The mails that it would have sent</a></li>' if mail else ""
    return (
        f'<h2>This server</h2><ul>{letters}<li><a href="/readyz">Whether it is ready</a></li>'
        '<li><a href="/healthz">Whether it is alive</a></li></ul>'
    )
