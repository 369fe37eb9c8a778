"""The bare floor: a plain ASGI function on Granian with asyncpg and msgspec, without a web framework.

It answers the paths of `benchmarks.floor` with the same statements, one transaction for a write, and nothing else: no
authentication, no validation, no events.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import UUID

import msgspec

from benchmarks import floor
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.kernel.words import STATUSES
from deskbell.runtime.rows import read

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_encode = msgspec.json.Encoder().encode
_HEADERS = [(b"content-type", b"application/json")]
_state: dict[str, Any] = {}


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """The application: the lifespan, and five operations by path."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    path: str = scope["path"]
    if path.startswith("/ticket/"):
        status, body = 200, await _get(UUID(path.removeprefix("/ticket/")))
    elif path == "/list":
        status, body = 200, await _list()
    elif path.startswith("/search/"):
        status, body = 200, await _search(path.removeprefix("/search/"))
    elif path.startswith("/reply/"):
        status, body = 201, await _reply(UUID(path.removeprefix("/reply/")), (await receive())["body"])
    else:
        status, body = 201, await _create((await receive())["body"])
    await send({"type": "http.response.start", "status": status, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": body})


async def _get(ticket_id: UUID) -> bytes:
    async with _state["pool"].acquire() as connection:
        row = await connection.fetchrow(floor.GET, floor.ORGANIZATION, ticket_id)
    return _encode(Success(TicketView.of(read(Ticket, [row])[0], for_staff=True)))


async def _list() -> bytes:
    async with _state["pool"].acquire() as connection:
        rows = await connection.fetch(floor.LIST, floor.ORGANIZATION, STATUSES.index("open") + 1)
        total = await connection.fetchval(floor.COUNT, floor.ORGANIZATION, UUID(int=0), "open")
    tickets = [TicketView.of(each, for_staff=True) for each in read(Ticket, rows[:25])]
    return _encode({"tickets": tickets, "total": total})


async def _search(word: str) -> bytes:
    async with _state["pool"].acquire() as connection:
        rows = await connection.fetch(floor.SEARCH, floor.ORGANIZATION, word)
    return _encode({"tickets": [TicketView.of(each, for_staff=True) for each in read(Ticket, rows[:25])]})


async def _reply(ticket_id: UUID, content: bytes) -> bytes:
    body, comment_id = msgspec.json.decode(content), new_id()
    async with _state["pool"].acquire() as connection, connection.transaction():
        await connection.execute(
            floor.REPLY, floor.ORGANIZATION, comment_id, ticket_id, _state["requester"], body["body"], _state["now"]
        )
    return _encode({"id": comment_id})


async def _create(content: bytes) -> bytes:
    body = msgspec.json.decode(content)
    async with _state["pool"].acquire() as connection, connection.transaction():
        number = await connection.fetchval(
            floor.ADD, floor.ORGANIZATION, new_id(), body["subject"], body["description"], _state["requester"],
            _state["now"],
        )  # fmt: skip
    return _encode({"number": number})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    pool = _state["pool"] = await floor.open_pool()
    _state["now"] = utc_now()
    _state["requester"] = await floor.find_requester(pool)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})
