"""v1: macros, alone and on many tickets."""

from typing import Any
from uuid import uuid4

import pytest

from deskbell.features.macros import service
from tests.api.v1.test_files import PNG, stored, upload
from tests.api.v1.test_statements import logged
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work

__all__ = ["logged"]
TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
PARTS: dict[str, Any] = {
    "title": "Waiting for parts",
    "do": [{"set": {"status": "pending"}}, {"assign": "me"}, {"add_tags": ["parts"]}],
    "comment": {"body": "Hello {{requester.first_name}}, the part for #{{ticket.number}} is on its way."},
}


async def made(client: Client, **macro: Any) -> dict[str, Any]:
    answer = await client.post("/macros", {**PARTS, **macro})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def filed(client: Client, **more: Any) -> dict[str, Any]:
    answer = await client.post("/tickets", {**TICKET, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def applied(client: Client, macro: dict[str, Any], *tickets: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"ticket_ids": [ticket["id"] for ticket in tickets], **more}
    answer = await client.post(f"/macros/{macro['id']}/apply", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


async def seen(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"/tickets/{ticket['id']}")).json()["data"])


async def comments(client: Client, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await client.get(f"/tickets/{ticket['id']}/comments")).json()["data"])


async def test_a_macro_is_created_changed_found_and_deleted_each_with_an_event(shop: Organization) -> None:
    agent = await shop.client("agent")
    macro = await made(agent)
    assert {
        **PARTS,
        "comment": {**PARTS["comment"], "public": True, "canned_response_id": None},
    }.items() <= macro.items()
    path = f"/macros/{macro['id']}"
    assert (await agent.get(path)).json()["data"] == macro
    same = await agent.put(path, {"title": " Waiting  for parts ", "active": True})
    assert same.json()["data"] == macro
    changed = await agent.put(path, {"title": "Parts", "active": False, "comment": None})
    assert changed.json()["data"].items() >= {"title": "Parts", "active": False, "comment": None}.items()
    assert [each["id"] for each in (await agent.get("/macros?search=PART")).json()["data"]] == [macro["id"]]
    assert (await agent.get("/macros?active=true")).json()["data"] == []
    assert (await agent.delete(path)).status_code == 200
    assert (await agent.get(path)).status_code == 404
    assert [kind for kind, _ in await events_about(shop, macro["id"])] == [
        "macro.created", "macro.updated", "macro.deleted",
    ]  # fmt: skip


async def test_own_macros_are_their_owners_and_shared_ones_are_kept_by_leads(shop: Organization) -> None:
    agent, other, lead = await shop.client("agent"), await shop.client("agent2"), await shop.client("team_lead")
    own = await made(agent)
    assert [(await client.get(f"/macros/{own['id']}")).status_code for client in (other, lead)] == [404, 404]
    assert (await other.post("/macros", {**PARTS, "shared": True})).status_code == 403
    shared = await made(lead, title="Shared", shared=True)
    assert (await other.get(f"/macros/{shared['id']}")).status_code == 200
    assert (await other.put(f"/macros/{shared['id']}", {"title": "Mine"})).status_code == 403
    assert (await other.delete(f"/macros/{shared['id']}")).status_code == 403
    assert (await agent.put(f"/macros/{own['id']}", {"shared": True})).status_code == 403
    assert (await (await shop.client("customer")).get("/macros")).status_code == 403


async def test_a_macro_of_a_group_is_for_its_members_alone(shop: Organization) -> None:
    lead, agent, member = await shop.client("team_lead"), await shop.client("agent"), await shop.person("agent2")
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Billing", "description": ""})).json()["data"]
    assert (await admin.post(f"/groups/{group['id']}/members", {"user_id": str(member.id)})).status_code < 300
    macro = await made(lead, shared=True, group_id=group["id"])
    assert (await member.client.get("/macros")).json()["data"] == [macro]
    assert (await agent.get("/macros")).json()["data"] == []
    ticket = await filed(agent)
    refused = await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})
    assert refused.status_code == 404
    unknown = await lead.post("/macros", {**PARTS, "shared": True, "group_id": str(uuid4())})
    assert unknown.status_code == 422


async def test_one_use_is_one_version_with_fields_and_words_and_the_macro_decides_the_status(
    shop: Organization,
) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = await filed(customer.client)
    macro = await made(agent.client)
    done = await applied(agent.client, macro, ticket)
    assert (done["updated"], done["failed"], done["results"][0]["ok"]) == (1, 0, True)
    after = await seen(agent.client, ticket)
    assert (after["status"], after["assignee_id"], after["tags"]) == ("pending", str(agent.id), ["parts"])
    assert after["version"] == ticket["version"] + 1
    assert after["first_response_at"] is not None
    (words,) = await comments(customer.client, ticket)
    assert (words["body"], words["author_id"]) == ("Hello Customer, the part for #1 is on its way.", str(agent.id))
    again = await applied(agent.client, await made(agent.client, comment=None), ticket)
    assert again["updated"] == 1
    assert (await seen(agent.client, ticket))["version"] == after["version"], "what is so already is no change"


async def test_a_repeated_request_applies_a_macro_once(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket, macro = await filed(customer), await made(agent)
    body = {"ticket_ids": [ticket["id"]]}
    first = await agent.post(f"/macros/{macro['id']}/apply", body, headers={"Idempotency-Key": "once"})
    second = await agent.post(f"/macros/{macro['id']}/apply", body, headers={"Idempotency-Key": "once"})
    assert first.json() == second.json()
    assert len(await comments(customer, ticket)) == 1


async def test_a_preview_equals_the_use_and_writes_nothing(shop: Organization) -> None:
    customer, agent, admin = await shop.client("customer"), await shop.person("agent"), await shop.client("admin")
    await admin.post("/fields", {"key": "order_number", "type": "text", "label": "Order"})
    ticket = await filed(customer, subject="Zip")
    body = "Order {{ticket.field.order_number|unknown}}: {{nothing.here}}"
    macro = await made(
        agent.client, do=[{"set": {"fields": {"order_number": "A 1"}}}, {"assign": "me"}], comment={"body": body}
    )
    assert "nothing.here" in macro["warnings"][0]
    path = f"/macros/{macro['id']}/preview"
    unknown = str(uuid4())
    found = (await agent.client.post(path, {"ticket_ids": [ticket["id"], unknown]})).json()["data"]
    assert found[0]["changes"] == {
        "status": {"was": "new", "now": "open"},
        "assignee_id": {"was": None, "now": str(agent.id)},
        "field.order_number": {"was": None, "now": "A 1"},
    }
    assert found[0]["comment"]["body"] == "Order unknown: {{nothing.here}}"
    assert [each["code"] for each in found[0]["problems"]] == ["macro.unknown_variables"]
    assert [each["code"] for each in found[1]["problems"]] == ["ticket.not_found"]
    assert (await seen(agent.client, ticket))["version"] == ticket["version"]
    refused = await applied(agent.client, macro, ticket)
    assert refused["results"][0]["ok"] is False
    assert (await seen(agent.client, ticket))["version"] == ticket["version"], "fields and words stand together"
    edited = await applied(agent.client, macro, ticket, comment={"body": "About {{ticket.subject}}", "public": False})
    assert edited["updated"] == 1
    after = await seen(agent.client, ticket)
    assert (after["status"], after["fields"]) == ("open", {"order_number": "A 1"})
    assert [(each["body"], each["public"]) for each in await comments(agent.client, ticket)] == [("About Zip", False)]


async def test_the_actions_hold_on_what_is_there(shop: Organization) -> None:
    customer, agent, admin = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    await admin.post("/groups", {"name": "Repairs", "description": ""})
    await admin.post("/groups", {"name": "Billing", "description": ""})
    await admin.post("/categories", {"name": "Jackets"})
    await admin.post("/fields", {"key": "size", "type": "text", "label": "Size"})
    ticket = await filed(customer, tags=["old", "kept"])
    do = [
        {"fill": {"group": "Repairs", "fields": {"size": "M"}}},
        {"fill": {"group": "billing", "category": "Jackets", "fields": {"size": "L"}}},
        {"set": {"priority": "high", "type": "incident"}},
        {"remove_tags": ["old"]},
        {"add_tags": ["new"]},
    ]
    macro = await made(agent, do=do, comment=None)
    await applied(agent, macro, ticket)
    after = await seen(agent, ticket)
    assert (after["group"]["name"], after["category"]["name"], after["fields"]) == ("Repairs", "Jackets", {"size": "M"})
    assert (after["priority"], after["type"], after["tags"]) == ("high", "incident", ["kept", "new"])
    cleared = await made(agent, do=[{"assign": "nobody"}, {"set": {"fields": {"size": None}}}], comment=None)
    await applied(agent, cleared, ticket)
    assert (await seen(agent, ticket))["fields"] == {}


async def test_each_use_has_its_own_copy_of_the_files(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    admin = await shop.client("admin")
    file = await upload(agent)
    macro = await made(agent, file_ids=[file["id"]])
    assert [each["filename"] for each in macro["files"]] == ["zip.png"]
    assert (await agent.delete(f"/uploads/{file['id']}")).status_code == 404, "it is the macro's now"
    tickets = [await filed(customer), await filed(customer)]
    assert (await applied(agent, macro, *tickets))["updated"] == 2
    urls = [(await comments(customer, ticket))[0]["attachments"][0]["url"] for ticket in tickets]
    assert len(set(urls)) == 2
    assert (await admin.delete(urls[0].removeprefix("/api/v1"))).status_code == 200
    assert (await customer.get(f"/{urls[1]}")).content == PNG
    kept = stored(shop.desk, shop)
    await applied(agent, macro, {"id": str(uuid4())})
    assert stored(shop.desk, shop) == kept, "a refused use leaves no copy"
    other = await upload(agent, "other.png")
    both = (await agent.put(f"/macros/{macro['id']}", {"file_ids": [other["id"], file["id"]]})).json()["data"]
    assert [each["filename"] for each in both["files"]] == ["other.png", "zip.png"]
    none = await agent.put(f"/macros/{macro['id']}", {"comment": None})
    assert none.json()["data"]["files"] == []
    assert (await agent.put(f"/macros/{macro['id']}", {"file_ids": [file["id"]]})).status_code == 422


async def test_a_macro_may_have_the_words_of_a_canned_response(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    canned = (await agent.post("/canned-responses", {"title": "Hi", "content": "Hi {{requester.name}}"})).json()["data"]
    macro = await made(agent, comment={"public": False, "canned_response_id": canned["id"]})
    ticket = await filed(customer)
    await applied(agent, macro, ticket)
    assert [each["body"] for each in await comments(agent, ticket)] == ["Hi Customer"]
    await agent.delete(f"/canned-responses/{canned['id']}")
    gone = await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})
    assert (gone.status_code, gone.json()["error"]["message"]) == (
        409, "The canned response with the words of this macro was deleted",
    )  # fmt: skip


async def test_a_ticket_is_created_with_a_macro(shop: Organization) -> None:
    agent = await shop.client("agent")
    file = await upload(agent)
    macro = await made(agent, file_ids=[file["id"]])
    requester = {"email": f"ines@{shop.domain}", "name": "Ines Rau"}
    ticket = await filed(agent, macro_id=macro["id"], requester=requester, tags=["mine"])
    assert (ticket["status"], ticket["tags"]) == ("pending", ["mine", "parts"])
    (words,) = await comments(agent, ticket)
    assert words["body"] == f"Hello Ines, the part for #{ticket['number']} is on its way."
    assert [each["filename"] for each in words["attachments"]] == ["zip.png"]
    assert (await seen(agent, ticket)) == ticket | {"description_html": ticket["description_html"]}
    customer = await shop.client("customer")
    assert (await customer.post("/tickets", {**TICKET, "macro_id": macro["id"]})).status_code == 403


async def test_a_macro_sets_an_own_status_on_a_ticket_a_new_one_and_from_a_rule(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    body = {"name": "Waiting for parts", "category": "pending", "customer_name": "On its way"}
    status = (await admin.post("/statuses", body)).json()["data"]
    do = [{"set": {"status": "open"}}, {"set": {"custom_status": "waiting for PARTS"}}]
    macro = await made(admin, shared=True, title="Parts", do=do, comment=None)
    ticket = await filed(customer)
    preview = (await agent.post(f"/macros/{macro['id']}/preview", {"ticket_ids": [ticket["id"]]})).json()["data"]
    assert preview[0]["changes"] == {
        "status": {"was": "new", "now": "pending"}, "status_id": {"was": None, "now": status["id"]},
    }  # fmt: skip
    assert (await applied(agent, macro, ticket))["updated"] == 1
    shown = {"id": status["id"], "name": "Waiting for parts"}
    after = await seen(agent, ticket)
    assert (after["status"], after["custom_status"], after["version"]) == ("pending", shown, ticket["version"] + 1)
    new = await filed(agent, macro_id=macro["id"])
    assert (new["status"], new["custom_status"]) == ("pending", shown)
    worded = await made(admin, shared=True, title="With words", do=do, comment={"body": "Wait"})
    new = await filed(agent, macro_id=worded["id"])
    assert (new["status"], new["custom_status"], len(await comments(agent, new))) == ("pending", shown, 1)
    rule = {"name": "R", "on": ["ticket.created"], "when": "subject:rule", "do": [{"macro": "Parts"}]}
    assert (await admin.post("/rules", rule)).status_code == 201
    assert (await filed(customer, subject="By rule"))["custom_status"] is not None
    back = await made(admin, title="Back", do=[*do, {"set": {"status": "open"}}], comment=None)
    await applied(admin, back, ticket)
    after = await seen(agent, ticket)
    assert (after["status"], after["custom_status"]) == ("open", None)
    unknown = await admin.post("/macros", {**PARTS, "do": [{"set": {"custom_status": "Gone"}}]})
    assert unknown.status_code == 422
    assert (await admin.delete(f"/statuses/{status['id']}")).status_code == 200
    assert (await applied(agent, macro, ticket))["results"][0]["ok"] is False


async def test_a_macro_acts_with_the_rights_of_who_uses_it(shop: Organization) -> None:
    customer, lead, admin = await shop.client("customer"), await shop.client("team_lead"), await shop.client("admin")
    macro = await made(lead, shared=True)
    ticket = await filed(customer)
    scopes = ["macros:use", "tickets:read", "tickets:update"]
    key = (await admin.post("/api-keys", {"name": "k", "scopes": scopes})).json()["data"]["key"]
    program = shop.desk.client(None, x_api_key=key)
    refused = await applied(program, macro, ticket)
    assert (refused["results"][0]["ok"], refused["results"][0]["code"]) == (False, "FORBIDDEN")
    assert (await seen(lead, ticket))["version"] == ticket["version"]


@pytest.mark.parametrize(
    ("macro", "paths"),
    [
        ({"title": "T", "do": []}, {"do"}),
        ({"title": " ", "comment": {"body": "x"}}, {"title"}),
        ({"title": "T", "comment": {"body": " "}}, {"comment"}),
        ({"title": "T", "comment": {"body": "x", "canned_response_id": str(uuid4())}}, {"comment", "comment.canned_response_id"}),
        ({"title": "T", "do": [{"assign": "me", "add_tags": ["x"]}]}, {"do.0"}),
        ({"title": "T", "do": [{"add_tags": [" "]}, {"remove_tags": ["x" * 51]}]}, {"do.0.add_tags.0", "do.1.remove_tags.0"}),
        ({"title": "T", "do": [{"assign": "Nobody Known"}]}, {"do.0.assign"}),
        ({"title": "T", "do": [{"snooze": "soon"}, {"follow": []}]}, {"do.0.snooze", "do.1.follow"}),
        ({"title": "T", "do": [{"notify": {"text": "{{x.y}}"}}]}, {"do.0.notify.text", "do.0.notify"}),
        ({"title": "T", "do": [{"notify": {"text": "x", "people": ["Nobody"]}}]}, {"do.0.notify.people.0"}),
        ({"title": "T", "do": [{"escalate": {"group": "Nowhere"}}]}, {"do.0.escalate.group"}),
        ({"title": "T", "do": [{"set": {"group": "Nowhere"}}]}, {"do.0.set.group"}),
        ({"title": "T", "do": [{"set": {"fields": {"nothing": 1}}}]}, {"do.0.set.fields.nothing"}),
    ],
)  # fmt: skip
async def test_a_macro_with_a_mistake_is_refused_by_field(
    shop: Organization, macro: dict[str, Any], paths: set[str]
) -> None:
    answer = await (await shop.client("agent")).post("/macros", macro)
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == paths


async def test_a_macro_lets_a_ticket_wait_in_one_version_and_refuses_a_solved_one(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket, solved = await filed(agent), await filed(agent)
    await agent.patch(f"/tickets/{solved['id']}/status", {"status": "solved"})
    macro = await made(agent, do=[{"snooze": "2d"}, {"add_tags": ["parts"]}])
    shown = await agent.post(f"/macros/{macro['id']}/preview", {"ticket_ids": [ticket["id"], solved["id"]]})
    first, second = shown.json()["data"]
    assert (first["changes"]["status"]["now"], first["problems"]) == ("pending", [])
    assert [each["code"] for each in second["problems"]] == ["snooze.done"]
    done = await applied(agent, macro, ticket, solved)
    assert [each["ok"] for each in done["results"]] == [True, False]
    after = await seen(agent, ticket)
    assert (after["status"], after["tags"], after["version"]) == ("pending", ["parts"], ticket["version"] + 1)
    assert after["snoozed_until"] is not None
    kinds = [kind for kind, _ in await events_about(shop, ticket["id"])]
    assert kinds == ["ticket.created", "ticket.macro_applied", "ticket.snoozed", "ticket.updated"]
    awake = await made(agent, do=[{"snooze": "2d"}, {"set": {"status": "hold"}}], comment=None)
    await applied(agent, awake, ticket)
    after = await seen(agent, ticket)
    assert (after["status"], after["snoozed_until"]) == ("hold", None), "what comes later holds"


async def test_a_macro_escalates_lets_staff_follow_and_notifies(shop: Organization) -> None:
    agent, other, lead = await shop.person("agent"), await shop.person("agent2"), await shop.client("team_lead")
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Experts", "description": ""})).json()["data"]
    macro = await made(
        agent.client, comment=None,
        do=[
            {"escalate": {"group": "Experts"}}, {"follow": ["me", other.email]},
            {"notify": {"text": "Look at {{ticket.subject}}", "people": [other.email, agent.email]}},
        ],
    )  # fmt: skip
    ticket = await filed(await shop.client("customer"), priority="high")
    await applied(agent.client, macro, ticket)
    await work(shop.desk, shop)
    after = await seen(agent.client, ticket)
    assert (after["priority"], after["group"]["name"]) == ("urgent", "Experts")
    assert after["version"] == ticket["version"] + 1
    ((_, escalated),) = [each for each in await events_about(shop, ticket["id"]) if each[0] == "ticket.escalated"]
    assert (escalated["priority"], escalated["group_id"]) == ("urgent", group["id"])
    followers = (await agent.client.get(f"/tickets/{ticket['id']}/followers")).json()["data"]
    assert {each["user_id"] for each in followers} == {str(agent.id), str(other.id)}
    assert await notices(other.client) == ["Look at Zip is broken"]
    assert await notices(lead) == ["Zip is broken"]
    assert await notices(agent.client) == [], "who applies it knows"
    quiet = await made(agent.client, comment=None, do=[{"unfollow": ["me"]}])
    await applied(agent.client, quiet, ticket)
    followers = (await agent.client.get(f"/tickets/{ticket['id']}/followers")).json()["data"]
    assert [each["user_id"] for each in followers] == [str(other.id)]


async def test_a_rule_uses_a_macro_that_escalates_follows_and_notifies(shop: Organization) -> None:
    agent, lead, admin = await shop.person("agent"), await shop.client("team_lead"), await shop.person("admin")
    notice = {"text": "A fire", "people": [agent.email]}
    await made(
        lead, title="Fire", shared=True, comment=None,
        do=[{"escalate": {}}, {"follow": ["me", agent.email]}, {"notify": notice}, {"snooze": "1h"}],
    )  # fmt: skip
    rule = {"name": "Fires", "on": ["ticket.created"], "do": [{"macro": "Fire"}], "runs_as": admin.email}
    assert (await admin.client.post("/rules", rule)).status_code == 201
    ticket = await filed(await shop.client("customer"))
    await work(shop.desk, shop)
    after = await seen(lead, ticket)
    assert (after["priority"], after["status"]) == ("high", "pending")
    kinds = [kind for kind, _ in await events_about(shop, ticket["id"])]
    assert kinds[:5] == ["ticket.created", "rule.fired", "ticket.escalated", "ticket.snoozed", "ticket.updated"]
    followers = (await lead.get(f"/tickets/{ticket['id']}/followers")).json()["data"]
    assert [each["user_id"] for each in followers] == [str(agent.id)]
    assert await notices(agent.client) == ["A fire"]
    assert await notices(lead) == ["Zip is broken"]


async def notices(client: Client) -> list[str]:
    found = (await client.get("/notifications")).json()["data"]
    return [each["message"] for each in found if each["type"] == "rule"]


async def test_a_new_ticket_takes_what_a_macro_does_besides_fields(shop: Organization) -> None:
    agent = await shop.person("agent")
    macro = await made(agent.client, comment=None, do=[{"snooze": "2d"}, {"escalate": {}}, {"follow": ["me"]}])
    ticket = await filed(agent.client, macro_id=macro["id"], requester_id=str((await shop.person("customer")).id))
    assert (ticket["status"], ticket["priority"], ticket["snoozed_until"] is None) == ("pending", "high", False)
    followers = (await agent.client.get(f"/tickets/{ticket['id']}/followers")).json()["data"]
    assert [each["user_id"] for each in followers] == [str(agent.id)]


async def test_a_macro_that_is_switched_off_is_not_applied(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket, macro = await filed(agent), await made(agent, active=False)
    assert (await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})).status_code == 409


async def test_a_macro_moves_between_groups_and_owners_while_there_is_room(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, admin = await shop.client("team_lead"), await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Billing", "description": ""})).json()["data"]
    path = f"/macros/{(await made(lead))['id']}"
    answer = await lead.put(path, {"shared": True, "group_id": group["id"]})
    assert (answer.json()["data"]["shared"], answer.json()["data"]["group_id"]) == (True, group["id"])
    assert (await lead.put(path, {"group_id": str(uuid4())})).status_code == 422
    monkeypatch.setattr(service, "MAX_OWN", 1)
    await made(lead, title="Mine")
    assert (await lead.post("/macros", {**PARTS, "title": "Mine, too"})).status_code == 409
    assert (await lead.put(path, {"shared": False})).status_code == 409


async def test_a_macro_takes_few_files_and_only_with_words(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await shop.client("agent")
    files = [(await upload(agent, f"{n}.png", PNG))["id"] for n in range(2)]
    silent = {"title": "Solve", "do": [{"set": {"status": "solved"}}], "file_ids": files}
    refused = (await agent.post("/macros", silent)).json()
    assert refused["error"]["details"]["fields"][0]["code"] == "macro.files_without_words"
    monkeypatch.setattr(service, "MAX_FILES", 1)
    assert (await agent.post("/macros", {**PARTS, "file_ids": files})).status_code == 422
    await made(agent, file_ids=files[:1])
