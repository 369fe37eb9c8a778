"""v1: sign-up, confirmation of an address and invitations, each with its refusals."""

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in, sign_up_body
from tests.support.desk import Desk, Organization
from tests.support.mail import mails_to, token_for
from tests.support.work import work

# Signing up


async def test_a_customer_signs_up_confirms_and_files_a_ticket(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    answer = await desk.client().post("/auth/signup", sign_up_body(shop, email, phone="+49 30 1234"))
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    assert data["user"]["role"] == "customer"
    assert data["user"]["organization_id"] == str(shop.id)
    assert data["user"]["verified"] is False
    assert answer.json()["message"]
    client = desk.client(data["token"])
    filed = await client.post("/tickets", {"subject": "Zip", "description": "It broke"})
    assert filed.status_code == 201
    await work(desk, shop)
    token = await token_for(desk, email, "verify-email")
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200
    me = (await client.get("/auth/me")).json()["data"]
    assert me["verified"] is True
    assert me["phone"] == "+49 30 1234"
    used = await desk.client().post("/auth/verify-email", {"token": token})
    assert used.status_code == 422
    assert used.json()["error"]["details"]["fields"][0]["path"] == "token"
    assert (await log_in(desk, email)).status_code == 200


async def test_an_address_with_an_account_cannot_sign_up_again(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    person = await shop.person("customer")
    for place in (shop, rival):
        taken = await desk.client().post("/auth/signup", sign_up_body(place, person.email.upper()))
        assert taken.status_code == 409
        assert taken.json()["error"]["code"] == "EMAIL_TAKEN"


async def test_of_two_concurrent_sign_ups_with_one_address_one_succeeds(desk: Desk, shop: Organization) -> None:
    body = sign_up_body(shop, fresh_address())
    answers = await asyncio.gather(*(desk.client().post("/auth/signup", body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"email": "nowhere", "password": "password123"}, {"email", "password"}),
        ({"password": "short"}, {"password"}),
        ({"password": "x" * 201}, {"password"}),
        ({"password": "Password123"}, {"password"}),
        ({"password": "aaaaaaaaaaaa"}, {"password"}),
        ({"organizationId": str(uuid4())}, {"organizationId"}),
        ({"organizationId": "first"}, {"organizationId"}),
        ({"organisation": "x"}, {"organisation"}),
    ],
)
async def test_an_invalid_sign_up_is_refused_by_field_and_changes_nothing(
    desk: Desk, shop: Organization, change: dict[str, object], fields: set[str]
) -> None:
    email = fresh_address()
    answer = await desk.client().post("/auth/signup", {**sign_up_body(shop, email), **change})
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields
    assert (await log_in(desk, email)).status_code == 401


async def test_the_address_itself_is_no_password(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    answer = await desk.client().post("/auth/signup", sign_up_body(shop, email, password=email.upper()))
    assert answer.json()["error"]["details"]["fields"][0]["path"] == "password"


async def test_a_name_cannot_pass_for_a_paragraph_of_the_mail(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    answer = await desk.client().post("/auth/signup", sign_up_body(shop, email, name=" Ada\r\n\r\nYou\u2028won\x07!\t"))
    assert answer.json()["data"]["user"]["name"] == "Ada You won !"
    await work(desk, shop)
    assert "\nYou" not in (await mails_to(desk, email))[0].text


async def test_an_organization_may_close_its_sign_up(desk: Desk, shop: Organization) -> None:
    async with desk.database.unit(None) as uow:
        await uow.db.execute(
            """update organizations set settings = '{"signup_allowed": false}' where id = $1""", shop.id
        )
    refused = await desk.client().post("/auth/signup", sign_up_body(shop, fresh_address()))
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "SIGNUP_CLOSED"


async def test_without_an_organization_one_is_made_and_its_owner_is_a_customer_until_confirmed(
    desk: Desk, shop: Organization
) -> None:
    email = fresh_address()
    body = sign_up_body(shop, email, organizationId=None, organization="Ada’s Engines")
    data = (await desk.client().post("/auth/signup", body)).json()["data"]
    assert data["user"]["role"] == "owner"
    made = Organization(desk, UUID(data["user"]["organization_id"]), "Ada’s Engines", "")
    assert made.id != shop.id
    client = desk.client(data["token"])
    me = (await client.get("/auth/me")).json()["data"]
    assert me["organizations"][0]["name"] == "Ada’s Engines"
    assert "members:manage" not in me["permissions"]
    assert (await client.post("/invitations", {"email": fresh_address(), "role": "agent"})).status_code == 403
    assert (await client.get("/api-keys")).status_code == 403
    await work(desk, made)
    token = await token_for(desk, email, "verify-email")
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200
    assert (await client.post("/invitations", {"email": fresh_address(), "role": "agent"})).status_code == 201
    assert (await client.get("/auth/me")).json()["data"]["platform_admin"] is False


async def test_staff_whose_address_is_not_confirmed_have_a_customers_rights(desk: Desk, shop: Organization) -> None:
    ticket = await (await shop.client("customer")).post("/tickets", {"subject": "Mine", "description": "Mine alone"})
    unconfirmed = await shop.person("admin", verified=False)
    path = f"/tickets/{ticket.json()['data']['id']}"
    assert (await unconfirmed.client.get(path)).status_code == 404
    assert (await unconfirmed.client.put(path, {"priority": "high"})).status_code == 403
    assert (await unconfirmed.client.get("/api-keys")).status_code == 403
    assert (await unconfirmed.client.post("/auth/resend-verification")).status_code == 200
    await work(desk, shop)
    token = await token_for(desk, unconfirmed.email, "verify-email")
    await desk.client().post("/auth/verify-email", {"token": token})
    assert (await unconfirmed.client.get(path)).status_code == 200
    assert (await unconfirmed.client.get("/api-keys")).status_code == 200


async def test_confirmation_mails_stop_before_they_flood_a_mailbox(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer", verified=False)
    statuses = [(await person.client.post("/auth/resend-verification")).status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 200, 429]
    await work(desk, shop)
    assert len(await mails_to(desk, person.email)) == 5
    confirmed = await shop.person("agent")
    assert (await confirmed.client.post("/auth/resend-verification")).status_code == 200
    await work(desk, shop)
    assert await mails_to(desk, confirmed.email) == []


async def test_a_contact_who_signs_up_gets_in_by_the_mailed_link_only(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    agent = await shop.client("agent")
    filed = await agent.post("/tickets", {
        "subject": "Secret order", "description": "By phone", "requester": {"email": email, "name": "Grace"},
    })  # fmt: skip
    stranger = await desk.client().post("/auth/signup", sign_up_body(shop, email, password="the-strangers-password"))
    assert stranger.status_code == 202, stranger.text
    assert "data" not in stranger.json()
    assert (await log_in(desk, email, "the-strangers-password")).status_code == 401
    own = await desk.client().post("/auth/signup", sign_up_body(shop, email, password=NEW_PASSWORD))
    assert own.status_code == 202
    await work(desk, shop)
    newest, oldest = await mails_to(desk, email)
    assert "please do not open the link" in newest.text
    token = await token_for(desk, email, "verify-email")
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200
    assert (await log_in(desk, email, "the-strangers-password")).status_code == 401
    signed_in = await log_in(desk, email, NEW_PASSWORD)
    tickets = (await desk.client(signed_in.json()["data"]["token"]).get("/tickets")).json()["data"]["tickets"]
    assert [ticket["id"] for ticket in tickets] == [filed.json()["data"]["id"]]
    stale = oldest.text.partition("token=")[2].split()[0]
    assert (await desk.client().post("/auth/verify-email", {"token": stale})).status_code == 422
    assert (await log_in(desk, email, NEW_PASSWORD)).status_code == 200


# Invitations


async def test_an_invited_agent_chooses_a_password_and_is_in(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    admin = await shop.client("admin")
    invited = await admin.post("/invitations", {"email": email, "role": "agent", "name": "Grace"})
    assert invited.status_code == 201, invited.text
    await work(desk, shop)
    (mail,) = await mails_to(desk, email)
    assert mail.subject == "Admin invites you to Test Shop"
    token = await token_for(desk, email, "accept-invitation")
    weak = await desk.client().post("/auth/accept-invitation", {"token": token, "password": email})
    assert weak.status_code == 422
    body = {"token": token, "password": NEW_PASSWORD, "name": "Grace Hopper"}
    accepted = await desk.client().post("/auth/accept-invitation", body)
    assert accepted.status_code == 200, accepted.text
    user = accepted.json()["data"]["user"]
    assert (user["role"], user["name"], user["verified"]) == ("agent", "Grace Hopper", True)
    client = desk.client(accepted.json()["data"]["token"])
    assert (await client.get("/tickets")).status_code == 200
    assert (await client.get("/auth/me")).json()["data"]["name"] == "Grace Hopper"
    assert (await desk.client().post("/auth/accept-invitation", body)).status_code == 422
    assert (await log_in(desk, email, NEW_PASSWORD)).status_code == 200


async def test_an_invitation_does_not_reveal_a_name_used_by_other_organizations(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    person = await shop.person("agent")
    invited = await (await rival.client("owner")).post("/invitations", {"email": person.email, "role": "agent"})
    assert invited.status_code == 201, invited.text
    assert invited.json()["data"]["name"] == person.email.partition("@")[0] != person.name


async def test_an_invitation_to_a_deleted_organization_is_refused(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    operator = await shop.person("owner", platform_admin=True)
    email = fresh_address()
    assert (await (await rival.client("owner")).post("/invitations", {"email": email, "role": "agent"})).is_success
    await work(desk, rival)
    token = await token_for(desk, email, "accept-invitation")
    assert (await operator.client.delete(f"/organizations/{rival.id}")).is_success
    accepted = await desk.client().post("/auth/accept-invitation", {"token": token, "password": NEW_PASSWORD})
    assert accepted.status_code == 422


async def test_inviting_again_mails_a_new_link_until_it_is_accepted(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    admin = await shop.client("admin")
    for _ in range(2):
        assert (await admin.post("/invitations", {"email": email, "role": "agent"})).status_code == 201
    assert (await admin.post("/invitations", {"email": email, "role": "admin"})).status_code == 409
    await work(desk, shop)
    assert len(await mails_to(desk, email)) == 2
    token = await token_for(desk, email, "accept-invitation")
    await desk.client().post("/auth/accept-invitation", {"token": token, "password": NEW_PASSWORD})
    again = await admin.post("/invitations", {"email": email, "role": "agent"})
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "ALREADY_MEMBER"


async def test_roles_that_each_role_may_invite(desk: Desk, shop: Organization, rival: Organization) -> None:
    body = {"email": fresh_address(), "role": "agent"}
    for key, status in (("customer", 403), ("agent", 403), ("team_lead", 403), ("admin", 201)):
        assert (await (await shop.client(key)).post("/invitations", body)).status_code == status
    to_own = {"email": fresh_address(), "role": "owner"}
    assert (await (await shop.client("admin")).post("/invitations", to_own)).status_code == 403
    assert (await (await shop.client("owner")).post("/invitations", to_own)).status_code == 201
    assert (await desk.client().post("/invitations", body)).status_code == 401
    wrong = await (await shop.client("admin")).post("/invitations", {"email": "x", "role": "emperor"})
    assert {problem["path"] for problem in wrong.json()["error"]["details"]["fields"]} == {"email", "role"}
    foreign = {**body, "email": fresh_address(), "group_ids": [str(uuid4())]}
    answer = await (await shop.client("admin")).post("/invitations", foreign)
    assert answer.json()["error"]["details"]["fields"][0]["path"] == "group_ids.0"
    listed = await log_in(desk, (await rival.person("owner")).email, organization_id=str(shop.id))
    assert listed.status_code == 422
