"""Commands that staff write at the top of a mail: lines such as `#solved` or `#assign Ann`, in every interface language."""

from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.words import Priority, Status

_STATUSES: Final = {
    "solved": Status.SOLVED, "pending": Status.PENDING, "hold": Status.HOLD, "open": Status.OPEN, "close": Status.CLOSED,
    "closed": Status.CLOSED,
    "gelöst": Status.SOLVED, "geloest": Status.SOLVED, "wartend": Status.PENDING, "zurückgestellt": Status.HOLD,
    "zurueckgestellt": Status.HOLD, "offen": Status.OPEN, "geschlossen": Status.CLOSED, "schließen": Status.CLOSED,
    "schliessen": Status.CLOSED,
}  # fmt: skip
_PRIORITIES: Final = {
    "urgent": Priority.URGENT, "high": Priority.HIGH, "normal": Priority.NORMAL, "low": Priority.LOW,
    "dringend": Priority.URGENT, "hoch": Priority.HIGH, "niedrig": Priority.LOW,
}  # fmt: skip
_NOTE: Final = frozenset({"note", "notiz"})
_ME: Final = frozenset({"me", "mir", "ich"})
_ASSIGN: Final = frozenset({"assign", "zuweisen"})
_TAG: Final = frozenset({"tag", "schlagwort"})
MOST_COMMANDS: Final = 20
LONGEST_TAG: Final = 50


class Commands(Struct, frozen=True, kw_only=True):
    """The commands at the top of a mail, and the words below them.

    `assign` is a name or an address as written, `to_me` the writer. `unknown` is the first line that is no command.
    """

    rest: str
    is_note: bool = False
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    to_me: bool = False
    assign: str | None = None
    tags: list[str] = []
    unknown: str | None = None

    @property
    def changes_ticket(self) -> bool:
        """Whether a command is about more than the words of the mail."""
        given = self.status is not UNSET or self.priority is not UNSET
        return given or self.to_me or self.assign is not None or bool(self.tags)


def read_commands(text: str) -> Commands | None:
    """The commands of a mail; None for one that begins with none. A line of a single `#` and a blank is a heading."""
    lines = text.strip("\n").split("\n")
    found = Commands(rest="")
    count = 0
    for line in lines[:MOST_COMMANDS]:
        written = line.strip()
        if not written:
            count += 1
            continue
        if not written.startswith("#") or written[1:2] in ("", "#", " ") or written[1].isdigit():
            break
        after = _with(found, written)
        if after is None:
            return Commands(rest=text, unknown=written[:100])
        found = after
        count += 1
    if found == Commands(rest=""):
        return None
    return Commands(
        rest="\n".join(lines[count:]).strip("\n"), is_note=found.is_note, status=found.status, priority=found.priority,
        to_me=found.to_me, assign=found.assign, tags=found.tags,
    )  # fmt: skip


def _with(found: Commands, line: str) -> Commands | None:
    """The commands with one line more; None for a line that is no command."""
    word, _, rest = line[1:].partition(" ")
    word, rest = word.lower(), " ".join(rest.split())
    return _plain(found, word) if not rest else _with_words(found, word, rest)


def _plain(found: Commands, word: str) -> Commands | None:
    kind: Literal["note", "me", "status", "priority"] | None = (
        "note" if word in _NOTE else "me" if word in _ME else "status" if word in _STATUSES
        else "priority" if word in _PRIORITIES else None
    )  # fmt: skip
    if kind is None:
        return None
    return Commands(
        rest="", is_note=found.is_note or kind == "note", to_me=found.to_me or kind == "me", assign=found.assign,
        tags=found.tags, status=_STATUSES[word] if kind == "status" else found.status,
        priority=_PRIORITIES[word] if kind == "priority" else found.priority,
    )  # fmt: skip


def _with_words(found: Commands, word: str, rest: str) -> Commands | None:
    if word not in _ASSIGN | _TAG or (word in _TAG and len(rest) > LONGEST_TAG):
        return None
    return Commands(
        rest="", is_note=found.is_note, to_me=found.to_me, status=found.status, priority=found.priority,
        assign=rest if word in _ASSIGN else found.assign, tags=[*found.tags, rest] if word in _TAG else found.tags,
    )  # fmt: skip
