"""The floor: the same stack and the same SQL by hand, without authentication, validation, row security's role or journal.

It answers `GET /ticket/<id>`, `GET /list` and `POST /create` on the organization named by `FLOOR_ORGANIZATION`.
"""

import os
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State

from deskbell.api.v1.envelope import Success
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.tickets.queries.tickets import TICKETS
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.kernel.words import STATUSES
from deskbell.runtime.database import _prepare_connection
from deskbell.runtime.rows import read

ORGANIZATION = UUID(os.environ.get("FLOOR_ORGANIZATION", "00000000-0000-0000-0000-000000000000"))
_COLUMNS, _JOINS = TICKETS.columns.compile()[0], TICKETS.joins.compile()[0]
GET = f"select {_COLUMNS} from tickets t {_JOINS} where t.organization_id = $1 and t.id = $2 and t.deleted_at is null"
LIST = (
    f"select {_COLUMNS} from tickets t {_JOINS} where t.organization_id = $1 and t.deleted_at is null and t.status_rank = $2 "
    "order by t.created_at desc, t.id desc limit 26"
)
COUNT = "select sum(n) from ticket_counts where organization_id = $1 and dimension = 'all' and key = $2 and status = $3"
SEARCH = (
    f"select {_COLUMNS} from ticket_search s join tickets t on t.organization_id = s.organization_id and t.id = s.ticket_id "
    f"{_JOINS} where s.organization_id = $1 and s.for_staff @@ to_tsquery('simple', $2) and t.deleted_at is null "
    "order by t.created_at desc, t.id desc limit 26"
)
REPLY = (
    "with written as (insert into comments (organization_id, id, ticket_id, author_id, body, public, created_at) "
    "values ($1, $2, $3, $4, $5, true, $6)) update tickets set updated_at = $6 where organization_id = $1 and id = $3"
)
ADD = (
    "with taken as (insert into ticket_numbers (organization_id, last) values ($1, 1) "
    "on conflict (organization_id) do update set last = ticket_numbers.last + 1 returning last) "
    "insert into tickets (organization_id, id, number, subject, description, status, priority, type, channel, requester_id, "
    "created_at, updated_at) select $1, $2, taken.last, $3, $4, 'new', 'normal', 'question', 'web', $5, $6, $6 from taken "
    "returning number"
)


@get("/ticket/{ticket_id:uuid}")
async def ticket(request: Request[Any, Any, State], ticket_id: UUID) -> Success[TicketView]:
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(GET, ORGANIZATION, ticket_id)
    return Success(TicketView.of(read(Ticket, [row])[0], for_staff=True))


@get("/list")
async def tickets(request: Request[Any, Any, State]) -> dict[str, Any]:
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(LIST, ORGANIZATION, STATUSES.index("open") + 1)
        total = await connection.fetchval(COUNT, ORGANIZATION, UUID(int=0), "open")
    return {"tickets": [TicketView.of(each, for_staff=True) for each in read(Ticket, rows[:25])], "total": total}


@post("/create")
async def create(request: Request[Any, Any, State]) -> Response[dict[str, Any]]:
    body = msgspec.json.decode(await request.body())
    requester = request.app.state.requester
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        number = await connection.fetchval(
            ADD, ORGANIZATION, new_id(), body["subject"], body["description"], requester, request.app.state.now
        )
    return Response({"number": number}, status_code=201)


async def open_pool() -> Any:
    """Connections set up as the application's are."""
    return await asyncpg.create_pool(
        os.environ["DESKBELL_DATABASE_URL"], min_size=2, max_size=10, init=_prepare_connection,
        server_settings={"jit": "off"},
    )  # fmt: skip


async def find_requester(pool: Any) -> UUID:
    """The customer that new tickets are for."""
    found: UUID = await pool.fetchval(
        "select user_id from memberships where organization_id = $1 and role = 'customer' limit 1", ORGANIZATION
    )
    return found


async def _open(app: Litestar) -> None:
    app.state.pool = await open_pool()
    app.state.now = utc_now()
    app.state.requester = await find_requester(app.state.pool)


async def _close(app: Litestar) -> None:
    await app.state.pool.close()


app = Litestar(
    route_handlers=[ticket, tickets, create], on_startup=[_open], on_shutdown=[_close], openapi_config=None,
    logging_config=None,
)  # fmt: skip
