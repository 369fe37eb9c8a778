"""v1: contacts and their activity."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.desk import Client, Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
JANE = {
    "name": "Jane Doe", "email": "Jane.Doe@Acme.Example", "phone": "+49 30 1234", "company": "Acme Outdoor",
    "role": "Buyer",
}  # fmt: skip


async def enter(client: Client, **fields: object) -> dict[str, object]:
    answer = await client.post("/contacts", {**JANE, "email": f"{uuid4()}@acme.example", **fields})
    assert answer.status_code == 201, answer.text
    contact: dict[str, object] = answer.json()["data"]
    return contact


async def names(client: Client, **query: object) -> list[str]:
    answer = await client.get("/contacts", params=query)
    assert answer.status_code == 200, answer.text
    return [contact["name"] for contact in answer.json()["data"]["contacts"]]


async def test_a_contact_is_created_shown_and_updated_with_an_event_for_each_change(shop: Organization) -> None:
    agent = await shop.client("agent")
    made = await agent.post("/contacts", {**JANE, "email": f"Jane.{shop.domain}@Acme.Example"})
    assert made.status_code == 201
    contact = made.json()["data"]
    path = f"/contacts/{contact['id']}"
    shown = {key: contact[key] for key in ("name", "email", "phone", "company", "role", "tickets_count", "verified")}
    assert shown == {
        "name": "Jane Doe", "email": f"jane.{shop.domain}@acme.example", "phone": "+49 30 1234",
        "company": "Acme Outdoor", "role": "Buyer", "tickets_count": 0, "verified": False,
    }  # fmt: skip
    assert (await agent.get(path)).json()["data"] == contact
    listed = (await agent.get("/contacts")).json()["data"]
    assert listed["contacts"] == [contact]
    assert (listed["pagination"]["total"], listed["pagination"]["totalPages"]) == (1, 1)

    same = await agent.put(path, {"name": " Jane  Doe ", "company": "Acme Outdoor"})
    assert same.json()["data"] == contact
    changed = (await agent.put(path, {"phone": None, "role": "Head of buying"})).json()["data"]
    assert (changed["phone"], changed["role"], changed["company"]) == (None, "Head of buying", "Acme Outdoor")
    cleared = (await agent.put(path, {"role": None})).json()["data"]
    assert cleared["role"] == "customer"
    events = await events_about(shop, contact["id"])
    assert [kind for kind, _ in events] == ["member.added", "member.updated", "member.updated"]
    assert events[1][1]["changes"] == {
        "phone": {"was": "+49 30 1234", "now": None},
        "title": {"was": "Buyer", "now": "Head of buying"},
    }


async def test_staff_set_the_language_of_a_contacts_mails(shop: Organization) -> None:
    agent = await shop.client("agent")
    contact = await enter(agent, language="de")
    path = f"/contacts/{contact['id']}"
    assert contact["language"] == "de"
    before = (await agent.get(path)).headers["etag"]
    changed = await agent.put(path, {"language": None})
    assert (changed.json()["data"]["language"], changed.headers["etag"] != before) == (None, True)
    assert (await agent.put(path, {"language": None})).json()["data"] == changed.json()["data"]
    assert (await agent.put(path, {"language": "xx"})).status_code == 422
    events = await events_about(shop, str(contact["id"]))
    assert [payload["changes"] for kind, payload in events if kind == "member.updated"] == [
        {"language": {"was": "de", "now": None}}
    ]


async def test_an_address_is_unique_and_staff_change_it_only_before_the_first_sign_in(
    shop: Organization, rival: Organization
) -> None:
    agent, customer = await shop.client("agent"), await shop.person("customer")
    first, second = await enter(agent), await enter(agent)
    taken = await agent.post("/contacts", {**JANE, "email": first["email"]})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "EMAIL_TAKEN")
    assert (await agent.post("/contacts", {**JANE, "email": customer.email})).status_code == 409
    assert (await agent.put(f"/contacts/{second['id']}", {"email": first["email"]})).status_code == 409

    address = f"new.{second['email']}"
    moved = (await agent.put(f"/contacts/{second['id']}", {"email": address})).json()["data"]
    assert moved["email"] == address
    assert (await events_about(shop, str(second["id"])))[-1][1]["changes"] == {
        "email": {"was": second["email"], "now": address}
    }
    theirs = await agent.put(f"/contacts/{customer.id}", {"email": f"x.{customer.email}", "name": "Somebody Else"})
    assert theirs.status_code == 422
    assert theirs.json()["error"]["details"]["fields"][0]["path"] == "email"
    assert (await agent.get(f"/contacts/{customer.id}")).json()["data"]["name"] == customer.name

    shared = await enter(await rival.client("agent"))
    here = await agent.post("/contacts", {**JANE, "email": shared["email"]})
    assert here.status_code == 201, "another organization's contact may be ours too"
    refused = await agent.put(f"/contacts/{here.json()['data']['id']}", {"email": f"x.{shared['email']}"})
    assert refused.status_code == 422, "or we would change what the other organization knows"
    other = (await (await rival.client("agent")).get(f"/contacts/{shared['id']}")).json()["data"]
    assert other["email"] == shared["email"]


async def test_of_concurrent_requests_one_creates_the_contact(shop: Organization) -> None:
    agent = await shop.client("agent")
    body = {**JANE, "email": f"{uuid4()}@acme.example"}
    statuses = [
        answer.status_code for answer in await asyncio.gather(*(agent.post("/contacts", body) for _ in range(6)))
    ]
    assert sorted(statuses) == [201, 409, 409, 409, 409, 409]
    contact = (await agent.get("/contacts")).json()["data"]["contacts"][0]
    assert [kind for kind, _ in await events_about(shop, contact["id"])] == ["member.added"]


async def test_deleting_ends_access_immediately_and_keeps_the_tickets(shop: Organization) -> None:
    lead, agent, customer = await shop.client("team_lead"), await shop.client("agent"), await shop.person("customer")
    ticket = (await customer.client.post("/tickets", TICKET)).json()["data"]
    path = f"/contacts/{customer.id}"
    assert (await agent.delete(path)).status_code == 403
    assert (await lead.delete(path)).status_code == 200
    assert (await customer.client.get("/tickets")).status_code == 401
    for answer in (await lead.get(path), await lead.put(path, {"name": "x"}), await lead.delete(path)):
        assert answer.status_code == 404
    assert (await lead.get("/contacts")).json()["data"]["pagination"]["total"] == 0
    kept = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert kept["requester"]["name"] == customer.name
    kinds = [kind for kind, _ in await events_about(shop, customer.id, "member.")]
    assert kinds == ["member.added", "member.removed"]

    back = await agent.post("/contacts", {"name": "Back Again", "email": customer.email})
    assert back.status_code == 201
    assert (back.json()["data"]["id"], back.json()["data"]["tickets_count"]) == (str(customer.id), 1)
    assert (await customer.client.get("/tickets")).status_code == 401, "the old session stays ended"


async def test_search_matches_prefixes_regardless_of_case_and_accents(shop: Organization, rival: Organization) -> None:
    agent = await shop.client("agent")
    await enter(agent, name="José Núñez", email=f"j.nunez+{shop.domain}@mail.example", company="Café Brûlot")
    await enter(agent, name="Mary O'Neil", company=None)
    await enter(await rival.client("agent"), name="José Rival")
    assert await names(agent, search="jose") == ["José Núñez"]
    assert await names(agent, search="JOSÉ nu") == ["José Núñez"]
    assert await names(agent, search="cafe brul") == ["José Núñez"]
    assert await names(agent, search=f"j.nunez+{shop.domain}@mail.example") == ["José Núñez"]
    assert await names(agent, search="neil") == ["Mary O'Neil"]
    assert await names(agent, search="jose neil") == []
    assert await names(agent, search="!?&|:*\\'") == []
    assert sorted(await names(agent, search="  ")) == ["José Núñez", "Mary O'Neil"]
    await agent.put(f"/contacts/{(await agent.get('/contacts?search=jose')).json()['data']['contacts'][0]['id']}",
                    {"company": "Tannery"})  # fmt: skip
    assert await names(agent, search="cafe") == []
    assert await names(agent, search="tann") == ["José Núñez"]


async def test_pages_and_cursors_walk_the_same_list_with_an_exact_total(shop: Organization) -> None:
    agent = await shop.client("agent")
    for i in range(7):
        await enter(agent, name=f"Contact {i % 3}")
    for query in ("sort=created_at", "sort=name", "sort=email", "search=contact&sort=name"):
        for order in ("asc", "desc"):
            whole = (await agent.get(f"/contacts?limit=100&{query}&order={order}")).json()["data"]["contacts"]
            walked: list[str] = []
            cursor = ""
            while True:
                data = (await agent.get(f"/contacts?limit=3&{query}&order={order}{cursor}")).json()["data"]
                walked += [contact["id"] for contact in data["contacts"]]
                assert data["pagination"]["total"] == 7
                if not data["pagination"]["hasNextPage"]:
                    break
                cursor = f"&cursor={data['pagination']['nextCursor']}"
            assert walked == [contact["id"] for contact in whole]
            assert len(walked) == 7
    for wrong in ("cursor=nonsense", "limit=101", "limit=0", "page=0", "sort=phone"):
        assert (await agent.get(f"/contacts?{wrong}")).status_code == 422


async def test_tickets_of_a_contact_are_counted_and_listed(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.person("customer")
    for subject in ("first", "second"):
        await customer.client.post("/tickets", {**TICKET, "subject": subject})
    await agent.post("/tickets", TICKET)
    assert (await agent.get(f"/contacts/{customer.id}")).json()["data"]["tickets_count"] == 2
    found = (await agent.get(f"/contacts/{customer.id}/tickets?sort=number&order=asc")).json()["data"]
    assert [ticket["subject"] for ticket in found["tickets"]] == ["first", "second"]
    assert found["pagination"]["total"] == 2
    assert (await agent.get(f"/contacts/{uuid4()}/tickets")).status_code == 404


async def test_a_contacts_activity_is_described_in_sentences_newest_first(shop: Organization) -> None:
    agent, customer, admin = await shop.client("agent"), await shop.person("customer"), await shop.client("admin")
    ticket = (await customer.client.post("/tickets", TICKET)).json()["data"]
    await agent.put(f"/tickets/{ticket['id']}", {"priority": "high"})
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "Smells of wear", "public": False})
    await agent.put(f"/contacts/{customer.id}", {"company": "Acme"})
    hidden = (await customer.client.post("/tickets", {**TICKET, "subject": "Never mind"})).json()["data"]
    await admin.delete(f"/tickets/{hidden['id']}")
    story = (await agent.get(f"/contacts/{customer.id}/activity")).json()
    assert [step["description"] for step in story["data"]] == [
        "Agent changed the company of this contact.",
        "Agent left an internal note on ticket #1 “Zip is broken”.",
        "Agent changed the priority from normal to high of ticket #1 “Zip is broken”.",
        "Customer opened ticket #1 “Zip is broken”.",
        "Customer joined.",
    ]
    assert [step["action"] for step in story["data"]][-2:] == ["ticket_created", "member_added"]
    assert set(story["data"][0]) == {"id", "action", "description", "created_at"}
    assert story["pagination"]["total"] == 5
    first = (await agent.get(f"/contacts/{customer.id}/activity?limit=2")).json()
    second = (
        await agent.get(f"/contacts/{customer.id}/activity?limit=3&cursor={first['pagination']['nextCursor']}")
    ).json()
    assert first["data"] + second["data"] == story["data"]
    beyond = (await agent.get(f"/contacts/{customer.id}/activity?page=9")).json()
    assert (beyond["data"], beyond["pagination"]["total"]) == ([], 5)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"phone": 7}, "phone"),
        ({"company": "x" * 201}, "company"),
        ({"organization_id": str(uuid4())}, "organization_id"),
        ({"organization_id": "ours"}, "organization_id"),
        ({"colour": "red"}, "colour"),
        ({"company": "a\0b"}, "company"),
    ],
)
async def test_bad_input_names_the_field_and_writes_nothing(
    shop: Organization, fields: dict[str, object], path: str
) -> None:
    agent = await shop.client("agent")
    contact = await enter(agent)
    for answer in (
        await agent.post("/contacts", {**JANE, **fields}),
        await agent.put(f"/contacts/{contact['id']}", fields),
    ):
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]
    assert (await agent.get("/contacts")).json()["data"]["contacts"] == [contact]
    own = await agent.put(f"/contacts/{contact['id']}", {"organization_id": str(shop.id)})
    assert own.status_code == 200


async def test_permissions_by_role_and_organization(shop: Organization, rival: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    contact = await enter(agent.client)
    path = f"/contacts/{contact['id']}"
    for refused in (
        await customer.client.get("/contacts"),
        await customer.client.get(f"/contacts/{customer.id}"),
        await customer.client.post("/contacts", JANE),
        await customer.client.get(f"/contacts/{customer.id}/activity"),
    ):
        assert refused.status_code == 403
    assert (await shop.desk.client().get("/contacts")).status_code == 401
    assert (await agent.client.get(f"/contacts/{agent.id}")).status_code == 404, "agents are no contacts"
    stranger = await rival.client("owner")
    assert await names(stranger) == []
    for hidden in (
        await stranger.get(path),
        await stranger.put(path, {"name": "x"}),
        await stranger.delete(path),
        await stranger.get(f"{path}/tickets"),
        await stranger.get(f"{path}/activity"),
    ):
        assert hidden.status_code == 404
