"""Values of fields: each type takes its own and refuses the rest."""

from typing import Any

import pytest

from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import Definition, FieldValue, Kind, Limits, Option, read_value

LAPTOP = [Option("hardware", "Hardware"), Option("hardware/laptop", "Laptop"), Option("old", "Old", retired=True)]


def field(kind: str, options: list[Option] | None = None, **limits: Any) -> Definition:
    return Definition(
        key="f", number=1, target="ticket", kind=Kind(kind), label="F", limits=Limits(**limits), options=options or []
    )


@pytest.mark.parametrize(
    ("definition", "given", "kept"),
    [
        (field("text"), "  a \n b ", "a b"),
        (field("multiline"), "a\nb", "a\nb"),
        (field("integer"), 7.0, 7),
        (field("decimal", places=2), 19.99, 19.99),
        (field("date"), "2026-02-28", "2026-02-28"),
        (field("datetime"), "2026-01-31T10:00:00+02:00", "2026-01-31T08:00:00Z"),
        (field("checkbox"), False, False),
        (field("dropdown", LAPTOP), "hardware", "hardware"),
        (field("multi_select", LAPTOP), ["hardware", "hardware"], ["hardware"]),
        (field("nested", LAPTOP), "hardware/laptop", "hardware/laptop"),
        (field("pattern", pattern=r"IN-\d+", hint="IN- and digits"), "IN-12", "IN-12"),
        (field("url"), "https://shop.example/a", "https://shop.example/a"),
        (field("lookup", lookup="contact"), "01945B3E-8C1A-7D20-9F3E-2B6A5C4D1E0F", "01945b3e-8c1a-7d20-9f3e-2b6a5c4d1e0f"),
    ],
    ids=lambda each: each.kind.value if isinstance(each, Definition) else "",
)  # fmt: skip
def test_each_type_keeps_its_values_in_one_form(definition: Definition, given: FieldValue, kept: FieldValue) -> None:
    found = read_value(definition, given)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("definition", "given", "code"),
    [
        (field("text", max_length=3), "abcd", "too_long"),
        (field("text"), 5, "field.type"),
        (field("integer"), 1.5, "field.type"),
        (field("integer"), True, "field.type"),
        (field("integer", minimum=3), 2, "too_small"),
        (field("integer"), 2**53 + 1, "custom_field.number"),
        (field("decimal", places=2), 19.999, "field.places"),
        (field("decimal", maximum=10), 11, "too_large"),
        (field("date"), "2026-02-30", "field.type"),
        (field("date", earliest="2026-01-01"), "2025-12-31", "too_small"),
        (field("datetime"), "2026-01-31T10:00:00", "field.offset"),
        (field("checkbox"), "yes", "field.type"),
        (field("dropdown", LAPTOP), "software", "enum"),
        (field("dropdown", LAPTOP), "old", "enum"),
        (field("multi_select", LAPTOP), ["hardware", "old"], "enum"),
        (field("pattern", pattern=r"IN-\d+", hint="IN- and digits"), "IN-1x", "field.pattern"),
        (field("pattern", pattern=r"(a+)+", hint="a"), "a" * 900 + "b", "field.pattern"),
        (field("url"), "javascript:alert(1)", "not_a_web_address"),
        (field("lookup", lookup="ticket"), "12", "field.type"),
    ],
)
def test_what_a_field_does_not_take_is_refused(definition: Definition, given: FieldValue, code: str) -> None:
    found = read_value(definition, given, path="fields.f")
    assert isinstance(found, Problem)
    assert (found.code, found.path) == (code, "fields.f")
