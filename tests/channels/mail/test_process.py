"""The reader in its child process: it may die, and the next mail is read all the same."""

import asyncio
import os
import resource
import signal
from pathlib import Path

import pytest

from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.channels.mail.reading.process import Bounds, ReaderProcess
from deskbell.kernel.mail.records import ReadMail, Unreadable
from deskbell.runtime.storage import Storage
from tests.support.desk import Organization

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
        reader._bounds = Bounds(seconds=0.2)
        assert isinstance(await reader.read(_MAIL, tmp_path), Unreadable)
        reader._bounds = Bounds()
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
    finally:
        await reader.close()


_HTML = b"From: Ann <ann@shop.example>\nSubject: Hello\nContent-Type: text/html\n\n"
_HEAVY = {
    "processor time": (_HTML + b"<b><i><u><p>" * 160_000, Bounds(cpu_seconds=1)),
    "memory": (_MAIL + b"a" * 40_000_000, Bounds(memory_bytes=100 * 1024**2)),
}


@pytest.mark.parametrize("bound", _HEAVY)
async def test_a_mail_that_wants_too_much_waits_in_quarantine_and_the_next_one_is_filed(
    shop: Organization, bound: str
) -> None:
    raw, bounds = _HEAVY[bound]
    desk = shop.desk
    intake = Intake(desk.database, Storage.open(desk.settings), desk.settings, bounds=bounds)
    mails = [Incoming(organization_id=shop.id, source="command", raw=each) for each in (raw, _MAIL)]
    try:
        filed = [each.mail async for each in intake.take(mails)]
    finally:
        await intake.close()
    assert [(each.state, each.reason) for each in filed] == [("quarantined", "unreadable"), ("created", None)]


async def test_a_mail_has_an_outcome_within_a_minute_and_a_gibibyte(tmp_path: Path) -> None:
    """A mail is read twice at most; the system ends a child that wants more."""
    bounds = Bounds()
    assert bounds.memory_bytes <= 1024**3
    assert 2 * bounds.seconds <= 60
    assert bounds.cpu_seconds <= bounds.seconds
    reader = ReaderProcess()
    try:
        assert isinstance(await reader.read(_MAIL, tmp_path), ReadMail)
        assert reader._child is not None
        child = reader._child.pid
        assert resource.prlimit(child, resource.RLIMIT_AS) == (bounds.memory_bytes, bounds.memory_bytes)
        assert 0 < resource.prlimit(child, resource.RLIMIT_CPU)[0] <= bounds.cpu_seconds + 30
        assert resource.prlimit(child, resource.RLIMIT_CORE) == (0, 0)
    finally:
        await reader.close()


async def test_a_slow_mail_is_overtaken(shop: Organization) -> None:
    desk = shop.desk
    intake = Intake(desk.database, Storage.open(desk.settings), desk.settings, patience=0.01)
    stopped, done = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await stopped.wait()
        done.set()

    try:
        await intake.overtaken_if_slow(slow())
        await intake.accept([Incoming(organization_id=shop.id, source="command", raw=_MAIL)])
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update received_mails set next_try_at = now()")
        assert await intake.file_waiting() >= 1
        stopped.set()
        await done.wait()
    finally:
        await intake.close()


async def test_concurrent_mails_are_read_in_turn(tmp_path: Path) -> None:
    reader = ReaderProcess()
    try:
        mails = await asyncio.gather(
            *[reader.read(_MAIL.replace(b"Hello", b"Hello %d" % n), tmp_path) for n in range(5)]
        )
    finally:
        await reader.close()
    assert [mail.subject for mail in mails if isinstance(mail, ReadMail)] == [f"Hello {n}" for n in range(5)]
