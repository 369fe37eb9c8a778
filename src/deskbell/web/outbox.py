"""`/dev/mail`: the mails that would have been sent, for people who try Deskbell out or develop it on their machine."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from deskbell.runtime import outbox
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings
from deskbell.web.page import page

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
    return page(request, "outbox.html", mails=mails)


@get("/dev/mail/{mail_id:str}")
async def show_mail(request: Request[Any, Any, State], mail_id: FromPath[UUID]) -> Response[str]:
    """One mail, its links ready to be followed."""
    _demand_own_machine(request)
    database: Database = request.app.state.database
    async with database.unit(None) as uow:
        mail = await outbox.find(uow.db, mail_id)
    if mail is None:
        raise NotFoundException
    return page(request, "outbox_mail.html", mail=mail, pieces=list(_pieces(mail.text)))


HANDLERS: Final = [list_mail, show_mail]


class _Piece(NamedTuple):
    """A part of a mail's text."""

    text: str
    is_link: bool


def _pieces(text: str) -> Iterator[_Piece]:
    """The text in parts, the addresses of pages apart from the rest."""
    end = 0
    for found in _LINK.finditer(text):
        yield _Piece(text[end : found.start()], is_link=False)
        yield _Piece(found.group(), is_link=True)
        end = found.end()
    yield _Piece(text[end:], is_link=False)


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
