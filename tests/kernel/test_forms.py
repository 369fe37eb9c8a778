"""Forms: what is shown and what is required, and conditions from text to data."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from deskbell.kernel.errors import Invalid
from deskbell.kernel.fields import Definition, Kind, Limits, Option
from deskbell.kernel.form_conditions import Known, condition_of, parsed
from deskbell.kernel.forms import Condition, FormItem, Subject, for_customers, missing, visible

VECTORS = json.loads((Path(__file__).parents[2] / "docs/api/form-visibility.json").read_text("utf-8"))
SHOES = UUID(int=7)
OPTIONS = [Option("s", "Small"), Option("m", "Medium")]


def field(key: str, kind: Kind, **more: Any) -> Definition:
    return Definition(key=key, number=1, target="ticket", kind=kind, label=key, customer="write", **more)


FIELDS = {
    each.key: each
    for each in (
        field("size", Kind.DROPDOWN, options=OPTIONS),
        field("price", Kind.DECIMAL, limits=Limits(places=2)),
        field("insured", Kind.CHECKBOX),
        field("serial", Kind.TEXT),
    )
}


def read(text: Any, above: str = "size price insured serial") -> Condition:
    known = Known({key: FIELDS[key] for key in above.split()}, FIELDS, {"Shoes": SHOES})
    return condition_of(parsed(text, "show"), known, "show")


@pytest.mark.parametrize("case", VECTORS["cases"], ids=str)
def test_the_published_cases_hold(case: dict[str, Any]) -> None:
    items = [
        FormItem(
            field=each["field"], required=each["required"],
            condition=None if each["show"] is None else msgspec.convert(each["show"], Condition),
        )
        for each in VECTORS["forms"][case["form"]]
    ]  # fmt: skip
    ticket = case["ticket"]
    category = ticket.get("category_id")
    subject = Subject(
        type=ticket.get("type", "question"), priority=ticket.get("priority", "normal"),
        category_id=None if category is None else UUID(category), values=ticket.get("values", {}),
    )  # fmt: skip
    assert visible(items, subject) == case["visible"]
    assert missing(items, subject, "create") == case["create"]
    assert missing(items, subject, "solve") == case["solve"]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("field.size:Medium,s", {"all": [{"of": "field.size", "in": ["m", "s"]}]}),
        (
            "-field.size:none type:task",
            {"all": [{"of": "field.size", "empty": True, "not": True}, {"of": "type", "in": ["task"]}]},
        ),
        ("field.price>=100.5", {"all": [{"of": "field.price", "from": 100.5}]}),
        ("field.price<=10", {"all": [{"of": "field.price", "before": 10.01}]}),
        ("field.insured:yes", {"all": [{"of": "field.insured", "in": [True]}]}),
        ("category:Shoes,none", {"all": [{"of": "category", "in": [str(SHOES)], "empty": True}]}),
        (
            {"any": ["priority:high", "field.serial:none"]},
            {"any": [{"all": [{"of": "priority", "in": ["high"]}]}, {"all": [{"of": "field.serial", "empty": True}]}]},
        ),
    ],
)  # fmt: skip
def test_a_condition_becomes_data(text: Any, data: dict[str, Any]) -> None:
    assert msgspec.to_builtins(read(text)) == {**data}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("field.price>1", "form.refers_down"),
        ("field.nothing:1", "search.field_unknown"),
        ("field.serial:x", "form.not_compared"),
        ("field.size:xl", "search.field_value"),
        ("category:Nowhere", "rule.name_unknown"),
        ("status:open", "search.operator_unknown"),
        ("shoes", "search.word_without_operator"),
        ({"maybe": ["type:task"]}, "search.not_a_group"),
    ],
)
def test_a_mistake_in_a_condition_is_named(text: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, "size serial")
    assert [problem.code for problem in refused.value.problems] == [code]
    assert refused.value.problems[0].path.startswith("show")


def test_customers_get_a_form_without_what_is_hidden_from_them() -> None:
    hidden = {**FIELDS, "size": msgspec.structs.replace(FIELDS["size"], customer="hidden")}
    items = [
        FormItem(field="size"),
        FormItem(field="price", required="create", show="field.size:m", condition=read("field.size:m")),
        FormItem(field="insured", required="create", customer="read", condition=read("field.size:none")),
        FormItem(field="serial", required="create", condition=read({"none": ["field.price>1"]})),
    ]
    shown = for_customers(items, hidden)
    assert [(each.field, each.customer, each.required) for each in shown] == [
        ("price", "write", "create"), ("insured", "read", "never"), ("serial", "write", "create"),
    ]  # fmt: skip
    assert "size" not in msgspec.json.encode(shown).decode()
    assert visible(shown, Subject(type="task", priority="low", category_id=None, values={})) == ["insured", "serial"]
