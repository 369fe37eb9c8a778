"""`deskbell mail queue`, `show` and `retry`, while a desk runs."""

import asyncio
import json
from subprocess import CompletedProcess
from typing import Any

from tests.api.v1.test_mail import file_waiting, raw_mail, taken
from tests.cli.running import run, short_folder
from tests.features.mail.test_sending import replied, send, states
from tests.support.desk import Organization
from tests.support.sink import running_sink

CLEO = "cleo@elsewhere.example"


async def deskbell(shop: Organization, database_url: str, *arguments: str) -> CompletedProcess[str]:
    """Runs a command on the desk's database and storage."""
    with short_folder() as folder:
        return await asyncio.to_thread(
            run, *arguments, folder=folder, DATABASE_URL=database_url, STORAGE_URL=shop.desk.settings.storage_url
        )


async def test_a_mail_that_became_no_ticket_is_shown_and_filed_again(shop: Organization, database_url: str) -> None:
    lead = await shop.person("team_lead")
    raw = raw_mail("Fake", sender=lead.email)
    mail_id = str((await taken(shop, raw)).mail.id)
    shown = await deskbell(shop, database_url, "mail", "show", mail_id)
    assert shown.returncode == 0, shown.stderr
    lines = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())
    assert (lines["state"], lines["reason"], lines["subject"]) == ("quarantined", "unproven_staff", "Fake")
    assert (await deskbell(shop, database_url, "mail", "show", "--raw", mail_id)).stdout == raw.decode().replace(
        "\r", ""
    )
    again = await deskbell(shop, database_url, "mail", "retry", mail_id)
    assert again.stdout == f"{mail_id}  is filed again\n"
    (waiting,) = await queued(shop, database_url)
    assert (waiting["direction"], waiting["id"]) == ("in", mail_id)
    await file_waiting(shop)
    shown = await deskbell(shop, database_url, "mail", "show", mail_id)
    assert "unproven_staff" in shown.stdout, "every check is made again"
    filed = str((await taken(shop, raw_mail("Zip"))).mail.id)
    refused = await deskbell(shop, database_url, "mail", "retry", filed)
    assert refused.stdout == f"{filed}  is filed already, or its bytes are gone\n"
    unknown = await deskbell(shop, database_url, "mail", "show", str(shop.id))
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert (await deskbell(shop, database_url, "mail", "retry", str(shop.id))).returncode == 1
    assert (await deskbell(shop, database_url, "mail", "retry")).returncode == 2
    assert (await deskbell(shop, database_url, "mail", "queue", "--organization", "no.example")).returncode == 1


async def queued(shop: Organization, database_url: str) -> list[Any]:
    """The waiting mails of the shop."""
    answer = await deskbell(shop, database_url, "mail", "queue", "--json", "--organization", str(shop.id))
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


async def test_delayed_mail_is_listed_with_the_last_answer_and_sent_now(shop: Organization, database_url: str) -> None:
    filed = await taken(shop, raw_mail("Zip"))
    await replied(shop, filed.mail.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "451 4.3.0 Later"
        await send(shop, sink)
        (waiting,) = await queued(shop, database_url)
        assert (waiting["direction"], waiting["address"], waiting["state"]) == ("out", CLEO, "delayed")
        listed = await deskbell(shop, database_url, "mail", "queue", "--organization", str(shop.id))
        assert "451 4.3.0 Later" in listed.stdout
        hastened = await deskbell(shop, database_url, "mail", "retry", "--delayed")
        assert "sent now." in hastened.stdout
        sink.answer = lambda _phase, _to: None
        await send(shop, sink)
        assert await states(shop) == {CLEO: "sent"}
        refused = await deskbell(shop, database_url, "mail", "retry", waiting["id"])
        assert refused.stdout == f"{waiting['id']}  was sent, or is about to be\n"


async def test_the_account_of_a_mailbox_is_tried_step_by_step(shop: Organization, database_url: str) -> None:
    admin = await shop.person("admin")
    address = f"support@{shop.domain}"
    bare = await deskbell(shop, database_url, "mail", "test", address, "--no-mail")
    assert (bare.returncode, bare.stdout.count("no account of its own")) == (0, 2)
    box = next(each["id"] for each in (await admin.client.get("/mailboxes")).json()["data"] if each["is_default"])
    account = {"host": "imap.no-such-host.invalid", "username": "ann", "password": "planted-secret"}
    assert (await admin.client.put(f"/mailboxes/{box}/imap", account)).status_code == 200
    lost = await deskbell(shop, database_url, "mail", "test", address)
    assert (lost.returncode, "SECRET_KEY_PREVIOUS" in lost.stderr) == (1, True)
    with short_folder() as folder:
        tried = await asyncio.to_thread(
            run, "mail", "test", address, folder=folder, DATABASE_URL=database_url,
            STORAGE_URL=shop.desk.settings.storage_url, SECRET_KEY=shop.desk.settings.secret_key,
        )  # fmt: skip
    assert tried.returncode == 1
    assert "  problem  name         name" in tried.stdout
    assert "to itself" not in tried.stdout, "nothing is sent"
    assert "planted" not in tried.stdout + tried.stderr
    unknown = await deskbell(shop, database_url, "mail", "test", "no@one.example")
    assert (unknown.returncode, unknown.stdout) == (1, "")
