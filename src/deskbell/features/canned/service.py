"""Canned responses: keeping them, and filling one in for a ticket."""

from typing import Any
from uuid import UUID

import msgspec

from deskbell.features.canned import queries, template
from deskbell.features.canned.events import CannedCreated, CannedDeleted, CannedUpdated
from deskbell.features.canned.records import CannedChanges, CannedResponse, NewCanned
from deskbell.features.canned.template import Rendered
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.queries.references import find_person
from deskbell.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["ShortcutTaken", "create", "delete", "get", "list_responses", "render_for_ticket", "update"]


class ShortcutTaken(Conflict):
    """Another canned response is called by this shortcut."""

    code = "SHORTCUT_TAKEN"

    def __init__(self) -> None:
        super().__init__("Another canned response has this shortcut")


async def list_responses(uow: UnitOfWork, search: str | None, page: PageRequest) -> Page[CannedResponse]:
    """A part of the organization's canned responses, by title; `search` finds parts of title, content and shortcut."""
    uow.actor.require(Permission.CANNED_READ)
    return await queries.list_page(uow.db, search.strip() if search else None, page)


async def get(uow: UnitOfWork, response_id: UUID) -> CannedResponse:
    """One canned response. Raises `NotFound`."""
    uow.actor.require(Permission.CANNED_READ)
    return await queries.find(uow.db, response_id) or _missing()


async def create(uow: UnitOfWork, new: NewCanned) -> CannedResponse:
    """Keeps a new one. Raises `ShortcutTaken`, and `Invalid` for a blank title or content."""
    uow.actor.require(Permission.CANNED_WRITE)
    fields = _clean({"title": new.title, "content": new.content, "shortcut": new.shortcut})
    response = CannedResponse(
        id=new_id(), created_by=uow.actor.user_id, created_at=uow.now, updated_at=uow.now, **fields
    )
    await _demand_free(uow, response)
    await queries.add(uow.db, uow.actor.organization_id, response)
    uow.record(CannedCreated(response_id=response.id, title=response.title))
    return response


async def update(uow: UnitOfWork, response_id: UUID, changes: CannedChanges) -> CannedResponse:
    """Sets the given fields; nothing changed, nothing is recorded. Raises `NotFound`, `ShortcutTaken`, `Invalid`."""
    uow.actor.require(Permission.CANNED_WRITE)
    response = await queries.lock(uow.db, response_id) or _missing()
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not msgspec.UNSET}
    fields = {name: value for name, value in _clean(given).items() if value != getattr(response, name)}
    if not fields:
        return response
    changed = msgspec.structs.replace(response, **fields, updated_at=uow.now)
    await _demand_free(uow, changed)
    await queries.write(uow.db, changed)
    told = {name: Change(getattr(response, name), value) for name, value in fields.items()}
    uow.record(CannedUpdated(response_id=response.id, changes=told))
    return changed


async def delete(uow: UnitOfWork, response_id: UUID) -> None:
    """Forgets one; what was answered with it stays. Raises `NotFound`."""
    uow.actor.require(Permission.CANNED_WRITE)
    response = await queries.lock(uow.db, response_id) or _missing()
    await queries.remove(uow.db, response.id)
    uow.record(CannedDeleted(response_id=response.id, title=response.title))


async def render_for_ticket(uow: UnitOfWork, response_id: UUID, ticket_id: UUID) -> Rendered:
    """The words with the ticket's, its requester's and the actor's names filled in. Raises `NotFound` for either."""
    response = await get(uow, response_id)
    ticket = await tickets.get(uow, ticket_id)
    agent = await find_person(uow.db, uow.actor.id)
    requester = ticket.requester
    context = {
        "requester": {
            "name": requester.name,
            "first_name": requester.name.partition(" ")[0],
            "email": requester.email,
        },
        "ticket": {
            "number": str(ticket.number),
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority,
        },
        "agent": {"name": agent.name, "email": agent.email} if agent else {},
        "organization": {"name": await queries.organization_name(uow.db)},
    }
    return template.render(response.content, context)


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    """Title and shortcut without surrounding space; an empty shortcut is none."""
    problems = [
        FieldProblem(name, "This field must not be empty")
        for name in ("title", "content")
        if name in fields and not fields[name].strip()
    ]
    if problems:
        raise Invalid(problems)
    cleaned = dict(fields)
    if "title" in cleaned:
        cleaned["title"] = cleaned["title"].strip()
    if "shortcut" in cleaned:
        cleaned["shortcut"] = (cleaned["shortcut"] or "").strip() or None
    return cleaned


async def _demand_free(uow: UnitOfWork, response: CannedResponse) -> None:
    if response.shortcut is not None and await queries.shortcut_taken(uow.db, response.shortcut, response.id):
        raise ShortcutTaken


def _missing() -> CannedResponse:
    raise NotFound("canned response")
