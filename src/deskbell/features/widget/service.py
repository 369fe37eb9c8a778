"""The widget's settings, and the requests that visitors send with it or with the contact page."""

import re
from typing import Final
from urllib.parse import urlsplit

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.access.addresses import clean_address
from deskbell.features.files import service as files
from deskbell.features.files.records import Upload
from deskbell.features.mail.queries import outgoing, senders
from deskbell.features.mail.service.sending import acknowledge
from deskbell.features.people.service import contacts
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import NewAttachment, NewComment
from deskbell.features.tickets.records import NewTicket, Ticket
from deskbell.features.widget import queries
from deskbell.features.widget.events import WidgetUpdated
from deskbell.features.widget.records import ContactRequest, Widget, WidgetChanges
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.changes import applied, difference
from deskbell.kernel.errors import Forbidden, Invalid, Problem
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
_LONGEST_NAME: Final = 200
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


async def get(uow: UnitOfWork) -> Widget:
    """The settings of the widget."""
    uow.actor.require(Permission.WIDGET_MANAGE)
    return await queries.find(uow.db) or Widget()


def etag(widget: Widget) -> str:
    """The entity tag of the widget's settings."""
    return tag_of(widget.enabled, widget.origins, widget.chat_enabled, widget.chat_wait_seconds)


async def update(uow: UnitOfWork, changes: WidgetChanges, expected_version: Precondition | None = None) -> Widget:
    """Sets the given fields; equal values are no change. Raises `StaleVersion`, `Invalid` for an origin that is none."""
    uow.actor.require(Permission.WIDGET_MANAGE)
    if changes.origins is not UNSET:
        changes = replace(changes, origins=_clean_origins(changes.origins))
    before = await queries.lock(uow.db, uow.actor.organization_id) or Widget()
    if expected_version is not None:
        expected_version.demand(etag(before), before)
    after = applied(before, changes)
    recorded = difference(before, after)
    if not recorded:
        return before
    after = replace(after, updated_at=uow.now)
    await queries.save(uow.db, uow.actor.organization_id, after)
    uow.record(WidgetUpdated(widget_id=uow.actor.organization_id, changes=recorded))
    return after


@anyone("the sites that show the widget ask whether they may")
async def shown(uow: UnitOfWork) -> Widget:
    """The settings of the entered organization's widget."""
    return await queries.find(uow.db) or Widget()


@anyone("visitors ask without a sign-in; the caller has counted the request against its limits")
async def ask(uow: UnitOfWork, request: ContactRequest, uploads: list[Upload]) -> Ticket:
    """Files a visitor's request and acknowledges it by mail, which brings the link to it.

    The visitor gets nothing else: another person's address can be typed in. Raises `Invalid`.
    """
    _check(request)
    address = clean_address(request.email)
    organization_id = uow.actor.organization_id
    await uow.enter(Actor.system(organization_id))
    if await senders.is_blocked(uow.db, address_key(address)):
        raise Forbidden("contact.blocked")
    person = await contacts.ensure_customer(uow, address, request.name, how="form")
    ticket = await tickets.create(
        uow,
        NewTicket(
            subject=request.subject, description=request.text, channel=Channel.WEB, requester_id=person.user_id
        ),
    )  # fmt: skip
    mailbox_id = await outgoing.mailbox_of(uow.db, ticket.id)
    if mailbox_id is not None:
        await acknowledge(uow, ticket, mailbox_id, request.language)
    if uploads:
        await uow.enter(Actor(organization_id, person.user_id, Role.CUSTOMER))
        await _attach(uow, ticket, uploads)
    return ticket


async def _attach(uow: UnitOfWork, ticket: Ticket, uploads: list[Upload]) -> None:
    """Adds files as the first comment: a ticket has none of its own."""
    stored = [await files.create(uow, each) for each in uploads]
    attachments = [
        NewAttachment(each.filename, f"/api/v1/uploads/{each.id}", each.mime_type, each.size) for each in stored
    ]
    words = ", ".join(each.filename for each in stored)
    await tickets.add_comment(uow, ticket.id, NewComment(body=words, attachments=attachments))


def _check(request: ContactRequest) -> None:
    problems = [Problem.at(name, "blank") for name in ("name", "subject", "text") if not getattr(request, name).strip()]
    longest = {"name": _LONGEST_NAME, "subject": LONGEST_SUBJECT, "text": LONGEST_TEXT}
    problems += [
        Problem.at(name, "too_long", limit=limit)
        for name, limit in longest.items()
        if len(getattr(request, name)) > limit
    ]
    if not request.email.strip():
        problems.append(Problem.at("email", "blank"))
    if problems:
        raise Invalid(problems)


def _clean_origins(origins: list[str]) -> list[str]:
    """Origins as browsers send them, each once. Raises `Invalid`."""
    cleaned = [_clean_origin(each) for each in origins]
    problems = [Problem.at(f"origins.{i}", "widget.origin") for i, each in enumerate(cleaned) if each is None]
    if problems:
        raise Invalid(problems)
    return list(dict.fromkeys(each for each in cleaned if each is not None))


def _clean_origin(text: str) -> str | None:
    try:
        parts = urlsplit(text.strip().lower())
        host, port = parts.hostname or "", parts.port
        host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in _DEFAULT_PORTS or _HOST.fullmatch(host) is None or extra:
        return None
    tail = "" if port is None or port == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{tail}"
