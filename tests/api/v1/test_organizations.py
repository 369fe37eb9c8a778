"""v1: organizations, isolated from each other except for platform admins."""

from uuid import UUID, uuid4

import pytest

from deskbell.features.organizations.calendar import require_time_zone
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Role
from tests.support.desk import Client, Organization
from tests.support.journal import events_about


async def platform(shop: Organization) -> Client:
    return (await shop.person("runs", Role.AGENT, platform_admin=True)).client


def domain() -> str:
    return f"d{uuid4().hex}.example"


async def test_members_see_their_own_organization_with_its_settings(shop: Organization) -> None:
    for key in ("customer", "agent", "owner"):
        shown = (await (await shop.client(key)).get(f"/organizations/{shop.id}")).json()["data"]
        assert (shown["id"], shown["name"], shown["domain"]) == (str(shop.id), shop.name, shop.domain)
        assert shown["settings"] == {
            "time_zone": "UTC", "language": "en", "signup_allowed": True, "own_field_names": "free",
            "undo_days": 7,
            "hours": None,
            "business_name": None, "support_email": None,
            "website": None, "phone": None, "custom": {},
        }  # fmt: skip


async def test_admins_update_their_own_organization_and_each_changed_setting_is_recorded(shop: Organization) -> None:
    admin = await shop.client("admin")
    path = f"/organizations/{shop.id}"
    changed = await admin.put(
        path, {"name": "New Name", "settings": {"time_zone": "Europe/Berlin", "custom": {"crm": "42", "old": 1}}}
    )
    assert changed.status_code == 200
    settings = changed.json()["data"]["settings"]
    assert (settings["time_zone"], settings["custom"]) == ("Europe/Berlin", {"crm": "42", "old": 1})
    again = await admin.put(path, {"settings": {"time_zone": "Europe/Berlin", "custom": {"crm": "42"}}})
    assert again.json()["data"] == changed.json()["data"]
    reset = await admin.put(path, {"settings": {"time_zone": None, "signup_allowed": False, "custom": {"old": None}}})
    settings = reset.json()["data"]["settings"]
    assert (settings["time_zone"], settings["signup_allowed"], settings["custom"]) == ("UTC", False, {"crm": "42"})
    events = await events_about(shop, shop.id)
    assert [kind for kind, _ in events] == ["organization.updated", "organization.updated"]
    assert events[0][1]["changes"] == {
        "name": {"was": shop.name, "now": "New Name"},
        "settings.custom": {"was": None, "now": {"crm": "42", "old": 1}},
        "settings.time_zone": {"was": None, "now": "Europe/Berlin"},
    }


async def test_settings_of_other_features_are_kept(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update organizations set settings = '{\"beyond\": [1]}' where id = $1", shop.id)
    await (await shop.client("owner")).put(f"/organizations/{shop.id}", {"settings": {"language": "de"}})
    async with shop.desk.database.unit(shop.system()) as uow:
        stored = await uow.db.fetch_value("select settings->'beyond' from organizations where id = $1", shop.id)
    assert stored == "[1]"


async def test_platform_admins_create_list_update_and_delete_organizations(
    shop: Organization, rival: Organization
) -> None:
    runner = await platform(shop)
    place = domain()
    made = await runner.post(
        "/organizations", {"name": "Third", "domain": place.upper(), "settings": {"language": "de"}}
    )
    assert made.status_code == 201
    third = made.json()["data"]
    assert (third["domain"], third["settings"]["language"]) == (place, "de")
    path = f"/organizations/{third['id']}"
    assert (await runner.get(path)).json()["data"] == third
    assert (await runner.put(path, {"name": "Fourth"})).json()["data"]["name"] == "Fourth"
    assert (await runner.put(f"/organizations/{rival.id}", {"domain": place})).status_code == 409
    assert (await runner.post("/organizations", {"name": "x", "domain": place})).status_code == 409

    listed: list[str] = []
    cursor = ""
    while True:
        answer = (await runner.get(f"/organizations?limit=100{cursor}")).json()
        listed += [each["id"] for each in answer["data"]]
        if not answer["pagination"]["hasNextPage"]:
            break
        cursor = f"&cursor={answer['pagination']['nextCursor']}"
    assert {str(shop.id), str(rival.id), third["id"]} <= set(listed)
    assert len(listed) == len(set(listed)) == answer["pagination"]["total"]

    assert (await runner.delete(path)).status_code == 200
    for gone in (await runner.get(path), await runner.put(path, {"name": "x"}), await runner.delete(path)):
        assert gone.status_code == 404
    assert (await runner.post("/organizations", {"name": "x", "domain": place})).status_code == 201
    assert await events_about(shop, third["id"]) == [], "its events stand in its own journal"
    itself = Organization(shop.desk, UUID(third["id"]), "Third", place)
    kinds = [kind for kind, _ in await events_about(itself, third["id"])]
    assert kinds == ["organization.created", "organization.updated", "organization.deleted"]


async def test_deleting_ends_all_members_access_immediately(shop: Organization, rival: Organization) -> None:
    runner, member = await platform(shop), await rival.person("owner")
    key = await member.client.post("/api-keys", {"name": "robot", "scopes": ["*"]})
    robot = rival.desk.client(None, x_api_key=key.json()["data"]["key"])
    assert (await robot.get("/tickets")).status_code == 200
    assert (await member.client.get("/tickets")).status_code == 200
    assert (await runner.delete(f"/organizations/{rival.id}")).status_code == 200
    assert (await member.client.get("/tickets")).status_code == 401
    assert (await robot.get("/tickets")).status_code == 401
    refreshed = await rival.desk.client().post("/auth/refresh", {"refresh_token": member.refresh_token})
    assert refreshed.status_code == 401
    assert (await runner.get("/tickets")).status_code == 200
    assert (await runner.delete(f"/organizations/{shop.id}")).status_code == 409


async def test_other_roles_are_refused(shop: Organization, rival: Organization) -> None:
    owner = await shop.client("owner")
    assert (await owner.get("/organizations")).status_code == 403
    assert (await owner.post("/organizations", {"name": "x"})).status_code == 403
    assert (await owner.delete(f"/organizations/{shop.id}")).status_code == 403
    assert (await owner.get(f"/organizations/{rival.id}")).status_code == 404
    assert (await owner.put(f"/organizations/{rival.id}", {"name": "x"})).status_code == 404
    assert (await owner.get(f"/organizations/{uuid4()}")).status_code == 404
    for key in ("customer", "agent", "team_lead"):
        refused = await (await shop.client(key)).put(f"/organizations/{shop.id}", {"name": "x"})
        assert refused.status_code == 403
    assert (await shop.desk.client().get(f"/organizations/{shop.id}")).status_code == 401
    assert (await owner.get(f"/organizations/{shop.id}")).json()["data"]["name"] == shop.name


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "name"),
        ({"domain": "no domain"}, "domain"),
        ({"domain": "nodot"}, "domain"),
        ({"settings": {"time_zone": "Mars/Olympus"}}, "settings.time_zone"),
        ({"settings": {"time_zone": "../../etc/passwd"}}, "settings.time_zone"),
        ({"settings": {"time_zone": "localtime"}}, "settings.time_zone"),
        ({"settings": {"time_zone": "Factory"}}, "settings.time_zone"),
        ({"settings": {"time_zone": "posixrules"}}, "settings.time_zone"),
        ({"settings": {"language": "deutsch, bitte"}}, "settings.language"),
        ({"settings": {"signup_allowed": "yes"}}, "settings.signup_allowed"),
        ({"settings": {"support_email": "us"}}, "settings.support_email"),
        ({"settings": {"website": "javascript:alert(1)"}}, "settings.website"),
        ({"settings": {"colour": "red"}}, "settings.colour"),
        ({"settings": {"custom": {"k" * 101: 1}}}, f"settings.custom.{'k' * 100}"),
        ({"settings": {"custom": {str(i): i for i in range(101)}}}, "settings.custom"),
        ({"settings": []}, "settings"),
        ({"owner": "me"}, "owner"),
    ],
)
async def test_bad_input_names_the_field_and_writes_nothing(
    shop: Organization, body: dict[str, object], path: str
) -> None:
    admin = await shop.client("admin")
    before = (await admin.get(f"/organizations/{shop.id}")).json()["data"]
    answer = await admin.put(f"/organizations/{shop.id}", body)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
    assert (await admin.get(f"/organizations/{shop.id}")).json()["data"] == before


@pytest.mark.parametrize("zone", ["localtime", "Factory", "Mars/Olympus"])
async def test_no_organization_is_added_with_a_time_zone_that_is_none(shop: Organization, zone: str) -> None:
    client, free = await platform(shop), domain()
    answer = await client.post("/organizations", {"name": "Zoned", "domain": free, "settings": {"time_zone": zone}})
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["settings.time_zone"]
    assert (await client.post("/organizations", {"name": "Zoned", "domain": free})).status_code == 201


async def test_a_time_zone_must_be_known_to_postgresql_too(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        for known in ("UTC", "Etc/GMT+5", "EST5EDT", "W-SU", "America/Argentina/Buenos_Aires", None):
            await require_time_zone(uow.db, known)
        with pytest.raises(Invalid) as refused:
            await require_time_zone(uow.db, "Mars/Olympus")
        assert refused.value.first_problem.path == "settings.time_zone"
