"""v1: canned responses and their rendering for a ticket."""

from uuid import uuid4

import pytest

from tests.api.v1.test_files import stored, upload
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

HELLO = {"title": "Hello", "content": "Hello {{requester.name}}, this is about #{{ticket.number}}.", "shortcut": "hi"}


async def test_a_canned_response_is_created_updated_found_and_deleted(shop: Organization) -> None:
    agent = await shop.person("agent")
    made = await agent.client.post("/canned-responses", HELLO)
    assert made.status_code == 201, made.text
    response = made.json()["data"]
    assert {**HELLO, "created_by": str(agent.id), "warnings": []}.items() <= response.items()
    path = f"/canned-responses/{response['id']}"
    assert (await agent.client.get(path)).json()["data"] == response
    changed = (await agent.client.put(path, {"shortcut": None, "content": "Dear {{requester.nmae}}"})).json()["data"]
    assert (changed["title"], changed["shortcut"]) == ("Hello", None)
    assert "did you mean {{requester.name}}?" in changed["warnings"][0]
    assert [each["id"] for each in (await agent.client.get("/canned-responses?search=dear")).json()["data"]] == [
        response["id"]
    ]
    assert (await agent.client.get("/canned-responses?search=nowhere")).json()["data"] == []
    assert (await agent.client.delete(path)).status_code == 200
    assert (await agent.client.get(path)).status_code == 404


async def test_it_is_rendered_for_a_ticket_and_nothing_is_sent(shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = (await customer.client.post("/tickets", {"subject": "Zip", "description": "Broken"})).json()["data"]
    content = HELLO["content"] + " {{agent.name}}, {{organization.name}} {{weather.today}}"
    made = await agent.client.post("/canned-responses", {**HELLO, "content": content})
    path = f"/canned-responses/{made.json()['data']['id']}/render"
    rendered = (await agent.client.post(path, {"ticket_id": ticket["id"]})).json()["data"]
    assert rendered == {
        "content": f"Hello Customer, this is about #1. Agent, {shop.name} {{{{weather.today}}}}",
        "content_html": "<p>Hello Customer, this is about #1. Agent, Test Shop {{weather.today}}</p>",
        "unknown": ["weather.today"],
    }
    assert (await agent.client.get(f"/tickets/{ticket['id']}/comments")).json()["data"] == []
    assert (await agent.client.post(path, {"ticket_id": str(uuid4())})).status_code == 404
    assert (await agent.client.post(path, {})).status_code == 422


@pytest.mark.parametrize(
    ("body", "fields"),
    [({}, {"title", "content"}), ({**HELLO, "title": " ", "colour": 1}, {"title", "colour"})],
)
async def test_an_invalid_canned_response_is_refused_by_field(
    shop: Organization, body: object, fields: set[str]
) -> None:
    answer = await (await shop.client("agent")).post("/canned-responses", body)
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields


async def test_a_shortcut_is_unique(shop: Organization) -> None:
    agent = await shop.client("agent")
    await agent.post("/canned-responses", HELLO)
    again = await agent.post("/canned-responses", {**HELLO, "shortcut": "HI"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "SHORTCUT_TAKEN")


@pytest.mark.parametrize(
    ("requester", "greeting"),
    [({"name": "Lindqvist, Maya"}, "Hello Maya!"), ({"name": "Maya Lindqvist"}, "Hello Maya!"), ({}, "Hello there!")],
)
async def test_a_greeting_uses_the_first_name_or_its_default(
    shop: Organization, requester: dict[str, str], greeting: str
) -> None:
    agent = await shop.client("agent")
    words = {"title": "Hello", "content": "Hello {{requester.first_name|there}}!"}
    response = (await agent.post("/canned-responses", words)).json()["data"]
    person = {"email": f"maya@{shop.domain}", **requester}
    ticket = (await agent.post("/tickets", {"subject": "a", "description": "b", "requester": person})).json()["data"]
    rendered = await agent.post(f"/canned-responses/{response['id']}/render", {"ticket_id": ticket["id"]})
    assert rendered.json()["data"]["content"] == greeting


async def test_customers_and_other_organizations_have_no_access(shop: Organization, rival: Organization) -> None:
    response = (await (await shop.client("agent")).post("/canned-responses", HELLO)).json()["data"]
    path = f"/canned-responses/{response['id']}"
    customer, stranger = await shop.client("customer"), await rival.client("owner")
    assert (await customer.get("/canned-responses")).status_code == 403
    assert (await customer.get(path)).status_code == 403
    assert (await stranger.get("/canned-responses")).json()["data"] == []
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.put(path, {"title": "Mine"})).status_code == 404
    assert (await stranger.delete(path)).status_code == 404
    own = (await (await rival.client("customer")).post("/tickets", {"subject": "a", "description": "b"})).json()["data"]
    assert (await stranger.post(f"{path}/render", {"ticket_id": own["id"]})).status_code == 404


async def test_uses_are_counted_without_a_new_version(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    made = await admin.post("/canned-responses", {"title": "Thanks", "content": "Thank you."})
    response = made.json()["data"]
    assert (response["used_count"], response["last_used_at"]) == (0, None)
    path = f"/canned-responses/{response['id']}"
    for client in (admin, agent):
        assert (await client.post(f"{path}/uses")).status_code == 200
    shown = (await agent.get(path)).json()["data"]
    assert (shown["used_count"], shown["version"], shown["updated_at"]) == (2, 1, response["updated_at"])
    assert shown["last_used_at"] is not None
    assert (await admin.put(path, {"title": "Thank you"}, headers={"If-Match": '"1"'})).json()["data"][
        "used_count"
    ] == 2
    assert (await (await shop.client("customer")).post(f"{path}/uses")).status_code == 403
    assert (await (await rival.client("agent")).post(f"{path}/uses")).status_code == 404


async def test_own_and_group_responses_are_seen_by_those_they_are_for(shop: Organization) -> None:
    admin, lead = await shop.client("admin"), await shop.client("team_lead")
    agent, other = await shop.person("agent"), await shop.person("agent2")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    joined = await admin.post(f"/groups/{group['id']}/members", {"user_id": str(agent.id)})
    assert joined.status_code in {200, 201}
    made = [
        (await agent.client.post("/canned-responses", {**HELLO, **more})).json()["data"]
        for more in (
            {"title": "All"}, {"title": "Own", "shared": False},
            {"title": "Returns", "shortcut": "re", "group_id": group["id"]},
        )
    ]  # fmt: skip
    assert [(each["shared"], each["group_id"]) for each in made] == [(True, None), (False, None), (True, group["id"])]

    async def titles(client: Client) -> list[str]:
        return [each["title"] for each in (await client.get("/canned-responses")).json()["data"]]

    assert await titles(agent.client) == ["All", "Own", "Returns"]
    assert await titles(other.client) == ["All"]
    assert await titles(lead) == ["All", "Returns"]
    for hidden in made[1:]:
        path = f"/canned-responses/{hidden['id']}"
        assert (await other.client.get(path)).status_code == 404
        assert (await other.client.put(path, {"title": "Mine"})).status_code == 404
        assert (await other.client.post(f"{path}/uses")).status_code == 404
        assert (await other.client.delete(path)).status_code == 404
    # A shortcut is unique among shared ones and among each person's own.
    own = {**HELLO, "title": "My own", "shared": False}
    assert (await other.client.post("/canned-responses", own)).status_code == 201
    assert (await other.client.post("/canned-responses", own)).status_code == 409
    assert (await agent.client.put(f"/canned-responses/{made[1]['id']}", {"shared": True})).status_code == 409
    unknown = await agent.client.post("/canned-responses", {**HELLO, "shortcut": None, "group_id": str(uuid4())})
    assert (unknown.status_code, "group_id" in unknown.text) == (422, True)
    assert (await admin.delete(f"/groups/{group['id']}")).status_code in {200, 204}
    await work(shop.desk, shop)
    assert await titles(other.client) == ["All", "My own"], "what was for a group is not for all once the group is gone"
    assert await titles(lead) == ["All", "Returns"]


async def test_a_response_that_becomes_a_persons_own_leaves_its_group_and_its_rules(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]
    made = (await admin.post("/canned-responses", {**HELLO, "group_id": group["id"]})).json()["data"]
    body = {"name": "Greet", "on": ["ticket.created"], "do": [{"reply": {"canned": "Hello"}}]}
    rule = (await admin.post("/rules", body)).json()["data"]
    path = f"/canned-responses/{made['id']}"
    own = (await admin.put(path, {"shared": False})).json()["data"]
    assert (own["shared"], own["group_id"], own["version"]) == (False, None, 2)
    assert (await admin.get(f"/rules/{rule['id']}")).json()["data"]["enabled"] is False
    assert (await admin.post("/rules", body)).status_code == 422
    assert (await admin.put(path, {"shared": True})).json()["data"]["shared"] is True


async def test_each_use_of_a_response_has_its_own_copy_of_the_files(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    file = await upload(agent)
    made = (await agent.post("/canned-responses", {**HELLO, "file_ids": [file["id"]]})).json()["data"]
    path = f"/canned-responses/{made['id']}"
    assert [each["filename"] for each in made["files"]] == ["zip.png"]
    assert (await agent.delete(f"/uploads/{file['id']}")).status_code == 404, "it is the response's now"
    first, second = [(await agent.post(f"{path}/files")).json()["data"] for _ in range(2)]
    assert first[0]["id"] != second[0]["id"]
    ticket = (await customer.post("/tickets", {"subject": "Zip", "description": "Broken"})).json()["data"]
    comment = {
        "body": "See the picture.",
        "attachments": [{key: first[0][key] for key in ("filename", "url", "mime_type", "size")}],
    }
    assert (await agent.post(f"/tickets/{ticket['id']}/comments", comment)).status_code == 201
    other = await upload(agent, "other.png")
    both = (await agent.put(path, {"file_ids": [other["id"], file["id"]]})).json()["data"]
    assert ([each["filename"] for each in both["files"]], both["version"]) == (["other.png", "zip.png"], 2)
    assert (await agent.get("/canned-responses")).json()["data"] == [both]
    assert (await agent.put(path, {"title": "Hi"})).json()["data"]["files"] == both["files"]
    unknown = await agent.put(path, {"file_ids": [str(uuid4())]})
    assert (unknown.status_code, "file_ids.0" in unknown.text) == (422, True)
    kinds = [(kind, list(payload.get("changes", ()))) for kind, payload in await events_about(shop, made["id"])]
    assert ("canned_response.updated", ["files"]) in kinds
    assert (await customer.post(f"{path}/files")).status_code == 403
    before = len(stored(shop.desk, shop))
    assert (await agent.delete(path)).status_code == 200
    await work(shop.desk, shop)
    assert (await agent.post(f"{path}/files")).status_code == 404
    assert len(stored(shop.desk, shop)) <= before
