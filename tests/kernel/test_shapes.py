"""The pass over a type names every fault by a code, and finds one exactly where msgspec refuses."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.kernel.errors import Problem
from deskbell.kernel.shapes import ShapeError, problems_of


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Item(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=5, pattern=r"\S")]
    count: Annotated[int, Meta(ge=1, le=9)] = 1


def _no_x(text: str) -> Problem | None:
    return Problem("has_x", "elsewhere", {"text": text}) if "x" in text else None


class Body(Struct, forbid_unknown_fields=True, rename="camel"):
    some_id: UUID | None
    items: Annotated[list[Item], Meta(max_length=2)] = []
    word: Literal["z", "a"] | UnsetType = UNSET
    color: Color = Color.RED
    at: datetime | None = None
    free: dict[str, str | int | None] = {}
    short: Annotated[str, Meta(min_length=3, extra={"messages": {"too_short": "title.too_short"}})] = "abc"
    checked: Annotated[str, Meta(extra={"check": _no_x})] = ""
    ratio: float = 0.5
    flag: bool = False


def found(raw: Any, shape: Any = Body) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in problems_of(raw, shape)]


GOOD: dict[str, Any] = {"someId": "01890a5d-ac96-774b-bcce-b302099a8057"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"someId": None}, []),
        ({"someId": "7"}, [("someId", "not_a_uuid")]),
        ({"items": [{"name": ""}, {"name": "abcdef", "count": 10, "more": 1}]}, [
            ("items.0.name", "blank"), ("items.1.name", "too_long"), ("items.1.count", "too_large"), ("items.1.more", "unknown"),
        ]),
        ({"items": [{"name": " "}]}, [("items.0.name", "pattern")]),
        ({"items": [{"name": "a"}] * 3}, [("items", "too_many_entries")]),
        ({"items": {}}, [("items", "type")]),
        ({"word": "b"}, [("word", "enum")]),
        ({"word": None}, [("word", "enum")]),
        ({"color": "green"}, [("color", "enum")]),
        ({"at": "yesterday"}, [("at", "type")]),
        ({"free": {"a": [], "b\0": 1}}, [("free.a", "type"), ("free", "nul")]),
        ({"short": "a"}, [("short", "title.too_short")]),
        ({"checked": "xyz"}, [("checked", "has_x")]),
        ({"checked": "a\0"}, [("checked", "nul")]),
        ({"ratio": True, "flag": 1}, [("ratio", "type"), ("flag", "type")]),
        ({"ratio": 1}, []),
    ],
)  # fmt: skip
def test_each_fault_has_its_path_and_code(more: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found({**GOOD, **more}) == expected


def test_missing_fields_and_a_body_of_another_kind() -> None:
    assert found({}) == [("someId", "missing")]
    assert found([]) == [("", "type")]


def test_parameters_of_sentences() -> None:
    (word,) = problems_of({**GOOD, "word": "b"}, Body)
    assert word.params == {"allowed": ("z", "a")}, "in the order declared"
    (kind,) = problems_of({**GOOD, "someId": 7}, Body)
    assert kind.params == {"expected": ("uuid", "null")}
    (check,) = problems_of({**GOOD, "checked": "x"}, Body)
    assert check == Problem("has_x", "checked", {"text": "x"})


def test_query_parameters_are_read_from_text() -> None:
    assert list(problems_of("7", Annotated[int, Meta(le=9)], "limit", lax=True)) == []
    assert [each.code for each in problems_of("70", Annotated[int, Meta(le=9)], "limit", lax=True)] == ["too_large"]
    assert [each.code for each in problems_of("x", int, "limit", lax=True)] == ["type"]
    assert list(problems_of("true", bool, lax=True)) == []
    assert [each.code for each in problems_of("x", UUID, lax=True)] == ["not_a_uuid"]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "a", "z", "red", "  ", "abcdefg", "01890a5d-ac96-774b-bcce-b302099a8057", "2026-01-01T00:00:00Z"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["someId", "items", "word", "color", "at", "free", "short", "ratio", "flag", "name", "count", "other"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_it_finds_a_fault_exactly_where_msgspec_refuses(raw: Any) -> None:
    try:
        msgspec.convert(raw, Body, strict=True)
        refused = False
    except msgspec.ValidationError:
        refused = True
    assert bool(found(raw)) == refused


class Span(Struct, tag_field="kind", tag="span", forbid_unknown_fields=True):
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ShapeError(Problem.at("last", "too_small", limit=self.first))


class Moment(Struct, tag_field="kind", tag="moment"):
    at: Annotated[datetime, Meta(tz=True)]


Spans = list[Span | Moment]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([{"kind": "span", "first": 1, "last": 2}], []),
        ([{"kind": "span", "first": 2, "last": 1}], [("0.last", "too_small")]),
        ([{"kind": "span", "first": 2, "last": "1", "more": 1}], [("0.last", "type"), ("0.more", "unknown")]),
        ([{"kind": "moment", "at": "2026-03-01T10:00:00"}], [("0.at", "no_time_zone")]),
        ([{"kind": "moment", "at": "2026-03-01T10:00:00Z"}], []),
        ([{"kind": "other"}], [("0.kind", "enum")]),
        ([{"first": 1, "last": 2}], [("0.kind", "missing")]),
    ],
)
def test_tagged_structs_and_their_rules(raw: Any, expected: list[tuple[str, str]]) -> None:
    assert found(raw, Spans) == expected
    if expected:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(raw, Spans)
    else:
        msgspec.convert(raw, Spans)
