"""The order in which a request is checked, and the use of its database connection."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import litestar
import pytest

from deskbell.api.shared.contract import Contract
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.kernel.permissions import Permission
from tests.support.desk import Desk, Organization, running_desk


class RawRequest:
    """One ASGI request whose body arrives only when `send_body` is called."""

    def __init__(self, desk: Desk, path: str, token: str | None = None) -> None:
        self._desk = desk
        self._headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        self._path = path
        self._body: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.body_wanted = asyncio.Event()
        self.status = 0

    def send_body(self, body: bytes) -> None:
        self._body.set_result(body)

    async def run(self) -> int:
        """Runs the request to its end and returns the status."""
        headers = [(b"host", b"desk.test"), (b"content-type", b"application/json"), *self._headers]
        scope: Any = {
            "type": "http", "method": "POST", "path": self._path, "raw_path": self._path.encode(), "query_string": b"",
            "headers": headers, "scheme": "http", "server": ("desk.test", 80), "client": ("127.0.0.1", 1), "root_path": "",
        }  # fmt: skip
        await self._desk.app(scope, self._receive, self._send)
        return self.status

    async def _receive(self) -> Any:
        self.body_wanted.set()
        return {"type": "http.request", "body": await self._body, "more_body": False}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


@pytest.fixture
async def small(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with two database connections."""
    async with running_desk(database_url, tmp_path, DESKBELL_POOL_SIZE="2") as running:
        yield running


async def test_a_request_without_credentials_is_refused_before_its_body_is_read(desk: Desk) -> None:
    request = RawRequest(desk, "/api/v1/tickets")
    assert await request.run() == 401
    assert not request.body_wanted.is_set()


async def test_permissions_are_checked_before_the_body(shop: Organization) -> None:
    """An invalid body must not change the answer to a caller who may not send one."""
    for body in ({}, {"name": "x"}):
        assert (await (await shop.client("customer")).post("/groups", body)).status_code == 403
    assert (await (await shop.client("admin")).post("/groups", {})).status_code == 422


async def test_slow_senders_hold_no_database_connection(small: Desk) -> None:
    agent = await (await small.organization()).person("agent")
    slow = [RawRequest(small, "/api/v1/tickets", agent.token) for _ in range(4)]
    running = [asyncio.create_task(request.run()) for request in slow]
    for request in slow:
        await request.body_wanted.wait()
    assert (await agent.client.get("/tickets")).status_code == 200
    for request in slow:
        request.send_body(b'{"subject": "x", "description": "y"}')
    assert await asyncio.gather(*running) == [201] * 4


@pytest.mark.parametrize("refused", [{}, {"subject": "x", "description": "y", "group_id": str(UUID(int=7))}])
async def test_a_refusal_rolls_back_and_keeps_its_connection(
    shop: Organization, database_url: str, refused: dict[str, str]
) -> None:
    """A refused body and a refusing handler: an unfinished transaction would end the connection."""
    agent = await shop.client("agent")
    assert (await agent.get("/tickets")).status_code == 200
    before = await _connections(database_url)
    for _ in range(3):
        assert (await agent.post("/tickets", refused, headers={"Idempotency-Key": "k"})).status_code == 422
    assert before <= await _connections(database_url)


async def _connections(database_url: str) -> set[int]:
    """The server processes of the connections in every pool."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            "select pid from pg_stat_activity where datname = current_database() and application_name = 'deskbell'"
        )
    finally:
        await connection.close()
    return {row["pid"] for row in rows}


@litestar.get("/x")
async def _undeclared(uow: Uow) -> None: ...


@get("/x", permission=Permission.TICKET_READ)
async def _without_unit() -> None: ...


@post("/x", permission=Permission.TICKET_READ, late=True)
async def _late_with_unit(uow: Uow) -> None: ...


@post("/x", permission=Public.ANONYMOUS, late=True)
async def _late_and_public() -> None: ...


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (_undeclared, "names no permission"),
        (_without_unit, "must either take `uow: Uow`"),
        (_late_with_unit, "must either take `uow: Uow`"),
        (_late_and_public, "late and public"),
    ],
)
def test_a_route_that_would_skip_a_step_fails_at_start_up(route: Any, reason: str) -> None:
    router = litestar.Router("/", route_handlers=[route])
    contract = Contract(
        name="x", title="x", description="x", routes=[router], render=lambda refusal, say: say(refusal.reason)
    )
    with pytest.raises(TypeError, match=reason):
        contract.build({})
