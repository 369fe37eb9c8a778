"""Finds the mails of an archive, and reads one of them again by its place. Nothing is read whole but one mail."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

_FROM: Final = b"From "
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
"""A line of a mail that begins with `From ` is quoted in the archive (mboxrd)."""
_LONGEST_LINE: Final = 1_024 * 1_024
_LEFT_OUT: Final = frozenset({"tmp", "courierimapkeywords", ".git"})
_STRANGE: Final = (".idx", ".cache", ".msf", ".lock", ".index", ".log")


class Place(Struct, frozen=True):
    """The place of a mail in an archive, in bytes. `line` is the mail's number in its file, from 1."""

    path: Path
    begin: int
    size: int
    number: int


def files_of(archive: Path) -> list[Path]:
    """The files of an archive, in the order of their names: the file itself, or every file of a folder that can hold mails."""
    if archive.is_file():
        return [archive]
    found = (each for each in archive.rglob("*") if each.is_file() and not each.is_symlink())
    return sorted(
        each
        for each in found
        if not _LEFT_OUT & set(each.relative_to(archive).parts[:-1])
        and not each.name.startswith((".", "dovecot", "maildirfolder"))
        and not each.name.lower().endswith(_STRANGE)
    )


def places(path: Path) -> Iterator[Place]:
    """The mails of a file: those of an mbox, which begins with `From `, else the one that it is."""
    with path.open("rb") as stream:
        if stream.read(len(_FROM)) != _FROM:
            size = path.stat().st_size
            if size:
                yield Place(path, 0, size, 1)
            return
        stream.seek(0)
        yield from _of_mbox(path, stream)


def _of_mbox(path: Path, stream: BinaryIO) -> Iterator[Place]:
    number = begin = position = 0
    after_blank, at_start = True, True
    while line := stream.readline(_LONGEST_LINE):
        if at_start and after_blank and line.startswith(_FROM):
            if number:
                yield Place(path, begin, position - begin, number)
            number, begin = number + 1, position + len(line)
        position += len(line)
        # A line that is longer than a piece goes on in the next one.
        after_blank = at_start and line in (b"\n", b"\r\n")
        at_start = line.endswith(b"\n")
    if number:
        yield Place(path, begin, position - begin, number)


def content_of(place: Place) -> bytes:
    """The bytes of a mail, as they were before the archive quoted them."""
    with place.path.open("rb") as stream:
        stream.seek(place.begin)
        raw = stream.read(place.size)
    if place.begin == 0:
        return raw
    raw = raw[:-1] if raw.endswith(b"\n\n") else raw[:-2] if raw.endswith(b"\r\n\r\n") else raw
    return _QUOTED.sub(rb"\1", raw)


def as_mbox(raw: bytes, reason: str) -> bytes:
    """A mail as an entry of an mbox file, with the reason why it was not imported."""
    body = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.MULTILINE)
    head = f"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nX-Deskbell-Rejected: {' '.join(reason.split())}\n"
    return head.encode("ascii", "replace") + body + (b"\n" if body.endswith(b"\n") else b"\n\n")
