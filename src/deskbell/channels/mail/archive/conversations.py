"""Sorts the mails of an archive into conversations, by the rules of incoming mail. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from deskbell.channels.mail.archive.splitting import Place


class Entry(Struct, frozen=True, kw_only=True):
    """The facts of a mail that its conversation is found by. `references` begin with the most specific id."""

    place: Place
    at: datetime
    message_id: str | None
    references: tuple[str, ...]
    author: str
    people: tuple[str, ...]
    """The keys of the addresses in To and Cc."""
    digest: bytes
    """Of the content."""
    is_staff: bool


class _Conversation:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.people: set[str] = set()

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.people.update((entry.author, *entry.people))


def conversations(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    """The conversations, the one that begins first before the others; each in the order of its mails.

    A mail joins the conversation of the mail that it answers only if its author takes part there, or is of the staff. A mail that
    comes before the one that it answers, by a wrong clock, joins all the same. The same content counts once.
    """
    ordered = _ordered(entries)
    known = {entry.message_id for entry in ordered if entry.message_id is not None}
    of_id: dict[str, _Conversation] = {}
    waiting: dict[str, list[Entry]] = {}
    found: list[_Conversation] = []

    def place(first: Entry) -> None:
        due = [first]
        while due:
            entry = due.pop()
            due += reversed(put(entry))

    def put(entry: Entry) -> list[Entry]:
        """Places a mail; returns the mails that had waited for it."""
        joined = next((of_id[each] for each in entry.references if each in of_id), None)
        if joined is None or not (entry.is_staff or entry.author in joined.people):
            joined = _Conversation()
            found.append(joined)
        joined.add(entry)
        if entry.message_id is not None and entry.message_id not in of_id:
            of_id[entry.message_id] = joined
            return waiting.pop(entry.message_id, [])
        return []

    for entry in ordered:
        missing = next((each for each in entry.references if each in known and each not in of_id), None)
        answers_nothing_yet = not any(each in of_id for each in entry.references)
        if missing is not None and missing != entry.message_id and answers_nothing_yet:
            waiting.setdefault(missing, []).append(entry)
        else:
            place(entry)
    while waiting:  # mails that answer one another in a circle
        awaited = next(iter(waiting))
        rest = waiting.pop(awaited)
        if len(rest) > 1:
            waiting[awaited] = rest[1:]
        place(rest[0])
    for each in found:
        yield sorted(each.entries, key=lambda entry: entry.at)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    """The mails in the order of their dates, each content once."""
    first: dict[bytes, Entry] = {}
    for entry in sorted(entries, key=lambda each: (each.at, str(each.place.path), each.place.number)):
        first.setdefault(entry.digest, entry)
    return list(first.values())
