"""A session is entered with the first read: in one statement, and as exact as a look-up of its own."""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.entering import ExpectationError, ExpectedEntry, Pass
from tests.support.desk import Desk, Organization, running_desk

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that have run, of all connections."""
    found: list[str] = []
    check_out = Database.check_out
    logged: set[int] = set()

    async def check_out_logged(self: Database) -> Any:
        raw = await check_out(self)
        if id(raw) not in logged:
            logged.add(id(raw))
            raw.add_query_logger(lambda entry: found.append(entry.query))
        return raw

    monkeypatch.setattr(Database, "check_out", check_out_logged)
    return found


async def _ticket(shop: Organization) -> str:
    made = await (await shop.client("customer")).post("/tickets", TICKET)
    ticket_id: str = made.json()["data"]["id"]
    return ticket_id


async def _run(database_url: str, statement: str, *values: Any) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


async def test_a_ticket_and_a_list_take_one_statement_each(shop: Organization, statements: list[str]) -> None:
    ticket, agent = await _ticket(shop), await shop.client("agent")
    for path in (f"/tickets/{ticket}", "/tickets", "/tickets?status=new"):
        assert (await agent.get(path)).status_code == 200  # the session is known from here on
        await asyncio.sleep(0)  # the last statement is reported after its request
        statements.clear()
        answer = await agent.get(path)
        await asyncio.sleep(0)
        assert answer.status_code == 200
        assert len(statements) == 1, statements


async def test_each_request_counts_once_and_a_refused_one_reads_nothing(
    database_url: str, tmp_path: Path, statements: list[str]
) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS="user=4/hour") as strict:
        shop = await strict.organization()
        ticket, agent = await _ticket(shop), await shop.client("agent")
        answers = [
            await agent.get(path) for path in (f"/tickets/{ticket}", "/tickets", "/tickets?limit=many", "/api-keys")
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 422, 403]
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["3", "2", "1", "0"]
        for number in range(3):
            await asyncio.sleep(0)  # the last statement is reported after its request
            statements.clear()
            refused = await agent.get(f"/tickets/{ticket}")
            assert refused.status_code == 429
            assert refused.headers["x-ratelimit-remaining"] == "0"
            assert number == 0 or not any("from tickets" in each for each in statements), statements


async def test_an_ended_session_is_noticed_by_the_next_request(shop: Organization, database_url: str) -> None:
    ticket, agent = await _ticket(shop), await shop.person("agent")
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 200
    await _run(database_url, "update sessions set ended_at = now() where user_id = $1", agent.id)
    for path in (f"/tickets/{ticket}", "/tickets", "/tickets?limit=0", "/no-such-thing-here", "/groups"):
        refused = await agent.client.get(path)
        assert refused.status_code == (404 if path.startswith("/no-such") else 401), path


async def test_an_ended_session_is_noticed_where_a_request_would_be_refused_anyway(
    shop: Organization, database_url: str
) -> None:
    """A malformed parameter and a missing permission are no answers for a caller whose session has ended."""
    for number, path in enumerate(("/tickets?limit=many", "/api-keys")):
        agent = await shop.person(f"agent{number + 3}")
        assert (await agent.client.get("/tickets")).status_code == 200
        assert (await agent.client.get(path)).status_code in (403, 422)
        await _run(database_url, "update sessions set ended_at = now() where user_id = $1", agent.id)
        assert (await agent.client.get(path)).status_code == 401


async def test_a_changed_role_decides_about_the_next_request(shop: Organization, database_url: str) -> None:
    ticket, agent = await _ticket(shop), await shop.person("agent")
    change = "update memberships set role = $2 where user_id = $1"
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 200
    await _run(database_url, change, agent.id, "customer")
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 404  # another customer's
    assert (await agent.client.get("/tickets")).json()["data"]["tickets"] == []
    assert (await agent.client.get("/api-keys")).status_code == 403
    await _run(database_url, change, agent.id, "admin")
    assert (await agent.client.get("/api-keys")).status_code == 200
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 200


async def test_an_address_that_is_no_longer_confirmed_is_noticed(shop: Organization, database_url: str) -> None:
    ticket, agent = await _ticket(shop), await shop.person("agent")
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 200
    await _run(database_url, "update users set email_verified_at = null where id = $1", agent.id)
    assert (await agent.client.get(f"/tickets/{ticket}")).status_code == 404


async def test_a_connection_that_served_another_organization_shows_none_of_its_rows(
    shop: Organization, rival: Organization
) -> None:
    ticket, theirs = await _ticket(shop), await _ticket(rival)
    clients = [(await shop.client("agent"), ticket, theirs), (await rival.client("agent"), theirs, ticket)]
    for _ in range(6):
        for client, own, other in clients:
            assert (await client.get(f"/tickets/{own}")).status_code == 200
            assert (await client.get(f"/tickets/{other}")).status_code == 404
            assert {each["id"] for each in (await client.get("/tickets")).json()["data"]["tickets"]} == {own}


READS = (
    "select t.id from tickets t",
    "select t.id, m.name from tickets t join memberships m on m.user_id = t.requester_id order by t.created_at limit 5",
    "with some_ as materialized (select id from tickets) select count(*) from some_",
    "select 1 as one",
)
LITERALS: dict[type, str] = {list: "'{}'", bytes: "'\\x00'::bytea"}


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("given", "function"),
    [
        (Pass(UUID(int=1), UUID(int=3)), "deskbell_enter_session"),
        (Pass(UUID(int=1), UUID(int=3), b"x"), "deskbell_enter_api_key"),
    ],
)
async def test_the_planner_enters_before_it_reads(
    desk: Desk, given: Pass, function: str, read: str, *, counts: bool
) -> None:
    """The function is the outer side of the outermost loop, whatever the read is."""
    text = given.joined(read, 0, counts=counts)
    values = [*given.arguments, *([[], [], []] if counts else [])]
    for place, value in enumerate(values, 1):
        text = text.replace(f"${place}", LITERALS.get(type(value), f"'{value}'"))
    uow = await desk.database.acquire()
    try:
        plan = [row[0] for row in await uow.db.fetch_all(f"explain (costs off) {text}")]
    finally:
        await uow.release()
    assert plan[0] == "Nested Loop Left Join"
    sides = [line.strip() for line in plan if re.match(r"  ->", line)]
    assert sides[0] == f"->  Function Scan on {function} e", plan
    assert len(sides) == 2, plan
    assert not any("Gather" in line for line in plan)


async def test_an_api_key_takes_one_statement_and_is_checked_in_it(
    desk: Desk, shop: Organization, statements: list[str]
) -> None:
    ticket, admin = await _ticket(shop), await shop.person("admin")
    body = {"name": "Sync", "scopes": ["tickets:read"]}
    made = (await admin.client.post("/api-keys", body)).json()["data"]
    key = desk.client(made["key"])
    for _ in range(3):
        await asyncio.sleep(0)  # the last statement is reported after its request
        statements.clear()
        assert (await key.get(f"/tickets/{ticket}")).status_code == 200
        await asyncio.sleep(0)
    assert len(statements) == 1, statements
    assert (await key.get("/api-keys")).status_code == 403
    assert (await desk.client(_with_other_secret(made["key"])).get(f"/tickets/{ticket}")).status_code == 401
    assert (await key.get(f"/tickets/{ticket}")).status_code == 200
    assert (await admin.client.delete(f"/api-keys/{made['id']}")).status_code == 200
    assert (await key.get(f"/tickets/{ticket}")).status_code == 401


def _with_other_secret(key: str) -> str:
    """The key of the same id and another secret: one character in its middle is changed."""
    place = len(key) - 20
    return key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]


async def test_a_wrong_expectation_stays_wrong() -> None:
    """Once refused, no later statement of the unit runs either."""

    class Raw:
        async def fetch(self, *_: object) -> list[Any]:
            return []

    given = Pass(UUID(int=1), UUID(int=3))
    entry = ExpectedEntry(given, Actor(given.organization_id, UUID(int=2), Role.AGENT), [], lambda _: None, utc_now())
    for _ in range(2):
        with pytest.raises(ExpectationError):
            await entry.confirm(Raw())
