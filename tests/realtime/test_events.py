"""`/ws`: who is arrived what, in which order and form."""

from contextlib import AsyncExitStack
from typing import Any

from tests.realtime.live import Live
from tests.support.accounts import fresh_address, sign_up_body
from tests.support.desk import Organization, as_listed
from tests.support.work import work

TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


async def file_ticket(shop: Organization, by: str = "customer", **fields: object) -> dict[str, Any]:
    answer = await (await shop.client(by)).post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


async def test_staff_receive_a_new_ticket_in_the_form_that_a_request_shows(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with await live.listening(agent.token) as listener:
        ticket = await file_ticket(shop)
        arrived = await listener.next()
        assert set(arrived) == {"id", "event", "data", "timestamp", "request_id"}
        assert arrived["event"] == "ticket.created"
        assert arrived["data"] == await as_listed(agent.client, ticket["id"])


async def test_a_tickets_events_come_in_the_order_of_its_changes(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as listener:
        for i in range(30):
            changed = await agent.client.put(f"/tickets/{ticket['id']}", {"subject": f"Subject {i}"})
            assert changed.status_code == 200
        received = await listener.until("ticket.updated", subject="Subject 29")
        changes = [arrived["data"]["changes"]["subject"]["now"] for arrived in received]
        while (
            changes[-1] != "Subject 29"
        ):  # the state arrived is the newest, so the last one may be seen before its event
            arrived = await listener.next()
            received.append(arrived)
            changes.append(arrived["data"]["changes"]["subject"]["now"])
        assert changes == [f"Subject {i}" for i in range(30)]
        ids = [arrived["id"] for arrived in received]
        assert ids == sorted(set(ids))


async def test_a_note_never_reaches_the_customer_and_another_customer_receives_nothing(
    live: Live, shop: Organization
) -> None:
    customer, other, agent = await shop.person("customer"), await shop.person("customer2"), await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listening(customer.token) as theirs, await live.listening(other.token) as others:
        path = f"/tickets/{ticket['id']}/comments"
        await agent.client.post(path, {"body": "Smells of wear", "public": False})
        await agent.client.post(path, {"body": "We send a new one."})
        own = await file_ticket(shop, "customer2")
        received = await theirs.until("comment.added", body="We send a new one.")
        assert "wear" not in str(received)
        assert [arrived["event"] for arrived in received if "comment" in arrived["event"]] == ["comment.added"]
        assert received[-1]["data"]["ticket_id"] == ticket["id"]
        assert received[-1]["data"]["ticket"]["sla"] is None
        first = await others.next()
        assert (first["event"], first["data"]["id"]) == ("ticket.created", own["id"])


async def test_a_customer_learns_no_more_of_an_assignment_than_the_assignees_name(
    live: Live, shop: Organization
) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listening(customer.token) as theirs, await live.listening(agent.token) as staff:
        await agent.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(agent.id)})
        arrived = await theirs.next("ticket.assigned")
        assert arrived["data"] == {"id": ticket["id"], "assignee": {"name": agent.name}}
        full = await staff.next("ticket.assigned")
        assert full["data"]["changes"]["assignee_id"] == {"was": None, "now": str(agent.id)}
        assert full["data"]["assignee"]["email"] == agent.email


async def test_another_organization_receives_nothing(live: Live, shop: Organization, rival: Organization) -> None:
    stranger = await rival.person("admin")
    async with await live.listening(stranger.token) as listener:
        await file_ticket(shop)
        own = await file_ticket(rival)
        assert (await listener.next())["data"]["id"] == own["id"]


async def test_deleting_and_restoring_send_what_a_client_must_remove_and_show_again(
    live: Live, shop: Organization
) -> None:
    customer, admin = await shop.person("customer"), await shop.person("admin")
    ticket = await file_ticket(shop)
    async with await live.listening(customer.token) as listener:
        await admin.client.delete(f"/tickets/{ticket['id']}")
        gone = await listener.next()
        assert gone["event"] == "ticket.updated"
        assert gone["data"] == {
            "id": ticket["id"], "number": ticket["number"], "deleted": True,
            "changes": {"deleted": {"was": False, "now": True}},
        }  # fmt: skip
        await admin.client.post(f"/tickets/{ticket['id']}/restore")
        back = await listener.next()
        assert back["data"].pop("changes") == {"deleted": {"was": True, "now": False}}
        assert back["data"] == await as_listed(customer.client, ticket["id"])


async def test_the_staff_learn_who_deleted_a_ticket(live: Live, shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.person("admin")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as listener:
        await admin.client.delete(f"/tickets/{ticket['id']}")
        assert (await listener.next("ticket.updated"))["data"]["deleted_by"] == str(admin.id)


async def test_a_notification_reaches_its_person_alone(live: Live, shop: Organization) -> None:
    lead, agent, other = await shop.person("team_lead"), await shop.person("agent"), await shop.person("agent2")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as mine, await live.listening(other.token) as others:
        await lead.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(agent.id)})
        await work(shop.desk, shop)
        arrived = await mine.next("notification.new")
        (listed,) = (await agent.client.get("/notifications")).json()["data"]
        assert arrived["data"] == listed
        await file_ticket(shop, subject="The end")
        received = await others.until("ticket.created", subject="The end")
        assert "notification.new" not in [each["event"] for each in received]


async def test_an_unconfirmed_sign_up_is_notified_of_what_they_filed_themselves(live: Live, shop: Organization) -> None:
    email = fresh_address()
    signed_up = await shop.desk.client().post("/auth/signup", sign_up_body(shop, email))
    stranger, agent = shop.desk.client(signed_up.json()["data"]["token"]), await shop.client("agent")
    own = (await stranger.post("/tickets", TICKET)).json()["data"]["id"]
    by_telephone = await agent.post("/tickets", {**TICKET, "requester": {"email": email, "name": "Grace"}})
    async with await live.listening(signed_up.json()["data"]["token"]) as listener:
        for ticket_id in (by_telephone.json()["data"]["id"], own):
            answer = await agent.post(f"/tickets/{ticket_id}/comments", {"body": "Your order 4711"})
            assert answer.status_code == 201, answer.text
            await work(shop.desk, shop)
        received = await listener.until("notification.new")
    (listed,) = (await stranger.get("/notifications")).json()["data"]
    assert received[-1]["data"] == listed
    assert listed["ticket_id"] == own


async def key_of(shop: Organization, *scopes: str) -> dict[str, str]:
    made = await (await shop.client("admin")).post("/api-keys", {"name": "bell", "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    return {"X-API-Key": made.json()["data"]["key"]}


RECEIVED: dict[tuple[str, ...], list[str]] = {
    ("notifications:read",): [],  # they quote their ticket
    ("comments:read", "comments:internal"): [],  # they come with their ticket
    ("tickets:read",): ["ticket.created", "ticket.assigned", "ticket.updated"],
    ("tickets:read", "notifications:read"): ["ticket.created", "ticket.assigned", "ticket.updated", "notification.new"],
    ("tickets:read", "comments:read"): ["ticket.created", "ticket.assigned", "ticket.updated", "reply"],
    ("tickets:read", "comments:*"): ["ticket.created", "ticket.assigned", "ticket.updated", "reply", "note"],
    ("*",): ["ticket.created", "ticket.assigned", "ticket.updated", "notification.new", "reply", "note"],
}


async def test_a_key_receives_what_its_scopes_allow(live: Live, shop: Organization) -> None:
    admin, lead, agent = await shop.person("admin"), await shop.client("team_lead"), await shop.client("agent")
    async with AsyncExitStack() as stack:
        listeners = {
            scopes: await stack.enter_async_context(await live.listening("", headers=await key_of(shop, *scopes)))
            for scopes in RECEIVED
        }
        ticket = await file_ticket(shop)
        await lead.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(admin.id)})
        await work(shop.desk, shop)
        for body in ("reply", "note"):
            await agent.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": body == "reply"})
        received: dict[tuple[str, ...], list[Any]] = {
            ("*",): await listeners["*",].until("comment.added", body="note")
        }  # by now the others have been sent theirs
        for scopes, listener in listeners.items():
            if scopes == ("*",):
                continue
            # Another worker may serve this one, and be later.
            last = RECEIVED[scopes][-1] if RECEIVED[scopes] else ""
            received[scopes] = await listener.until("comment.added", body=last) if last in ("reply", "note") else []
            received[scopes] += await listener.caught_up()
    arrived = {
        scopes: [
            each["data"].get("body") or each["event"] for each in messages if each["event"] not in ("ping", "pong")
        ]
        for scopes, messages in received.items()
    }
    assert arrived == RECEIVED


async def test_staff_learn_which_command_on_many_tickets_an_event_belongs_to(live: Live, shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = await file_ticket(shop)
    async with await live.listening(agent.token) as listener, await live.listening(customer.token) as theirs:
        body = {"ticket_ids": [ticket["id"]], "updates": {"priority": "high"}}
        done = (await agent.client.post("/tickets/bulk-update", body)).json()["data"]
        assert (await listener.next("ticket.updated"))["operation_id"] == done["operation_id"]
        assert "operation_id" not in await theirs.next("ticket.updated")
