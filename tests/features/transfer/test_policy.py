"""The people that lines of an import name, and the lines that may make owners or staff."""

import io
from uuid import UUID

import msgspec
import pytest

from deskbell.features.transfer.format.reading import RecordLine, read
from deskbell.features.transfer.policy import people_in, staff_in, within_rights
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role

ANN, BOB, CYD = {"email": "ann@x.example"}, {"email": "bob@x.example"}, {"email": "cyd@x.example"}
TICKET: dict[str, object] = {
    "kind": "ticket", "subject": "Help", "requester": ANN, "created_by": BOB, "assignee": CYD,
    "comments": [{"author": {"email": "dan@x.example", "role": "agent"}, "body": "Yes.", "public": True}],
    "changes": [
        {"at": "2026-03-01T10:00:00Z", "actor": BOB, "field": "status", "was": "new", "now": "open"},
        {"at": "2026-03-01T11:00:00Z", "field": "status", "was": "open", "now": "solved"},
    ],
}  # fmt: skip


def lines(*records: object) -> list[RecordLine]:
    found = list(read(io.BytesIO(b"\n".join(map(msgspec.json.encode, records)))))
    assert all(isinstance(each, RecordLine) for each in found), found
    return [each for each in found if isinstance(each, RecordLine)]


def actor(role: Role) -> Actor:
    return Actor(UUID(int=1), UUID(int=2), role)


def test_a_ticket_names_its_people_with_the_paths_of_their_roles() -> None:
    [line] = lines(TICKET)
    assert [(path, person.email) for path, person in people_in(line.record)] == [
        ("requester.role", "ann@x.example"), ("created_by.role", "bob@x.example"), ("assignee.role", "cyd@x.example"),
        ("comments[0].author.role", "dan@x.example"), ("changes[0].actor.role", "bob@x.example"),
    ]  # fmt: skip
    assert list(staff_in(line.record)) == ["cyd@x.example", "dan@x.example"]


@pytest.mark.parametrize(
    ("record", "staff"),
    [
        ({"kind": "person", "email": "ann@x.example", "name": "Ann"}, []),
        ({"kind": "person", "email": "ann@x.example", "name": "Ann", "role": "agent"}, ["ann@x.example"]),
        ({"kind": "group", "name": "All", "leads": ["bob@x.example"], "members": ["ann@x.example"]},
         ["bob@x.example", "ann@x.example"]),
        ({"kind": "tag", "name": "late"}, []),
    ],
)  # fmt: skip
def test_lines_that_make_staff_are_known(record: dict[str, object], staff: list[str]) -> None:
    [line] = lines(record)
    assert list(staff_in(line.record)) == staff


def test_only_an_owner_makes_owners() -> None:
    person = {"kind": "person", "email": "ann@x.example", "name": "Ann", "role": "owner"}
    asked = TICKET | {"requester": ANN | {"role": "owner"}}
    given = lines(TICKET, person, asked)
    assert list(within_rights(actor(Role.OWNER), given)) == given
    kept, *refused = within_rights(actor(Role.ADMIN), given)
    assert kept is given[0]
    assert not [each for each in refused if isinstance(each, RecordLine)]
    assert len(refused) == 2
