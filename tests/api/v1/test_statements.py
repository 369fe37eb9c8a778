"""v1: the number of statements of a list does not depend on its number of rows."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.help_centre import missed
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.work import work

ROWS = 21  # one more than the longer of the two pages
DOCUMENT = Path(__file__).parents[3] / "docs" / "api" / "openapi" / "v1.json"
PLACES = {"ticket_id", "webhook_id", "contact_id", "agent_id", "view_id"}
QUERIES = {"search": "q=lamp", "search/tickets": "q=lamp", "search/contacts": "q=lamp", "search/articles": "q=lamp"} | {
    "search/suggest": "q=tag:"
}
PER_ROW = {"views": "counts=false"}
"""Views are counted one by one, each by a statement of its own, unless a caller does without."""

_counting: ContextVar[list[str] | None] = ContextVar("counting", default=None)


def lists() -> Iterator[str]:
    """The paths of v1's lists: everything that takes a limit."""
    for path, operations in json.loads(DOCUMENT.read_text("utf-8"))["paths"].items():
        names = {parameter.get("name") for parameter in operations.get("get", {}).get("parameters", ())}
        if "limit" in names:
            yield path.removeprefix("/api/v1/")


def _count(entry: Any) -> None:
    statements = _counting.get()
    if statements is not None:
        statements.append(entry.query)


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every connection report its statements."""
    check_out = Database.check_out

    async def check_out_logged(self: Database) -> Any:
        raw = await check_out(self)
        raw.add_query_logger(_count)
        return raw

    monkeypatch.setattr(Database, "check_out", check_out_logged)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects the statements executed in this context."""
    statements: list[str] = []
    token = _counting.set(statements)
    yield statements
    _counting.reset(token)


async def statements_of(client: Client, path: str) -> tuple[list[str], int]:
    """The number of statements of a request and of rows in its list."""
    with counted() as statements:
        answer = await client.get(path)
        await asyncio.sleep(0)  # the last statement is reported after the request
    assert answer.status_code == 200, answer.text
    found = answer.json()["data"]
    longest = (
        max((part for part in found.values() if isinstance(part, list)), key=len) if isinstance(found, dict) else found
    )
    return statements, len(longest)


class Shop:
    """An organization where each list has enough rows, and the ids that paths ask for."""

    def __init__(self, shop: Organization) -> None:
        self.shop = shop
        self.ids: dict[str, str] = {}

    async def fill(self) -> None:
        owner = await self.shop.person("owner", platform_admin=True)
        of_contacts = {"key": "lamp_of", "label": "Lamp", "type": "text", "target": "contact"}
        assert (await owner.client.post("/fields", of_contacts)).status_code == 201
        for number in range(ROWS):
            await self._things(owner.client, number)
        await self._rule(owner.client)
        await self._sign_ins(owner.email)
        await self._sign_ins((await self.shop.person("agent")).email)
        await self._tickets(owner.client)
        await self._mails(owner.client)
        await self._unsent()
        await self._transfers(owner.id)
        await self._deletion_requests()
        await self._missed_searches()
        await work(self.shop.desk, self.shop)

    async def _things(self, owner: Client, number: int) -> None:
        name = f"Lamp {number}"
        bodies: dict[str, dict[str, Any]] = {
            "groups": {"name": name, "description": ""},
            "categories": {"name": name},
            "brands": {"name": name},
            "fields": {"key": f"lamp_{number}", "label": name, "type": "text"},
            "rules": {"name": name, "on": ["comment.added"], "do": [{"add_tags": ["glass"]}]},
            "tags": {"name": name},
            "canned-responses": {"title": name, "content": "x"},
            "forms": {"name": name},
            "statuses": {"name": name, "category": "hold"},
            "macros": {"title": name, "comment": {"body": "x"}},
            "views": {"name": name, "query": ""},
            "kb/articles": {"title": name, "content": "x", "category": name, "published": True},
            "api-keys": {"name": name, "scopes": ["tickets:read"]},
            "webhooks": {"url": f"https://hooks.example/{number}", "event_types": ["member.removed"]},
            "contacts": {"name": name, "email": f"lamp{number}@{self.shop.domain}", "fields": {"lamp_of": name}},
            "agents": {"name": name, "email": f"agent{number}@{self.shop.domain}"},
            "organizations": {"name": name},
            "mailboxes": {"name": name, "addresses": [f"box{number}@{self.shop.domain}"]},
        }
        for path, body in bodies.items():
            made = await owner.post(f"/{path}", body)
            assert made.status_code == 201, made.text
            data = made.json()["data"]
            self.ids[path] = (data.get("webhook") or data)["id"]

    async def _rule(self, owner: Client) -> None:
        """A rule with many versions, which fires on each ticket."""
        body = {"name": "Lamp", "on": ["ticket.created"], "do": [{"set": {"type": "task"}}]}
        made = await owner.post("/rules", body)
        assert made.status_code == 201, made.text
        self.ids["fired"] = made.json()["data"]["id"]
        for number in range(ROWS):
            assert (await owner.put(f"/rules/{self.ids['fired']}", {"name": f"Lamp of {number}"})).status_code == 200

    async def _sign_ins(self, email: str) -> None:
        body = {"email": email, "password": PASSWORD, "organization_id": str(self.shop.id)}
        for _ in range(ROWS):
            signed_in = await self.shop.desk.client().post("/auth/login", body)
            assert signed_in.status_code == 200, signed_in.text

    async def _mails(self, owner: Client) -> None:
        for number in range(ROWS):
            body = {"address": f"gone{number}@{self.shop.domain}"}
            assert (await owner.post("/suppressed-addresses", body)).status_code == 201
            sender = f"/mail-senders/bad{number}@{self.shop.domain}"
            assert (await owner.put(sender, {"standing": "blocked"})).status_code == 200
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.db.execute(
                "insert into received_mails (organization_id, id, source, size, raw_digest, state, reason, arrived_at, done_at) "
                "select $1, gen_random_uuid(), 'command', 1, decode(lpad(n::text, 64, '0'), 'hex'), 'quarantined', 'by_rule', "
                "now(), now() from generate_series(1, $2) n", self.shop.id, ROWS,
            )  # fmt: skip

    async def _unsent(self) -> None:
        """Deliveries that failed: of a mail to as many people."""
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.db.execute(
                "insert into outgoing_mails (organization_id, id, kind, language, subject, words, created_at) "
                "values ($1, $1, 'notice', 'en', 'Lamp', 'Dark', now())", self.shop.id,
            )  # fmt: skip
            await uow.db.execute(
                "insert into mail_deliveries (organization_id, id, mail_id, address, field, state, created_at) select $1, "
                "gen_random_uuid(), $1, n || '@x.example', 'to', 'failed', now() from generate_series(1, $2) n",
                self.shop.id, ROWS,
            )  # fmt: skip

    async def _deletion_requests(self) -> None:
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.db.execute(
                "insert into deletion_requests (organization_id, user_id, state, requested_at) "
                "select organization_id, user_id, 'open', now() from memberships where role = 'customer' limit $1", ROWS,
            )  # fmt: skip

    async def _transfers(self, owner_id: UUID) -> None:
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.db.execute(
                "insert into transfers (organization_id, id, direction, format, state, actor_id, filename, options, size, "
                "total, done, created_at, finished_at) select $1, gen_random_uuid(), d, 'csv', 'done', $2, 't.csv', '{}', 1, "
                "1, 1, now(), now() from generate_series(1, $3) n, unnest(array['import', 'export']) d",
                self.shop.id, owner_id, ROWS,
            )  # fmt: skip

    async def _tickets(self, owner: Client) -> None:
        agent = await self.shop.person("agent")
        people = {"requester_id": self.ids["contacts"], "assignee_id": str(agent.id)}
        linked: list[str] = []
        for number in range(ROWS):
            body = {
                "subject": f"Lamp {number}",
                "description": "Dark",
                "tags": ["glass"],
                "fields": {"lamp_1": "glass"},
                "group_id": self.ids["groups"],
            }
            made = await owner.post(
                "/tickets", body | people | {"category_id": self.ids["categories"], "brand_id": self.ids["brands"]}
            )
            assert made.status_code == 201, made.text
            self.ids["tickets"] = made.json()["data"]["id"]
            draft = await owner.put(f"/tickets/{self.ids['tickets']}/drafts/reply", {"body": "Dark"})
            assert draft.status_code == 200, draft.text
            linked.append(self.ids["tickets"])
        for other in linked[:-1]:
            made = await owner.post(f"/tickets/{self.ids['tickets']}/links", {"ticket_id": other})
            assert made.status_code == 201, made.text
        for number in range(ROWS):
            ticket = f"/tickets/{self.ids['tickets']}"
            said = await owner.post(f"{ticket}/comments", {"body": f"{number}", "public": True})
            assert said.status_code == 201, said.text
            assert (await owner.put(ticket, {"subject": f"Lamp again {number}"})).status_code == 200
            article = f"/kb/articles/{self.ids['kb/articles']}"
            assert (await owner.put(article, {"content": f"x {number}"})).status_code == 200
            updates = {"ticket_ids": [self.ids["tickets"]], "updates": {"priority": "high"}}
            assert (await owner.post("/tickets/bulk-update", updates)).status_code == 200
            assert (await owner.post(f"/webhooks/{self.ids['webhooks']}/test")).status_code == 202

        await self._comments_by_mail()

    async def _comments_by_mail(self) -> None:
        """Each of the comments came by a mail of its own; the last entry of the timeline is one, so that each page has one."""
        last = await self.shop.client("owner")
        said = await last.post(f"/tickets/{self.ids['tickets']}/comments", {"body": "Light", "public": True})
        assert said.status_code == 201, said.text
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.db.execute(
                "update comments set channel = 'email' where ticket_id = $1", UUID(self.ids["tickets"])
            )
            await uow.db.execute(
                "insert into received_mails (organization_id, id, source, size, raw_digest, state, ticket_id, comment_id, "
                "arrived_at, done_at) select c.organization_id, gen_random_uuid(), 'command', 1, "
                "decode(replace(c.id::text, '-', ''), 'hex'), 'appended', c.ticket_id, c.id, now(), now() from comments c "
                "where c.ticket_id = $1", UUID(self.ids["tickets"]),
            )  # fmt: skip

    async def _missed_searches(self) -> None:
        """Searches of the help centre that found nothing."""
        words = [f"lamp {number}" for number in range(ROWS)]
        async with self.shop.desk.database.unit(Actor.system(self.shop.id)) as uow:
            await missed.count(uow, dict.fromkeys(words, 1), dict.fromkeys(words, "en"))

    async def path_of(self, path: str) -> tuple[Client, str]:
        """The client and the path for a list."""
        agent = await self.shop.person("agent")
        ids = {
            "ticket_id": self.ids["tickets"], "webhook_id": self.ids["webhooks"], "contact_id": self.ids["contacts"],
            "agent_id": str(agent.id), "view_id": self.ids["views"],
            "rule_id": self.ids["fired"], "article_id": self.ids["kb/articles"],
        }  # fmt: skip
        client = agent.client if path == "notifications" else await self.shop.client("owner")
        return client, "/" + path.format(**ids) + "?" + (QUERIES | PER_ROW).get(path, "")


@pytest.fixture(scope="module")
async def full(desk: Desk) -> Shop:
    shop = Shop(await desk.organization())
    await shop.fill()
    return shop


@pytest.mark.parametrize("path", list(lists()))
async def test_a_list_costs_as_many_statements_for_twenty_rows_as_for_one(full: Shop, path: str) -> None:
    client, asked = await full.path_of(path)
    await statements_of(client, f"{asked}&limit=1")  # a first request may fill caches
    few, one = await statements_of(client, f"{asked}&limit=1")
    many, twenty = await statements_of(client, f"{asked}&limit=20")
    assert (one, twenty) == (1, 20), "fill this list in `Shop`, so that it is measured"
    assert few
    extra = [statement for statement in many if many.count(statement) > few.count(statement)]
    assert len(many) == len(few), f"ask once for all rows, `= any({{}})`, not once for each: {extra}"


async def test_a_statement_for_each_row_is_noticed(full: Shop) -> None:
    client, _ = await full.path_of("views")
    few, _ = await statements_of(client, "/views?counts=true&limit=1")
    many, _ = await statements_of(client, "/views?counts=true&limit=20")
    assert len(many) == len(few) + 19


async def test_counting_all_views_costs_as_many_statements_for_twenty_as_for_one(full: Shop, desk: Desk) -> None:
    one = await (await desk.organization()).client("owner")
    assert (await one.post("/views", {"name": "One", "query": "lamp"})).status_code == 201
    few, _ = await statements_of(one, "/views/counts")
    many, views = await statements_of(await full.shop.client("owner"), "/views/counts")
    assert views == ROWS
    assert len(many) == len(few)


async def test_filing_a_ticket_takes_five_trips(desk: Desk) -> None:
    customer = await (await desk.organization()).client("customer")
    ticket = {"subject": "Zip is broken", "description": "It broke on day one."}
    assert (await customer.post("/tickets", ticket)).status_code == 201  # a first request may fill caches
    with counted() as statements:
        assert (await customer.post("/tickets", ticket)).status_code == 201
        await asyncio.sleep(0)
    assert len(statements) == 5, "sign in, begin, look up, write the row with its event, commit"
