"""v1: the whole configuration of the workflow exported and imported as a text."""

from typing import Any

import pytest
import yaml

from deskbell.features.configuration.reading import read_document
from tests.api.v1.test_files import upload
from tests.api.v1.test_operations import ok
from tests.api.v1.test_rules import group
from tests.support.desk import Client, Organization

TEXT = """
hours: {mon: ["09:00-12:30", "13:30-18:00"], dates: {2026-12-25: [], 2026-12-24: ["09:00-12:00"]}}
fields:
- {field: order, type: text, label: Order, customer: write, limits: {max_length: 20}}
- {field: kind, type: dropdown, label: Art, options: [{key: return, label: Rücksendung}, {key: broken, label: Broken}]}
statuses:
- {status: Waiting for parts, category: hold, customer_name: On its way}
- {status: Old, category: open, retired: true}
steps:
- {from: open, to: Waiting for parts, roles: [agent, admin]}
- {from: Waiting for parts, to: solved}
forms:
- form: Returns
  categories: [Returns]
  items: [{field: kind}, {field: order, required: solve, customer: read, show: 'field.kind:return'}]
- {form: The rest, default: true, items: [{field: order}]}
macros:
- macro: Ask
  group: Billing
  do: [{set: {status: pending, fields: {kind: return}}}, {add_tags: [asked]}]
  comment: {body: 'Hello {{requester.name}}', public: false}
- {macro: Thanks, active: false, comment: {canned: Thank you}}
rules:
- {trigger: Mark, on: [ticket.created], do: [{fill: {group: Billing}}]}
"""


async def ready(client: Client) -> None:
    await group(client, "Billing")
    await ok(await client.post("/categories", {"name": "Returns"}), 201)
    await ok(await client.post("/canned-responses", {"title": "Thank you", "content": "Thanks"}), 201)


async def exported(client: Client) -> str:
    return str((await ok(await client.get("/workflow/export")))["text"])


async def imported(client: Client, text: str, *, dry_run: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = await ok(await client.post("/workflow/import", {"text": text}, params={"dry_run": dry_run}))
    return found


async def test_export_import_into_an_empty_desk_and_export_are_the_same_text(
    shop: Organization, rival: Organization
) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    for each in (admin, other):
        await ready(each)
    tried = await imported(admin, TEXT, dry_run=True)
    assert await exported(admin) == await exported(other), "a dry run changes nothing"
    created = await imported(admin, TEXT)
    assert created == tried
    assert {part: difference["created"] for part, difference in created.items()} == {
        "hours": [],
        "fields": ["order", "kind"], "statuses": ["Waiting for parts", "Old"], "steps": [], "forms": ["Returns", "The rest"],
        "macros": ["Ask", "Thanks"], "rules": ["Mark"],
    }  # fmt: skip
    text = await exported(admin)
    assert text.startswith("hours:\n  mon:\n  - 09:00-12:30\n")
    await imported(other, text)
    assert await exported(other) == text
    again = await imported(admin, text)
    assert [(part, each) for part, each in again.items() if each["created"] or each["changed"] or each["deleted"]] == []


async def test_a_part_that_is_left_out_stays_and_an_empty_one_is_emptied(shop: Organization) -> None:
    admin = await shop.client("admin")
    await ready(admin)
    await imported(admin, TEXT)
    found = await imported(admin, "macros: []\nstatuses:\n- {status: Waiting for parts, category: hold}\n")
    assert found["macros"]["deleted"] == ["Ask", "Thanks"]
    assert found["statuses"]["changed"] == [{"name": "Waiting for parts", "fields": ["customer_name"]}]
    assert found["fields"] == {
        "created": [],
        "changed": [],
        "deleted": [],
        "unchanged": 0,
        "reordered": False,
        "left_out": [],
    }
    assert len(await ok(await admin.get("/fields"))) == 2
    assert await ok(await admin.get("/macros")) == []
    order = "fields:\n- {field: kind, type: text, label: Art}\n- {field: order, type: text, label: Order}\n"
    answer = await admin.post("/workflow/import", {"text": order})
    found = await ok(answer)
    assert (found["fields"]["reordered"], [each["name"] for each in found["fields"]["changed"]]) == (
        True,
        ["kind", "order"],
    )
    gone = await imported(admin, "fields: []")
    assert gone["fields"]["deleted"] == ["kind", "order"]
    back = await imported(admin, "fields:\n- {field: order, type: text, label: Number}\n")
    assert back["fields"]["created"] == ["order"]
    assert [each["label"] for each in await ok(await admin.get("/fields"))] == ["Number"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("fields: [{field: a, type: text, label: A}, {field: a, type: text, label: B}]", "fields.1.field"),
        ("fields: [{field: a, type: dropdown, label: A}]", "fields.0.options"),
        ("hours: {mon: [9-17]}", "hours.mon.0"),
        ("forms: [{form: A, categories: [Nowhere]}]", "forms.0.categories.0"),
        ("forms: [{form: A, items: [{field: nothing}]}]", "forms.0.items.0.field"),
        ("macros: [{macro: A, group: Nowhere, do: [{add_tags: [x]}]}]", "macros.0.group"),
        ("macros: [{macro: A, comment: {canned: Nothing}}]", "macros.0.comment.canned"),
        ("steps: [{from: new, to: Nowhere}]", "steps.0.to"),
        ("statuses: [{status: open, category: open}]", "statuses.0.name"),
        (
            "fields: [{field: a, type: text, label: A}]\nrules: [{trigger: A, on: [x], do: [{add_tags: [x]}]}]",
            "rules.0.on",
        ),
        ("colours: []", "text"),
    ],
)
async def test_a_mistake_is_named_and_nothing_is_changed(shop: Organization, text: str, path: str) -> None:
    admin = await shop.client("admin")
    before = await exported(admin)
    for dry_run in (True, False):
        answer = await admin.post("/workflow/import", {"text": text}, params={"dry_run": dry_run})
        assert answer.status_code == 422, answer.text
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
    assert await exported(admin) == before


@pytest.mark.parametrize(
    "text",
    [
        *(f"rules: !!{tag} x" for tag in ("int", "float", "bool", "timestamp", "binary", "python/none")),
        "rules: !own []", "rules: [! x]", "rules: " + "9" * 5_000, "rules: " + "1:" * 100_000 + "1", "a: &a [1]\nb: *a",
        "rules: " + "[" * 100_000, "rules: " + "[" * 101 + "]" * 101, "rules: 2026-99-99", "rules: {[a]: 1}", "rules: [=]",
        "rules: [{<<: {trigger: A}}]", 'rules: [{trigger: "\\0", do: []}]', "rules:\n\t- a", "x" * 500_001, "x: [",
        "rules: [{trigger: A, on: [ticket.created], when: {1: a, null: b}, do: [{add_tags: [a]}]}]", "rules: [{1: 2}]",
    ],
)  # fmt: skip
async def test_what_is_not_plain_yaml_is_refused(shop: Organization, text: str) -> None:
    admin = await shop.client("admin")
    answer = await admin.post("/workflow/import", {"text": text})
    assert answer.status_code == 422, answer.text
    assert len(answer.text) < 1_000, "the text is not repeated"


def test_words_are_strings_but_plain_numbers_and_words_of_json() -> None:
    words = [
        "1:1:1",
        "1:30.5",
        "0x10",
        "0o7",
        "017",
        "1_000",
        "2026-01-01",
        "yes",
        "on",
        "Off",
        "1" * 19,
        ".inf",
        "1e3",
        "=",
    ]
    plain: dict[str, Any] = {
        "0": 0,
        "-12": -12,
        "9" * 18: 10**18 - 1,
        "1.5": 1.5,
        "1.0e+16": 1e16,
        "1.0e-07": 1e-7,
        ".5": 0.5,
    }
    plain |= {"true": True, "False": False, "null": None, "~": None, "''": ""}
    found = read_document(f"rules: [{{a: [{', '.join([*words, *plain])}], on: 1, 2: {{no: 1}}}}]").rules
    assert found == [{"a": [*words, *plain.values()], "on": 1, "2": {"no": 1}}]
    assert [type(each) for each in found[0]["a"]] == [type(each) for each in (*words, *plain.values())]
    dumped = yaml.safe_dump({"rules": [{"a": [*words, *plain, *plain.values()]}]})
    assert read_document(dumped).rules == [{"a": [*words, *plain, *plain.values()]}], (
        "what is exported is read the same"
    )


async def test_only_admins_import_and_the_staff_with_rules_export(shop: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.client("agent")
    assert (await lead.get("/workflow/export")).status_code == 200
    assert (await lead.post("/workflow/import", {"text": "rules: []"})).status_code == 403
    assert (await agent.get("/workflow/export")).status_code == 403


async def test_a_renamed_object_is_written_by_its_present_name(shop: Organization, rival: Organization) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    old, south = await group(admin, "Billing"), await group(admin, "South")
    text = """
macros: [{macro: Ask, do: [{set: {group: Billing}}]}]
rules:
- trigger: Mark
  on: [ticket.updated]
  when: {all: ['group:billing,South -category:none', {none: ['was.group:"Billing"']}], any: ['status:open']}
  do: [{set: {group: Billing}}, {notify: {text: Look, groups: [South, Billing]}}]
- {automation: Later, after: 1d, since: created, when: 'group:South', do: [{add_tags: [x]}], finally: [{set: {group: South}}]}
"""
    await imported(admin, text)
    await ok(await admin.put(f"/groups/{old}", {"name": "Money, please"}))
    await ok(await admin.put(f"/groups/{south}", {"name": "North"}))
    now = await exported(admin)
    assert "Billing" not in now
    assert "South" not in now
    assert 'group:"Money, please",North -category:none' in now
    assert 'was.group:"Money, please"' in now
    again = await imported(admin, now, dry_run=True)
    assert [(part, each) for part, each in again.items() if each["created"] or each["changed"] or each["deleted"]] == []
    for name in ("Money, please", "North"):
        await group(other, name)
    await imported(other, now)
    assert await exported(other) == now


async def test_files_of_macros_are_named_and_what_an_import_cannot_bring_is_listed(
    shop: Organization, rival: Organization
) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    files = [await upload(admin), await upload(admin, "list.png")]
    body = {"title": "Parts", "shared": True, "comment": {"body": "See"}, "file_ids": [each["id"] for each in files]}
    await ok(await admin.post("/macros", body), 201)
    text = await exported(admin)
    assert "files:\n  - zip.png\n  - list.png\n" in text
    assert (await imported(admin, text))["macros"]["left_out"] == []
    assert await exported(admin) == text, "they stay where they are"
    tried = await imported(other, text, dry_run=True)
    assert (tried["macros"]["created"], tried["macros"]["left_out"]) == (
        ["Parts"],
        ["Parts: zip.png", "Parts: list.png"],
    )
    assert await imported(other, text) == tried
    assert "files" not in await exported(other)
    without = text.replace("  files:\n  - zip.png\n  - list.png\n", "")
    assert (await imported(admin, without))["macros"]["changed"] == []
    assert await exported(admin) == text, "a text without them takes none away"


async def test_own_macros_stay_with_their_owners(shop: Organization) -> None:
    admin = await shop.client("admin")
    await ok(await admin.post("/macros", {"title": "Mine", "do": [{"add_tags": ["a"]}]}), 201)
    text = await exported(admin)
    assert "Mine" not in text
    assert (await imported(admin, text))["macros"]["deleted"] == []
    assert [each["title"] for each in await ok(await admin.get("/macros"))] == ["Mine"]
