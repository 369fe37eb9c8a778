"""Everything of a customer as one file: `data.json`, and the files of their requests.

It is read as the customer, so that row security holds back what the staff keeps to itself.
"""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.files import service as files
from deskbell.features.notifications import service as notifications
from deskbell.features.own_data import facts
from deskbell.features.own_data.queries import profile
from deskbell.features.people.service import preferences
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import Attachment, Comment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import MAX_LIMIT, Page, PageRequest
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.storage import Storage

_DATA: Final = "data.json"
_UNREADABLE: Final = '/\\:*?"<>|\0'


class Contents(msgspec.Struct):
    """The words of a download, and the contents that belong to it: the path in the file, and the key in the storage."""

    data: dict[str, Any]
    files: list[tuple[str, str]]


@step("the job that makes downloads, as the customer")
async def collect(uow: UnitOfWork) -> Contents:
    """Everything that the organization keeps of the entered customer, as that customer may see it."""
    found = Contents({}, [])
    sorted_by_number = TicketSort("created_at", descending=False)
    ratings = await profile.ratings(uow.db, uow.actor.id)
    requests = [
        await _request(uow, each, ratings, found.files)
        async for each in _every_ticket(uow, TicketFilter(), sorted_by_number)
    ]
    followed = [
        await _followed(uow, each, found.files)
        async for each in _every_ticket(uow, TicketFilter(followed=True), sorted_by_number)
    ]
    user_id = uow.actor.id
    found.data = {
        "profile": await profile.profile(uow.db, user_id),
        "fields": await facts.mine(uow),
        "addresses": await profile.addresses(uow.db, user_id),
        "sessions": await profile.sessions(uow.db, user_id),
        "notifications": await notifications.get_preferences(uow),
        "preferences": await preferences.get_web_preferences(uow),
        "requests": requests,
        "followed_requests": followed,
        "votes_on_articles": await profile.votes(uow.db, user_id),
    }
    return found


async def write(storage: Storage, contents: Contents, to: Path) -> None:
    """Writes a download to a file. A content that is gone from the storage is left out. Holds no database connection."""
    words = msgspec.json.format(msgspec.json.encode(contents.data), indent=2)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        await asyncio.to_thread(archive.writestr, _DATA, words)
        for name, key in contents.files:
            try:
                pieces = storage.stream(key)
                first = await anext(pieces, b"")  # a content that is gone must be noticed before its entry begins
                with archive.open(name, "w", force_zip64=True) as entry:
                    await asyncio.to_thread(entry.write, first)
                    async for piece in pieces:
                        await asyncio.to_thread(entry.write, piece)
            except FileNotFoundError:
                continue


async def _every_ticket(uow: UnitOfWork, filters: TicketFilter, order: TicketSort) -> AsyncIterator[Ticket]:
    cursor: str | None = None
    while True:
        page: Page[Ticket] = await tickets.list_tickets(uow, filters, order, PageRequest(MAX_LIMIT, 0, cursor))
        for each in page.items:
            yield each
        cursor = page.next_cursor
        if cursor is None:
            return


async def _request(
    uow: UnitOfWork, ticket: Ticket, ratings: Mapping[UUID, profile.Rating], contents: list[tuple[str, str]]
) -> dict[str, Any]:
    comments = await tickets.list_comments(uow, ticket.id)
    return {
        "number": ticket.number, "subject": ticket.subject, "description": ticket.description, "status": ticket.status,
        "priority": ticket.priority, "channel": ticket.channel, "fields": ticket.fields_for(staff=False),
        "created_at": ticket.created_at, "updated_at": ticket.updated_at, "solved_at": ticket.solved_at,
        "comments": [await _comment(uow, ticket.number, each, contents) for each in comments],
        "rating": _rating(ratings.get(ticket.id)),
    }  # fmt: skip


async def _followed(uow: UnitOfWork, ticket: Ticket, contents: list[tuple[str, str]]) -> dict[str, Any]:
    """A request of another person: of its words only the customer's own."""
    own = [each for each in await tickets.list_comments(uow, ticket.id) if each.author.id == uow.actor.id]
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "own_comments": [await _comment(uow, ticket.number, each, contents) for each in own],
    }


async def _comment(uow: UnitOfWork, number: int, comment: Comment, contents: list[tuple[str, str]]) -> dict[str, Any]:
    attached = [await _file(uow, number, each, contents) for each in comment.attachments]
    return {
        "author": comment.author.name, "is_own": comment.author.id == uow.actor.id, "created_at": comment.created_at,
        "edited_at": comment.edited_at, "body": comment.body, "quoted": comment.quoted, "files": attached,
    }  # fmt: skip


async def _file(
    uow: UnitOfWork, number: int, attachment: Attachment, contents: list[tuple[str, str]]
) -> dict[str, Any]:
    """The facts of a file, and where it is in the download; or the address where its author says that it is."""
    if attachment.file_id is None:
        return {"name": attachment.filename, "url": attachment.url}
    try:
        stored = await files.get(uow, attachment.file_id)
    except NotFound:
        return {"name": attachment.filename, "path": None}
    path = f"files/{number}/{stored.id.hex[-12:]}-{_plain(attachment.filename)}"
    contents.append((path, stored.storage_key))
    return {"name": attachment.filename, "type": stored.mime_type, "size": stored.size, "path": path}


def _rating(given: profile.Rating | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"rating": given.rating, "comment": given.comment, "created_at": given.created_at}


def _plain(name: str) -> str:
    """A name that every file system takes."""
    return "".join("_" if each in _UNREADABLE or not each.isprintable() else each for each in name)[-100:] or "file"
