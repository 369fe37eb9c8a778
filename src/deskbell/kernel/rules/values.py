"""The values that operators compare, for explanations: a field's, and of a text the place alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import re2
from msgspec import Struct

from deskbell.kernel.rules import vocabulary
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.vocabulary import ticket_field
from deskbell.kernel.rules.words import Words, words_of
from deskbell.kernel.search.language import Filter

Value: TypeAlias = Callable[[TicketFacts, Occasion, datetime], Any]


class Asked(Struct, frozen=True):
    """An operator that was asked: its place in the condition, its text, its answer and the value that it compared.

    In a text, the value is the place of the first match: `{"word": 3}`, or `{"character": 14}` for a pattern.
    """

    path: str
    operator: str
    holds: bool
    value: Any


def value_of(part: Filter) -> Value:
    """Reads what an operator compares."""
    field = ticket_field(part.field)
    read = _of_change(part) or _of_ticket(field)
    if part.field.startswith("was."):
        return lambda _, occasion, now: None if occasion.was is None else read(occasion.was, occasion, now)
    return read


def moment_of(field: str) -> Value:
    """Reads the moment that an operator compares."""
    name = vocabulary.MOMENTS[ticket_field(field)]
    if field.startswith("was."):
        return lambda _, occasion, __: None if occasion.was is None else getattr(occasion.was, name)
    return lambda ticket, _, __: getattr(ticket, name)


def sought_in(part: Filter) -> tuple[list[str], list[str]]:
    """The folded words, phrases and beginnings that an operator looks for, and its patterns."""
    sought: list[str] = []
    patterns: list[str] = []
    for value in part.values:
        if len(value) > 1 and value.startswith("/") and value.endswith("/"):
            patterns.append(value[1:-1])
        elif value.endswith("*") and (beginning := words_of(value).rstrip()):
            sought.append(beginning)
        elif (words := words_of(value)).strip():
            sought.append(words)
    return sought, patterns


def _of_ticket(field: str) -> Value:
    if field == "tag":
        return lambda ticket, _, __: list(ticket.tags)
    if field == "has":
        return lambda ticket, _, __: ticket.beyond.has_attachment
    if field == "follower":
        return lambda ticket, _, __: sorted(ticket.beyond.followers)
    if field == "linked":
        return lambda ticket, _, __: sorted(ticket.beyond.linked)
    if field.startswith(vocabulary.FIELD):
        key = field.removeprefix(vocabulary.FIELD)
        return lambda ticket, _, __: ticket.values.get(key)
    name = f"{field}_id" if field in vocabulary.REFERENCES else field
    return lambda ticket, _, __: getattr(ticket, name)


def _of_change(part: Filter) -> Value | None:
    match part.field:
        case "changed":
            return lambda _, occasion, __: sorted(occasion.changed)
        case "auto":
            return lambda _, occasion, __: occasion.automatic
        case "organization.hours":
            return lambda ticket, _, now: ticket.hours(now)
        case "mail.from" | "mail.to" | "mail.verdict":
            return lambda _, occasion, __: _of_mail(part.field, occasion)
        case "by":
            return lambda _, occasion, __: [*sorted(occasion.woken_by), *_known(occasion.actor_id)]
        case "subject" | "description":
            field = part.field
            return lambda ticket, _, __: _place(part, getattr(ticket, field))
        case "body":
            return lambda ticket, occasion, _: _place(
                part, ticket.description if occasion.comment is None else occasion.comment.body
            )
    if part.field.startswith(vocabulary.MAIL_HEADER):
        return lambda _, occasion, __: _of_mail(part.field, occasion)
    if part.field.startswith("comment"):
        return lambda _, occasion, __: _of_comment(part.field, occasion)
    if part.field.startswith(vocabulary.REQUESTER_FIELD):
        key = part.field.removeprefix(vocabulary.REQUESTER_FIELD)
        return lambda _, occasion, __: None if occasion.requester is None else occasion.requester.values.get(key)
    if part.field.startswith("requester."):
        name = part.field.removeprefix("requester.")
        return lambda _, occasion, __: None if occasion.requester is None else getattr(occasion.requester, name)
    return None


def _of_comment(field: str, occasion: Occasion) -> Any:
    comment = occasion.comment
    if comment is None:
        return None
    if field == "comment.has":
        return comment.has_attachment
    if field == "comment.by":
        return [*sorted(comment.written_by), comment.author_id]
    return "public" if comment.public else "note"


def _of_mail(field: str, occasion: Occasion) -> Any:
    mail = occasion.mail
    if mail is None:
        return None
    if field.startswith(vocabulary.MAIL_HEADER):
        return mail.headers.get(field.removeprefix(vocabulary.MAIL_HEADER))
    return {"mail.from": mail.sender, "mail.to": sorted(mail.recipients), "mail.verdict": mail.verdict}[field]


def _known(value: Any) -> list[Any]:
    return [] if value is None else [value]


def _place(part: Filter, text: Words) -> dict[str, int] | None:
    sought, patterns = sought_in(part)
    for each in sought:
        if (place := text.place_of(each)) is not None:
            return {"word": place}
    for pattern in patterns:
        if (found := re2.search(pattern, text.text)) is not None:
            return {"character": found.start() + 1}
    return None
