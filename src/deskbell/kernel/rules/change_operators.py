"""Operators that compare the change which woke the rules: who made it, its comment, the requester, and texts."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import re2

from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.rules.facts import MailFacts, Occasion, TicketFacts
from deskbell.kernel.rules.operators import Ids, Moment, Test
from deskbell.kernel.rules.values import sought_in
from deskbell.kernel.rules.vocabulary import MAIL_HEADER, own_words
from deskbell.kernel.rules.words import Words, folded
from deskbell.kernel.search.language import Filter

MAX_PATTERN: Final = 200
"""The longest pattern, in characters, without its slashes."""


def of_change(part: Filter, ids: Ids) -> Test | None:
    """The test of an operator that asks the occasion; None for those that ask the ticket."""
    wanted = frozenset(part.values)
    match part.field:
        case "changed":
            return lambda _, occasion, __: not wanted.isdisjoint(occasion.changed)
        case "auto":
            return lambda _, occasion, __: ("yes" if occasion.automatic else "no") in wanted
        case "mail.from" | "mail.to" | "mail.verdict":
            return _of_mail(part.field, wanted)
        case "by":
            return _by(part, ids)
        case "organization.hours":
            return lambda ticket, _, now: ticket.hours(now) in wanted
        case "subject" | "description":
            look, field = _looks(part), part.field
            return lambda ticket, _, __: look(getattr(ticket, field))
        case "body":
            look = _looks(part)
            return lambda ticket, occasion, _: look(
                ticket.description if occasion.comment is None else occasion.comment.body
            )
    if part.field.startswith("comment"):
        return _of_comment(part, ids)
    if part.field.startswith(MAIL_HEADER):
        return _of_header(part)
    return _of_requester(part) if part.field.startswith("requester.") else None


def turn_of_hours(ticket: TicketFacts, _: Occasion, now: Moment) -> Moment | None:
    """The moment at which an opening begins or ends next."""
    return None if ticket.calendar is None else ticket.calendar.next_change(now)


def _of_mail(field: str, values: frozenset[str]) -> Test:
    """The test of who a mail is from, or to: an address, or a domain with or without its `@`; or of its verdict."""
    wanted = frozenset(value.lower().removeprefix("@") for value in values)

    def holds(_: TicketFacts, occasion: Occasion, __: Moment) -> bool:
        mail = occasion.mail
        if mail is None:
            return False
        if field == "mail.verdict":
            return mail.verdict in wanted
        return any(
            each in wanted or each.rpartition("@")[2] in wanted
            for each in ([mail.sender] if field == "mail.from" else mail.recipients)
        )

    return holds


def _of_header(part: Filter) -> Test:
    """The test of a header's words. Of a mail without the header only `none` holds."""
    look, name = _looks(part), part.field.removeprefix(MAIL_HEADER)

    def found(mail: MailFacts) -> bool:
        value = mail.headers.get(name)
        return part.none if value is None else look(Words(value))

    return lambda _, occasion, __: occasion.mail is not None and found(occasion.mail)


def _by(part: Filter, ids: Ids) -> Test:
    words, named = _split(part, ids, "by")
    words |= {str(key_id) for key_id in named}
    return lambda _, occasion, __: not words.isdisjoint(occasion.woken_by) or occasion.actor_id in named


def _split(part: Filter, ids: Ids, kind: str) -> tuple[frozenset[str], frozenset[UUID]]:
    """The values that are words of the operator, and the objects that the others name."""
    own = own_words(part.field)
    words = frozenset(value.lower() for value in part.values if value.lower() in own)
    return words, frozenset(ids[kind, value] for value in part.values if value.lower() not in own)


def _of_comment(part: Filter, ids: Ids) -> Test:
    wanted = frozenset(part.values)
    if part.field == "comment":
        return lambda _, occasion, __: (
            occasion.comment is not None and ("public" if occasion.comment.public else "note") in wanted
        )
    if part.field == "comment.has":
        return lambda _, occasion, __: occasion.comment is not None and occasion.comment.has_attachment
    words, people = _split(part, ids, "person")
    return lambda _, occasion, __: (
        occasion.comment is not None
        and (not words.isdisjoint(occasion.comment.written_by) or occasion.comment.author_id in people)
    )


_COMPARED: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def _of_requester(part: Filter) -> Test:
    name = part.field.removeprefix("requester.")
    if name == "open":
        numbers = [int(value) for value in part.values]
        compare = _COMPARED.get(part.comparison)
        return lambda _, occasion, __: (
            occasion.requester is not None
            and (
                occasion.requester.open in numbers if compare is None else compare(occasion.requester.open, numbers[0])
            )
        )
    wanted = frozenset(map(folded, part.values))

    def holds(_: TicketFacts, occasion: Occasion, __: Moment) -> bool:
        if occasion.requester is None:
            return False
        value: str | None = getattr(occasion.requester, name)
        return part.none if not value else folded(value) in wanted

    return holds


def _looks(part: Filter) -> Callable[[Words], bool]:
    """Whether a text holds any of the words, phrases, beginnings and patterns."""
    sought, written = sought_in(part)
    patterns = [_pattern(each) for each in written]
    if len(sought) == 1 and not patterns:
        (only,) = sought
        return lambda text: only in text.words
    return lambda text: any(each in text.words for each in sought) or any(each.search(text.text) for each in patterns)


def _pattern(written: str) -> Any:
    if len(written) > MAX_PATTERN:
        raise Invalid([Problem("rule.pattern_too_long", "", {"limit": MAX_PATTERN, "count": len(written)})])
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(written, options)
    except re2.error:
        raise Invalid([Problem("rule.pattern_invalid", "", {"pattern": written})]) from None
