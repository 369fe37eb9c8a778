"""`/dev/mail`: the mails that would have been sent, for people who try Deskbell out or develop it on their machine."""

import ipaddress
import re
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from deskbell.runtime import outbox
from deskbell.runtime.database import Database
from deskbell.runtime.outbox import KeptMail
from deskbell.runtime.settings import Settings
from deskbell.web.page import page

__all__ = ["HANDLERS", "is_mail_shown"]

_SHOWN: Final = 100
_LINK: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


@get("/dev/mail")
async def list_mail(request: Request[Any, Any, State]) -> Response[str]:
    """The newest mails."""
    _demand_own_machine(request)
    database: Database = request.app.state.database
    async with database.unit(None) as uow:
        mails = await outbox.newest(uow.db, _SHOWN)
    rows = "".join(
        f'<li><a href="/dev/mail/{mail.id}">{escape(mail.subject)}</a><br>'
        f"<small>to {escape(mail.recipient)}, {mail.kept_at:%Y-%m-%d %H:%M:%S} UTC</small></li>"
        for mail in mails
    )
    hint = "" if rows else "<p>No mail yet. It appears here as soon as Deskbell would send some.</p>"
    return page("Outgoing mail", f"<h1>Outgoing mail</h1>{hint}<ol>{rows}</ol>", wide=True)


@get("/dev/mail/{mail_id:str}")
async def show_mail(request: Request[Any, Any, State], mail_id: FromPath[UUID]) -> Response[str]:
    """One mail, its links ready to be followed."""
    _demand_own_machine(request)
    database: Database = request.app.state.database
    async with database.unit(None) as uow:
        mail = await outbox.find(uow.db, mail_id)
    if mail is None:
        raise NotFoundException
    return page(mail.subject, f"<h1>{escape(mail.subject)}</h1>{_as_html(mail)}", wide=True)


HANDLERS: Final = [list_mail, show_mail]


def _as_html(mail: KeptMail) -> str:
    headers = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in mail.headers.items())
    return f'<p><a href="/dev/mail">All mail</a></p><dl>{headers}</dl><pre>{_linked(mail.text)}</pre>'


def _linked(text: str) -> str:
    """The text as HTML in which each address of a page is a link."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        url = escape(found.group())
        parts += [escape(text[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _demand_own_machine(request: Request[Any, Any, State]) -> None:
    if not is_mail_shown(request):
        raise NotFoundException


def is_mail_shown(request: Request[Any, Any, State]) -> bool:
    """Mails hold links that sign people in: they are shown on the machine itself, and only where none are sent.

    The pages do not exist when a mail server is set, on a server that serves other machines and holds no demo, for a
    caller from elsewhere or through a proxy, and under a foreign host name (a page elsewhere that had its name point
    here could otherwise read along).
    """
    settings: Settings = request.app.state.settings
    own_name = _host_in(settings.base_url)
    caller = request.client.host if request.client else ""
    asked_for = _host_in(f"//{request.headers.get('host', '')}")
    return (
        settings.smtp_url is None
        and (settings.demo or _is_loopback(own_name))
        and _is_loopback(caller)
        and not any(name in request.headers for name in _FORWARDED)
        and (_is_loopback(asked_for) or asked_for == own_name)
    )


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
