"""v1: files of rules, which replies and notes attach copies of."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from deskbell.features.rules import files as rule_files
from deskbell.kernel.clock import utc_now
from tests.api.v1.test_files import PNG, stored, upload
from tests.api.v1.test_operations import ok
from tests.api.v1.test_rule_effects import comments, outcomes
from tests.api.v1.test_rule_trials import tried
from tests.api.v1.test_rules import filed, saved
from tests.api.v1.test_workflow_as_text import exported, imported
from tests.support.desk import Client, Organization
from tests.support.work import work


def replies(*names: str) -> list[dict[str, Any]]:
    return [{"reply": {"text": "Our terms", "files": list(names)}}]


async def attached(client: Client, ticket: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [each["attachments"] for each in await comments(client, ticket["id"])]


async def test_each_reply_and_note_has_its_own_copies_of_the_files(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    terms, plan = await upload(admin, "terms.png"), await upload(admin, "plan.png")
    rule = await saved(
        admin, file_ids=[terms["id"], plan["id"]],
        do=[*replies("terms.png"), {"note": {"text": "Ours", "files": ["plan.png", "terms.png"]}}],
    )  # fmt: skip
    assert [(each["id"], each["filename"]) for each in rule["files"]] == [
        (terms["id"], "terms.png"), (plan["id"], "plan.png"),
    ]  # fmt: skip
    assert (await admin.delete(f"/uploads/{terms['id']}")).status_code == 404, "it is the rule's now"
    one, two = await filed(customer), await filed(customer)
    await work(shop.desk, shop)
    for ticket in (one, two):
        [reply], note = await attached(admin, ticket)
        assert (reply["filename"], [each["filename"] for each in note]) == ("terms.png", ["plan.png", "terms.png"])
        assert await outcomes(shop, ticket["id"]) == [("reply", "done", None), ("note", "done", None)]
    [[mine]], [[other]] = await attached(customer, one), await attached(customer, two)
    assert mine["url"] != other["url"]
    assert (await admin.delete(mine["url"].removeprefix("/api/v1"))).status_code == 200
    assert (await customer.get(f"/{other['url']}")).content == PNG
    [note] = [note for note in await attached(admin, two) if len(note) == 2]
    assert (await customer.get(f"/{note[0]['url']}")).status_code == 404, "a note's file is the staff's"


async def test_a_rule_keeps_the_files_of_its_versions(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    old, new = await upload(admin, "terms.png"), await upload(admin, "terms.png", PNG + b"new")
    rule = await saved(admin, file_ids=[old["id"]], do=replies("terms.png"))
    path = f"/rules/{rule['id']}"
    same = await ok(await admin.put(path, {"file_ids": [old["id"]], "do": replies("terms.png")}))
    assert same["version"] == 1
    changed = await ok(await admin.put(path, {"file_ids": [new["id"]]}))
    assert (changed["version"], [each["id"] for each in changed["files"]]) == (2, [new["id"]])
    kept = await ok(await admin.put(path, {"name": "Terms"}))
    assert (kept["version"], kept["files"]) == (3, changed["files"])
    without = await ok(await admin.put(path, {"do": [{"reply": {"text": "None"}}]}))
    assert without["files"] == []
    again = await ok(await admin.put(path, {"do": replies("terms.png"), "file_ids": [new["id"]]}))
    assert again["files"] == changed["files"]
    restored = await ok(await admin.post(f"{path}/restore", {"version": 1}))
    assert [each["id"] for each in restored["files"]] == [old["id"]]
    await ok(await admin.post(f"{path}/stop", {}))
    assert (await ok(await admin.put(path, {"enabled": True})))["files"] == restored["files"]
    ticket = await filed(customer)
    await work(shop.desk, shop)
    [[file]] = await attached(customer, ticket)
    assert (await customer.get(f"/{file['url']}")).content == PNG


@pytest.mark.parametrize(
    ("names", "uploads", "field"),
    [
        (["plan.png"], ["terms.png"], "do.0.reply.files.0"),
        (["terms.png"], ["terms.png", "terms.png"], "do.0.reply.files.0"),
        ([f"{i}.png" for i in range(11)], [], "do.0.reply.files"),
    ],
)
async def test_a_name_means_exactly_one_file(
    shop: Organization, names: list[str], uploads: list[str], field: str
) -> None:
    admin = await shop.client("admin")
    file_ids = [(await upload(admin, name))["id"] for name in uploads]
    body = {"name": "Terms", "on": ["ticket.created"], "do": replies(*names), "file_ids": file_ids}
    answer = await admin.post("/rules", body)
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]


async def test_files_of_others_are_refused(shop: Organization, rival: Organization) -> None:
    admin, agent, stranger = await shop.client("admin"), await shop.client("agent"), await rival.client("admin")
    theirs = [(await upload(each, "terms.png"))["id"] for each in (agent, stranger)]
    body = {"name": "Terms", "on": ["ticket.created"], "do": replies("terms.png")}
    for file_id in (*theirs, str(uuid4())):
        answer = await admin.post("/rules", {**body, "file_ids": [file_id]})
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["file_ids.0"]
    mine = await upload(admin, "terms.png")
    rule = await saved(admin, do=replies("terms.png"), file_ids=[mine["id"]])
    other = await admin.post("/rules", {**body, "file_ids": [mine["id"]]})
    assert other.status_code == 422, "it is the other rule's"
    assert (await admin.get(f"/rules/{rule['id']}")).json()["data"]["files"] != []


async def test_a_rule_has_no_more_files_than_the_limit(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_files, "MAX_KEPT", 2)
    admin = await shop.client("admin")
    one, two, three = [(await upload(admin, "terms.png"))["id"] for _ in range(3)]
    rule = await saved(admin, do=replies("terms.png"), file_ids=[one])
    path = f"/rules/{rule['id']}"
    await ok(await admin.put(path, {"file_ids": [two]}))
    assert (await admin.put(path, {"file_ids": [three]})).status_code == 409
    assert (await admin.put(path, {"file_ids": [one, two, three]})).status_code == 422


async def test_a_file_without_its_content_refuses_the_effect_alone(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    before = set(stored(shop.desk, shop))
    file = await upload(admin, "terms.png")
    await saved(admin, file_ids=[file["id"]], do=[*replies("terms.png"), {"note": {"text": "Seen"}}])
    for path in set(stored(shop.desk, shop)) - before:
        path.unlink()
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("reply", "refused", "file.not_found"), ("note", "done", None)]
    assert [each["body"] for each in await comments(admin, ticket["id"])] == ["Seen"]


async def test_a_draft_is_tried_with_its_files_and_takes_none(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    file = await upload(admin, "terms.png")
    ticket = await filed(customer)
    draft = {"name": "Terms", "on": ["ticket.created"], "do": replies("terms.png")}
    [found] = await tried(admin, rule={**draft, "file_ids": [file["id"]]})
    assert (found["number"], found["effects"]) == (ticket["number"], ["reply"])
    answer = await admin.post("/rules/trials", {"rule": draft, "since": "2026-01-01", "ticket_ids": [ticket["id"]]})
    assert answer.status_code == 422, answer.text
    rule = await saved(admin, **draft, file_ids=[file["id"]])
    [found] = await tried(admin, rule_id=rule["id"], rule={**draft, "name": "Terms 2"})
    assert found["difference"] == "new"


async def test_the_text_names_files_and_an_import_keeps_them_or_says_what_is_missing(
    shop: Organization, rival: Organization
) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    file = await upload(admin, "terms.png")
    rule = await saved(admin, name="Terms", runs_as=(await shop.person("agent")).email, file_ids=[file["id"]],
                       do=[*replies("terms.png"), {"add_tags": ["sent"]}])  # fmt: skip
    text = await exported(admin)
    assert "files:" in text
    same = await imported(admin, text)
    assert (same["rules"]["unchanged"], same["rules"]["left_out"]) == (1, [])
    assert (await ok(await admin.get(f"/rules/{rule['id']}")))["files"] == rule["files"]
    changed = await imported(admin, text.replace("Our terms", "Their terms"))
    assert [each["fields"] for each in changed["rules"]["changed"]] == [["actions"]]
    assert (await ok(await admin.get(f"/rules/{rule['id']}")))["files"] == rule["files"]
    author = (await rival.person("agent")).email
    moved = text.replace(rule["runs_as"], author)
    for _ in range(2):
        brought = await imported(other, moved)
        assert brought["rules"]["left_out"] == ["Terms: terms.png"]
    assert brought["rules"]["unchanged"] == 1
    [there] = await ok(await other.get("/rules"))
    assert (there["files"], there["do"]) == ([], [{"reply": {"text": "Our terms"}}, {"add_tags": ["sent"]}])


async def test_files_go_with_a_rule_that_is_deleted_for_good(shop: Organization) -> None:
    admin = await shop.client("admin")
    file = await upload(admin, "terms.png")
    rule = await saved(admin, do=replies("terms.png"), file_ids=[file["id"]])
    await admin.delete(f"/rules/{rule['id']}")
    assert (await ok(await admin.post(f"/rules/{rule['id']}/restore", {})))["files"] == rule["files"]
    await admin.delete(f"/rules/{rule['id']}")
    async with shop.desk.database.unit(None) as uow:
        await uow.db.fetch_value("select deskbell_forget_rules($1)", utc_now())
    key = f"{shop.id}/{UUID(str(file['id']))}"
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from rule_files where id = $1", UUID(str(file["id"]))) == 0
        assert await uow.db.fetch_value("select count(*) from removed_files where storage_key = $1", key) == 1
