"""The open format: one canonical spelling, everything kept, and every bad line named instead of raised."""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decode, read
from deskbell.features.transfer.format.records import (
    Attachment,
    Category,
    Change,
    Comment,
    Feedback,
    FilePart,
    Group,
    Organization,
    Person,
    PersonRef,
    Record,
    Tag,
    Ticket,
    encode,
)
from deskbell.features.transfer.format.types import WORDS
from deskbell.kernel.shapes import problems_of

MINIMAL = {"kind": "ticket", "subject": "Help", "requester": {"email": "Ann@Example.org"}}

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
names = texts.filter(bool)
instants = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(9998, 12, 30),  # noqa: DTZ001  # as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]),
)
emails = st.from_regex(r"[A-Za-z0-9+_-]{1,20}@[A-Za-z0-9]{1,20}\.example", fullmatch=True)
values: st.SearchStrategy[Any] = st.one_of(
    texts, st.integers(-(2**53), 2**53), st.floats(-(2**53), 2**53), st.booleans(), st.none(), st.lists(texts)
)
maybe_instant = st.none() | instants
refs = st.builds(PersonRef, email=emails, name=st.none() | names, role=st.none() | st.sampled_from(WORDS["role"]))
attachments = st.builds(
    Attachment,
    filename=names,
    id=st.none() | st.uuids(),
    size=st.none() | st.integers(0, 2**40),
    content=st.none() | st.binary(max_size=30),
)
comments = st.builds(
    Comment,
    id=st.none() | st.uuids(),
    external_id=st.none() | names,
    author=refs,
    body=texts,
    public=st.booleans(),
    created_at=maybe_instant,
    edited_at=maybe_instant,
    attachments=st.lists(attachments, max_size=2),
)
status_changes = st.builds(
    Change,
    at=instants,
    actor=st.none() | refs,
    field=st.just("status"),
    was=st.none() | st.sampled_from(WORDS["status"]),
    now=st.sampled_from(WORDS["status"]),
)
subject_changes = st.builds(Change, at=instants, field=st.just("subject"), was=texts, now=texts)
tickets = st.builds(
    Ticket,
    id=st.none() | st.uuids(),
    external_id=st.none() | names,
    number=st.none() | st.integers(1, 2**31 - 1),
    subject=names,
    description=texts,
    status=st.none() | st.sampled_from(WORDS["status"]),
    priority=st.none() | st.sampled_from(WORDS["priority"]),
    type=st.none() | st.sampled_from(WORDS["type"]),
    channel=st.none() | st.sampled_from(WORDS["channel"]),
    requester=refs,
    created_by=st.none() | refs,
    assignee=st.none() | refs,
    group=st.none() | names,
    tags=st.lists(names.filter(lambda name: bool(name.strip())), max_size=4),
    custom_fields=st.dictionaries(names, values, max_size=4),
    created_at=maybe_instant,
    updated_at=maybe_instant,
    deleted_at=maybe_instant,
    feedback=st.none() | st.builds(Feedback, rating=st.integers(1, 5), comment=st.none() | texts, at=maybe_instant),
    attachments=st.lists(attachments, max_size=1),
    comments=st.lists(comments, max_size=3),
    changes=st.lists(status_changes | subject_changes, max_size=3),
)
records: st.SearchStrategy[Record] = st.one_of(
    tickets,
    st.builds(Person, email=emails, name=names, role=st.sampled_from(WORDS["role"]), created_at=maybe_instant),
    st.builds(Group, name=names, leads=st.lists(emails, max_size=2), members=st.lists(emails, max_size=3)),
    st.builds(Category, name=names, description=st.none() | texts),
    st.builds(
        Tag, name=names.filter(lambda name: bool(name.strip())), color=st.none() | st.sampled_from(["#AbCdEf", "#aBc"])
    ),
    st.builds(FilePart, sha256=st.just("0" * 64), size=st.integers(0, 99), content=st.binary(max_size=30)),
    st.builds(Organization, format=st.just("deskbell"), version=st.just(2), name=names),
)


def problem(line: bytes) -> LineProblem:
    """The one problem of a line."""
    answers = list(read(io.BytesIO(line)))
    assert len(answers) == 1
    assert isinstance(answers[0], LineProblem)
    return answers[0]


def with_fields(**fields: Any) -> bytes:
    """The minimal ticket with more fields, as a line."""
    return json.dumps(MINIMAL | fields).encode()


@given(records)
@settings(deadline=None, max_examples=300)
def test_a_record_survives_its_line_and_has_one_spelling(record: Record) -> None:
    line = encode(record)
    answer = decode(1, line)
    assert isinstance(answer, RecordLine), answer
    assert answer.record == record
    assert encode(answer.record) == line
    assert line.count(b"\n") == 1


@given(tickets, st.randoms())
@settings(deadline=None)
def test_order_of_keys_and_explicit_nulls_do_not_change_the_canonical_line(ticket: Ticket, random: Any) -> None:
    line = encode(ticket)
    entries = list(json.loads(line).items())
    random.shuffle(entries)
    answer = decode(1, json.dumps({**dict(entries), "group": ticket.group, "deleted_at": None}).encode())
    expected = msgspec.structs.replace(ticket, deleted_at=None)
    assert isinstance(answer, RecordLine)
    assert encode(answer.record) == encode(expected)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None)
def test_no_line_whatever_raises(line: bytes) -> None:
    for answer in read(io.BytesIO(line)):
        assert isinstance(answer, RecordLine | LineProblem)


def test_a_subject_and_a_requester_make_a_ticket() -> None:
    (answer,) = read(io.BytesIO(json.dumps(MINIMAL).encode()))
    assert isinstance(answer, RecordLine)
    assert encode(answer.record) == b'{"kind":"ticket","subject":"Help","requester":{"email":"ann@example.org"}}\n'


def test_times_are_written_in_utc_and_tags_as_a_sorted_set() -> None:
    line = with_fields(created_at="2026-03-01T10:00:00.500+02:00", tags=["b", " a ", "b"])
    (answer,) = read(io.BytesIO(line))
    assert isinstance(answer, RecordLine)
    written = json.loads(encode(answer.record))
    assert written["created_at"] == "2026-03-01T08:00:00.500000Z"
    assert written["tags"] == ["a", "b"]


def test_ids_are_kept() -> None:
    id_ = UUID("0199aaaa-0000-7000-8000-000000000001")
    (answer,) = read(io.BytesIO(with_fields(id=str(id_))))
    assert isinstance(answer, RecordLine)
    assert isinstance(answer.record, Ticket)
    assert answer.record.id == id_


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (b"{", "", "not valid JSON"),
        (b"[]", "", "must be an object"),
        (b"{}", "kind", "is required"),
        (b'{"kind":"tickets"}', "kind", "must be one of: organization, group"),
        (b'{"kind":"ticket","subject":"x"}', "requester", "is required"),
        (with_fields(status=3), "status", "must be text or null"),
        (with_fields(requestor="x"), "requestor", "unknown field"),
        (with_fields(created_at="yesterday"), "created_at", "must be a time"),
        (with_fields(created_at="2026-03-01T10:00:00"), "created_at", "needs a time zone"),
        (with_fields(created_at="0001-01-01T00:00:00+10:00"), "created_at", "years 1970 to 9998"),
        (with_fields(number=0), "number", "at least 1"),
        (with_fields(number=2**31), "number", "at most 2147483647"),
        (with_fields(id="17"), "id", "must be an id (UUID)"),
        (with_fields(description="a\0b"), "description", "NUL"),
        (with_fields(custom_fields={"a\0": 1}), "custom_fields", "NUL"),
        (with_fields(comments=[{"author": {"email": "a@b.c"}, "body": "x"}]), "comments[0].public", "is required"),
        (
            with_fields(comments=[{"author": {"email": "a@b.c"}, "body": "x\0", "public": True}]),
            "comments[0].body",
            "NUL",
        ),
        (b'{"kind":"person","email":"ann@x.example","name":"Ann","role":"vip"}', "role", "must be one of: customer"),
        (with_fields(tags=["ok", 1]), "tags[1]", "must be text"),
        (b'{"kind":"organization","format":"deskbell","version":3,"name":"x"}', "version", "must be one of: 1, 2"),
        (with_fields(attachments=[{"filename": "a", "sha256": "x"}]), "attachments[0].sha256", "64 hexadecimal digits"),
        (with_fields(feedback={"rating": 5, "at": "9999-01-01T00:00:00Z"}), "feedback.at", "years 1970 to 9998"),
        (b'{"kind":"tag","name":" "}', "name", "must not be empty"),
        (b'{"kind":"brand","name":"x","color":"red"}', "color", "a color such as"),
        (b'{"kind":"ticket","subject":"\xff"}', "", "not UTF-8"),
        (b'{"kind":"ticket","subject":"a\0"}', "", "NUL byte"),
        (b'{"kind":"ticket","subject":"\\ud800"}', "", "not valid JSON"),
        (b'{"a":' + b"[" * 50_000, "", "nested too deeply"),
    ],
)
def test_a_bad_line_is_named_with_its_field_and_a_sentence(line: bytes, field: str, sentence: str) -> None:
    found = problem(line + b"\n")
    assert (found.line, found.field) == (1, field)
    assert sentence in found.sentence


@pytest.mark.parametrize(
    ("record", "path", "code"),
    [
        ({"kind": "group", "name": "x", "leads": ["a@b.example", "nobody"]}, "leads.1", "not_an_address"),
        (
            MINIMAL | {"attachments": [{"filename": "a", "url": "javascript:x"}]},
            "attachments.0.url",
            "not_a_web_address",
        ),
        (MINIMAL | {"custom_fields": {"Weight": 2**53 + 1}}, "custom_fields.Weight", "custom_field.number"),
        (MINIMAL | {"custom_fields": {"Parts": ["x" * 6_000] * 2}}, "custom_fields.Parts", "custom_field.list"),
        (MINIMAL | {"tags": ["a", " "]}, "tags", "blank"),
        (
            MINIMAL | {"changes": [{"at": "2026-03-01T10:00:00Z", "field": "status", "now": "odd"}]},
            "changes.0.now",
            "enum",
        ),
        (
            MINIMAL | {"changes": [{"at": "2026-03-01T10:00:00Z", "field": "group", "was": 3}]},
            "changes.0.was",
            "custom_field.name",
        ),
    ],
)
def test_what_an_import_adjusts_breaks_a_rule_of_the_format(record: dict[str, Any], path: str, code: str) -> None:
    assert [(each.path, each.code) for each in problems_of(record, Record)] == [(path, code)]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(record, Record)


def test_good_lines_around_a_bad_one_are_read_and_blank_ones_counted() -> None:
    good = json.dumps(MINIMAL).encode()
    answers = list(read(io.BytesIO(b"\xef\xbb\xbf" + good + b"\r\n\n\xff\n  \n" + good)))
    assert [(answer.line, type(answer)) for answer in answers] == [(1, RecordLine), (3, LineProblem), (5, RecordLine)]


def test_a_line_over_the_limit_is_skipped_and_the_next_one_read() -> None:
    good = json.dumps(MINIMAL).encode()
    limit = len(good) + 1
    long = with_fields(description="x" * limit * 5)
    answers = list(read(io.BytesIO(good + b"\n" + long + b"\n" + good), limit))
    assert [type(answer) for answer in answers] == [RecordLine, LineProblem, RecordLine]
    assert answers[2].line == 3


def test_the_header_may_only_stand_first() -> None:
    header = encode(Organization(format="deskbell", version=2, name="Shop"))
    first, second = read(io.BytesIO(header + header))
    assert isinstance(first, RecordLine)
    assert isinstance(second, LineProblem)
    assert second.field == "kind"


def test_gzip_is_read_like_plain_text() -> None:
    plain = json.dumps(MINIMAL).encode() + b"\n"
    assert list(read(io.BytesIO(gzip.compress(plain)))) == list(read(io.BytesIO(plain)))


@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_a_damaged_gzip_file_gives_what_can_be_read_and_then_a_problem(damage: str) -> None:
    lines = [with_fields(subject=f"Ticket {number}", description=str(hash(number)) * 50) for number in range(2000)]
    packed = bytearray(gzip.compress(b"\n".join(lines)))
    middle = len(packed) // 2
    if damage == "cut":
        del packed[middle:]
    else:
        packed[middle : middle + 40] = b"\xff" * 40
    *_, last = read(io.BytesIO(bytes(packed)))
    assert isinstance(last, LineProblem)


def test_a_short_colour_of_a_tag_is_read_and_written_in_full() -> None:
    assert Tag(name="glass", color="#aBc") == Tag(name="glass", color="#aabbcc")
