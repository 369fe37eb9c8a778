"""v1: further addresses of contacts, and mail from them."""

import pytest

from deskbell.features.people.service import addresses
from tests.features.mail.test_filing import received, ticket_of, written
from tests.support.desk import Organization
from tests.support.journal import events_about


async def test_mail_from_a_further_address_is_the_contacts(shop: Organization) -> None:
    agent = await shop.client("agent")
    contact = (await agent.post("/contacts", {"name": "Ann", "email": "ann@home.example"})).json()["data"]
    path = f"/contacts/{contact['id']}/addresses"
    assert (await agent.get(path)).json()["data"] == []
    added = await agent.post(path, {"address": " Ann@Work.example "})
    assert added.status_code == 201, added.text
    assert [(each["address"], each["how"]) for each in added.json()["data"]] == [("ann@work.example", "entered")]
    assert (await agent.post(path, {"address": "ann@work.example"})).json() == added.json(), "a repeat changes nothing"
    assert (await agent.post(path, {"address": "ann@home.example"})).json() == added.json(), "their own address, too"
    ticket = await ticket_of(shop, await received(shop, written("ann@work.example")))
    assert ticket["requester_id"] == contact["id"]
    assert (await agent.delete(f"{path}/ann@work.example")).status_code == 200
    assert (await agent.delete(f"{path}/ann@work.example")).status_code == 404
    ticket = await ticket_of(shop, await received(shop, written("ann@work.example")))
    assert ticket["requester_id"] != contact["id"]
    changes = [event["changes"] for kind, event in await events_about(shop, contact["id"]) if kind == "member.updated"]
    assert changes == [
        {"addresses": {"was": [], "now": ["ann@work.example"]}},
        {"addresses": {"was": ["ann@work.example"], "now": []}},
    ]


async def test_an_address_belongs_to_one_member_and_staff_have_none(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ann = (await agent.client.post("/contacts", {"name": "Ann", "email": "ann@home.example"})).json()["data"]
    bo = (await agent.client.post("/contacts", {"name": "Bo", "email": "bo@home.example"})).json()["data"]
    path = f"/contacts/{ann['id']}/addresses"
    assert (await agent.client.post(path, {"address": "bo@home.example"})).status_code == 409
    assert (await agent.client.post(path, {"address": agent.email})).status_code == 409
    assert (await agent.client.post(f"/contacts/{bo['id']}/addresses", {"address": "b@b.example"})).status_code == 201
    assert (await agent.client.post(path, {"address": "b@b.example"})).status_code == 409
    assert (await agent.client.post(path, {"address": "nobody"})).status_code == 422
    assert (await agent.client.post(f"/contacts/{agent.id}/addresses", {"address": "c@c.example"})).status_code == 404
    assert (await customer.client.get(path)).status_code == 403
    monkeypatch.setattr(addresses, "MOST", 1)
    assert (await agent.client.post(path, {"address": "a@a.example"})).status_code == 201
    refused = await agent.client.post(path, {"address": "a2@a.example"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CONFLICT")
