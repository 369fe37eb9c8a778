"""The receiver, used by swaks, a client that sends SMTP and LMTP literally, by msmtp, and by s-nail."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.channels.mail.test_receiver import receiving, stored, subjects
from tests.support.desk import Organization
from tests.support.programs import program


async def swaks(port: int, folder: Path, raw: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    """Sends one mail."""
    (folder / "mail").write_bytes(raw)
    command = [program("swaks", "swaks"), "--server", f"127.0.0.1:{port}", "--from", "cleo@elsewhere.example",
               "--data", f"@{folder}/mail", "--timeout", "120", *options]  # fmt: skip
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


def mail(subject: str, text: str = "It broke.") -> bytes:
    """A mail as bytes."""
    return f"From: cleo@elsewhere.example\nSubject: {subject}\nMessage-ID: <{subject}@elsewhere.example>\n\n{text}\n".encode()


@pytest.mark.parametrize(
    ("name", "options"),
    [("plain", ()), ("pipelined", ("--pipeline",)), ("lmtp", ("--protocol", "LMTP")), ("old", ("--protocol", "SMTP"))],
)
async def test_mail_is_taken_in_each_dialect(
    shop: Organization, folder: Path, name: str, options: tuple[str, ...]
) -> None:
    async with receiving(shop) as port:
        done = await swaks(port, folder, mail(name), "--to", f"support@{shop.domain}", *options)
        assert done.returncode == 0, done.stdout
        assert await subjects(shop) == [name]


async def test_lmtp_answers_for_each_of_three_recipients(shop: Organization, rival: Organization, folder: Path) -> None:
    to = ",".join((f"support@{shop.domain}", f"nothing@{shop.domain}", f"support@{rival.domain}"))
    async with receiving(shop) as port:
        done = await swaks(port, folder, mail("three"), "--to", to, "--protocol", "LMTP")
        assert done.stdout.count("<-  250") >= 4, done.stdout
        assert "550 5.1.1" in done.stdout
        assert await subjects(shop) == await subjects(rival) == ["three"]


async def test_long_lines_and_dots_arrive_and_a_cut_in_the_data_leaves_nothing(
    shop: Organization, folder: Path
) -> None:
    async with receiving(shop) as port:
        to = ("--to", f"support@{shop.domain}")
        done = await swaks(port, folder, mail("long", "x" * 200_000 + "\n.\n..dots"), *to)
        assert done.returncode == 0, done.stdout[-300:]
        assert await subjects(shop) == ["long"]
        await swaks(port, folder, mail("cut"), *to, "--drop-after-send", "DATA")
        assert await stored(shop) == 1


async def test_a_mail_that_is_too_large_and_a_relay_are_refused(shop: Organization, folder: Path) -> None:
    async with receiving(shop, max_mail_bytes=10_000) as port:
        done = await swaks(port, folder, mail("large", "x\n" * 20_000), "--to", f"support@{shop.domain}")
        assert "552" in done.stdout
        relayed = await swaks(port, folder, mail("relay"), "--to", "victim@elsewhere.example")
        assert "550 5.1.1" in relayed.stdout
        assert await stored(shop) == 0


async def test_mail_of_msmtp_is_taken_and_a_relay_refused(shop: Organization, folder: Path) -> None:
    msmtp = program("msmtp", "msmtp")

    async def sent(port: int, to: str) -> int:
        (folder / "mail").write_bytes(mail("msmtp", "Umlauts: äöü\n.\n..dots"))
        options = [
            "--file=",
            "--host=127.0.0.1",
            f"--port={port}",
            "--auth=off",
            "--tls=off",
            "--from=cleo@elsewhere.example",
        ]
        with (folder / "mail").open("rb") as content:
            done = await asyncio.to_thread(
                subprocess.run, [msmtp, *options, "--", to], stdin=content, capture_output=True, check=False
            )
        return done.returncode

    async with receiving(shop) as port:
        assert await sent(port, f"support@{shop.domain}") == 0
        assert await subjects(shop) == ["msmtp"]
        assert await sent(port, "victim@elsewhere.example") != 0
        assert await stored(shop) == 1


async def test_mail_of_s_nail_with_a_file_becomes_a_ticket(shop: Organization, folder: Path) -> None:
    nail = program("s-nail", "s-nail")
    (folder / "bill.txt").write_text("Ümlaut, 12 €")

    async def sent(port: int, to: str) -> int:
        options = ["-S", "v15-compat", "-S", f"mta=smtp://127.0.0.1:{port}", "-S", "smtp-auth=none"]
        options += [
            "-S",
            "sendwait",
            "-S",
            "ttycharset=utf-8",
            "-S",
            f"folder={folder}",
            "-r",
            "cleo@elsewhere.example",
        ]
        done = await asyncio.to_thread(
            subprocess.run, [nail, "-:/", *options, "-s", "Grüße", "-a", str(folder / "bill.txt"), to],
            input="Es ist kaputt: äöü\n", capture_output=True, text=True, check=False,
            env={"HOME": str(folder), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return done.returncode

    async with receiving(shop) as port:
        assert await sent(port, f"support@{shop.domain}") == 0
        assert await subjects(shop) == ["Grüße"]
        (ticket,) = (await (await shop.client("agent")).get("/tickets")).json()["data"]["tickets"]
        whole = (await (await shop.client("agent")).get(f"/tickets/{ticket['id']}")).json()["data"]
        assert whole["description"] == "Es ist kaputt: äöü"
        assert [each["filename"] for each in whole["attachments"]] == ["bill.txt"]
        assert await sent(port, "victim@elsewhere.example") != 0
        assert await stored(shop) == 1
