"""Mail through the whole desk: by command, by SMTP, by IMAP, and out to a mail server in the measuring process.

Each mail is stored, read in the child process, filed as a ticket, and searchable. The client, PostgreSQL and the desk share the
machine. Targets: 100 mails/s by the command, 60/s by SMTP with one 250 each; 95 % of mails are tickets within 1 s at 20/s; 50/s
go out; a first look at 10,000 mails by IMAP takes at most 3 minutes; memory does not grow with the number of mails.
"""

import asyncio
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psutil
from msgspec.structs import replace

from benchmarks.servers import postgres
from deskbell.channels.mail.imap import Login
from deskbell.channels.mail.in_order import InOrder
from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.channels.mail.receiver import Receiver
from deskbell.channels.mail.smtp import MailboxServers
from deskbell.channels.mail.tokens import TokenSource
from deskbell.channels.mail.watching import Watcher
from deskbell.features.mail.dispatch import Dispatcher
from deskbell.features.mail.imap import Place
from deskbell.features.mail.outgoing import Addressee, OutgoingMail
from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.service.sending import send_plain
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database
from deskbell.runtime.discovery import load_all
from deskbell.runtime.mail_transport import Transport
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.runtime.waiting import wait_at_most
from tests.support.imap import running_imap
from tests.support.sink import running_sink

BY_COMMAND, BY_SMTP, PACED, PER_SECOND, OUT, BY_IMAP = 1_000, 500, 400, 20, 500, 10_000
_DOMAIN = "bench.example"
_CLIENTS = 4


def _mail(number: int, kind: str) -> bytes:
    sender = f"person{number % 500}@elsewhere.example"
    return (
        f"From: Person {number % 500} <{sender}>\r\nTo: support@{_DOMAIN}\r\nSubject: {kind} {number}\r\n"
        f"Message-ID: <{kind}.{number}@elsewhere.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + f"Order {number} has not arrived, please look after it.\r\n"
        * 12
    ).encode()


def _run(environ: dict[str, str], *arguments: str, words: str = "") -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskbell.cli", *arguments], input=words, capture_output=True, text=True, env=environ, check=False
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)


def report() -> str:
    """The table."""
    with postgres() as (dsn, folder):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKBELL_")}
        environ = {
            **kept, "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder / "desk"),
            "DESKBELL_SECRET_KEY": "a secret key for benchmarks, long enough", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        _run(environ, "migrate")
        _run(
            environ, "create-owner", "--email", f"owner@{_DOMAIN}", "--name", "Owner", "--organization", "Bench",
            "--domain", _DOMAIN, "--password-stdin", words="correct-horse-battery-1\n",
        )  # fmt: skip
        rows = [_by_command(environ, folder), *asyncio.run(_in_process(environ))]
    return "\n".join(["| way | figure | target |", "|---|---|---|", *rows])


def _by_command(environ: dict[str, str], folder: Path) -> str:
    files = []
    for number in range(BY_COMMAND):
        files.append(folder / f"{number}.eml")
        files[-1].write_bytes(_mail(number, "command"))
    began = time.perf_counter()
    _run(environ, "mail", "receive", *map(str, files))
    seconds = time.perf_counter() - began
    return f"| `deskbell mail receive` of {BY_COMMAND:,} files, whole command | {BY_COMMAND / seconds:,.0f} mails/s | 100 |"


async def _in_process(environ: dict[str, str]) -> list[str]:
    load_all()
    settings = Settings.load({name: value for name, value in environ.items() if name.startswith("DESKBELL_")})
    database = await Database.open(environ["DESKBELL_DATABASE_URL"], size=10)
    intake = Intake(database, Storage.open(settings), settings)
    try:
        async with database.unit(None) as uow:
            organization = UUID(
                str(await uow.db.fetch_value("select id from organizations where domain = $1", _DOMAIN))
            )
        before = psutil.Process().memory_info().rss
        rows = [*await _by_smtp(database, intake, settings, organization), await _out(database, settings, organization)]
        rows.append(await _by_imap(intake, organization))
        grown = (psutil.Process().memory_info().rss - before) / 2**20
        return [*rows, f"| memory of this process after all of that | {grown:+,.0f} MB | flat |"]
    finally:
        await intake.close()
        await database.close()


def _send(port: int, numbers: Sequence[int], kind: str, answered: dict[str, float], per_second: float | None) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        began = time.perf_counter()
        for place, number in enumerate(numbers):
            if per_second is not None:
                time.sleep(max(0.0, began + place / per_second - time.perf_counter()))
            client.sendmail("person@elsewhere.example", [f"support@{_DOMAIN}"], _mail(number, kind))
            answered[f"{kind} {number}"] = time.perf_counter()


async def _by_smtp(database: Database, intake: Intake, settings: Settings, organization: UUID) -> list[str]:
    receiver = Receiver(database, intake, settings)
    port = await receiver.start("127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    try:
        answered: dict[str, float] = {}
        with ThreadPoolExecutor(_CLIENTS) as pool:
            began = time.perf_counter()
            await asyncio.gather(*(
                loop.run_in_executor(pool, _send, port, range(n, BY_SMTP, _CLIENTS), "smtp", answered, None)
                for n in range(_CLIENTS)
            ))  # fmt: skip
            rate = BY_SMTP / (time.perf_counter() - began)
            await _filed(database, organization, "smtp", BY_SMTP, {})
            seen: dict[str, float] = {}
            sending = loop.run_in_executor(pool, _send, port, range(PACED), "paced", answered, PER_SECOND)
            await _filed(database, organization, "paced", PACED, seen)
            await sending
    finally:
        await receiver.stop()
    waits = sorted(max(0.0, seen[each] - answered[each]) for each in seen)
    p95 = waits[int(len(waits) * 0.95)]
    return [
        f"| SMTP, {BY_SMTP:,} mails over {_CLIENTS} connections, each with its 250 | {rate:,.0f} mails/s | 60 |",
        f"| from 250 to the ticket at {PER_SECOND} a second, 95 % of {PACED:,} | {p95 * 1_000:,.0f} ms | 1,000 ms |",
    ]


async def _filed(database: Database, organization: UUID, kind: str, count: int, seen: dict[str, float]) -> None:
    """Waits until so many mails of a kind are tickets, and notes when each is seen first."""
    while len(seen) < count:
        async with database.unit(Actor.system(organization)) as uow:
            rows = await uow.db.fetch_all("select subject from tickets where subject like $1", f"{kind} %")
        now = time.perf_counter()
        for row in rows:
            seen.setdefault(row["subject"], now)
        await asyncio.sleep(0.02)


async def _out(database: Database, settings: Settings, organization: UUID) -> str:
    actor = Actor.system(organization)
    async with database.unit(actor) as uow:
        await uow.begin()
        mailbox = await outgoing.mailbox_of(uow.db, None)
        for number in range(OUT):
            mail = OutgoingMail(
                id=new_id(), kind="notice", ticket_id=None, comment_id=None, notification_id=None, mailbox_id=mailbox,
                language="en", subject=f"Out {number}", words="Some words.\n" * 20, created_at=utc_now(),
            )  # fmt: skip
            address = f"person{number}@elsewhere.example"
            await send_plain(uow, mail, Addressee(recipient_id=None, name="", address=address, field="to"))
    tokens = TokenSource(database, settings)
    async with running_sink() as sink:
        outwards = replace(settings, smtp_url=sink.url)
        transport = Transport.open(outwards, database)
        dispatcher = Dispatcher(
            database, Storage.open(settings), outwards, transport, MailboxServers(database, settings, tokens)
        )
        due = asyncio.Event()
        dispatcher.finished = due.set
        began = time.perf_counter()
        while len(sink.taken) < OUT:
            due.clear()
            if not await dispatcher.start_due():
                await wait_at_most(due, 0.5)
        seconds = time.perf_counter() - began
        await dispatcher.drain()
        await dispatcher.stop()
        await tokens.close()
    return f"| sending {OUT:,} mails, each in a transaction of its own | {OUT / seconds:,.0f} mails/s | 50 |"


async def _by_imap(intake: Intake, organization: UUID) -> str:
    loop = asyncio.get_running_loop()

    mails = InOrder(intake)

    def take(raw: bytes, *, is_missing: bool) -> None:
        assert not is_missing
        mail = Incoming(organization_id=organization, source="imap", raw=raw)
        asyncio.run_coroutine_threadsafe(mails.take(mail), loop).result()

    with running_imap() as server:
        server.mails = {uid: _mail(uid, "imap") for uid in range(1, BY_IMAP + 1)}
        login = Login(host="127.0.0.1", port=server.port, security="none", username="bench", password="any")
        allowed = AllowedHosts(["127.0.0.1"])
        watcher = Watcher(
            login, {"INBOX": Place(1, 0)}, allowed, 10_000_000, take, lambda found: found["INBOX"].last_uid < BY_IMAP
        )
        began = time.perf_counter()
        await asyncio.to_thread(watcher.run)
        await mails.filed()
        seconds = time.perf_counter() - began
    return f"| a first look at {BY_IMAP:,} mails by IMAP | {seconds:,.0f} s | 180 s |"
