"""v1: the effects of rules: words, notifications and calls of webhooks, each once."""

from typing import Any
from uuid import UUID

import pytest

from deskbell.kernel.ids import new_id
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import work
from tests.web.test_metrics import at


async def comments(client: Client, ticket_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/tickets/{ticket_id}/comments")).json()["data"]
    return found


async def outcomes(shop: Organization, ticket_id: str) -> list[tuple[str, str, str | None]]:
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select kind, outcome, reason from rule_effects where ticket_id = $1 order by event_id, place",
            UUID(ticket_id),
        )
    return [tuple(row) for row in rows]


async def test_a_reply_is_written_once_and_is_no_first_response(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.person("agent"), await shop.person("customer")
    rule = await saved(
        admin, runs_as=agent.email,
        do=[{"reply": {"text": "Hello {{requester.first_name|there}}, we have #{{ticket.number}}."}}, {"note": {"text": "Seen"}}],
    )  # fmt: skip
    ticket = await filed(customer.client)
    await work(shop.desk, shop)
    await work(shop.desk, shop)
    seen = await comments(admin, ticket["id"])
    assert [(each["public"], each["author"]["id"]) for each in seen] == [(True, str(agent.id)), (False, str(agent.id))]
    assert f"we have #{ticket['number']}." in seen[0]["body"]
    shown = (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (shown["status"], shown["first_response_at"]) == ("new", None)
    assert [each["body"] for each in await comments(customer.client, ticket["id"])] == [seen[0]["body"]]
    assert await outcomes(shop, ticket["id"]) == [("reply", "done", None), ("note", "done", None)]
    history = (await admin.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    words = [step for step in history if step["action"] == "comment_added"]
    assert [step["by"]["rule"]["id"] for step in words] == [rule["id"]] * 2


async def test_what_a_rule_writes_wakes_other_rules_but_never_itself(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, on=["ticket.created", "comment.added"], do=[{"note": {"text": "Once"}}])
    await saved(admin, on=["comment.added"], when="by:rule comment:note", do=[{"add_tags": ["noted"]}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert len(await comments(admin, ticket["id"])) == 1
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["tags"] == ["noted"]


async def test_rules_that_write_for_each_other_end_after_five_rounds(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, on=["ticket.created"], do=[{"note": {"text": "0"}}])
    for n in range(7):
        await saved(admin, on=["comment.added"], when=f"body:{n}", do=[{"note": {"text": f"{n + 1}"}}])
    ticket = await filed(customer)
    await work(shop.desk, shop)
    assert sorted(each["body"] for each in await comments(admin, ticket["id"])) == ["0", "1", "2", "3", "4"]
    halted = [payload for kind, payload in await events_about(shop, ticket["id"]) if kind == "rule.halted"]
    assert [each["bound"] for each in halted] == ["rounds"]


@pytest.mark.parametrize(
    ("address", "reason"), [("no-reply@robots.example", "reply.to_robot"), ("maya@shop.example", None)]
)
async def test_machines_get_no_reply(shop: Organization, address: str, reason: str | None) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    await saved(admin, do=[{"reply": {"text": "Thanks"}}])
    ticket = await filed(agent, requester={"email": address})
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("reply", "done" if reason is None else "suppressed", reason)]


async def test_an_effect_that_is_refused_says_why_on_the_ticket_and_in_the_rules_list(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    agent2 = await shop.person("agent2")
    rule = await saved(admin, do=[{"notify": {"text": "Look", "people": [agent2.email]}}, {"note": {"text": "Seen"}}])
    async with shop.desk.database.unit(shop.system()) as uow:  # without the event that would switch the rule off
        await uow.db.execute("update memberships set role = 'customer' where user_id = $1", agent2.id)
    ticket = await filed(customer)
    await work(shop.desk, shop)
    (firing,) = (await admin.get(f"/rules/{rule['id']}/firings")).json()["data"]
    expected = [("notify", "refused", "notice.to_none"), ("note", "done", None)]
    assert [(each["kind"], each["outcome"], each["reason"]) for each in firing["effects"]] == expected
    chain = (await admin.get(f"/tickets/{ticket['id']}/explanation")).json()["data"]
    assert chain[-1]["rules"][0]["effects"] == firing["effects"]
    text = (await at(shop.desk.app, "127.0.0.1").get("/metrics")).text
    assert 'deskbell_rule_effects_total{kind="notify",outcome="refused"}' in text


async def test_an_own_mailbox_is_never_written_to(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    await saved(admin, do=[{"reply": {"text": "Thanks"}}])
    address = f"own-{new_id().hex}@desk.example"
    ticket = await filed(agent, requester={"email": address})
    made = await admin.post("/mailboxes", {"name": "Own", "addresses": [address]})
    assert made.status_code == 201, made.text
    await work(shop.desk, shop)
    assert await outcomes(shop, ticket["id"]) == [("reply", "suppressed", "reply.to_own_address")]


async def test_ten_replies_an_hour_go_to_one_address(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, do=[{"reply": {"text": "Thanks"}}])
    tickets = [await filed(customer) for _ in range(11)]
    await work(shop.desk, shop)
    found = [outcome for ticket in tickets for outcome in await outcomes(shop, ticket["id"])]
    assert found.count(("reply", "done", None)) == 10
    assert found.count(("reply", "suppressed", "reply.too_many")) == 1


async def test_a_notice_reaches_the_members_it_names(shop: Organization) -> None:
    admin, agent, lead = await shop.client("admin"), await shop.person("agent"), await shop.person("team_lead")
    customer = await shop.person("customer")
    billing = await group(admin, "Billing")
    await admin.post(f"/groups/{billing}/members", {"user_id": str(agent.id)})
    await saved(
        admin, name="Money", do=[{"notify": {"groups": ["Billing"], "leads": True, "text": "See {{ticket.subject}}"}}]
    )
    ticket = await filed(customer.client)
    await work(shop.desk, shop)
    for person in (agent, lead):
        (notice,) = [
            each for each in (await person.client.get("/notifications")).json()["data"] if each["type"] == "rule"
        ]
        assert notice["message"] == f"See {ticket['subject']}"
        assert "Money" in notice["title"]
    assert (await customer.client.get("/notifications")).json()["data"] == []


async def test_a_stopped_rule_leaves_out_what_it_had_to_do(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    rule = await saved(admin, do=[{"note": {"text": "Late"}}])
    ticket = await filed(customer)
    await admin.post(f"/rules/{rule['id']}/stop", {})
    await work(shop.desk, shop)
    assert await comments(admin, ticket["id"]) == []
    assert await outcomes(shop, ticket["id"]) == [("note", "cancelled", "rule.stopped")]


@pytest.mark.parametrize(
    ("do", "field"),
    [
        ({"reply": {}}, "do.0.reply"),
        ({"reply": {"text": "a", "canned": "b"}}, "do.0.reply"),
        ({"reply": {"text": "Hello {{requester.nickname}}"}}, "do.0.reply.text"),
        ({"note": {"canned": "Unknown"}}, "do.0.note.canned"),
        ({"notify": {"text": "Look"}}, "do.0.notify"),
        ({"notify": {"text": "Look", "people": ["x@else.example"]}}, "do.0.notify.people.0"),
        ({"webhook": {"webhook": "https://else.example"}}, "do.0.webhook.webhook"),
    ],
)
async def test_a_mistake_in_an_effect_is_named_with_its_place(
    shop: Organization, do: dict[str, Any], field: str
) -> None:
    admin = await shop.client("admin")
    answer = await admin.post("/rules", {"name": "A rule", "on": ["ticket.created"], "do": [do]})
    assert answer.status_code == 422, answer.text
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [field]
