"""v1: the audit log: who did what, to what, when."""

import csv
import io

import msgspec
import pytest

from deskbell.features.audit import service
from tests.support.desk import Organization


async def test_every_event_is_listed_newest_first_with_its_user(shop: Organization) -> None:
    admin, customer = await shop.person("admin"), await shop.person("customer")
    ticket = (await customer.client.post("/tickets", {"subject": "Zip", "description": "Broken"})).json()["data"]
    await admin.client.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    entries = (await admin.client.get(f"/audit-logs?subject_id={ticket['id']}")).json()["data"]
    assert [entry["action"] for entry in entries] == ["ticket.updated", "ticket.created"]
    assert entries[1]["user"] == {"id": str(customer.id), "name": customer.name, "email": customer.email}
    assert entries[0]["data"]["changes"]["status"]["now"] == "solved"
    assert entries[0]["subject_type"] == "ticket"


async def test_entries_are_filtered_by_user_action_subject_and_time(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    for name in ("one", "two"):
        await admin.client.post("/tags", {"name": name})
    await agent.client.post("/canned-responses", {"title": "a", "content": "b"})

    async def actions(**params: str) -> list[str]:
        answer = await admin.client.get("/audit-logs", params=params)
        assert answer.status_code == 200, answer.text
        return [entry["action"] for entry in answer.json()["data"]]

    assert await actions(action="tag") == ["tag.created", "tag.created"]
    assert await actions(action="tag.created,canned_response") == [
        "canned_response.created",
        "tag.created",
        "tag.created",
    ]
    assert await actions(action="canned_response", user_id=str(admin.id)) == []
    assert await actions(subject_type="tag") == ["tag.created", "tag.created"]
    entries = (await admin.client.get("/audit-logs?action=tag")).json()["data"]
    assert await actions(action="tag", after=entries[0]["created_at"]) == ["tag.created"]
    assert await actions(action="tag", before=entries[1]["created_at"]) == []
    assert await actions(action="tag", before="2020-01-01T00:00:00") == []
    assert await actions(action="tag", after="2020-01-01", before="2021-01-01") == []


async def test_entries_are_paged_by_cursor(shop: Organization) -> None:
    admin = await shop.client("admin")
    for name in ("one", "two", "three"):
        await admin.post("/tags", {"name": name})
    first = (await admin.get("/audit-logs?action=tag&limit=2")).json()
    assert first["pagination"]["total"] == 3
    rest = (await admin.get(f"/audit-logs?action=tag&limit=2&cursor={first['pagination']['nextCursor']}")).json()
    assert [entry["data"]["name"] for entry in first["data"] + rest["data"]] == ["three", "two", "one"]
    assert (await admin.get("/audit-logs?limit=101")).status_code == 422


@pytest.mark.parametrize("query", ["action=dancing", "user_id=me", "after=yesterday"])
async def test_an_invalid_filter_is_refused(shop: Organization, query: str) -> None:
    assert (await (await shop.client("admin")).get(f"/audit-logs?{query}")).status_code == 422


async def test_only_admins_read_the_log_of_their_own_organization(shop: Organization, rival: Organization) -> None:
    for key in ("customer", "agent", "team_lead"):
        assert (await (await shop.client(key)).get("/audit-logs")).status_code == 403
    created = (await (await shop.client("admin")).post("/tags", {"name": "ours"})).json()["data"]
    stranger = await rival.client("owner")
    assert (await stranger.get(f"/audit-logs?subject_id={created['id']}")).json()["data"] == []
    assert "ours" not in (await stranger.get("/audit-logs?limit=100")).text


async def test_the_log_is_exported_as_it_is_listed(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_PART", 2)
    admin = await shop.client("admin")
    for name in ("one", "two", "three", "=1+1", "five"):
        assert (await admin.post("/tags", {"name": name})).status_code == 201
    listed = (await admin.get("/audit-logs?action=tag")).json()["data"]
    answer = await admin.get("/audit-logs/export?action=tag&format=jsonl")
    assert answer.status_code == 200, answer.text
    assert [msgspec.json.decode(line) for line in answer.text.splitlines()] == listed
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"].endswith('.jsonl"')
    table = await admin.get("/audit-logs/export?action=tag")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [entry["id"] for entry in listed]
    assert [msgspec.json.decode(row["data"])["name"] for row in rows] == ["five", "=1+1", "three", "two", "one"]
    assert rows[0]["user_email"] == listed[0]["user"]["email"]
    assert (await admin.get("/audit-logs/export?action=canned_response&format=jsonl")).text == ""


async def test_a_name_in_an_exported_log_is_no_formula_and_others_may_not_export(shop: Organization) -> None:
    admin = await shop.person("admin")
    assert (await admin.client.put("/settings/profile", {"name": "=HYPERLINK(1)"})).status_code == 200
    assert (await admin.client.post("/tags", {"name": "one"})).status_code == 201
    table = await admin.client.get("/audit-logs/export?action=tag")
    [row] = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert row["user_name"] == "'=HYPERLINK(1)"
    assert (await (await shop.client("team_lead")).get("/audit-logs/export")).status_code == 403
    assert (await admin.client.get("/audit-logs/export?action=dancing")).status_code == 422
    assert (await admin.client.get("/audit-logs/export?format=xlsx")).status_code == 422
