"""The reader in its child process: it may die, and the next mail is read all the same."""

import asyncio
import os
import signal
from pathlib import Path

from deskbell.channels.mail.reading.process import ReaderProcess
from deskbell.kernel.mail.records import ReadMail, Unreadable

_MAIL = b"From: Ann <ann@shop.example>\nSubject: Hello\n\nWords\n"


async def test_a_mail_is_read_by_the_child_and_its_files_are_in_the_folder(tmp_path: Path) -> None:
    reader = ReaderProcess()
    raw = (
        b'From: a@b.example\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n\nHi\n'
        b"--x\nContent-Disposition: attachment; filename=a.txt\n\nabc\n--x--\n"
    )
    try:
        mail = await reader.read(raw, tmp_path)
    finally:
        await reader.close()
    assert isinstance(mail, ReadMail)
    assert mail.text.strip() == "Hi"
    assert (tmp_path / mail.parts[0].stored_as).read_bytes() == b"abc"


async def test_a_child_that_dies_costs_one_mail(tmp_path: Path) -> None:
    reader = ReaderProcess()
    try:
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
        assert reader._child is not None
        os.kill(reader._child.pid, signal.SIGKILL)
        await reader._child.wait()
        first = await reader.read(_MAIL, tmp_path)
        assert isinstance(first, ReadMail | Unreadable)
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
    finally:
        await reader.close()


async def test_a_mail_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    reader = ReaderProcess()
    try:
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
        assert reader._child is not None
        os.kill(reader._child.pid, signal.SIGSTOP)
        reader._seconds = 0.2
        assert isinstance(await reader.read(_MAIL, tmp_path), Unreadable)
        reader._seconds = 60
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
    finally:
        await reader.close()


async def test_concurrent_mails_are_read_in_turn(tmp_path: Path) -> None:
    reader = ReaderProcess()
    try:
        mails = await asyncio.gather(
            *[reader.read(_MAIL.replace(b"Hello", b"Hello %d" % n), tmp_path) for n in range(5)]
        )
    finally:
        await reader.close()
    assert [mail.subject for mail in mails if isinstance(mail, ReadMail)] == [f"Hello {n}" for n in range(5)]
