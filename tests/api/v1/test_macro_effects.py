"""v1: mails, calls and distribution by macros, and the naming of a macro where it did something."""

from tests.api.v1.test_macros import TICKET, applied, filed, made, seen
from tests.api.v1.test_rule_more_effects import mails
from tests.support.desk import Organization
from tests.support.work import work


async def test_a_macro_mails_calls_and_distributes_and_is_named_where_it_did(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.person("agent"), await shop.person("customer")
    made_group = (await admin.post("/groups", {"name": "Returns", "description": ""})).json()["data"]
    await admin.post(f"/groups/{made_group['id']}/members", {"user_id": str(agent.id)})
    hook = {"url": "https://hooks.example/parts", "event_types": ["ticket.deleted"]}
    assert (await admin.post("/webhooks", hook)).status_code == 201
    letter = {"to": ["requester", "assignee"], "subject": "About {{ticket.subject}}", "text": "By {{agent.name}}"}
    call = {"webhook": hook["url"], "data": {"n": "{{ticket.number}}"}}
    macro = await made(
        admin, shared=True, comment=None,
        do=[
            {"distribute": {"group": "Returns", "present": False}}, {"mail": letter}, {"webhook": call},
            {"follow": ["me"]},
        ],
    )  # fmt: skip
    first = await filed(customer.client, subject="{{agent.name}}")
    path = f"/macros/{macro['id']}"
    (shown,) = (await agent.client.post(f"{path}/preview", {"ticket_ids": [first["id"]]})).json()["data"]
    letter_shown = {**letter, "subject": "About {{agent.name}}", "text": f"By {agent.name}"}
    assert shown["effects"] == [
        {"distribute": {"group": "Returns", "present": False}}, {"mail": letter_shown},
        {"webhook": {**call, "data": {"n": "1"}}}, {"follow": ["me"]},
    ]  # fmt: skip
    await applied(agent.client, macro, first)
    after = await seen(agent.client, first)
    assert (after["assignee_id"], after["group"]["name"]) == (str(agent.id), "Returns")
    assert after["version"] == first["version"] + 1, "the distribution is part of the change"
    await work(shop.desk, shop)
    assert {(each[0], each[1], each[2]) for each in await mails(shop)} == {
        (address, "About {{agent.name}}", f"By {agent.name}") for address in (agent.email, customer.email)
    }
    (operation,) = (await agent.client.get(f"/tickets/{first['id']}/explanation")).json()["data"]
    named = {"id": macro["id"], "name": macro["title"], "version": 1}
    assert operation["macro"]["macro"] == named
    assert operation["macro"]["changes"]["assignee_id"]["now"] == str(agent.id)
    assert [(each["kind"], each["outcome"]) for each in operation["macro"]["effects"]] == [("mail", "done")]
    assert (operation["macro"]["pending"], operation["events"][0]) == (1, "follower.added")
    history = (await agent.client.get(f"/tickets/{first['id']}/history")).json()["data"]
    of_macro = {each["action"] for each in history if each["by"] == {"macro": named}}
    assert {"assigned", "follower_added"} <= of_macro
    assert not any(each["by"] for each in history if each["action"] == "created")
    assert (await admin.put(path, {"do": [{"distribute": {"group": "Returns", "present": False}}]})).json()["data"][
        "version"
    ] == 2


async def test_a_distribution_by_a_macro_keeps_the_assignee_and_is_refused_without_a_member(
    shop: Organization,
) -> None:
    agent, admin, customer = await shop.person("agent"), await shop.client("admin"), await shop.client("customer")
    await admin.post("/groups", {"name": "Empty", "description": ""})
    macro = await made(agent.client, comment=None, do=[{"distribute": {"group": "Empty"}}, {"add_tags": ["x"]}])
    ticket = await filed(customer)
    refused = await applied(agent.client, macro, ticket)
    assert (refused["results"][0]["ok"], refused["results"][0]["code"]) == (False, "CONFLICT")
    assert (await seen(agent.client, ticket))["tags"] == []
    await agent.client.put(f"/tickets/{ticket['id']}", {"assignee_id": str(agent.id)})
    assert (await applied(agent.client, macro, ticket))["updated"] == 1
    after = await seen(agent.client, ticket)
    assert (after["assignee_id"], after["group"], after["tags"]) == (str(agent.id), None, ["x"])
    lost = await agent.client.post(
        "/tickets",
        {**TICKET, "macro_id": macro["id"], "requester": {"email": "maya@elsewhere.example"}},
    )
    assert lost.status_code == 409, lost.text


async def test_only_who_may_manage_webhooks_and_shared_macros_lets_one_call_and_mail_elsewhere(
    shop: Organization,
) -> None:
    agent, lead, admin = await shop.client("agent"), await shop.client("team_lead"), await shop.client("admin")
    hook = {"url": "https://hooks.example/x", "event_types": ["ticket.deleted"]}
    assert (await admin.post("/webhooks", hook)).status_code == 201
    call = {"webhook": {"webhook": hook["url"]}}
    letter = {"mail": {"to": ["partner@elsewhere.example"], "subject": "S", "text": "T"}}
    answers = [
        (await client.post("/macros", {"title": "M", "do": [action]})).status_code
        for client in (agent, lead, admin)
        for action in (call, letter)
    ]
    assert answers == [403, 403, 403, 201, 201, 201]
    own = await made(agent, comment=None, do=[{"mail": {"to": ["requester"], "subject": "S", "text": "T"}}])
    assert (await agent.put(f"/macros/{own['id']}", {"do": [letter]})).status_code == 403
    shared = await made(admin, shared=True, do=[call])
    kept = await lead.put(f"/macros/{shared['id']}", {"title": "Renamed", "comment": {"body": "Hello"}})
    assert kept.status_code == 200, "what is there already stays"


async def test_a_rule_uses_a_macro_that_mails_and_distributes_and_names_it(shop: Organization) -> None:
    admin, agent, customer = await shop.person("admin"), await shop.person("agent"), await shop.person("customer")
    group = (await admin.client.post("/groups", {"name": "Returns", "description": ""})).json()["data"]
    await admin.client.post(f"/groups/{group['id']}/members", {"user_id": str(agent.id)})
    hook = {"url": "https://hooks.example/parts", "event_types": ["ticket.deleted"]}
    webhook = (await admin.client.post("/webhooks", hook)).json()["data"]
    macro = await made(
        admin.client, title="Return", shared=True, comment=None,
        do=[
            {"set": {"priority": "high"}}, {"mail": {"to": ["requester"], "subject": "S", "text": "{{ticket.number}}"}},
            {"distribute": {"group": "Returns", "present": False}}, {"webhook": {"webhook": webhook["id"]}},
        ],
    )  # fmt: skip
    rule = {"name": "Returns", "on": ["ticket.created"], "do": [{"macro": "Return"}]}
    assert (await admin.client.post("/rules", rule)).status_code == 201
    ticket = await filed(customer.client)
    await work(shop.desk, shop)
    after = await seen(agent.client, ticket)
    assert (after["priority"], after["assignee_id"]) == ("high", str(agent.id))
    assert [(each[0], each[2]) for each in await mails(shop)] == [(customer.email, "1")]
    (operation,) = (await agent.client.get(f"/tickets/{ticket['id']}/explanation")).json()["data"]
    (fired,) = operation["rules"]
    named = {"id": macro["id"], "name": "Return", "version": 1}
    assert (operation["macro"], fired["macros"]) == (None, [named])
    assert {(each["kind"], each["outcome"]) for each in fired["effects"]} == {
        ("macro", "done"), ("mail", "done"), ("distribute", "done"),
    }  # fmt: skip
    history = (await agent.client.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    (raised,) = [each for each in history if each["action"] == "priority_changed"]
    assert (raised["by"]["rule"]["name"], raised["by"]["macro"]) == ("Returns", named)
