"""v1: an admin sees the second factor and the sessions of agents, resets the one and ends the others."""

from uuid import uuid4

from tests.api.v1.test_two_factor import code_of, refusal, set_up
from tests.api.v1.test_web_session import browser, change_sessions
from tests.support.accounts import log_in
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import work


async def test_whether_an_agent_has_a_second_factor_is_shown_to_those_who_manage_agents(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")

    async def shown(client: str) -> object:
        return (await (await shop.client(client)).get(f"/agents/{agent.id}")).json()["data"]["two_factor_enabled"]

    assert await shown("admin") is False
    await set_up(agent.client)
    assert (await shown("admin"), await shown("team_lead")) == (True, None)
    listed = (await admin.get("/agents")).json()["data"]
    assert [each["two_factor_enabled"] for each in listed if each["id"] == str(agent.id)] == [True]


async def test_an_admin_ends_the_sessions_of_an_agent_and_the_audit_log_says_so(desk: Desk, shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    signed_in = [(await log_in(desk, agent.email)).json()["data"] for _ in range(3)]
    place = f"/agents/{agent.id}/sessions"
    before = (await admin.client.get(place)).json()
    assert not any(session["current"] for session in before["data"])
    phone = desk.client(signed_in[2]["token"])
    mine = (await phone.get("/auth/sessions")).json()["data"]
    assert [each["id"] for each in before["data"]] == [each["id"] for each in mine]
    [current] = [each["id"] for each in mine if each["current"]]
    assert (await admin.client.delete(f"{place}/{current}")).status_code == 200
    assert (await phone.get("/auth/sessions")).status_code == 401
    assert (await admin.client.delete(f"{place}/{current}")).status_code == 404
    assert (await admin.client.delete(place)).status_code == 200
    assert (await admin.client.get(place)).json()["data"] == []
    assert (await agent.client.get("/tickets")).status_code == 401
    logged = (await admin.client.get(f"/audit-logs?action=session.ended&user_id={admin.id}")).json()["data"]
    assert len(logged) == before["pagination"]["total"]


async def test_an_admin_ends_their_own_sessions_except_the_one_that_asks(desk: Desk, shop: Organization) -> None:
    admin = await shop.person("admin")
    await log_in(desk, admin.email)
    assert (await admin.client.delete(f"/agents/{admin.id}/sessions")).status_code == 200
    assert [each["current"] for each in (await admin.client.get("/auth/sessions")).json()["data"]] == [True]


async def test_a_lost_phone_is_helped_by_an_admin_who_is_no_agent(desk: Desk, shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    place = f"/agents/{agent.id}/two-factor"
    assert refusal(await admin.client.delete(place)) == (409, "CONFLICT")
    await set_up(agent.client)
    assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
    assert (await (await shop.client("team_lead")).delete(place)).status_code == 403
    assert (await admin.client.delete(place)).status_code == 200
    assert (await agent.client.get("/tickets")).status_code == 401
    assert (await log_in(desk, agent.email)).status_code == 200
    [logged] = (await admin.client.get(f"/audit-logs?action=member.second_factor_disabled&user_id={admin.id}")).json()[
        "data"
    ]
    assert logged["subject_id"] == str(agent.id)
    await work(desk, shop)
    newest, *_ = await mails_to(desk, agent.email)
    assert newest.subject == "Your second factor was turned off"


async def test_a_second_factor_is_reset_only_after_a_recent_sign_in(desk: Desk, shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    await set_up(agent.client)
    client = await browser(desk, admin)
    place = f"/agents/{agent.id}/two-factor"
    await change_sessions(shop, admin, "confirmed_at = now() - interval '11 minutes'")
    assert refusal(await client.delete(place)) == (403, "STEP_UP_REQUIRED")
    assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
    assert (await client.post("/auth/step-up", {"password": PASSWORD})).status_code == 200
    assert (await client.delete(place)).status_code == 200
    assert (await log_in(desk, agent.email)).status_code == 200


async def test_an_admin_manages_neither_the_sign_in_of_an_owner_nor_their_own_second_factor(shop: Organization) -> None:
    admin, owner = await shop.person("admin"), await shop.person("owner")
    await set_up(owner.client)
    [session, *_] = (await owner.client.get("/auth/sessions")).json()["data"]
    of_owner = f"/agents/{owner.id}"
    for method, path in (
        ("GET", "sessions"), ("DELETE", "sessions"), ("DELETE", f"sessions/{session['id']}"), ("DELETE", "two-factor"),
    ):  # fmt: skip
        assert (await admin.client.request(method, f"{of_owner}/{path}")).status_code == 403
    assert refusal(await owner.client.delete(f"{of_owner}/two-factor")) == (409, "CONFLICT")
    other = await shop.person("owner2")
    assert (await other.client.delete(f"{of_owner}/two-factor")).status_code == 200


async def test_a_second_factor_that_also_guards_another_organization_is_not_reset(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    agent = await shop.person("agent")
    secret, _ = await set_up(agent.client)
    stranger = await rival.client("admin")
    for path in ("sessions", f"sessions/{uuid4()}", "two-factor"):
        assert (await stranger.delete(f"/agents/{agent.id}/{path}")).status_code == 404
    invited = await stranger.post("/agents", {"name": "Ada", "email": agent.email})
    assert invited.status_code == 201
    assert (await stranger.get(f"/agents/{agent.id}/sessions")).json()["data"] == []
    for client in (stranger, await shop.client("admin")):
        assert refusal(await client.delete(f"/agents/{agent.id}/two-factor")) == (409, "CONFLICT")
    assert (await log_in(desk, agent.email, code=code_of(secret))).status_code == 200


async def test_a_second_factor_of_the_operator_is_not_reset(shop: Organization) -> None:
    operator = await shop.person("agent", platform_admin=True)
    await set_up(operator.client)
    place = f"/agents/{operator.id}/two-factor"
    assert refusal(await (await shop.client("owner")).delete(place)) == (409, "CONFLICT")


async def test_customers_and_unknown_sessions_are_not_found(shop: Organization) -> None:
    admin, customer, agent = await shop.client("admin"), await shop.person("customer"), await shop.person("agent")
    assert (await admin.get(f"/agents/{customer.id}/sessions")).status_code == 404
    assert (await admin.delete(f"/agents/{customer.id}/two-factor")).status_code == 404
    [session, *_] = (await customer.client.get("/auth/sessions")).json()["data"]
    assert (await admin.delete(f"/agents/{agent.id}/sessions/{session['id']}")).status_code == 404
