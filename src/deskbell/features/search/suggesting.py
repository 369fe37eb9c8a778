"""Continuations of a search text at the cursor: operators, and their values."""

import re
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from deskbell.features.fields.configuration import current
from deskbell.features.people.service import agents, contacts
from deskbell.features.search import queries
from deskbell.features.tickets.service.searching import VOCABULARY
from deskbell.kernel.fields import CHOICES, Definition, Kind
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.search.dates import AHEAD
from deskbell.runtime.database import UnitOfWork

__all__ = ["Suggestion", "Suggestions", "suggest"]

SuggestionKind = Literal["operator", "word", "person", "group", "category", "tag", "option"]
_ITEM: Final = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_NAME: Final = re.compile(r"(-?)([A-Za-z_][A-Za-z0-9_.]*)(:|[<>]=?)")
_DATES: Final = ("today", "yesterday", "24h", "7d", "30d")
_TIME_LEFT: Final = ("today", "1h", "4h", "24h", "7d")
_LENGTHS: Final = ("30m", "1h", "4h", "1d")
_RATINGS: Final = ("1", "2", "3", "4", "5")


class Suggestion(Struct, frozen=True):
    """A text for the place of the unfinished word. `detail` distinguishes things of one name."""

    text: str
    label: str
    kind: SuggestionKind
    detail: str | None = None


class Suggestions(Struct, frozen=True):
    """Suggestions for `length` characters from `position` on."""

    position: int
    length: int
    items: list[Suggestion]


async def suggest(uow: UnitOfWork, text: str, at: int, limit: int) -> Suggestions:
    """Continuations at a place of a search text: names of operators, or values of the operator there.

    Names of people, groups, categories and tags are suggested to those who may read them.
    """
    uow.actor.require(Permission.SEARCH)
    at = min(at, len(text))
    start, end = _item(text, at)
    operator = _NAME.match(text, start, end)
    if operator is None or operator.end() > at:
        begun = start + text.startswith("-", start, end)
        items = await _operators(uow, text[begun:at].lower())
        return Suggestions(begun, at - begun, items[:limit])
    position = _value_start(text, operator.end(), at)
    typed = text[position:at].strip('"')
    items = await _values(uow, operator[2].lower(), operator[3], typed, limit)
    return Suggestions(position, at - position, items[:limit])


def _item(text: str, at: int) -> tuple[int, int]:
    """The part of a text that ends at, or goes on behind, a place."""
    for found in _ITEM.finditer(text):
        if found.start() <= at <= found.end():
            return found.span()
    return at, at


def _value_start(text: str, start: int, at: int) -> int:
    """Where the value at a place begins: behind the last comma that is not in quotes."""
    quoted, begin = False, start
    for place in range(start, at):
        quoted ^= text[place] == '"'
        if text[place] == "," and not quoted:
            begin = place + 1
    return begin


async def _operators(uow: UnitOfWork, typed: str) -> list[Suggestion]:
    names = [f"{name}{'>' if name in VOCABULARY.lengths else ':'}" for name in VOCABULARY.fields]
    names += [f"{name}>" for name in VOCABULARY.dates]
    found = [Suggestion(name, name, "operator") for name in names if name.startswith(typed)]
    if typed and uow.actor.may(Permission.FIELD_READ):
        configuration = await current(uow.db, uow.actor.organization_id)
        for key, field in sorted(configuration.by_key.items()):
            name = f"field.{key}:"
            if configuration.may_read(key, staff=uow.actor.is_staff) and (
                name.startswith(typed) or key.startswith(typed) or field.label.lower().startswith(typed)
            ):
                found.append(Suggestion(name, field.label, "operator", name))
    return found


async def _values(uow: UnitOfWork, field: str, sign: str, typed: str, limit: int) -> list[Suggestion]:
    if field in VOCABULARY.dates:
        known = _TIME_LEFT if field in AHEAD else _DATES
        return _words([each for each in known if sign != ":" or each.isalpha()], typed)
    if field in VOCABULARY.lengths:
        return _words(_LENGTHS, typed)
    if field == "rating":
        return _words(_RATINGS, typed)
    if field in VOCABULARY.words:
        return _words(VOCABULARY.words[field], typed)
    if VOCABULARY.of_family(field):
        return await _of_field(uow, field.partition(".")[2], typed)
    fixed = [
        word for word, takes in (("me", field in VOCABULARY.may_be_me), ("none", VOCABULARY.takes_none(field))) if takes
    ]
    return _words(fixed, typed) + await _names(uow, field, typed, limit)


def _words(words: Iterable[str], typed: str) -> list[Suggestion]:
    return [Suggestion(word, word, "word") for word in words if word.startswith(typed.lower())]


async def _names(uow: UnitOfWork, field: str, typed: str, limit: int) -> list[Suggestion]:
    may = uow.actor.may
    match field:
        case "assignee" | "follower" if may(Permission.AGENT_READ):
            staff = await agents.choose(uow, search=typed or None, ids=None, limit=limit)
            return [Suggestion(each.email, each.name, "person", each.email) for each, _ in staff]
        case "requester" if typed and may(Permission.CONTACT_READ):
            people = await contacts.list_contacts(uow, typed, "name", descending=False, page=PageRequest(limit))
            return [Suggestion(each.email, each.name, "person", each.email) for each in people.items]
        case "group" if may(Permission.GROUP_READ):
            names = await queries.names_beginning(uow.db, "group", typed, limit)
            return [Suggestion(_quoted(name), name, "group") for name in names]
        case "category" if may(Permission.CATEGORY_READ):
            names = await queries.names_beginning(uow.db, "category", typed, limit)
            return [Suggestion(_quoted(name), name, "category") for name in names]
        case "tag" if may(Permission.TAG_READ):
            names = await queries.names_beginning(uow.db, "tag", typed, limit)
            return [Suggestion(_quoted(name), name, "tag") for name in names]
        case _:
            return []


async def _of_field(uow: UnitOfWork, key: str, typed: str) -> list[Suggestion]:
    """Values of a field of the organization: its options, or yes and no."""
    if not uow.actor.may(Permission.FIELD_READ):
        return []
    configuration = await current(uow.db, uow.actor.organization_id)
    field: Definition | None = configuration.by_key.get(key)
    if field is None or not configuration.may_read(key, staff=uow.actor.is_staff):
        return []
    if field.kind is Kind.CHECKBOX:
        return _words(("yes", "no", "none"), typed)
    if field.kind not in CHOICES:
        return _words(("none",), typed)
    begins = typed.lower()
    options = [
        Suggestion(_quoted(each.key), each.label, "option")
        for each in field.options
        if each.key.lower().startswith(begins) or each.label.lower().startswith(begins)
    ]
    return [*options, *_words(("none",), typed)]


def _quoted(name: str) -> str:
    """A name as a value: in quotes where its signs, or a meaning of its own, would mislead the reader of the text."""
    plain = name.replace('"', " ")
    return plain if re.fullmatch(r'[^\s,"]+', name) and name.lower() not in ("me", "none") else f'"{plain}"'
