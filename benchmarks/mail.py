"""Reading mail: bytes to a read mail with its files on disk, on one core, and the cut of quoted text.

The mails are those of the open sets; where they are absent, a mail made here is read instead, and the page says so. Each
figure is the best of several rounds, in processor time, so that other work on the machine counts little. The target for
the cut is 20 ms for 100 kB of text.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.relevance import DATA
from deskbell.channels.mail.reading.process import ReaderProcess
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.quoting import cut_reply, separated
from deskbell.kernel.mail.records import ReadMail

_ROUNDS = 5
_MADE = b"From: Ann <ann@shop.example>\nSubject: Order\n\nThanks!\n\nOn 4 May 2026, Bob <b@x.example> wrote:\n> Hello\n"
_TEXTS = {
    "ordinary lines": "Hello there, this is an ordinary line of text with some words in it.\n" * 1_480,
    "quoted lines": "Thanks!\n\nOn 4 May 2026, Ann <a@b.example> wrote:\n"
    + "> some quoted words of an older mail\n" * 2_800,
    "lines like attributions": "On 4 May 2026 Ann <a@b.example> x:\n" * 2_900,
    "one line": "word " * 20_000,
}


def report() -> str:
    """The page's tables."""
    mails = [path.read_bytes() for path in sorted(DATA.glob("email_*/**/*.eml"))]
    source = f"the {len(mails)} mails of the open sets" if mails else "one mail made here (the open sets are absent)"
    mails = mails or [_MADE] * 100
    return "\n".join(_lines(mails, source))


def _lines(mails: list[bytes], source: str) -> Iterator[str]:
    yield "| reading | figure |"
    yield "|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        seconds = _best(lambda: [read_mail(raw, _fresh(folder)) for raw in mails])
        yield f"| in this process, {source} | {len(mails) / seconds:,.0f} mails/s |"
        yield f"| through the child process, wall time | {asyncio.run(_through_child(mails, folder)):,.0f} mails/s |"
    for name, text in _TEXTS.items():
        seconds = _best(partial(_cut, text))
        yield f"| cut of {len(text) / 1_000:.0f} kB, {name} | {seconds * 1_000:.1f} ms |"


def _fresh(folder: str) -> Path:
    """A folder of its own for a mail, as the intake makes one."""
    return Path(tempfile.mkdtemp(dir=folder))


def _cut(text: str) -> list[bool]:
    return cut_reply(separated(text))


def _best(act: Callable[[], object]) -> float:
    act()  # the first time imports and compiles
    times: list[float] = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return max(min(times), 1e-6)


async def _through_child(mails: list[bytes], folder: str) -> float:
    reader = ReaderProcess()
    try:
        await reader.read(_MADE, _fresh(folder))
        began = time.perf_counter()
        results = [await reader.read(raw, _fresh(folder)) for raw in mails]
        seconds = time.perf_counter() - began
    finally:
        await reader.close()
    assert all(isinstance(result, ReadMail) for result in results)
    return len(mails) / seconds
