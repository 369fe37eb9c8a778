"""Mailboxes that are read by IMAP, from a real Dovecot."""

import asyncio
import imaplib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.channels.mail.imap import Login, try_out
from deskbell.channels.mail.intake import Intake
from deskbell.channels.mail.watching import ANSWER_SECONDS, IDLE_SECONDS, Patience
from deskbell.features.mail.imap import ImapSettings, Place, WatchedAccount
from deskbell.features.mail.queries import imap as queries
from deskbell.features.mail.queries import keys
from deskbell.features.mail.service import imap as service
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.jobs.imap_mail import POLL_SECONDS, MailboxWatch
from deskbell.kernel.clock import utc_now
from deskbell.runtime.sealing import Sealer, sealer_of
from tests.api.v1.test_mail import data, raw_mail
from tests.support.desk import Organization
from tests.support.dovecot import PROGRAM, Dovecot, running_dovecot
from tests.support.silence import way_to
from tests.support.work import tools_of, work

needs_dovecot = pytest.mark.skipif(PROGRAM is None, reason="Dovecot is not installed")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A server of this test's own."""
    folder = Path(tempfile.mkdtemp(prefix="dbi-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with running_dovecot(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def until(condition: Any) -> None:
    """Waits for an asynchronous condition, at most five minutes."""
    async with asyncio.timeout(300):
        while not await condition():  # noqa: ASYNC110 - what changes is in the database
            await asyncio.sleep(0.05)


async def mailbox_id(shop: Organization) -> UUID:
    """The default mailbox."""
    boxes = await data(await shop.client("admin"), "/mailboxes")
    return UUID(next(each["id"] for each in boxes if each["is_default"]))


async def account(shop: Organization, server: Dovecot, **more: Any) -> UUID:
    """Has the shop's mailbox read from this server."""
    box = await mailbox_id(shop)
    body = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": "ann",
        "password": "correct",
        **more,
    }
    saved = await (await shop.client("admin")).put(f"/mailboxes/{box}/imap", body)
    assert saved.status_code == 200, saved.text
    return box


class Worker:
    """One worker's mailboxes; `follow` runs for a claimed account until the worker stops."""

    def __init__(self, watch: MailboxWatch) -> None:
        self.watch = watch
        self.tasks: list[asyncio.Task[None]] = []

    async def begin(self, shop: Organization) -> WatchedAccount | None:
        """Claims the shop's mailbox, if it is free, and follows it."""
        claimed = [each for each in await self.watch.claim(100) if each.organization_id == shop.id]
        self.tasks += [asyncio.create_task(self.watch.follow(each)) for each in claimed]
        return claimed[0] if claimed else None


@asynccontextmanager
async def working(shop: Organization, patience: Patience | None = None) -> AsyncIterator[Worker]:
    """A worker that may connect to this machine."""
    settings = msgspec.structs.replace(shop.desk.settings, webhook_allowed_hosts=("127.0.0.1",))
    tools = msgspec.structs.replace(tools_of(shop.desk), settings=settings)
    intake = Intake(tools.database, tools.storage, settings)
    worker = Worker(MailboxWatch(tools, intake, patience))
    try:
        yield worker
    finally:
        worker.watch.stop()
        async with asyncio.timeout(300):
            await asyncio.gather(*worker.tasks)
        await worker.watch.close()
        await intake.close()


async def subjects(shop: Organization) -> list[str]:
    """The subjects of the tickets, the oldest first."""
    found = await data(await shop.client("agent"), "/tickets?sort=created_at&order=asc")
    return [each["subject"] for each in found["tickets"]]


async def shown(shop: Organization, box: UUID) -> Any:
    """The account as admins see it."""
    return await data(await shop.client("admin"), f"/mailboxes/{box}/imap")


@needs_dovecot
async def test_new_mail_is_taken_within_seconds_and_older_mail_is_left(shop: Organization, dovecot: Dovecot) -> None:
    dovecot.deliver(raw_mail("Older"))
    box = await account(shop, dovecot)
    async with working(shop) as worker:
        assert await worker.begin(shop) is not None

        async def looked() -> bool:
            return (await shown(shop, box))["last_looked_at"] is not None

        await until(looked)
        reader = imaplib.IMAP4("127.0.0.1", dovecot.port)
        reader.login("ann", "correct")
        reader.select()
        for number in range(3):
            dovecot.deliver(raw_mail(f"New {number}"))
            reader.store("1:*", "+FLAGS", "\\Seen")  # another program reads the mailbox

            async def arrived(wanted: int = number + 1) -> bool:
                return len(await subjects(shop)) == wanted

            assert IDLE_SECONDS > 60, "what arrives sooner came by IDLE"
            await until(arrived)
        reader.logout()
        assert await subjects(shop) == ["New 0", "New 1", "New 2"]

        async def all_are_left() -> bool:  # a mail is counted twice, or not at all, while Dovecot renames it
            return dovecot.count() == 4

        await until(all_are_left)
        assert [each["source"] for each in await data(await shop.client("agent"), "/mails")] == ["imap"] * 3


@needs_dovecot
async def test_two_workers_never_look_into_one_mailbox(shop: Organization, dovecot: Dovecot) -> None:
    await account(shop, dovecot)
    async with working(shop) as one, working(shop) as other:
        assert await one.begin(shop) is not None
        assert await other.begin(shop) is None


@needs_dovecot
@pytest.mark.parametrize(("after", "left", "moved"), [("keep", 1, 0), ("move", 0, 1), ("delete", 0, 0)])
async def test_a_stored_mail_is_kept_moved_or_deleted(
    shop: Organization, dovecot: Dovecot, after: str, left: int, moved: int
) -> None:
    dovecot.deliver(raw_mail("Elsewhere"), "Done")
    box = await account(shop, dovecot, after=after, **({"move_to": "Done"} if after == "move" else {}))
    async with working(shop) as worker:
        assert await worker.begin(shop) is not None

        async def looked() -> bool:
            return (await shown(shop, box))["last_looked_at"] is not None

        async def tidied() -> bool:
            return await subjects(shop) == ["Zip"] and (dovecot.count(), dovecot.count("Done")) == (left, moved + 1)

        await until(looked)
        dovecot.deliver(raw_mail("Zip"))
        await until(tidied)


@needs_dovecot
async def test_after_a_crash_of_the_server_and_new_uids_each_mail_is_there_once(
    shop: Organization, dovecot: Dovecot
) -> None:
    box = await account(shop, dovecot)

    async def looked() -> bool:
        return (await shown(shop, box))["last_looked_at"] is not None

    async def both() -> bool:
        return await subjects(shop) == ["One", "Two"]

    async def recovered() -> bool:  # at the end of the look that brought the mail
        found = await shown(shop, box)
        return (found["trouble"], found["failing_since"]) == (None, None)

    async with working(shop) as worker:
        assert await worker.begin(shop) is not None
        await until(looked)
        dovecot.deliver(raw_mail("One"))

        async def first() -> bool:
            return await subjects(shop) == ["One"]

        await until(first)
        old = dovecot.uidvalidity()
        dovecot.stop(brutally=True)
        await asyncio.gather(*worker.tasks)
        assert (await shown(shop, box))["trouble"] in ("connect", "protocol")

        async def the_next_second() -> bool:
            return time.time() >= old + 1

        await until(the_next_second)  # Dovecot takes the second as the new number
        for uids in (dovecot.folder / "mail").glob("dovecot*"):
            shutil.rmtree(uids) if uids.is_dir() else uids.unlink()
        dovecot.deliver(raw_mail("Two"))
        dovecot.start()
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update imap_accounts set lease_until = '-infinity'")
        assert await worker.begin(shop) is not None
        await until(both)
        await until(recovered)
    states = sorted(each["state"] for each in await data(await shop.client("owner"), "/mails"))
    assert states == ["created", "created", "duplicate"]


@needs_dovecot
async def test_a_connection_that_is_cut_without_a_word_is_given_up_and_mail_comes_by_a_new_one(
    shop: Organization, dovecot: Dovecot
) -> None:
    silence = IDLE_SECONDS + ANSWER_SECONDS + service.PAUSE.total_seconds() + POLL_SECONDS
    assert silence <= 120, "it costs at most two minutes"
    async with way_to(dovecot.port) as way, working(shop, Patience(news=0.5, answer=0.5)) as worker:
        box = await account(shop, dovecot, port=way.port)
        assert await worker.begin(shop) is not None

        async def looked() -> bool:
            return (await shown(shop, box))["last_looked_at"] is not None

        await until(looked)
        way.cut()
        dovecot.deliver(raw_mail("Zip"))
        await asyncio.gather(*worker.tasks)
        found = await shown(shop, box)
        assert found["trouble"] == "connect"
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update imap_accounts set lease_until = '-infinity'")  # the pause is over
        assert await worker.begin(shop) is not None

        async def arrived() -> bool:
            return await subjects(shop) == ["Zip"]

        await until(arrived)
        assert way.connections == 2


@needs_dovecot
async def test_changed_settings_begin_anew_and_a_wrong_password_says_so(shop: Organization, dovecot: Dovecot) -> None:
    box = await account(shop, dovecot, password="wrong")
    async with working(shop) as worker:
        assert await worker.begin(shop) is not None
        await asyncio.gather(*worker.tasks)
        found = await shown(shop, box)
        assert found["trouble"] == "sign_in"
        assert found["failing_since"] is not None
        assert "wrong" not in str(found)
        await account(shop, dovecot)
        assert (await shown(shop, box))["trouble"] is None
        assert await worker.begin(shop) is not None

        async def looked() -> bool:
            return (await shown(shop, box))["last_looked_at"] is not None

        await until(looked)


@needs_dovecot
async def test_a_test_names_the_step_that_fails(dovecot: Dovecot) -> None:
    allowed = AllowedHosts(["127.0.0.1"])
    right = Login(
        host="127.0.0.1", port=dovecot.port, security="none", username="ann", password="correct", folder="INBOX"
    )  # fmt: skip
    steps = await try_out(right, allowed)
    assert [(each.name, each.code) for each in steps] == [
        ("name", None), ("connect", None), ("sign_in", None), ("folder", None),
    ]  # fmt: skip
    changed = msgspec.structs.replace
    for login, hosts, code in (
        (changed(right, password="wrong"), allowed, "sign_in"),
        (changed(right, folder="Nowhere"), allowed, "folder"),
        (changed(right, security="tls"), allowed, "connect"),
        (right, AllowedHosts(), "address"),
        (changed(right, host="no-such-host.invalid"), allowed, "name"),
    ):
        failed = (await try_out(login, hosts))[-1]
        assert failed.code == code, failed
    assert "correct" not in repr(right)


async def watched(shop: Organization) -> WatchedAccount:
    """An account of the shop's that a worker has claimed."""
    box = await mailbox_id(shop)
    settings = ImapSettings(host="imap.shop.example", username="ann", password="correct")
    async with shop.desk.database.unit(shop.system()) as uow:
        await service.save(uow, box, settings, sealer_of(shop.desk.settings))
    now = utc_now()
    async with shop.desk.database.unit(None) as uow:
        await uow.begin()
        claimed = await queries.claim(uow.db, now, now + service.LEASE, 1_000)
    return next(each for each in claimed if each.mailbox_id == box)


async def test_admins_are_notified_once_when_a_mailbox_fails_for_a_quarter_of_an_hour(shop: Organization) -> None:
    account = await watched(shop)

    async def fails() -> None:
        async with shop.desk.database.unit(shop.system()) as uow:
            await service.failed(uow, account, "sign_in", "Invalid credentials")
        await work(shop.desk, shop)

    async def alerts() -> list[Any]:
        found = await data(await shop.client("admin"), "/notifications")
        return [each for each in found if each["type"] == "mail_mailbox"]

    await fails()
    assert await alerts() == []
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update imap_accounts set failing_since = now() - $1::interval", timedelta(minutes=16))
    await fails()
    await fails()
    (alert,) = await alerts()
    assert alert["title"] == "The mailbox Support cannot be read"
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await service.looked(uow, account, {"INBOX": Place(1, 5)})
        assert await uow.db.fetch_value("select last_uid from imap_folders") == 5
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from events where type = 'mailbox.recovered'") == 1


async def test_passwords_are_sealed_and_never_shown(shop: Organization, rival: Organization) -> None:
    admin, box = await shop.person("admin"), await mailbox_id(shop)
    path = f"/mailboxes/{box}/imap"
    assert (await admin.client.get(path)).status_code == 404
    refused = await admin.client.put(path, {"host": "imap.shop.example"})
    assert refused.status_code == 422
    assert all(name in refused.text for name in ("username", "password"))
    body = {"host": "imap.shop.example", "username": "ann", "password": "planted-secret"}
    made = await admin.client.put(path, body)
    assert made.status_code == 200, made.text
    assert (await admin.client.put(path, {"after": "move"})).status_code == 422
    assert "password" in (await admin.client.put(path, {"host": "evil.example"})).text, "it goes to no other server"
    circle = {"after": "move", "move_to": "Done", "more_folders": ["Done"]}
    assert "imap_account.moves_in_circles" in (await admin.client.put(path, circle)).text
    changed = await admin.client.put(path, {"folder": "Support", "password": "planted-secret-2"})
    assert changed.json()["data"]["folder"] == "Support"
    assert (await (await shop.client("agent")).get(path)).status_code == 403
    assert (await (await rival.client("admin")).get(path)).status_code == 404
    tested = await admin.client.post(f"/mailboxes/{box}/test")
    assert tested.json()["data"][-1]["code"] in ("name", "address")
    seen = "".join([
        made.text, changed.text, tested.text, (await admin.client.get(path)).text,
        (await (await shop.client("owner")).get("/audit-logs?limit=100")).text,
    ])  # fmt: skip
    assert "planted" not in seen
    async with shop.desk.database.unit(shop.system()) as uow:
        secret_id = await queries.secret_of(uow.db, box)
        assert secret_id is not None
        stored = await keys.sealed(uow.db, secret_id)
        assert stored is not None
        assert b"planted" not in stored
        account, password = await service.for_test(uow, box, Sealer(shop.desk.settings.secret_key))
    assert (account.host, password) == ("imap.shop.example", "planted-secret-2")
    assert (await admin.client.delete(path)).status_code == 200
    assert (await admin.client.get(path)).status_code == 404
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await keys.sealed(uow.db, secret_id) is None
