"""v1: settings: profile and change of address, notifications, security, organization."""

import pytest

from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.journal import events_about
from tests.support.mail import mails_to, token_for
from tests.support.work import work

NOTIFICATIONS = {
    "email_notifications": True, "desktop_notifications": True, "ticket_updates": True, "ticket_assignments": True,
    "mentions": True, "daily_summary": False,
}  # fmt: skip


@pytest.mark.parametrize("key", ["customer", "agent", "owner"])
async def test_every_role_reads_its_own_settings(shop: Organization, key: str) -> None:
    person = await shop.person(key)
    data = (await person.client.get("/settings")).json()["data"]
    assert set(data) == {"profile", "notifications", "security", "organization"}
    profile = {name: data["profile"][name] for name in ("id", "name", "email", "pending_email", "phone", "avatar")}
    assert profile == {
        "id": str(person.id), "name": person.name, "email": person.email, "pending_email": None, "phone": None,
        "avatar": None,
    }  # fmt: skip
    assert data["notifications"].items() >= NOTIFICATIONS.items()
    assert data["security"] == {"two_factor_enabled": False, "recovery_codes_left": 0}
    assert data["organization"]["id"] == str(shop.id)


# Profile


async def test_the_profile_is_set_field_by_field(shop: Organization) -> None:
    person = await shop.person("customer")
    body = {"name": " Ada L. ", "phone": "+44 20 7946 0000", "avatar": "https://pictures.example/ada.png"}
    changed = await person.client.put("/settings/profile", body)
    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["name"] == "Ada L."
    emptied = (await person.client.put("/settings/profile", {"phone": None, "avatar": ""})).json()["data"]
    assert (emptied["name"], emptied["phone"], emptied["avatar"]) == ("Ada L.", None, None)
    before = len(await events_about(shop, person.id))
    await person.client.put("/settings/profile", {"name": "Ada L."})
    assert len(await events_about(shop, person.id)) == before


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "  ", "avatar": "javascript:alert(1)", "role": "owner"}, {"name", "avatar", "role"}),
        ({"email": "no address"}, {"email"}),
        ({"phone": 7}, {"phone"}),
    ],
)
async def test_a_bad_profile_names_its_fields(shop: Organization, body: object, fields: set[str]) -> None:
    answer = await (await shop.client("agent")).put("/settings/profile", body)
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields


async def test_a_new_address_takes_effect_when_its_link_is_used(desk: Desk, shop: Organization) -> None:
    agent, new = await shop.person("agent"), fresh_address()
    asked = await agent.client.put("/settings/profile", {"email": new.upper()})
    assert asked.json()["data"]["email"] == agent.email
    assert asked.json()["data"]["pending_email"] == new
    assert new in asked.json()["message"]
    assert (await log_in(desk, new)).status_code == 401
    await work(desk, shop)
    assert [mail.subject for mail in await mails_to(desk, agent.email)] == ["Your e-mail address is about to change"]
    token = await token_for(desk, new, "change-email")
    assert (await desk.client().post("/auth/change-email", {"token": token})).status_code == 200
    profile = (await agent.client.get("/settings")).json()["data"]["profile"]
    assert (profile["email"], profile["pending_email"], profile["verified"]) == (new, None, True)
    assert (await log_in(desk, new)).status_code == 200
    assert (await log_in(desk, agent.email)).status_code == 401
    assert (await desk.client().post("/auth/change-email", {"token": token})).status_code == 422
    await work(desk, shop)
    assert (await mails_to(desk, agent.email))[0].subject == "Your e-mail address was changed"
    kinds = [kind for kind, _ in await events_about(shop, agent.id)]
    assert kinds.count("member.updated") == 1


async def test_the_link_to_another_address_works_where_addresses_are_confirmed_too(
    desk: Desk, shop: Organization
) -> None:
    agent, new = await shop.person("agent"), fresh_address()
    for base in ("/api/v1", "/api/v2"):
        await agent.client.put("/settings/profile", {"email": new})
        await work(desk, shop)
        token, anonymous = await token_for(desk, new, "change-email"), desk.client(base=base)
        answer = await anonymous.post("/auth/verify-email", {"token": token})
        assert answer.status_code == 200, answer.text
        assert "token" not in answer.json().get("data", {})
        profile = (await agent.client.get("/settings")).json()["data"]["profile"]
        assert (profile["email"], profile["pending_email"], profile["verified"]) == (new, None, True)
        assert (await anonymous.post("/auth/verify-email", {"token": token})).status_code in (400, 422)
        new = fresh_address()
    await agent.client.put("/settings/profile", {"email": new})
    await work(desk, shop)
    token = await token_for(desk, new, "change-email")
    for path in ("reset-password", "accept-invitation"):
        body = {"token": token, "newPassword" if path == "reset-password" else "password": "a-new-password-77"}
        assert (await desk.client().post(f"/auth/{path}", body)).status_code == 422
    taken = await (await shop.client("admin")).post("/contacts", {"name": "Quick", "email": new})
    assert taken.status_code == 201
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 409


async def test_another_address_holds_in_all_of_a_persons_organizations(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    agent, new = await shop.person("agent"), fresh_address()
    invited = await (await rival.client("admin")).post("/invitations", {"email": agent.email, "role": "agent"})
    assert invited.status_code == 201, invited.text
    await agent.client.put("/settings/profile", {"email": new})
    await work(desk, shop)
    await desk.client().post("/auth/change-email", {"token": await token_for(desk, new, "change-email")})
    signed_in = await log_in(desk, new, organization_id=str(rival.id))
    assert signed_in.json()["data"]["user"]["email"] == new
    kinds = [kind for kind, _ in await events_about(rival, agent.id)]
    assert "member.updated" in kinds


async def test_requesting_the_current_address_cancels_the_change(desk: Desk, shop: Organization) -> None:
    agent, new = await shop.person("agent"), fresh_address()
    await agent.client.put("/settings/profile", {"email": new})
    await work(desk, shop)
    token = await token_for(desk, new, "change-email")
    back = await agent.client.put("/settings/profile", {"email": agent.email})
    assert back.json()["data"]["pending_email"] is None
    assert (await desk.client().post("/auth/change-email", {"token": token})).status_code == 422


async def test_an_address_in_use_is_refused_also_if_it_was_taken_in_the_meantime(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    agent, other, new = await shop.person("agent"), await rival.person("customer"), fresh_address()
    taken = await agent.client.put("/settings/profile", {"email": other.email, "name": "Not this either"})
    assert taken.status_code == 409
    assert (await agent.client.get("/auth/me")).json()["data"]["name"] == agent.name
    await agent.client.put("/settings/profile", {"email": new})
    await work(desk, shop)
    token = await token_for(desk, new, "change-email")
    entered = await (await shop.client("admin")).post("/contacts", {"name": "Quicker", "email": new})
    assert entered.status_code == 201
    assert (await desk.client().post("/auth/change-email", {"token": token})).status_code == 409
    assert (await log_in(desk, agent.email)).status_code == 200


async def test_an_api_key_may_not_change_the_address(desk: Desk, shop: Organization) -> None:
    key = (await (await shop.client("admin")).post("/api-keys", {"name": "all", "scopes": ["*"]})).json()["data"]["key"]
    client = desk.client(x_api_key=key)
    assert (await client.put("/settings/profile", {"email": fresh_address()})).status_code == 403
    assert (await client.put("/settings/profile", {"phone": "1"})).status_code == 200


# Notifications


async def test_notifications_are_switched_one_by_one(shop: Organization, rival: Organization) -> None:
    client = await shop.client("agent")
    answer = await client.put("/settings/notifications", {"mentions": False})
    assert answer.json()["data"].items() >= {**NOTIFICATIONS, "mentions": False}.items()
    assert (await client.get("/settings")).json()["data"]["notifications"]["mentions"] is False
    other = (await (await rival.client("agent")).get("/settings")).json()["data"]
    assert other["notifications"].items() >= NOTIFICATIONS.items()
    assert (await client.put("/settings/notifications", {"mentions": "no", "sound": True})).status_code == 422


# Security


async def test_a_new_password_requires_the_current_one_and_ends_the_other_sessions(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    elsewhere = desk.client((await log_in(desk, agent.email)).json()["data"]["token"])
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    missing = await agent.client.put("/settings/security", {"new_password": NEW_PASSWORD})
    assert [each["path"] for each in missing.json()["error"]["details"]["fields"]] == ["current_password"]
    wrong = await agent.client.put("/settings/security", {**body, "current_password": "guess"})
    assert wrong.status_code == 422
    assert (await log_in(desk, agent.email, NEW_PASSWORD)).status_code == 401
    assert (await agent.client.put("/settings/security", body)).status_code == 200
    assert (await agent.client.get("/auth/me")).status_code == 200
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert (await log_in(desk, agent.email, NEW_PASSWORD)).status_code == 200


async def test_the_documents_example_changes_the_password_and_begins_the_second_factor(shop: Organization) -> None:
    agent = await shop.person("agent")
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "two_factor_enabled": True}
    answer = await agent.client.put("/settings/security", body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["data"]["two_factor_enabled"] is False
    assert set(answer.json()["data"]["two_factor_setup"]) == {"secret", "otpauth_uri", "qr_svg"}
    assert "/auth/two-factor/enable" in answer.json()["message"]


async def test_a_refused_change_of_security_changes_none_of_it(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    body = {"current_password": PASSWORD, "new_password": "password", "two_factor_enabled": True}
    assert (await agent.client.put("/settings/security", body)).status_code == 422
    assert (await log_in(desk, agent.email)).status_code == 200
    assert (await agent.client.post("/auth/two-factor/enable", {"code": "123456"})).status_code == 409


async def test_security_needs_a_session(desk: Desk, shop: Organization) -> None:
    key = (await (await shop.client("admin")).post("/api-keys", {"name": "all", "scopes": ["*"]})).json()["data"]["key"]
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await desk.client(x_api_key=key).put("/settings/security", body)).status_code == 403
    assert (await desk.client().put("/settings/security", body)).status_code == 401


# The organization


async def test_only_admins_update_their_own_organization(shop: Organization, rival: Organization) -> None:
    changed = await (await shop.client("admin")).put("/settings/organization", {"settings": {"language": "de"}})
    assert changed.json()["data"]["settings"]["language"] == "de"
    for key in ("customer", "agent", "team_lead"):
        assert (await (await shop.client(key)).put("/settings/organization", {"name": "Mine"})).status_code == 403
    theirs = (await (await rival.client("agent")).get("/settings")).json()["data"]["organization"]
    assert theirs["settings"]["language"] == "en"
