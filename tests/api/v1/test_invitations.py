"""v1: pending invitations: listed, resent and revoked."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in
from tests.support.desk import Client, Desk, Organization
from tests.support.journal import events_about
from tests.support.mail import mails_to, token_for
from tests.support.work import work


async def invited(client: Client, email: str, role: str = "agent") -> str:
    answer = await client.post("/invitations", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def listed(client: Client) -> list[dict[str, Any]]:
    answer = await client.get("/invitations")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["pagination"]["total"] == len(body["data"])
    rows: list[dict[str, Any]] = body["data"]
    return rows


async def accepted(desk: Desk, token: str) -> httpx.Response:
    return await desk.client().post("/auth/accept-invitation", {"token": token, "password": NEW_PASSWORD})


async def test_pending_invitations_of_the_own_organization_are_listed(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    admin, elsewhere = await shop.person("admin"), await rival.client("admin")
    first, second = fresh_address(), fresh_address()
    for email, role in ((first, "agent"), (second, "team_lead")):
        await invited(admin.client, email, role)
    await invited(elsewhere, first)
    rows = await listed(admin.client)
    assert [(row["email"], row["role"]) for row in rows] == [(second, "team_lead"), (first, "agent")]
    assert rows[0]["invited_by"] == {"id": str(admin.id), "name": admin.name}
    assert rows[0]["invited_at"] < rows[0]["expires_at"]
    page = (await admin.client.get("/invitations?limit=1")).json()
    rest = (await admin.client.get(f"/invitations?limit=1&cursor={page['pagination']['nextCursor']}")).json()
    assert [*page["data"], *rest["data"]] == rows
    await work(desk, shop)
    assert (await accepted(desk, await token_for(desk, first, "accept-invitation"))).status_code == 200
    assert [row["email"] for row in await listed(admin.client)] == [second]
    assert [row["email"] for row in await listed(elsewhere)] == [first]
    assert (await log_in(desk, first, NEW_PASSWORD, organization_id=str(rival.id))).status_code == 200
    assert await listed(elsewhere) == []


async def test_the_link_of_a_revoked_invitation_is_refused(desk: Desk, shop: Organization, rival: Organization) -> None:
    admin, email = await shop.client("admin"), fresh_address()
    person = await invited(admin, email)
    await work(desk, shop)
    token = await token_for(desk, email, "accept-invitation")
    await invited(await rival.client("admin"), email)
    await work(desk, rival)
    elsewhere = await token_for(desk, email, "accept-invitation")
    assert (await admin.delete(f"/invitations/{person}")).status_code == 200
    assert await listed(admin) == []
    assert (await admin.get(f"/agents/{person}")).status_code == 404
    assert (await admin.delete(f"/invitations/{person}")).status_code == 404
    refused = await accepted(desk, token)
    assert refused.status_code == 422
    assert "has been revoked" in refused.json()["error"]["details"]["fields"][0]["message"]
    kinds = [kind for kind, _ in await events_about(shop, person, "member.")]
    assert kinds == ["member.added", "member.invited", "member.removed", "member.invitation_revoked"]
    # The user may be invited again, and invitations of other organizations remain valid.
    await invited(admin, email)
    assert "has been revoked" in (await accepted(desk, token)).text
    assert (await accepted(desk, elsewhere)).status_code == 200
    assert (await accepted(desk, elsewhere)).json()["error"]["details"]["fields"][0]["message"].startswith("This link")


async def test_an_invitation_that_is_revoked_before_its_mail_is_never_mailed(desk: Desk, shop: Organization) -> None:
    admin, email = await shop.client("admin"), fresh_address()
    assert (await admin.delete(f"/invitations/{await invited(admin, email)}")).status_code == 200
    await work(desk, shop)
    assert await mails_to(desk, email) == []


async def test_an_invited_customer_stays_a_contact(desk: Desk, shop: Organization) -> None:
    admin, email = await shop.client("admin"), fresh_address()
    made = await admin.post("/contacts", {"name": "Carla", "email": email})
    assert await invited(admin, email, "customer") == made.json()["data"]["id"]
    await work(desk, shop)
    (row,) = await listed(admin)
    assert (await admin.delete(f"/invitations/{row['id']}")).status_code == 200
    assert (await admin.get(f"/contacts/{row['id']}")).json()["data"]["name"] == "Carla"
    assert "has been revoked" in (await accepted(desk, await token_for(desk, email, "accept-invitation"))).text
    assert await listed(admin) == []


async def test_an_invitation_is_mailed_again_and_each_of_its_links_works(desk: Desk, shop: Organization) -> None:
    admin, email = await shop.client("admin"), fresh_address()
    person = await invited(admin, email)
    await work(desk, shop)
    first = await token_for(desk, email, "accept-invitation")
    again = await admin.post(f"/invitations/{person}/resend")
    assert again.status_code == 200, again.text
    await work(desk, shop)
    assert len(await mails_to(desk, email)) == 2
    assert await token_for(desk, email, "accept-invitation") != first
    assert [row["invited_at"] for row in await listed(admin)] == [again.json()["data"]["invited_at"]]
    assert (await accepted(desk, first)).status_code == 200
    assert (await admin.post(f"/invitations/{person}/resend")).status_code == 404
    assert (await admin.delete(f"/invitations/{person}")).status_code == 404
    assert (await admin.get(f"/agents/{person}")).status_code == 200


@pytest.mark.parametrize(("key", "status"), [("customer", 403), ("agent", 403), ("team_lead", 403), ("owner", 200)])
async def test_who_may_see_and_revoke_invitations(
    shop: Organization, rival: Organization, key: str, status: int
) -> None:
    person = await invited(await shop.client("admin"), fresh_address())
    stranger, client = await rival.client("owner"), await shop.client(key)
    for method, path in (("POST", f"/invitations/{person}/resend"), ("DELETE", f"/invitations/{person}")):
        assert (await stranger.request(method, path)).status_code == 404
        assert (await client.request(method, path)).status_code == status
    assert (await client.get("/invitations")).status_code == status
    assert (await (await shop.client("admin")).delete(f"/invitations/{uuid4()}")).status_code == 404


async def test_only_owners_manage_an_owners_invitation(shop: Organization) -> None:
    admin, owner = await shop.client("admin"), await shop.client("owner")
    person = await invited(owner, fresh_address(), "owner")
    assert (await admin.delete(f"/invitations/{person}")).status_code == 403
    assert (await admin.post(f"/invitations/{person}/resend")).status_code == 403
    assert (await owner.delete(f"/invitations/{person}")).status_code == 200
