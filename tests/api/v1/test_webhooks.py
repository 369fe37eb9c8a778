"""v1: outgoing webhooks and their deliveries, for admins only."""

import msgspec
import pytest

from tests.support.desk import Organization

URL = "https://hooks.example.com/deskbell"


async def test_a_webhook_is_registered_listed_changed_and_removed(shop: Organization) -> None:
    admin = await shop.client("admin")
    made = (await admin.post("/webhooks", {"url": URL, "event_types": ["ticket.created"]})).json()["data"]
    assert made["secret"].startswith("whsec_")
    listed = (await admin.get("/webhooks")).json()
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert listed["pagination"]["total"] == 1
    assert "secret" not in listed["data"][0]
    changed = await admin.patch(
        f"/webhooks/{made['id']}", {"url": f"{URL}2", "event_types": [], "include_internal": True, "enabled": False}
    )
    updated = changed.json()["data"]
    assert (updated["url"], updated["event_types"], updated["include_internal"]) == (f"{URL}2", [], True)
    assert (updated["enabled"], updated["disabled_reason"]) == (False, "admin")
    assert (await admin.get("/webhooks")).json()["pagination"]["total"] == 1, "switched off is not removed"
    assert (await admin.delete(f"/webhooks/{made['id']}")).status_code == 200
    assert (await admin.get(f"/webhooks/{made['id']}")).status_code == 404


async def test_each_change_is_in_the_journal_once_and_without_a_secret(shop: Organization) -> None:
    admin = await shop.client("admin")
    made = (await admin.post("/webhooks", {"url": URL})).json()["data"]
    for _ in range(2):
        await admin.patch(f"/webhooks/{made['id']}", {"enabled": False})
    rotated = (await admin.post(f"/webhooks/{made['id']}/rotate-secret")).json()["data"]["secret"]
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select type, payload from events where subject_type = 'webhook' order by id")
    assert [row[0] for row in rows] == ["webhook.registered", "webhook.updated", "webhook.secret_rotated"]
    assert msgspec.json.decode(rows[1][1])["changes"] == {"enabled": {"was": True, "now": False}}
    assert not any(made["secret"] in row[1] or rotated in row[1] for row in rows)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": URL, "event_types": ["ticket.exploded"]}, "event_types.0"),
        ({"url": URL, "secret": "mine"}, "secret"),
        ({}, "url"),
    ],
)
async def test_invalid_input_is_refused_by_field(shop: Organization, body: dict[str, object], field: str) -> None:
    answer = await (await shop.client("admin")).post("/webhooks", body)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]


async def test_a_change_is_checked_like_a_registration(shop: Organization) -> None:
    admin = await shop.client("admin")
    made = (await admin.post("/webhooks", {"url": URL})).json()["data"]
    refused = await admin.patch(f"/webhooks/{made['id']}", {"url": "http://10.0.0.1/"})
    assert refused.status_code == 422
    assert (await admin.get(f"/webhooks/{made['id']}")).json()["data"]["url"] == URL


@pytest.mark.parametrize("role", ["customer", "agent", "team_lead"])
async def test_only_admins_reach_them(shop: Organization, role: str) -> None:
    assert (await (await shop.client(role)).get("/webhooks")).status_code == 403


async def test_webhooks_of_another_organization_are_not_found(shop: Organization, rival: Organization) -> None:
    admin, stranger = await shop.client("admin"), await rival.client("owner")
    webhook = (await admin.post("/webhooks", {"url": URL})).json()["data"]["id"]
    delivery = (await admin.post(f"/webhooks/{webhook}/test")).json()["data"]["id"]
    assert (await stranger.get("/webhooks")).json()["data"] == []
    for method, path in [
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate-secret"), ("POST", "/test"), ("GET", "/deliveries"),
        ("GET", f"/deliveries/{delivery}"), ("POST", f"/deliveries/{delivery}/redeliver"),
    ]:  # fmt: skip
        body = {"json": {"enabled": False}} if method == "PATCH" else {}
        assert (await stranger.request(method, f"/webhooks/{webhook}{path}", **body)).status_code == 404, (method, path)
    assert (await admin.get(f"/webhooks/{webhook}")).json()["data"]["enabled"]


async def test_deliveries_are_paged_and_filtered(shop: Organization) -> None:
    admin = await shop.client("admin")
    webhook = (await admin.post("/webhooks", {"url": URL})).json()["data"]["id"]
    made = [(await admin.post(f"/webhooks/{webhook}/test")).json()["data"]["id"] for _ in range(5)]
    first = (await admin.get(f"/webhooks/{webhook}/deliveries?limit=3")).json()
    rest = (
        await admin.get(f"/webhooks/{webhook}/deliveries?limit=3&cursor={first['pagination']['nextCursor']}")
    ).json()
    assert [each["id"] for each in [*first["data"], *rest["data"]]] == made[::-1]
    assert first["pagination"]["total"] == 5
    assert (await admin.get(f"/webhooks/{webhook}/deliveries?state=failed")).json()["data"] == []
    assert (await admin.get(f"/webhooks/{webhook}/deliveries?state=lost")).status_code == 422


async def test_the_secret_is_not_remembered_for_a_repeated_request(shop: Organization) -> None:
    admin = await shop.client("admin")
    made = await admin.post("/webhooks", {"url": URL}, headers={"Idempotency-Key": "once-only"})
    async with shop.desk.database.unit(shop.system()) as uow:
        kept = await uow.db.fetch_all("select row_to_json(k)::text from idempotency_keys k")
    assert not any(made.json()["data"]["secret"] in row[0] for row in kept)
