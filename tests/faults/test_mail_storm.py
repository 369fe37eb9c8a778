"""`kill -9` at random moments while mails come in by SMTP and replies go out: each is there once, and each reply is sent.

A client that gets no 250 sends its mail again, as mail servers do. A mail goes out twice only where the kill fell between the
mail server's 250 and the commit of it (mail.md, section 9): at most once for each kill, with the same bytes under the same id.

In short form each part is killed once. `DESKBELL_FAULT_MAILS=1000 DESKBELL_FAULT_MAIL_KILLS=20` makes a long one;
`DESKBELL_FAULT_SEED` repeats one.
"""

import asyncio
import os
import smtplib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest

from deskbell.features.mail.schedule import LEASE
from deskbell.kernel.clock import utc_now
from tests.cli.running import short_folder
from tests.faults.site import Site
from tests.support.programs import free_port
from tests.support.sink import Sink, running_sink

MAILS = int(os.environ.get("DESKBELL_FAULT_MAILS", "150"))
KILLS = int(os.environ.get("DESKBELL_FAULT_MAIL_KILLS", "4"))
SEED = int(os.environ.get("DESKBELL_FAULT_SEED", "11"))
SENDERS = 3
SUPPORT = "support@faults.example"
UNDER_WAY = 8
"""Attempts of one organization that are under way when a worker is killed (`features/mail/dispatch.py`)."""
PARTS = ["worker", "reader", "postgres", "everything"]


class Storm:
    """A server whose mail comes from clients that repeat themselves, and goes to a sink."""

    def __init__(self, site: Site, sink: Sink, port: int) -> None:
        self.site, self.sink, self.port = site, sink, port
        self.taken: set[str] = set()
        """The Message-IDs that got their 250."""
        self.kills = 0
        self.last_kill = utc_now()
        self._grew = asyncio.Condition()

    async def send(self, name: str, mails: list[bytes]) -> None:
        """One client: each mail until it is taken."""
        for raw in mails:
            while not await asyncio.to_thread(self._offer, raw):  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.1)  # a client waits a moment before it repeats itself
            self.taken.add(str(message_from_bytes(raw)["Message-ID"]))
            async with self._grew:
                self._grew.notify_all()
        assert mails, name

    def _offer(self, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
                client.sendmail(str(message_from_bytes(raw)["From"]), [SUPPORT], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    async def until_taken(self, count: int) -> None:
        """Waits until so many mails got their 250."""
        async with asyncio.timeout(600), self._grew:
            await self._grew.wait_for(lambda: len(self.taken) >= count)

    async def kill(self, part: str) -> None:
        """`kill -9` of one part."""
        self.kills += 1
        match part:
            case "worker":
                self.site.kill_worker()
            case "reader":
                self.site.kill_readers()
            case "postgres":
                self.site.kill_postgres()
            case _:
                await self.site.kill_everything()
        self.last_kill = utc_now()


def mails_of(sender: int) -> list[bytes]:
    """Pairs of mails of one client: a request with a file, and an answer to it by the same person."""
    made: list[bytes] = []
    for number in range(MAILS // SENDERS // 2):
        for word in ("first", "second"):
            mail = EmailMessage()
            mail["From"] = f"person{sender}x{number}@elsewhere.example"
            mail["To"], mail["Subject"] = SUPPORT, f"{word} {sender} {number}"
            mail["Message-ID"] = f"<{word}.{sender}.{number}@elsewhere.example>"
            if word == "second":
                mail["In-Reply-To"] = f"<first.{sender}.{number}@elsewhere.example>"
            mail.set_content(f"The {word} words of {sender} {number}.")
            mail.add_attachment(f"File of {word} {sender} {number}".encode(), "application", "x-test", filename="a.bin")
            made.append(mail.as_bytes())
    return made


@pytest.fixture
async def storm() -> AsyncIterator[Storm]:
    with short_folder() as folder:
        async with running_sink() as sink:
            port = free_port()
            site = Site(
                folder, INBOUND_SMTP=f"127.0.0.1:{port}", SMTP_URL=sink.url, MAIL_FROM="Desk <desk@faults.example>"
            )
            await site.start()
            try:
                await site.make_owner()
                yield Storm(site, sink, port)
            finally:
                await site.stop()


async def answer_tickets(storm: Storm, answered: dict[str, str], stop: asyncio.Event) -> None:
    """An agent who answers every ticket once, whatever happens to the server meanwhile."""
    while not stop.is_set():
        await storm.site.up.wait()
        with suppress(httpx.HTTPError):
            async with storm.site.client() as client:
                for page in range(1, MAILS // 200 + 2):
                    found = await client.get(f"/tickets?limit=100&page={page}&sort=created_at&order=desc")
                    for ticket in found.json()["data"]["tickets"] if found.is_success else []:
                        if ticket["id"] not in answered:
                            await _answer(client, ticket["id"], answered)
        await asyncio.sleep(0.1)  # an agent looks again


async def _answer(client: httpx.AsyncClient, ticket: str, answered: dict[str, str]) -> None:
    headers = {"Idempotency-Key": f"answer-{ticket}"}  # a request that broke off is repeated as the same
    made = await client.post(f"/tickets/{ticket}/comments", json={"body": f"Answer to {ticket}"}, headers=headers)
    if made.is_success:
        answered[ticket] = made.json()["data"]["id"]


async def test_mails_come_in_once_and_replies_go_out_whatever_is_killed(storm: Storm) -> None:
    rng = Random(SEED)
    of_sender = [mails_of(number) for number in range(SENDERS)]
    count = sum(map(len, of_sender))
    answered: dict[str, str] = {}
    stop = asyncio.Event()
    answering = asyncio.create_task(answer_tickets(storm, answered, stop))
    sending = [asyncio.create_task(storm.send(f"{n}", mails)) for n, mails in enumerate(of_sender)]
    try:
        parts: list[str] = []
        moments = sorted(rng.sample(range(count // 10, count * 9 // 10), KILLS))
        for moment in moments:
            await storm.until_taken(moment)
            parts = parts or rng.sample(PARTS, len(PARTS))
            await storm.kill(parts.pop())
        await storm.until_taken(count)
        await asyncio.gather(*sending)
        database = await storm.site.database()
        try:
            await check_received(database, of_sender)
            await until_answered(storm, answered, count // 2)
            stop.set()
            await answering
            await check_sent(database, storm, answered)
        finally:
            await database.close()
    finally:
        for task in (*sending, answering):
            task.cancel()
        await asyncio.gather(*sending, answering, return_exceptions=True)
    print(
        f"seed {SEED}: {storm.kills} kills, {count} mails in, {len(answered)} replies, {len(storm.sink.taken)} mails out"
    )


async def check_received(database: "asyncpg.Connection[Any]", of_sender: list[list[bytes]]) -> None:
    """Each mail that got its 250 is one ticket or one comment, with its file and event; every answer is where it belongs."""
    # What a killed receiver had not filed is left to the worker when its time is over: it is over now.
    async with asyncio.timeout(600):
        while await database.fetchval("select count(*) from received_mails where next_try_at is not null"):
            await database.execute("update received_mails set next_try_at = now() where next_try_at is not null")
            await asyncio.sleep(0.2)
    rows = await database.fetch(
        "select m.message_id, m.state, t.subject, m.comment_id is not null as is_comment from received_mails m "
        "join tickets t on t.organization_id = m.organization_id and t.id = m.ticket_id where m.duplicate_of is null"
    )
    expected: Counter[tuple[Any, ...]] = Counter()
    for sender, mails in enumerate(of_sender):
        for number in range(len(mails) // 2):
            expected[f"first.{sender}.{number}@elsewhere.example", "created", f"first {sender} {number}", False] += 1
            expected[f"second.{sender}.{number}@elsewhere.example", "appended", f"first {sender} {number}", True] += 1
    assert Counter(tuple(row) for row in rows) == expected
    others = await database.fetch("select distinct state from received_mails where duplicate_of is not null")
    assert [row[0] for row in others] in ([], ["duplicate"])
    requests = sum(map(len, of_sender)) // 2
    assert await database.fetchval("select count(*) from tickets") == requests
    by_mail = "select count(*) from comments where channel = 'email'"
    assert await database.fetchval(by_mail) == requests
    files = await database.fetch("select ticket_id, comment_id, count(*) as files from attachments group by 1, 2")
    assert Counter(row["files"] for row in files) == {1: 2 * requests}
    for kind, each in (("ticket.created", requests), ("mail.received", 2 * requests)):
        found = await database.fetchval(
            "select count(*) from events where type = $1 and payload->>'state' is distinct from 'duplicate'", kind
        )
        assert found == each, kind


async def until_answered(storm: Storm, answered: dict[str, str], count: int) -> None:
    """Waits until every ticket has its answer."""
    async with asyncio.timeout(600):
        while len(answered) < count:  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.1)
    assert storm.kills == KILLS


async def check_sent(database: "asyncpg.Connection[Any]", storm: Storm, answered: dict[str, str]) -> None:
    """Each reply is one mail that was sent, doubled by kills alone."""
    async with asyncio.timeout(600):
        made = "select count(*) from outgoing_mails where kind = 'reply'"
        while await database.fetchval(made) < len(answered):  # noqa: ASYNC110 - what changes is in the database
            await asyncio.sleep(0.2)  # reactions of a killed worker are taken over after a while
        while await database.fetchval("select count(*) from mail_deliveries where next_try_at is not null"):
            # An attempt that was under way when something was killed is taken for lost after its lease: that is over now.
            await database.execute(
                "update mail_deliveries set next_try_at = now() where next_try_at > now() and next_try_at < $1",
                storm.last_kill + LEASE,
            )
            await asyncio.sleep(0.2)
    rows = await database.fetch(
        "select m.message_id, m.comment_id::text, d.state, d.address from outgoing_mails m "
        "join mail_deliveries d on d.organization_id = m.organization_id and d.mail_id = m.id where m.kind = 'reply'"
    )
    assert {row["state"] for row in rows} == {"sent"}
    assert sorted(row["comment_id"] for row in rows) == sorted(answered.values()), "one mail for each reply"
    copies: dict[tuple[str, str], list[bytes]] = {}
    for _, to, raw in storm.sink.taken:
        copies.setdefault((str(message_from_bytes(raw)["Message-ID"]).strip("<>"), to), []).append(raw)
    for row in rows:
        taken = copies[row["message_id"], row["address"]]
        assert len(taken) <= 1 + storm.kills
        assert len(set(taken)) == 1, "the same bytes under the same id"
    doubled = sum(len(taken) - 1 for taken in copies.values())
    assert doubled <= UNDER_WAY * storm.kills
