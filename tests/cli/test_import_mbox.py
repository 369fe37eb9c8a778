"""`deskbell import mbox`, as an operator runs it."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from deskbell.channels.mail.archive.splitting import as_mbox, places
from deskbell.channels.mail.reading.reader import read_mail
from tests.api.v1.test_mail import data, taken
from tests.channels.mail import open_sets
from tests.cli.running import run, short_folder
from tests.support.desk import Organization
from tests.support.work import work

START = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)


def mail(
    sender: str, to: str, subject: str, text: str, *, id_: str = "", answers: str = "", days: int = 0,
    file: bytes | None = None,
) -> bytes:  # fmt: skip
    """A mail of the archive."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(START + timedelta(days=days))
    if id_:
        message["Message-ID"] = f"<{id_}@elsewhere.example>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@elsewhere.example>"
    message.set_content(text)
    if file is not None:
        message.add_attachment(file, maintype="application", subtype="pdf", filename="label.pdf")
    return message.as_bytes()


def archive(*mails: bytes) -> bytes:
    """An mbox file."""
    return b"".join(as_mbox(each, "-") for each in mails)


async def imported(
    shop: Organization, database_url: str, content: bytes | Path, *options: str
) -> tuple[CompletedProcess[str], list[str]]:
    """Runs the command in a folder of its own; what it printed, and the reasons in its rejects file."""
    with short_folder() as folder:
        place = content if isinstance(content, Path) else folder / "all.mbox"
        if isinstance(content, bytes):
            place.write_bytes(content)
        done = await asyncio.to_thread(
            run, "import", "mbox", place, "--organization", shop.domain, *options, folder=folder,
            DATABASE_URL=database_url, STORAGE_URL=shop.desk.settings.storage_url,
        )  # fmt: skip
        rejects = [line for path in folder.glob("*.rejects.mbox") for line in path.read_bytes().splitlines()]
        reasons = [
            line.decode() for line in rejects if line.startswith(b"X-Deskbell-Rejected: ") and not line.endswith(b": -")
        ]
        return done, [each.partition(": ")[2] for each in reasons]


async def tickets(shop: Organization) -> list[Any]:
    """The tickets, the oldest first."""
    found: list[Any] = (await data(await shop.client("agent"), "/tickets?sort=created_at&order=asc&limit=100"))[
        "tickets"
    ]
    return found


async def test_conversations_become_closed_tickets_with_their_dates_files_and_replies(
    shop: Organization, database_url: str
) -> None:
    agent, desk = await shop.person("agent"), f"support@{shop.domain}"
    raw = archive(
        mail("Ann <ann@elsewhere.example>", desk, "Zip", "It broke.", id_="a", file=b"%PDF-1"),
        mail(agent.email, "ann@elsewhere.example", "Re: Zip", "A new one.", id_="b", answers="a", days=1),
        mail(
            "ann@elsewhere.example",
            desk,
            "Re: Zip",
            "Thanks!\n\nOn 7 May 2024, Agent wrote:\n> A new one.\n",
            answers="b",
            days=2,
        ),
        mail("eve@elsewhere.example", desk, "Re: Zip", "Let me in.", answers="a", days=3),
    )
    done, reasons = await imported(shop, database_url, raw)
    assert (done.returncode, reasons) == (0, []), done.stderr
    zip_, eve = await tickets(shop)
    assert (zip_["subject"], zip_["status"], zip_["requester"]["email"]) == ("Zip", "closed", "ann@elsewhere.example")
    assert datetime.fromisoformat(zip_["created_at"]) == START
    assert eve["requester"]["email"] == "eve@elsewhere.example"
    comments = await data(agent.client, f"/tickets/{zip_['id']}/comments")
    assert [(each["author"]["email"], each["public"]) for each in comments] == [
        (agent.email, True), ("ann@elsewhere.example", True),
    ]  # fmt: skip
    assert comments[1]["body"].strip() == "Thanks!"
    whole = await data(agent.client, f"/tickets/{zip_['id']}")
    (file,) = whole["attachments"]
    assert (file["filename"], (await agent.client.get(f"/{file['url']}")).content) == (
        "label.pdf",
        b"%PDF-1",
    )
    await work(shop.desk, shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from outgoing_mails") == 0
        assert await uow.db.fetch_value("select count(*) from notifications") == 0


async def test_a_second_run_and_mail_that_comes_again_add_nothing_and_answers_join(
    shop: Organization, database_url: str
) -> None:
    desk = f"support@{shop.domain}"
    one = mail("ann@elsewhere.example", desk, "One", "First", id_="one")
    two = mail("ben@elsewhere.example", desk, "Two", "Second")
    for _ in range(2):
        done, reasons = await imported(shop, database_url, archive(one, two))
        assert (done.returncode, reasons) == (0, []), done.stderr
        assert len(await tickets(shop)) == 2
    assert "here already: 2" in done.stdout
    again = await taken(shop, one)
    assert again.mail.state == "duplicate"
    answer = mail("ann@elsewhere.example", desk, "Re: One", "And again", answers="one", days=1)
    first = (await tickets(shop))[0]
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set closed_at = now() where id = $1", first["id"])
    joined = await taken(shop, answer)
    assert (joined.mail.state, str(joined.mail.ticket_id)) == ("appended", first["id"])


async def test_a_run_that_was_killed_before_its_end_is_continued(shop: Organization, database_url: str) -> None:
    desk = f"support@{shop.domain}"
    raw = archive(*(mail("ann@elsewhere.example", desk, f"Mail {number}", f"Words {number}") for number in range(5)))
    await imported(shop, database_url, raw)
    async with shop.desk.database.unit(shop.system()) as uow:  # as if it had ended between tickets and their notes
        await uow.db.execute("delete from mail_ids")
        await uow.db.execute("delete from received_mails")
    done, _ = await imported(shop, database_url, raw)
    assert done.returncode == 0, done.stderr
    assert len(await tickets(shop)) == 5
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from received_mails where ticket_id is not null") == 5


async def test_mails_that_cannot_be_imported_are_kept_with_their_reason(shop: Organization, database_url: str) -> None:
    desk = f"support@{shop.domain}"
    good = mail("ann@elsewhere.example", desk, "Good", "Words", id_="good")
    bounce = (
        b"From: MAILER-DAEMON@mx.example\nTo: x@y.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        b"No.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        b"Final-Recipient: rfc822; z@y.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    own = mail(desk, "ann@elsewhere.example", "Re: Good", "From the mailbox", answers="good", days=1)
    done, reasons = await imported(shop, database_url, archive(good, bounce, b"Subject: lost\n\nHello\n", own))
    assert done.returncode == 1
    assert sorted(reasons) == [
        "is a delivery report", "names no sender", "was sent from a mailbox's own address: name its writer with --sent-by",
    ]  # fmt: skip
    assert [each["subject"] for each in await tickets(shop)] == ["Good"]
    later, reasons = await imported(
        shop, database_url, archive(good, own), "--sent-by", (await shop.person("agent")).email
    )
    assert later.returncode == 1
    assert reasons == ["belongs to a ticket that is here already: hand it to `deskbell mail receive`"]


async def test_the_writer_of_a_mailbox_is_a_member_of_the_staff(shop: Organization, database_url: str) -> None:
    agent, desk = await shop.person("agent"), f"support@{shop.domain}"
    raw = archive(
        mail("ann@elsewhere.example", desk, "Zip", "It broke.", id_="a"),
        mail(f"Shop <{desk}>", "ann@elsewhere.example", "Re: Zip", "A new one.", answers="a", days=1),
        mail(f"Shop <{desk}>", "Cleo <cleo@elsewhere.example>", "News", "Hello", days=2),
    )
    refused, _ = await imported(shop, database_url, raw, "--sent-by", "ann@elsewhere.example")
    assert (refused.returncode, await tickets(shop)) == (1, [])
    done, reasons = await imported(shop, database_url, raw, "--sent-by", agent.email)
    assert (done.returncode, reasons) == (0, []), done.stderr
    zip_, news = await tickets(shop)
    (reply,) = await data(agent.client, f"/tickets/{zip_['id']}/comments")
    assert reply["author"]["email"] == agent.email
    assert news["requester"]["email"] == "cleo@elsewhere.example"


async def test_the_real_mails_of_the_open_sets_are_imported_once(
    shop: Organization, database_url: str, tmp_path: Path
) -> None:
    mails = open_sets.every_mail()
    if not mails:
        pytest.skip("needs ../shared/data, which is not here")
    raw = archive(*(path.read_bytes() for path in mails))
    first, reasons = await imported(shop, database_url, raw)
    assert "Traceback" not in first.stderr
    count = await number_of_mails(shop)
    contents = set()
    for number, path in enumerate(mails):
        (tmp_path / str(number)).mkdir()
        contents.add(read_mail(path.read_bytes(), tmp_path / str(number)).content_sha256)
    assert count + len(reasons) == len(contents), "each content is one mail"
    second, again = await imported(shop, database_url, raw)
    assert await number_of_mails(shop) == count
    assert sorted(again) == sorted(reasons)
    assert second.returncode == first.returncode


async def number_of_mails(shop: Organization) -> int:
    """The mails that tickets were made from."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return int(
            await uow.db.fetch_value(
                "select (select count(*) from tickets) + (select count(*) from comments where external_id like 'mail:%')"
            )
        )


def test_places_of_an_empty_file_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(places(tmp_path / "empty")) == []
