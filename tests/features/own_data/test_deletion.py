"""A deleted person is in no row, no file and no answer: their words are planted in every text of theirs before."""

import re
import secrets
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import pytest

from deskbell.api.v1.webhooks.bodies import SHAPES
from deskbell.app import list_routes
from deskbell.features.mail.records import NewMail
from deskbell.features.mail.service.accepting import accept
from deskbell.features.webhooks.gathering import READER, gather
from deskbell.kernel.ids import new_id
from deskbell.runtime.journal.following import read_batch
from tests.support.accounts import log_in
from tests.support.desk import Client, Desk, Organization, Person
from tests.support.mail import mails_to
from tests.support.work import run_job, tools_of, work

WORDS_OF_MACHINES: Final = {
    # what programs compare: a wrong word would break the row, and no person types it
    "channel", "external_id", "mime_type", "storage_key", "raw_key", "type", "subject_type", "correlation_id", "kind",
    "language", "class", "reason", "code", "content_id", "message_id", "password_hash", "key", "runs_as", "dimension",
    "scopes", "kept", "fingerprint", "body_key", "secret", "name_key", "people_words", "word",
}  # fmt: skip
NO_OBJECTS_OF_THE_PERSON: Final = {
    "organizations",
    "journal_readers",
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_statistics",
}


@pytest.fixture
async def owner(desk: Desk) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that sees every organization."""
    connection = await asyncpg.connect(desk.settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def life(shop: Organization) -> "Life":
    return await Life.lived(shop)


class Life:
    """A customer who has done everything that customers can do."""

    def __init__(self, shop: Organization, person: Person, word: str, ticket: str, other: str) -> None:
        self.shop, self.person, self.word = shop, person, word
        self.ticket, self.other = ticket, other

    @property
    def tickets(self) -> list[UUID]:
        return [UUID(self.ticket), UUID(self.other)]

    @classmethod
    async def lived(cls, shop: Organization) -> "Life":
        word = "zyx" + "".join(secrets.choice("bcdfghklm") for _ in range(9))
        person, admin, agent = await shop.person("customer"), await shop.person("admin"), await shop.person("agent")
        customer = person.client
        named = {"name": f"Vorname {word.title()}", "phone": "+49 30 5550192", "company": f"{word} GmbH", "role": word}
        number = {"key": "customer_number", "type": "text", "label": "Customer number", "target": "contact"}
        await made(admin.client, "/fields", number)
        await ok(admin.client.put(f"/contacts/{person.id}", {"fields": {"customer_number": word}}))
        await ok(admin.client.put(f"/contacts/{person.id}", named))
        await ok(admin.client.post("/webhooks", {"url": "https://hook.example.com/in", "event_types": []}))
        await log_in(shop.desk, person.email)
        ticket = await made(customer, "/tickets", {"subject": f"I am {word}", "description": f"Call {word.upper()}!"})
        sent = await customer.request("POST", "/upload", files={"file": (f"{word}.txt", word.encode(), "text/plain")})
        await made(
            customer, f"/tickets/{ticket}/comments", {"body": f"Yours, {word}", "attachments": [sent.json()["data"]]}
        )
        await made(agent.client, f"/tickets/{ticket}/comments", {"body": f"Dear {word.title()}"})
        await made(agent.client, f"/tickets/{ticket}/comments", {"body": f"Note on {word}", "public": False})
        await ok(agent.client.put(f"/tickets/{ticket}/drafts/reply", {"body": f"Dear {word}"}))
        await ok(agent.client.put(f"/tickets/{ticket}", {"status": "solved", "subject": f"About {word}"}))
        await made(customer, f"/feedback/tickets/{ticket}", {"rating": 5, "comment": f"Good, says {word}"})
        filed = {
            "subject": "Another's",
            "description": f"{word} and I",
            "requester_id": str((await shop.person("customer2")).id),
        }
        other = await made(agent.client, "/tickets", filed)
        await ok(agent.client.post(f"/tickets/{other}/followers", {"user_id": str(person.id)}))
        await made(customer, f"/tickets/{other}/comments", {"body": f"{word} agrees"})
        life = cls(shop, person, word, ticket, other)
        await life.mail()
        await work(shop.desk, shop)
        while await read_batch(shop.desk.database, READER, gather(SHAPES)):
            pass
        return life

    async def mail(self) -> None:
        """A mail of the person to the desk."""
        raw = (f"From: {self.word} <{self.person.email}>\r\nTo: support@{self.shop.domain}\r\nSubject: {self.word}\r\n"
               f"Message-ID: <{self.word}@home.example>\r\n\r\nI, {self.word}, write a mail.\r\n").encode()  # fmt: skip
        new = NewMail(id=new_id(), source="command", size=len(raw), raw_digest=secrets.token_bytes(32), raw=raw)
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await accept(uow, new)
            await uow.db.execute(
                "update received_mails set state = 'created', next_try_at = null, done_at = now(), ticket_id = $2, "
                "sender_id = $3, from_address = $4, from_name = $5, subject = $5, html = $5 where id = $1",
                new.id, UUID(self.ticket), self.person.id, self.person.email, self.word,
            )  # fmt: skip


async def made(client: Client, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(path, body)
    assert answer.status_code == 201, (path, answer.text)
    found = answer.json()["data"]
    return str(found.get("ticket", found).get("id", ""))


async def ok(call: Any) -> Any:
    answer = await call
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()["data"]


async def columns(owner: "asyncpg.Connection[Any]") -> list[Any]:
    """Every column of every table: table, column, type, and whether it is generated."""
    found: list[Any] = await owner.fetch(
        "select c.table_name, c.column_name, c.data_type, c.is_generated = 'ALWAYS' as generated, t.typname "
        "from information_schema.columns c join information_schema.tables x using (table_schema, table_name) "
        "join pg_class r on r.relname = c.table_name join pg_namespace n on n.oid = r.relnamespace "
        "and n.nspname = c.table_schema join pg_attribute a on a.attrelid = r.oid and a.attname = c.column_name "
        "join pg_type t on t.oid = a.atttypid "
        "where c.table_schema = current_schema() and x.table_type = 'BASE TABLE' order by 1, c.ordinal_position"
    )
    return found


def addition(column: str, kind: str, word: str) -> str | None:
    """SQL for a column's value with a word added; None for a column that holds no texts."""
    more = f"jsonb_build_object('name', '{word}', 'value', '{word}')"
    return {
        "text": f"\"{column}\" || ' {word}'",
        "jsonb": f"case jsonb_typeof(\"{column}\") when 'object' then \"{column}\" || jsonb_build_object('planted', '{word}') "
        f'when \'array\' then "{column}" || jsonb_build_array({more}) else "{column}" end',
        "_text": f"array_append(\"{column}\", '{word}')",
    }.get(kind)


async def plant(owner: "asyncpg.Connection[Any]", life: Life) -> set[str]:
    """Adds the word to every text of every row that names the person or one of the tickets; returns the columns."""
    every = await columns(owner)
    planted = set()
    for table in sorted({each["table_name"] for each in every} - NO_OBJECTS_OF_THE_PERSON):
        own = [each for each in every if each["table_name"] == table]
        if not any(each["column_name"] == "organization_id" for each in own):
            continue
        ids = [
            f'"{each["column_name"]}"'
            for each in own
            if each["typname"] == "uuid" and each["column_name"] != "organization_id"
        ]
        if not ids:
            continue
        where = "organization_id = $1 and (" + " or ".join(f"{name} = any($2::uuid[])" for name in ids) + ")"
        for each in own:
            name = each["column_name"]
            if name in WORDS_OF_MACHINES or each["generated"]:
                continue
            text = addition(name, each["typname"], life.word)
            if text is None:
                continue
            try:
                async with owner.transaction():
                    done = await owner.execute(
                        f'update "{table}" set "{name}" = {text} where {where} and "{name}" is not null',
                        life.shop.id, [life.person.id, *life.tickets],
                    )  # fmt: skip
            except (asyncpg.CheckViolationError, asyncpg.UniqueViolationError):
                continue  # a word of a fixed set
            if done != "UPDATE 0":
                planted.add(f"{table}.{name}")
    return planted


async def rows_with(owner: "asyncpg.Connection[Any]", word: str) -> list[str]:
    """Tables with a row that holds a word in any column, also inside bytes and JSON."""
    found = []
    for table in sorted({each["table_name"] for each in await columns(owner)}):
        binary = [
            each["column_name"]
            for each in await columns(owner)
            if each["table_name"] == table and each["typname"] == "bytea"
        ]
        inside = "".join(f" or position(convert_to($1, 'UTF8') in \"{name}\") > 0" for name in binary)
        if await owner.fetchval(
            f'select exists (select from "{table}" x where strpos(lower(x::text), $1) > 0{inside})', word
        ):
            found.append(table)
    return found


async def delete(life: Life) -> None:
    """The customer asks, an admin confirms, and workers do the rest."""
    admin = await life.shop.client("admin")
    await ok(admin.post("/deletion-requests", {"contact_id": str(life.person.id)}))
    await ok(admin.post(f"/deletion-requests/{life.person.id}/confirm"))
    await work(life.shop.desk, life.shop, send=False)
    await run_job(life.shop.desk, "files.sweep")


async def test_no_row_file_or_answer_holds_a_deleted_person(
    life: Life, desk: Desk, owner: "asyncpg.Connection[Any]"
) -> None:
    planted = await plant(owner, life)
    expected = {"tickets.subject", "tickets.description", "comments.body", "memberships.name", "events.payload", "drafts.body",
                "received_mails.subject", "ticket_feedback.comment", "sessions.user_agent", "notifications.title",
                "webhook_deliveries.body", "outgoing_mails.subject", "files.filename", "attachments.filename"}  # fmt: skip
    assert expected <= planted, expected - planted
    await delete(life)
    last = "delete from outbox where subject = 'Your data is being deleted' and strpos(recipient, $1) = 1"
    assert (
        await owner.execute(last, life.person.email) == "DELETE 1"
    )  # the last mail, which a mail server would have sent
    for trace in (life.word, life.person.email, "5550192", str(life.person.id)):
        assert await rows_with(owner, trace.lower()) == [], trace
    storage = tools_of(desk).storage
    async for key in storage.list_keys():
        assert life.word.encode() not in await storage.get(key), key
    await assert_no_answer_holds(life)


async def assert_no_answer_holds(life: Life) -> None:
    admin = await life.shop.client("admin")
    ticket = await ok(admin.get(f"/tickets/{life.ticket}"))
    ticket = ticket.get("ticket", ticket)
    assert ticket["requester"]["name"] == "Deleted person"
    ids = {"ticket_id": life.ticket, "contact_id": ticket["requester"]["id"], "user_id": ticket["requester"]["id"]}
    seen = 0
    for entry in list_routes():
        if entry.method == "GET" and entry.path.startswith("/api/v1/"):
            path = re.sub(r"\{([a-z_]+)[^}]*\}", lambda place: ids.get(place[1], place[0]), entry.path)
            if "{" not in path:
                answer = await admin.request("GET", "/" + path, params={"q": "the"} if "search" in path else {})
                seen += answer.status_code == 200
                shown = answer.text.lower()
                assert life.word not in shown, path
                assert life.person.email not in shown, path
    assert seen > 40


async def test_tickets_stay_with_their_words_and_figures(life: Life) -> None:
    admin = await life.shop.client("admin")
    before = await ok(admin.get("/dashboard/stats"))
    await delete(life)
    comments = [each["body"] for each in (await ok(admin.get(f"/tickets/{life.ticket}/comments")))]
    assert "Yours, [deleted]" in comments
    assert "Dear [deleted]" in comments
    assert (await ok(admin.get("/dashboard/stats"))) == before
    found = await admin.get("/tickets", params={"search": "Dear"})
    assert life.ticket in found.text  # the index follows the words


async def test_access_ends_with_the_confirmation(life: Life, desk: Desk) -> None:
    admin = await life.shop.client("admin")
    await ok(admin.post("/deletion-requests", {"contact_id": str(life.person.id)}))
    assert (await life.person.client.get("/tickets")).status_code == 200
    await ok(admin.post(f"/deletion-requests/{life.person.id}/confirm"))
    assert (await life.person.client.get("/tickets")).status_code == 401
    await work(desk, life.shop, send=False)
    assert (await log_in(desk, life.person.email)).status_code == 401


async def test_the_address_is_free_and_a_stranger_to_the_old_requests(life: Life, desk: Desk) -> None:
    await delete(life)
    admin = await life.shop.client("admin")
    again = await made(admin, "/contacts", {"name": "New", "email": life.person.email})
    assert again != str(life.person.id)
    assert (await ok(admin.get(f"/contacts/{again}")))["tickets_count"] == 0


async def test_an_account_in_another_organization_stays(
    life: Life, rival: Organization, owner: "asyncpg.Connection[Any]"
) -> None:
    theirs = await made(await rival.client("admin"), "/contacts", {"name": "Kept", "email": life.person.email})
    assert theirs == str(life.person.id)
    await delete(life)
    assert (await ok((await rival.client("admin")).get(f"/contacts/{theirs}")))["email"] == life.person.email
    assert await owner.fetchval("select count(*) from memberships where user_id = $1", life.person.id) == 1


async def test_a_request_is_decided_once(life: Life) -> None:
    admin = await life.shop.client("admin")
    path = f"/deletion-requests/{life.person.id}"
    assert (await admin.post(f"{path}/confirm")).status_code == 404
    await ok(admin.post("/deletion-requests", {"contact_id": str(life.person.id)}))
    await ok(admin.post(f"{path}/decline"))
    assert (await admin.post(f"{path}/confirm")).json()["error"]["code"] == "DELETION_DECIDED"
    await work(life.shop.desk, life.shop, send=False)
    assert [each.subject for each in await mails_to(life.shop.desk, life.person.email) if "not deleted" in each.subject]


async def test_members_of_the_staff_are_not_deleted_so(shop: Organization) -> None:
    agent = await shop.person("agent")
    answer = await (await shop.client("admin")).post("/deletion-requests", {"contact_id": str(agent.id)})
    assert answer.status_code == 422


async def test_an_erasure_that_runs_twice_changes_nothing_more(life: Life, owner: "asyncpg.Connection[Any]") -> None:
    await delete(life)
    done = await owner.fetchval("select count(*) from events where organization_id = $1", life.shop.id)
    payload = msgspec.json.encode({"organization_id": life.shop.id, "user_id": life.person.id})
    await run_job(life.shop.desk, "own_data.erase_person", payload)
    assert await owner.fetchval("select count(*) from events where organization_id = $1", life.shop.id) == done


async def test_files_of_exports_go_too(life: Life, desk: Desk) -> None:
    admin = await life.shop.client("admin")
    export = await made(admin, "/exports", {"format": "jsonl"})
    await work(desk, life.shop, send=False)
    assert (await admin.get(f"/exports/{export}/file")).status_code == 200
    await delete(life)
    assert (await admin.get(f"/exports/{export}/file")).status_code in {404, 409, 410}
    assert (await ok(admin.get(f"/exports/{export}")))["state"] == "done"
