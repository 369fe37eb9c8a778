"""The bounds of incoming mail (mail.md, section 10), each at its edge. Hostile mails have tests of their own."""

import asyncio
import smtplib
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from deskbell.channels.mail.reading.reader import read_mail
from deskbell.channels.mail.receiver import Limits
from deskbell.features.mail.policy import MAX_SUBJECT, subject_of
from deskbell.features.mail.records import Judged
from deskbell.kernel.mail.records import Note, ReadMail
from tests.channels.mail.test_receiver import receiving
from tests.support.desk import Organization

HEAD = b"From: Ann <ann@shop.example>\n"


def test_references_keep_the_first_and_last_fifty(tmp_path: Path) -> None:
    ids = [f"r{number}@shop.example" for number in range(120)]
    raw = HEAD + b"References: " + " ".join(f"<{each}>" for each in ids).encode() + b"\n\nwords"
    assert list(read_mail(raw, tmp_path).references) == ids[:50] + ids[-50:]


def test_a_subject_is_shown_to_500_characters(tmp_path: Path) -> None:
    for length, shown in ((MAX_SUBJECT, MAX_SUBJECT), (MAX_SUBJECT + 1, MAX_SUBJECT), (60_000, MAX_SUBJECT)):
        mail = read_mail(HEAD + b"Subject: " + b"s" * length + b"\n\nwords", tmp_path)
        assert len(subject_of(Judged(mail=mail), "en")) == shown


@pytest.mark.parametrize(("length", "cut"), [(1_000_000, False), (1_000_001, True), (3_000_000, True)])
def test_text_is_cut_at_a_million_characters_with_a_note(tmp_path: Path, length: int, cut: bool) -> None:
    mail = read_mail(HEAD + b"\n" + (b"x" * 99 + b"\n") * (length // 100) + b"y" * (length % 100), tmp_path)
    assert (Note.TEXT_CUT in mail.notes) == cut
    assert len(mail.text) <= 1_000_000
    assert [part.size for part in mail.parts] == ([length] if cut else []), "the whole text is a file"


def test_a_text_of_millions_of_lines_is_read_within_the_readers_memory(tmp_path: Path) -> None:
    """54 MB of short lines; the reader has a gibibyte and 30 seconds."""
    code = (
        "import sys; from deskbell.channels.mail.reading.child import serve; "
        "serve(sys.stdin.buffer, sys.stdout.buffer, 1024**3, 30)"
    )
    raw, folder = HEAD + b"\r\n" + b"a\r\n" * 18_000_000, str(tmp_path).encode()
    asked = len(raw).to_bytes(8, "big") + raw + len(folder).to_bytes(8, "big") + folder
    answer = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True).stdout
    mail = msgspec.msgpack.decode(answer[8:], type=ReadMail)
    assert mail.notes == (Note.TEXT_CUT,)
    assert mail.text == "a\n" * 499_999 + "a"


@pytest.mark.parametrize(("count", "cut"), [(900, False), (1_100, True)])
def test_a_thousand_parts_are_read(tmp_path: Path, count: int, cut: bool) -> None:
    part = b'--b\nContent-Type: application/pdf; name="a.pdf"\n\nx\n'
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part * count + b"--b--\n"
    mail = read_mail(raw, tmp_path)
    assert (Note.PARTS_CUT in mail.notes) == cut
    assert len(mail.parts) <= 1_000


@pytest.mark.parametrize(("lines", "cut"), [(1_900, False), (2_100, True)])
def test_two_thousand_header_lines_are_read(tmp_path: Path, lines: int, cut: bool) -> None:
    mail = read_mail(HEAD + b"X-A: y\n" * lines + b"Subject: last\n\nwords", tmp_path)
    assert (Note.HEADERS_CUT in mail.notes) == cut
    assert "words" in mail.text


def test_five_hundred_recipients_are_read(tmp_path: Path) -> None:
    people = ", ".join(f"p{number}@shop.example" for number in range(600))
    assert len(read_mail(HEAD + f"To: {people}\n\nwords".encode(), tmp_path).to) == 500


async def test_a_session_takes_a_hundred_recipients(shop: Organization) -> None:
    def answers(port: int) -> list[int]:
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            client.ehlo()
            client.mail("cleo@elsewhere.example")
            return [client.rcpt(f"support+w{number}@{shop.domain}")[0] for number in range(101)]

    async with receiving(shop) as port:
        codes = await asyncio.to_thread(answers, port)
    assert (set(codes[:100]), codes[100]) == ({250}, 452)


async def test_ten_connections_of_an_address_are_taken_and_the_eleventh_is_when_one_ends(shop: Organization) -> None:
    def connect(port: int) -> None:
        with ExitStack() as open_ones:
            clients = [open_ones.enter_context(smtplib.SMTP("127.0.0.1", port, timeout=120)) for _ in range(10)]
            assert {client.noop()[0] for client in clients} == {250}
            with pytest.raises((smtplib.SMTPException, OSError)):
                smtplib.SMTP("127.0.0.1", port, timeout=120).noop()

    def is_taken(port: int) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
                return client.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    async with receiving(shop) as port:
        await asyncio.to_thread(connect, port)
        async with asyncio.timeout(120):  # the ends of the ten reach the receiver in their own time
            while not await asyncio.to_thread(is_taken, port):  # noqa: ASYNC110 - what changes is in the receiver
                await asyncio.sleep(0.05)


async def test_fifty_concurrent_connections_are_taken_and_the_next_one_is_when_one_ends(shop: Organization) -> None:
    async def connect(port: int, peer: int) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(f"127.0.0.{peer}", 0))
        return (await reader.readline())[:3], reader, writer

    async with receiving(shop) as port, asyncio.timeout(120):
        taken = await asyncio.gather(*[connect(port, 2 + number // 10) for number in range(50)])
        assert {code for code, _, _ in taken} == {b"220"}
        for _, reader, writer in taken:
            writer.write(b"NOOP\r\n")
            assert (await reader.readline())[:3] == b"250"
        code, reader, writer = await connect(port, 7)
        assert code == b"421"
        assert await reader.read() == b"", "it is closed"
        writer.close()
        taken[0][2].write(b"QUIT\r\n")
        await taken[0][1].read()
        taken[0][2].close()
        while (found := await connect(port, 7))[0] != b"220":  # the end reaches the receiver in its own time
            found[2].close()
            await asyncio.sleep(0.05)
        for _, _, writer in [*taken, found]:
            writer.close()


async def test_a_silent_connection_is_cut(shop: Organization) -> None:
    assert Limits() == Limits(connections=50, per_peer=10, idle_seconds=5 * 60)
    async with receiving(shop, Limits(idle_seconds=0.2)) as port, asyncio.timeout(120):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"220")
        ended = await reader.read()  # until the receiver closes it
        assert not ended or ended.startswith(b"421")
        writer.close()
