"""The operators of a rule's conditions: those of a search that a ticket alone answers, and what only a change has."""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.search.vocabulary import SEARCH, WORDS, Vocabulary

TEXTS: Final = ("subject", "description", "body")
"""Operators that look for words and patterns: of the ticket, and of the comment in hand (at creation the description)."""
PERSONS: Final = frozenset({"assignee", "requester", "follower", "by", "comment.by"})
"""Operators whose values name members."""
REFERENCES: Final = PERSONS | {"group", "category"}
"""Operators whose values are names in the text and ids in the plan."""

_OF_TICKET: Final = SEARCH.fields
_ELSEWHERE: Final = frozenset({"has", "follower", "linked"})
"""Operators on other rows than the ticket's: what they held before the change is not known."""
_OF_CHANGE: Final = (
    "changed", "by", "auto", "comment", "comment.by", "comment.has", "requester.company", "requester.domain",
    "requester.email", "requester.role", "requester.open", "organization.hours", "mail.from", "mail.to", "mail.verdict",
    *TEXTS,
)  # fmt: skip
BY: Final = ("person", "rule", "api", "mail", "customer", "staff")
"""The words of `by:`; every other value is a member's name or address, or the name of an API key."""
COMMENT_BY: Final = ("customer", "staff", "requester")
"""The words of `comment.by:`; every other value is a member's name or address."""
FIELDS: Final = (
    "subject", "description", "status", "priority", "type", "assignee", "group", "category", "brand", "tags",
    "custom_fields",
)  # fmt: skip
"""The fields that `changed:` knows."""
MAIL_HEADER: Final = "mail.header."
"""The beginning of operators on headers of the mail in hand."""
_ROLES: Final = ("customer", "agent", "senior_agent", "team_lead", "admin", "owner")

RULES: Final = Vocabulary(
    fields=(*_OF_TICKET, *(f"was.{name}" for name in _OF_TICKET if name not in _ELSEWHERE), *_OF_CHANGE),
    dates=(*SEARCH.dates, *(f"was.{name}" for name in SEARCH.dates)),
    words={
        **WORDS,
        **{f"was.{name}": words for name, words in WORDS.items()},
        "changed": FIELDS,
        "auto": ("yes", "no"),
        "comment": ("public", "note"),
        "comment.has": ("attachment",),
        "requester.role": _ROLES,
        "organization.hours": ("open", "closed"),
        "mail.verdict": ("pass", "fail", "none"),
    },
    families=("field.", "was.field.", "requester.field.", MAIL_HEADER),
    counted=frozenset({"requester.open"}),
    texts=frozenset(TEXTS),
    text_families=(MAIL_HEADER,),
    may_be_me=frozenset(),  # a rule has no caller
    may_be_none=SEARCH.may_be_none
    | {f"was.{name}" for name in SEARCH.may_be_none - _ELSEWHERE}
    | {"requester.company"},
    bare_words=False,
    max_operators=50,
)
"""The operators of a rule's conditions."""
SCHEDULES: Final = replace(
    SEARCH, families=("field.",), may_be_me=frozenset(), bare_words=False, max_operators=RULES.max_operators
)
"""The operators by which schedules choose tickets: those of `RULES` that SQL answers."""


MOMENTS: Final = {
    "created": "created_at", "updated": "updated_at", "solved": "solved_at", "status.since": "status_since",
    "assigned.since": "assigned_since", "customer.wrote": "customer_wrote_at", "staff.wrote": "staff_wrote_at", "due": "due_at",
}  # fmt: skip
"""The facts of a ticket that operators on moments compare."""
FIELD: Final = "field."
"""The beginning of operators on the organization's own fields of tickets."""
REQUESTER_FIELD: Final = "requester.field."
"""The beginning of operators on the organization's own fields of contacts."""


def ticket_field(name: str) -> str:
    """The operator without `was.`."""
    return name.removeprefix("was.")


OperatorKind: TypeAlias = Literal["words", "text", "number", "moment", "person", "group", "category", "name"]


class OperatorShape(Struct, frozen=True):
    """The values of an operator: one of `words`, a text, a number, a moment, a person's, group's or category's name, or a name
    that nothing is looked up for."""

    name: str
    kind: OperatorKind
    words: tuple[str, ...] = ()
    none: bool = False


def _shapes() -> Iterator[OperatorShape]:
    for name in (*RULES.fields, *RULES.dates):
        words = tuple(RULES.words.get(name, {"by": BY, "comment.by": COMMENT_BY}.get(name, ())))
        yield OperatorShape(name, _kind(name), words, RULES.takes_none(name))


def _kind(name: str) -> OperatorKind:
    plain = ticket_field(name)
    if plain in PERSONS:
        return "person"
    if plain == "group":
        return "group"
    if plain == "category":
        return "category"
    if name in RULES.dates:
        return "moment"
    if name in RULES.words:
        return "words"
    if name in RULES.texts:
        return "text"
    return "number" if plain in ("number", "linked") or name in RULES.counted else "name"


OPERATORS: Final = tuple(_shapes())
"""Every operator of conditions, for forms."""


def kind_of(field: str) -> str | None:
    """The kind of object that an operator's values name; None for other values. `by` is a person or an API key."""
    if field == "by":
        return "by"
    if field in PERSONS:
        return "person"
    return field if field in REFERENCES else None


def own_words(field: str) -> tuple[str, ...]:
    """The values of an operator on members that are words, not names."""
    return {"by": BY, "comment.by": COMMENT_BY}.get(field, ())
