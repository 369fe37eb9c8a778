"""v1: rules exported and imported as a text."""

from typing import Any

import pytest

from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization

TEXT = """
rules:
- trigger: Invoices go to Billing
  on: [ticket.created, comment.added]
  when: {all: ["channel:web"], any: ["subject:invoice*", 'body:/\\bIN-\\d{6}\\b/']}
  do: [{fill: {group: Billing}}, {set: {priority: high}}, {add_tags: [Rechnung für Björn]}]
- automation: Remind, then solve
  after: 3d
  since: staff.wrote
  when: "status:pending -tag:no-reminder"
  repeat: {every: 1d, most: 2}
  do: [{notify: {text: Look, leads: true}}]
  finally: [{set: {status: solved}}]
- trigger: Quiet
  enabled: false
  on: [ticket.updated]
  do: [{remove_tags: [loud]}]
  stop: true
"""


async def exported(client: Client) -> str:
    return str((await client.get("/workflow/export")).json()["data"]["text"])


async def imported(client: Client, text: str, *, dry_run: bool = False) -> dict[str, Any]:
    answer = await client.post("/workflow/import", {"text": text}, params={"dry_run": dry_run})
    assert answer.status_code == 200, answer.text
    difference: dict[str, Any] = answer.json()["data"]["rules"]
    return difference


async def test_export_import_and_export_are_the_same_text(shop: Organization, rival: Organization) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    for each in (admin, other):
        await group(each, "Billing")
    created = await imported(admin, TEXT)
    assert created["created"] == ["Invoices go to Billing", "Remind, then solve", "Quiet"]
    text = await exported(admin)
    assert "Rechnung für Björn" in text
    await imported(other, text)
    assert await exported(other) == text
    assert await imported(admin, text) == {
        "created": [], "changed": [], "deleted": [], "unchanged": 3, "reordered": False,
        "left_out": [],
    }  # fmt: skip
    versions = [each["version"] for each in (await admin.get("/rules")).json()["data"]]
    assert versions == [1, 1, 1]
    ticket = await filed(await rival.client("customer"))
    assert (ticket["priority"], ticket["tags"]) == ("high", ["Rechnung für Björn"])


async def test_a_dry_run_shows_the_difference_and_changes_nothing(shop: Organization) -> None:
    admin = await shop.client("admin")
    await saved(admin, name="Stays")
    await saved(admin, name="Changes")
    await saved(admin, name="Goes")
    before = await exported(admin)
    text = """
rules:
- {trigger: Changes, on: [ticket.created], do: [{add_tags: [seen]}], stop: true}
- {trigger: Comes, on: [ticket.created], do: [{add_tags: [new]}]}
- {trigger: Stays, on: [ticket.created], do: [{add_tags: [seen]}]}
"""
    expected = {
        "created": ["Comes"], "changed": [{"name": "Changes", "fields": ["stop"]}], "deleted": ["Goes"], "unchanged": 1,
        "reordered": True, "left_out": [],
    }  # fmt: skip
    assert await imported(admin, text, dry_run=True) == expected
    assert await exported(admin) == before
    assert await imported(admin, text) == expected
    rules = (await admin.get("/rules")).json()["data"]
    assert [(each["name"], each["version"]) for each in rules] == [("Changes", 2), ("Comes", 1), ("Stays", 1)]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("rules: [", "text"),
        ("rules: {}", "text"),
        ("other: []", "text"),
        ("rules: [&a {trigger: A, on: [ticket.created], do: [{add_tags: [x]}]}, *a]", "text"),
        ("rules: [{trigger: A, on: [ticket.created], do: [{add_tags: [x]}], colour: red}]", "rules.0"),
        ("rules: [{on: [ticket.created], do: [{add_tags: [x]}]}]", "rules.0"),
        ("rules: [{trigger: A, on: [ticket.created], do: [{set: {group: Nowhere}}]}]", "rules.0.do.0.set.group"),
        ("rules: [{trigger: A, on: [ticket.created], when: 'colour:red', do: [{add_tags: [x]}]}]", "rules.0.when"),
    ],
)
async def test_a_mistake_in_a_text_is_named_and_nothing_is_changed(shop: Organization, text: str, field: str) -> None:
    admin = await shop.client("admin")
    await saved(admin, name="Stays")
    answer = await admin.post("/workflow/import", {"text": text})
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]
    assert [each["name"] for each in (await admin.get("/rules")).json()["data"]] == ["Stays"]
