"""An archive of mail as lines of the open format: each conversation is a ticket.

Two passes, so that memory holds some facts of each mail and one mail as a whole: the first finds the conversations, the second
reads each mail again and hands its files over before its ticket.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from deskbell.channels.mail.archive.conversations import Entry, conversations
from deskbell.channels.mail.archive.splitting import Place, content_of, files_of, places
from deskbell.channels.mail.reading.process import ReaderProcess
from deskbell.features.mail.importing import ImportedMail
from deskbell.features.mail.policy import is_robot, subject_of, text_or_notice, without_plus_word
from deskbell.features.mail.records import Judged
from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decode
from deskbell.features.transfer.format.records import FilePart
from deskbell.kernel.mail.classes import MailClass, Ours, classify
from deskbell.kernel.mail.records import Person, ReadMail, Unreadable

Fields: TypeAlias = dict[str, Any]
"""An object of the open format, before it is adjusted to the format's limits."""
_CHUNK: Final = 1_024 * 1_024
_OLDEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
_REPORTS: Final = frozenset({MailClass.BOUNCE, MailClass.DELAYED, MailClass.RELAYED})


class Known(Struct, frozen=True):
    """The people of the organization as an import needs them: the addresses of its mailboxes, and those of its staff.

    `writer` is the member of the staff who wrote what was sent from a mailbox's own address.
    """

    own: frozenset[str]
    staff: frozenset[str]
    writer: str | None


class Archive:
    """Reads an archive. `refused` gets each mail that is not imported, and the reason; `is_here` finds known contents."""

    def __init__(
        self, archive: Path, known: Known, language: str, most_bytes: int, now: datetime,
        refused: Callable[[Place, str], None], is_here: Callable[[Sequence[bytes]], set[bytes]],
    ) -> None:  # fmt: skip
        self._archive, self._known, self._language, self._most_bytes = archive, known, language, most_bytes
        self._now = now
        self._refused, self._is_here = refused, is_here
        self._reader = ReaderProcess()
        self._loop = asyncio.new_event_loop()
        self.mails = 0
        self.present = 0
        self.emitted: list[ImportedMail] = []
        """The mails of the tickets that were handed over; the caller takes them from time to time."""

    def close(self) -> None:
        """Ends the reader."""
        self._loop.run_until_complete(self._reader.close())
        self._loop.close()

    def lines(self, looked: Callable[[int], None] = lambda _bytes: None) -> Iterator[RecordLine | LineProblem]:
        """The tickets, each after its files. `looked` gets the bytes that the first pass has gone through."""
        entries: list[Entry] = []
        passed = 0
        for path in files_of(self._archive):
            for place in places(path):
                self.mails += 1
                found = self._entry(place)
                passed += place.size
                looked(passed)
                if isinstance(found, Entry):
                    entries.append(found)
                else:
                    yield self._refuse(place, found)
        for number, conversation in enumerate(conversations(entries), 1):
            yield from self._of_conversation(number, conversation)

    def _refuse(self, place: Place, reason: str) -> LineProblem:
        self._refused(place, reason)
        return LineProblem(place.number, "", f"({place.path.name}) {reason}")

    def _read(self, place: Place, folder: Path) -> ReadMail | Unreadable:
        return self._loop.run_until_complete(self._reader.read(content_of(place), folder))

    def _entry(self, place: Place) -> Entry | str:
        """The facts of a mail, or the reason why it is not imported."""
        if place.size > self._most_bytes:
            return f"is larger than {self._most_bytes:,} bytes"
        with tempfile.TemporaryDirectory(prefix="deskbell-mbox-") as folder:
            mail = self._read(place, Path(folder))
        if isinstance(mail, Unreadable):
            return "cannot be read"
        if mail.author is None or mail.is_noise:
            return "names no sender"
        if classify(mail, _OURS) in _REPORTS:
            return "is a delivery report"
        author = without_plus_word(mail.author.key)
        if author in self._known.own and self._known.writer is None:
            return "was sent from a mailbox's own address: name its writer with --sent-by"
        return Entry(
            place=place, at=self._moment(mail), message_id=mail.message_id,
            references=(*mail.in_reply_to, *reversed(mail.references)), author=author,
            people=tuple(without_plus_word(each.key) for each in (*mail.to, *mail.cc)),
            digest=bytes.fromhex(mail.content_sha256), is_staff=author in self._known.own or author in self._known.staff,
        )  # fmt: skip

    def _moment(self, mail: ReadMail) -> datetime:
        at = mail.date
        return self._now if at is None or not _OLDEST <= at <= self._now else at.astimezone(UTC)

    def _of_conversation(self, number: int, entries: Sequence[Entry]) -> Iterator[RecordLine | LineProblem]:
        here = self._is_here([each.digest for each in entries])
        if here:
            for each in entries:
                if each.digest in here:
                    self.present += 1
                else:
                    yield self._refuse(
                        each.place, "belongs to a ticket that is here already: hand it to `deskbell mail receive`"
                    )
            return
        mails: list[ImportedMail] = []
        ticket: Fields | None = None
        for entry in entries:
            with tempfile.TemporaryDirectory(prefix="deskbell-mbox-") as folder:
                mail = self._read(entry.place, Path(folder))
                if isinstance(mail, Unreadable) or mail.author is None:
                    yield self._refuse(entry.place, "cannot be read")
                    continue
                yield from _file_parts(number, mail, Path(folder))
            if ticket is None:
                ticket = self._ticket(entry, mail)
                if ticket is None:
                    yield self._refuse(entry.place, "has no recipient but mailboxes and the staff")
                    continue
            else:
                ticket["comments"].append(self._comment(entry, mail))
            mails.append(_imported(entry, mail, ticket["external_id"], is_first=not mails))
        if ticket is None:
            return
        line = decode(number, msgspec.json.encode(_finished(ticket)))
        if isinstance(line, RecordLine):
            self.emitted += mails
        yield line

    def _ticket(self, entry: Entry, mail: ReadMail) -> Fields | None:
        author = self._author(entry, mail)
        requester = author
        if entry.is_staff:
            others = [each for each in (*mail.to, *mail.cc) if self._is_customer(each)]
            if not others:
                return None
            requester = _reference(others[0])
        return {
            "kind": "ticket", "external_id": f"mail:{entry.digest.hex()}",
            "subject": subject_of(Judged(mail=mail), self._language),
            "description": text_or_notice(mail.text, self._language), "channel": "email", "requester": requester,
            "created_by": author, "created_at": entry.at, "attachments": _attachments(mail), "comments": [],
        }  # fmt: skip

    def _comment(self, entry: Entry, mail: ReadMail) -> Fields:
        return {
            "external_id": f"mail:{entry.digest.hex()}", "author": self._author(entry, mail), "public": True,
            "body": text_or_notice(mail.new_text or mail.text, self._language), "channel": "email",
            "created_at": entry.at, "attachments": _attachments(mail),
        }  # fmt: skip

    def _author(self, entry: Entry, mail: ReadMail) -> Fields:
        assert mail.author is not None
        return {"email": self._known.writer} if entry.author in self._known.own else _reference(mail.author)

    def _is_customer(self, person: Person) -> bool:
        key = without_plus_word(person.key)
        return key not in self._known.own and key not in self._known.staff and not is_robot(key)


_OURS: Final = Ours(addresses=frozenset(), is_own_id=lambda _id: False)


def _reference(person: Person) -> Fields:
    """A person, as the format adjusts it: also an address that no mail could be sent to."""
    return {"email": person.address} | ({"name": person.name.strip()} if person.name.strip() else {})


def _finished(ticket: Fields) -> Fields:
    """The ticket as history: closed with its last mail."""
    last = max([ticket["created_at"], *(each["created_at"] for each in ticket["comments"])])
    return ticket | {"status": "closed", "updated_at": last, "solved_at": last, "closed_at": last}


def _attachments(mail: ReadMail) -> list[Fields]:
    return [
        {"filename": part.name, "mime_type": part.content_type, "size": part.size, "sha256": part.sha256}
        for part in mail.parts
        if not part.hidden
    ]


def _file_parts(number: int, mail: ReadMail, folder: Path) -> Iterator[RecordLine]:
    for part in mail.parts:
        if part.hidden:
            continue
        offset = 0
        with (folder / part.stored_as).open("rb") as stream:
            while True:
                content = stream.read(_CHUNK)
                if content or offset == 0:
                    piece = FilePart(sha256=part.sha256, size=part.size, offset=offset, content=content)
                    yield RecordLine(number, piece)
                offset += len(content)
                if offset >= part.size or not content:
                    break


def _imported(entry: Entry, mail: ReadMail, external_id: str, *, is_first: bool) -> ImportedMail:
    copies: Mapping[str, None] = dict.fromkeys(each.key for each in mail.cc)
    return ImportedMail(
        ticket=external_id, comment=None if is_first else f"mail:{entry.digest.hex()}", at=entry.at,
        message_id=entry.message_id, digest=entry.digest, raw_digest=hashlib.sha256(content_of(entry.place)).digest(),
        size=entry.place.size, from_name=mail.author.name if mail.author else "",
        from_address=mail.author.key if mail.author else None, to=[each.key for each in mail.to][:500],
        cc=list(copies)[:500], subject=mail.subject[:1_000],
    )  # fmt: skip
