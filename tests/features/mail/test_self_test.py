"""A mailbox that sends a test to itself, and what the test shows."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from deskbell.features.mail.self_test import SelfTest, code_in, report_of, subject_of
from deskbell.features.mail.service import self_testing
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from tests.api.v1.test_mail import data, taken
from tests.channels.mail.test_receiver import receiving, subjects
from tests.cli.running import run, short_folder
from tests.features.mail.test_corners import default_mailbox
from tests.features.mail.test_own_servers import own_server, send
from tests.jobs.test_imap import mailbox_id, until
from tests.support.desk import Organization
from tests.support.sink import Sink, running_sink


async def begun(shop: Organization) -> str:
    """Begins a test; the path of its result."""
    path = f"/mailboxes/{await mailbox_id(shop)}/test-mail"
    answer = await (await shop.client("admin")).post(path)
    assert answer.status_code == 201, answer.text
    return path


async def steps(shop: Organization, path: str) -> dict[str, tuple[str, str | None]]:
    """State and code of each step."""
    found = await data(await shop.client("admin"), path)
    return {each["name"]: (each["state"], each["code"]) for each in found["steps"]}


def to_port(sink: Sink, port: int) -> Sink:
    """A sink's stand-in whose mails go to a receiver of ours."""
    sink.url = f"smtp://127.0.0.1:{port}"
    return sink


async def test_a_test_goes_out_and_comes_back_with_its_time(shop: Organization) -> None:
    async with receiving(shop) as port, running_sink() as sink:
        await own_server(shop, to_port(sink, port), username="", password="")
        path = await begun(shop)
        assert "mailbox.tested" in (await (await shop.client("owner")).get("/audit-logs?limit=100")).text
        assert await steps(shop, path) == {
            "handed_over": ("waiting", None), "arrived": ("waiting", None), "plus_word": ("waiting", None),
        }  # fmt: skip
        await send(shop)
        assert await subjects(shop) == [], "a test opens no ticket"
    report = await data(await shop.client("admin"), path)
    assert (report["finished"], report["seconds"] > 0, report["address"]) == (True, True, f"support@{shop.domain}")
    found = await steps(shop, path)
    assert found.pop("proof") == ("problem", "no_server")
    assert found == dict.fromkeys(("handed_over", "arrived", "plus_word", "message_id", "sender"), ("ok", None))
    assert (await data(await shop.client("owner"), "/tickets"))["pagination"]["total"] == 0


async def test_what_a_relay_changes_is_named(shop: Organization) -> None:
    await default_mailbox(shop, trusted_servers=["mx.shop.example"])
    async with running_sink() as sink:
        await own_server(shop, sink, username="", password="")
        path = await begun(shop)
        await send(shop)
    plain = next(raw for _, to, raw in sink.taken if "+" not in to)
    changed = plain.replace(b"Message-ID: <n.", b"Message-ID: <relay.").replace(
        f"<support@{shop.domain}>".encode(), b"<list@relay.example>", 1
    )
    head = b"Return-Path: <srs0=x@relay.example>\r\nAuthentication-Results: mx.other.example; dmarc=pass\r\n"
    filed = await taken(shop, head + changed)
    assert (filed.mail.state, filed.mail.reason) == ("ignored", "own_mail"), "even under a name that is not ours"
    assert await steps(shop, path) == {
        "handed_over": ("ok", None), "arrived": ("ok", None), "plus_word": ("waiting", None),
        "message_id": ("problem", "changed"), "sender": ("problem", "changed"), "return_path": ("problem", "changed"),
        "proof": ("problem", "not_trusted"),
    }  # fmt: skip


@pytest.mark.parametrize(("answer", "code"), [("550 5.7.1 No", "refused"), ("451 4.3.0 Later", "delayed")])
async def test_a_server_that_does_not_take_it_is_named_with_its_words(
    shop: Organization, answer: str, code: str
) -> None:
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: answer
        await own_server(shop, sink, username="", password="")
        path = await begun(shop)
        await send(shop)
    report = await data(await shop.client("admin"), path)
    assert report["finished"]
    assert [(each["name"], each["code"], each["detail"]) for each in report["steps"]] == [("handed_over", code, answer)]


async def test_a_mail_that_does_not_come_is_late_and_a_mailbox_that_is_off_is_not_tested(shop: Organization) -> None:
    admin = await shop.client("admin")
    box = await mailbox_id(shop)
    assert (await admin.get(f"/mailboxes/{box}/test-mail")).status_code == 404
    async with running_sink() as sink:
        await own_server(shop, sink, username="", password="")
        path = await begun(shop)
        await send(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mail_deliveries set sent_at = sent_at - interval '3 minutes'")
    found = await steps(shop, path)
    assert (found["arrived"], found["plus_word"]) == (("problem", "late"), ("problem", "late"))
    made = await admin.post("/mailboxes", {"name": "Off", "addresses": [f"off@{shop.domain}"], "enabled": False})
    refused = await admin.post(f"/mailboxes/{made.json()['data']['id']}/test-mail")
    assert refused.status_code == 409


async def test_without_a_worker_the_test_says_so_and_without_plus_words_it_sends_one_mail(shop: Organization) -> None:
    await default_mailbox(shop, separator="")
    await begun(shop)
    box = await mailbox_id(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mailbox_tests set started_at = started_at - interval '2 minutes'")
        report = await self_testing.get(uow, box)
        assert [each.code for each in report.steps] == ["not_taken_up"]
        assert await uow.db.fetch_value("select count(*) from outgoing_mails") == 1
        await uow.db.execute("update mail_deliveries set state = 'suppressed', next_try_at = null, finished_at = now()")
    async with shop.desk.database.unit(shop.system()) as uow:
        assert [each.code for each in (await self_testing.get(uow, box)).steps] == ["suppressed"]
        known = await get_mailbox(uow, box)
    now = utc_now()
    proven = SelfTest(
        mailbox_id=box, code="0" * 20, started_at=now - timedelta(seconds=2), mail_id=new_id(), plus_mail_id=None,
        arrived_at=now, servers=["mx.a.example", "mx.b.example"],
    )  # fmt: skip
    trusting = msgspec.structs.replace(known, trusted_servers=["MX.B.example"])
    last = report_of(proven, trusting, [], None, now).steps[-1]
    assert (last.state, last.detail) == ("ok", "mx.b.example")


def test_a_code_survives_what_relays_do_to_subjects() -> None:
    subject = subject_of("Test", "0123456789abcdef0123", plus=True)
    assert code_in(f"[SPAM] Fwd: {subject} (external)") == ("0123456789abcdef0123", True)
    assert code_in("[deskbell-test 12]") is None


async def test_the_command_tests_the_accounts_then_waits_for_the_mail(shop: Organization, database_url: str) -> None:
    async def deskbell(*options: str) -> Any:
        with short_folder() as folder:
            return await asyncio.to_thread(
                run, "mail", "test", f"support@{shop.domain}", *options, folder=folder, DATABASE_URL=database_url,
                STORAGE_URL=shop.desk.settings.storage_url, SECRET_KEY=shop.desk.settings.secret_key,
                WEBHOOK_ALLOWED_HOSTS="127.0.0.1",
            )  # fmt: skip

    async with receiving(shop) as port, running_sink() as sink:
        await own_server(shop, to_port(sink, port), username="", password="")
        waiting = await deskbell("--wait", "0")
        assert waiting.returncode == 1
        assert "waiting  arrived" in waiting.stdout
        running = asyncio.create_task(deskbell("--wait", "120"))
        box = await mailbox_id(shop)

        async def is_begun() -> bool:
            async with shop.desk.database.unit(shop.system()) as uow:
                return bool(await uow.db.fetch_value("select count(*) = 4 from outgoing_mails"))

        await until(is_begun)
        await send(shop)
        done = await running
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok       arrived      after " in done.stdout
    assert "Sending by SMTP:" in done.stdout
    async with shop.desk.database.unit(shop.system()) as uow:
        assert (await self_testing.get(uow, box)).finished
