"""Who may start imports and exports, and what an import may bring. Plain functions, no I/O."""

from collections.abc import Iterable, Iterator
from typing import Final

from deskbell.features.transfer.format.reading import LineProblem, RecordLine
from deskbell.features.transfer.format.records import Group, Person, PersonRef, Record, Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission, Role

MAY_IMPORT: Final = (
    Permission.IMPORT, Permission.MEMBER_MANAGE, Permission.GROUP_MANAGE, Permission.CATEGORY_MANAGE,
    Permission.TAG_MANAGE, Permission.BRAND_MANAGE, Permission.FIELD_MANAGE, Permission.MACRO_MANAGE, Permission.RULE_MANAGE,
    Permission.ARTICLE_MANAGE,
)  # fmt: skip
"""An import makes members, staff among them where the file says so, and the settings that a file of this format has."""
MAY_EXPORT: Final = (
    Permission.EXPORT, Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL, Permission.FILE_READ,
    Permission.CONTACT_READ, Permission.AGENT_READ, Permission.GROUP_READ, Permission.TAG_READ, Permission.CATEGORY_READ,
    Permission.BRAND_READ, Permission.FIELD_READ, Permission.MACRO_USE, Permission.RULE_READ,
    Permission.ARTICLE_WRITE,
)  # fmt: skip
"""An export has all of it."""
_OWNERS_ONLY: Final = "has the role owner, which only an owner may give"


def within_rights(actor: Actor, answers: Iterable[RecordLine | LineProblem]) -> Iterator[RecordLine | LineProblem]:
    """The lines, those refused that would make an owner on behalf of a person who is none."""
    for answer in answers:
        if actor.role is not Role.OWNER and isinstance(answer, RecordLine):
            field = _owner_in(answer.record)
            if field is not None:
                yield answer.refused(field, _OWNERS_ONLY)
                continue
        yield answer


def _owner_in(record: Record) -> str | None:
    """The path of the first role of an owner in a line."""
    if isinstance(record, Person):
        return "role" if record.role == "owner" else None
    return next((path for path, person in people_in(record) if person.role == "owner"), None)


def people_in(record: Record) -> Iterator[tuple[str, PersonRef]]:
    """The people that a ticket refers to, each with the path of the role."""
    if not isinstance(record, Ticket):
        return
    for name in ("requester", "created_by", "assignee"):
        person: PersonRef | None = getattr(record, name)
        if person is not None:
            yield f"{name}.role", person
    for index, comment in enumerate(record.comments):
        yield f"comments[{index}].author.role", comment.author
    for index, change in enumerate(record.changes):
        if change.actor is not None:
            yield f"changes[{index}].actor.role", change.actor


def staff_in(record: Record) -> Iterator[str]:
    """The addresses of those who become staff by a line, unless they are members already."""
    if isinstance(record, Person) and record.role != "customer":
        yield record.email
    if isinstance(record, Group):
        yield from [*record.leads, *record.members]
    for path, person in people_in(record):
        if person.role not in (None, "customer") or (person.role is None and path.startswith("assignee")):
            yield person.email
