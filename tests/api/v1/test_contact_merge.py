"""v1: merging two contacts: what moves, what ends, the numbers before, and what is refused."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from deskbell.features.people.service.contacts import ensure_customer
from tests.support.desk import PASSWORD, Client, Organization


async def contact(client: Client, shop: Organization, name: str, **more: Any) -> str:
    body = {"name": name, "email": f"{name.lower()}@{shop.domain}", **more}
    answer = await client.post("/contacts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def filed(client: Client, requester: str, subject: str) -> str:
    answer = await client.post("/tickets", {"subject": subject, "description": "Broken", "requester_id": requester})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def test_what_one_contact_has_becomes_the_others(shop: Organization) -> None:
    lead = await shop.client("team_lead")
    stays, goes = await contact(lead, shop, "Ann", phone="1"), await contact(lead, shop, "Anna", company="Boots Ltd")
    own, moved = await filed(lead, stays, "Zip"), await filed(lead, goes, "Bag")
    assert (await lead.post(f"/tickets/{own}/followers", {"user_id": goes})).status_code in (200, 201)
    third = await filed(lead, await contact(lead, shop, "Bob"), "Lamp")
    assert (await lead.post(f"/tickets/{third}/followers", {"user_id": goes})).status_code in (200, 201)
    before = (await lead.get(f"/contacts/{stays}/merge?merged_id={goes}")).json()["data"]
    assert (before["tickets"], before["comments"], before["followed"], before["has_signed_in"]) == (1, 0, 2, False)
    assert (before["into"]["id"], before["merged"]["company"]) == (stays, "Boots Ltd")
    body = {"contact_id": goes, "name": "Anna Keane", "company": "Boots Ltd"}
    merged = (await lead.post(f"/contacts/{stays}/merge", body)).json()["data"]
    assert (merged["id"], merged["name"], merged["phone"]) == (stays, "Anna Keane", "1")
    assert (merged["company"], merged["tickets_count"], merged["email"]) == ("Boots Ltd", 2, f"ann@{shop.domain}")
    tickets = (await lead.get(f"/contacts/{stays}/tickets")).json()["data"]["tickets"]
    assert {each["id"] for each in tickets} == {own, moved}
    assert (await lead.get(f"/contacts/{goes}")).status_code == 404
    followers = (await lead.get(f"/tickets/{third}/followers")).json()["data"]
    assert [each["user_id"] for each in followers] == [stays]
    assert (await lead.get(f"/tickets/{own}/followers")).json()["data"] == [], "a requester does not follow their own"
    admin = await shop.client("admin")
    log = (await admin.get(f"/audit-logs?action=member.merged&subject_id={stays}")).json()["data"]
    assert [each["data"]["merged_id"] for each in log] == [goes]


async def test_values_of_fields_that_only_the_merged_contact_has_are_kept(shop: Organization) -> None:
    admin = await shop.client("admin")
    for key in ("plan", "size"):
        field = {"key": key, "label": key, "type": "text", "target": "contact"}
        assert (await admin.post("/fields", field)).status_code == 201
    stays = await contact(admin, shop, "Ann", fields={"plan": "gold"})
    goes = await contact(admin, shop, "Anna", fields={"plan": "iron", "size": "M"})
    merged = await admin.post(f"/contacts/{stays}/merge", {"contact_id": goes})
    assert merged.json()["data"]["fields"] == {"plan": "gold", "size": "M"}


async def test_mail_from_the_merged_address_is_that_of_the_one_who_stays(shop: Organization) -> None:
    lead = await shop.client("team_lead")
    stays, goes = await contact(lead, shop, "Ann"), await contact(lead, shop, "Anna")
    last = await contact(lead, shop, "Annie")
    assert (await lead.post(f"/contacts/{stays}/merge", {"contact_id": goes})).status_code == 200
    assert (await lead.post(f"/contacts/{last}/merge", {"contact_id": stays})).status_code == 200
    for address in (f"ann@{shop.domain}", f"anna@{shop.domain}"):
        async with shop.desk.database.unit(shop.system()) as uow:
            assert str((await ensure_customer(uow, address, None)).user_id) == last
        again = await lead.post("/contacts", {"name": "Anna", "email": address})
        assert again.status_code == 409, "the address is a contact's"


async def test_sign_in_and_sessions_of_the_merged_contact_end(shop: Organization) -> None:
    lead, customer = await shop.client("team_lead"), await shop.person("customer")
    ticket = await customer.client.post("/tickets", {"subject": "Zip", "description": "Broken"})
    said = await customer.client.post(f"/tickets/{ticket.json()['data']['id']}/comments", {"body": "Hello?"})
    assert said.status_code == 201
    stays = await contact(lead, shop, "Ann")
    before = (await lead.get(f"/contacts/{stays}/merge?merged_id={customer.id}")).json()["data"]
    assert (before["comments"], before["has_signed_in"]) == (1, True)
    assert (await lead.post(f"/contacts/{stays}/merge", {"contact_id": str(customer.id)})).status_code == 200
    assert (await customer.client.get("/tickets")).status_code == 401
    body = {"email": customer.email, "password": PASSWORD, "organization_id": str(shop.id)}
    assert (await shop.desk.client().post("/auth/login", body)).status_code in (401, 403)
    comments = (await lead.get(f"/tickets/{ticket.json()['data']['id']}/comments")).json()["data"]
    assert [each["author"]["id"] for each in comments] == [stays]


async def test_what_cannot_be_merged_is_refused(shop: Organization, rival: Organization) -> None:
    lead, agent = await shop.client("team_lead"), await shop.person("agent")
    stays = await contact(lead, shop, "Ann")
    foreign = await contact(await rival.client("team_lead"), rival, "Eve")
    for other in (stays, str(agent.id), foreign, str(uuid4())):
        assert (await lead.post(f"/contacts/{stays}/merge", {"contact_id": other})).status_code == 422, other
        assert (await lead.get(f"/contacts/{stays}/merge?merged_id={other}")).status_code == 422, other
        assert (await lead.post(f"/contacts/{other}/merge", {"contact_id": stays})).status_code in (404, 422)
    assert (await agent.client.post(f"/contacts/{stays}/merge", {"contact_id": foreign})).status_code == 403
    assert (await lead.get(f"/contacts/{stays}")).status_code == 200


async def test_a_contact_changed_meanwhile_is_not_merged(shop: Organization) -> None:
    lead = await shop.client("team_lead")
    stays, goes = await contact(lead, shop, "Ann"), await contact(lead, shop, "Anna")
    tag = (await lead.get(f"/contacts/{stays}")).headers["etag"]
    assert (await lead.put(f"/contacts/{stays}", {"phone": "2"})).status_code == 200
    stale = await lead.post(f"/contacts/{stays}/merge", {"contact_id": goes}, headers={"If-Match": tag})
    assert stale.status_code == 412


@pytest.mark.parametrize("crossed", [False, True])
async def test_of_two_concurrent_merges_one_is_refused(shop: Organization, *, crossed: bool) -> None:
    lead = await shop.client("team_lead")
    one, two, three = [await contact(lead, shop, name) for name in ("Ann", "Anna", "Annie")]
    await filed(lead, two, "Zip")
    second = (two, one) if crossed else (three, two)
    answers = await asyncio.gather(
        lead.post(f"/contacts/{one}/merge", {"contact_id": two}),
        lead.post(f"/contacts/{second[0]}/merge", {"contact_id": second[1]}),
    )
    done, refused = sorted(each.status_code for each in answers)
    assert done == 200
    assert refused in (404, 422)
    left = (await lead.get("/contacts")).json()["data"]["contacts"]
    assert sum(each["tickets_count"] for each in left) == 1


async def test_activity_shows_what_merged_contacts_did_before(shop: Organization) -> None:
    lead, customer = await shop.client("team_lead"), await shop.person("customer")
    ticket = (await customer.client.post("/tickets", {"subject": "Zip", "description": "Broken"})).json()["data"]
    assert (await customer.client.post(f"/tickets/{ticket['id']}/comments", {"body": "Hello?"})).status_code == 201
    middle, stays = await contact(lead, shop, "Ann"), await contact(lead, shop, "Annie")
    other = await filed(lead, await contact(lead, shop, "Bob"), "Lamp")
    assert (await lead.post(f"/tickets/{other}/followers", {"user_id": str(customer.id)})).status_code in (200, 201)
    said = await customer.client.post(f"/tickets/{other}/comments", {"body": "The same here."})
    assert said.status_code == 201, said.text
    assert (await lead.post(f"/contacts/{middle}/merge", {"contact_id": str(customer.id)})).status_code == 200
    assert (await lead.post(f"/contacts/{stays}/merge", {"contact_id": middle})).status_code == 200
    answer = (await lead.get(f"/contacts/{stays}/activity?limit=50")).json()
    sentences = [each["description"] for each in answer["data"]]
    assert sum("Lamp" in each and "replied" in each for each in sentences) == 1, sentences
    assert sum("merged the contact" in each for each in sentences) == 2, sentences
    assert answer["pagination"]["total"] == len(sentences)
