"""v1: accounts with an unconfirmed address get no data of its owner, and lose access once the owner confirms."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.v1.test_two_factor import set_up
from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in, signed_up
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.mail import token_for
from tests.support.work import work

Make = Callable[[Desk, Organization, str], Awaitable[None]]


async def by_signing_up(desk: Desk, shop: Organization, email: str) -> None:
    await signed_up(desk, shop, email)


async def by_adding_an_agent(desk: Desk, shop: Organization, email: str) -> None:
    body = {"name": "Eve", "email": email, "password": PASSWORD, "role": "agent"}
    added = await (await shop.client("owner")).post("/agents", body)
    assert added.status_code == 201, added.text


async def reset(desk: Desk, email: str, *organizations: Organization) -> None:
    """Resets the password with the mailed link, as the owner of the address would."""
    assert (await desk.client().post("/auth/forgot-password", {"email": email})).status_code == 200
    await work(desk)
    await work(desk, *organizations)
    token = await token_for(desk, email, "reset-password")
    done = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": NEW_PASSWORD})
    assert done.status_code == 200, done.text


async def organizations_of(client: Client) -> list[str]:
    data: dict[str, Any] = (await client.get("/auth/me")).json()["data"]
    return [each["id"] for each in data["organizations"]]


@pytest.mark.parametrize("make", [by_signing_up, by_adding_an_agent])
async def test_an_unconfirmed_account_opens_the_organization_it_was_made_in_and_no_other(
    desk: Desk, shop: Organization, rival: Organization, make: Make
) -> None:
    email = fresh_address()
    await make(desk, rival, email)
    filed = await (await shop.client("agent")).post("/tickets", {
        "subject": "Secret order", "description": "By phone", "requester": {"email": email, "name": "Grace"},
    })  # fmt: skip
    assert filed.status_code == 201, filed.text
    refused = await log_in(desk, email, organization_id=str(shop.id))
    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["fields"][0]["path"] == "organization_id"
    at_home = await log_in(desk, email)
    assert at_home.json()["data"]["user"]["organization_id"] == str(rival.id)
    stranger = desk.client(at_home.json()["data"]["token"])
    assert await organizations_of(stranger) == [str(rival.id)]

    await reset(desk, email, shop, rival)
    assert (await stranger.get("/auth/me")).status_code == 401
    theirs = (await log_in(desk, email, NEW_PASSWORD, organization_id=str(shop.id))).json()["data"]["token"]
    tickets = (await desk.client(theirs).get("/tickets")).json()["data"]["tickets"]
    assert [ticket["id"] for ticket in tickets] == [filed.json()["data"]["id"]]
    assert set(await organizations_of(desk.client(theirs))) == {str(shop.id), str(rival.id)}


async def test_an_invitation_elsewhere_does_not_open_it_to_an_unconfirmed_account(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    email = fresh_address()
    await by_signing_up(desk, rival, email)
    invited = await (await shop.client("owner")).post("/invitations", {"email": email, "role": "admin"})
    assert invited.status_code == 201, invited.text
    assert (await log_in(desk, email, organization_id=str(shop.id))).status_code == 422


async def test_the_owner_of_an_address_revokes_all_access_of_a_stranger(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    stranger = await signed_up(desk, shop, email)
    await set_up(stranger)
    await reset(desk, email, shop)
    assert (await stranger.get("/auth/me")).status_code == 401
    assert (await log_in(desk, email, NEW_PASSWORD)).status_code == 200


async def test_an_unconfirmed_address_cannot_be_changed_to_keep_its_memberships(desk: Desk, shop: Organization) -> None:
    email, elsewhere = fresh_address(), fresh_address()
    stranger = await signed_up(desk, shop, email)
    refused = await stranger.put("/settings/profile", {"email": elsewhere})
    assert refused.status_code == 422, refused.text
    assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == ["email"]
    same = await stranger.put("/settings/profile", {"email": email, "name": "Ada"})
    assert same.status_code == 200, same.text

    confirmed = await shop.person("agent")
    assert (await confirmed.client.put("/settings/profile", {"email": elsewhere})).status_code == 200
    await work(desk, shop)
    link = await token_for(desk, elsewhere, "change-email")
    async with desk.database.unit(None) as uow:
        await uow.db.execute("update users set email_verified_at = null where id = $1", confirmed.id)
    assert (await desk.client().post("/auth/change-email", {"token": link})).status_code == 422


async def test_a_password_reset_cancels_a_change_of_address(desk: Desk, shop: Organization) -> None:
    agent, elsewhere = await shop.person("agent"), fresh_address()
    assert (await agent.client.put("/settings/profile", {"email": elsewhere})).status_code == 200
    await work(desk, shop)
    link = await token_for(desk, elsewhere, "change-email")
    await reset(desk, agent.email, shop)
    assert (await desk.client().post("/auth/change-email", {"token": link})).status_code == 422


async def test_a_second_factor_survives_a_password_reset_of_a_confirmed_account(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    await set_up(agent.client)
    await reset(desk, agent.email, shop)
    assert (await log_in(desk, agent.email, NEW_PASSWORD)).json()["error"]["code"] == "TWO_FACTOR_REQUIRED"


async def test_changing_the_password_cancels_a_change_of_address(desk: Desk, shop: Organization) -> None:
    agent, elsewhere = await shop.person("agent"), fresh_address()
    assert (await agent.client.put("/settings/profile", {"email": elsewhere})).status_code == 200
    await work(desk, shop)
    link = await token_for(desk, elsewhere, "change-email")
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await agent.client.put("/settings/security", body)).status_code == 200
    assert (await desk.client().post("/auth/change-email", {"token": link})).status_code == 422
    assert (await log_in(desk, agent.email, NEW_PASSWORD)).status_code == 200
