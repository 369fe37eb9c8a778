"""Every message of `/ws` has the shape that the document of contract v1 gives it."""

from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from deskbell.app import openapi_document
from tests.realtime.live import Live, Message
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization
from tests.support.work import work


def shapes() -> dict[str, list[dict[str, Any]]]:
    """The documented shapes of each message, by its name."""
    components = openapi_document("v1")["components"]
    found: dict[str, list[dict[str, Any]]] = {}
    for each in components["schemas"]["SocketMessage"]["anyOf"]:
        for name in components["schemas"][each["$ref"].rpartition("/")[2]]["properties"]["event"]["enum"]:
            found.setdefault(name, []).append({**each, "components": components})
    return found


def faults(message: Message, documented: list[dict[str, Any]]) -> list[str]:
    """The mistakes in a message by each of the shapes that its name can have; nothing if one fits."""
    all_faults = []
    for shape in documented:
        validator = OAS31Validator(shape, format_checker=oas31_format_checker)
        found = [f"{message['event']}: {each.json_path} {each.message}" for each in validator.iter_errors(message)]
        if not found:
            return []
        all_faults += found
    return all_faults


async def test_messages_are_as_documented(live: Live, shop: Organization) -> None:
    agent, colleague, customer = await shop.person("agent"), await shop.person("agent2"), await shop.person("customer")
    received: list[Message] = []
    async with (
        await live.listener(agent.token, since="now") as listener,
        await live.listening(colleague.token) as there,
        await live.listening(customer.token) as theirs,
    ):
        received.append(await listener.next("ready"))
        for topics in (["counts", "directory", "outbox"], ["nothing"]):
            await listener.send_message({"include": topics})
        await listener.send_message({"here": True})
        ticket = await file_ticket(shop)
        await listener.send_message({"watch": [ticket["id"]]})
        await there.send_message({"typing": ticket["id"]})
        received += await listener.until("presence", ticket_id=ticket["id"])
        place = f"/tickets/{ticket['id']}"
        await colleague.client.patch(f"{place}/assign", {"assignee_id": str(agent.id)})
        await colleague.client.patch(f"{place}/priority", {"priority": "high"})
        comment = (await colleague.client.post(f"{place}/comments", {"body": "So it is."})).json()["data"]
        await colleague.client.patch(f"/comments/{comment['id']}", {"body": "So it was."})
        received += await listener.until("comment.updated", body="So it was.")
        await colleague.client.delete(f"/comments/{comment['id']}")
        await colleague.client.post(f"{place}/comments", {"body": "Soon", "hold_seconds": 30})
        await (await shop.client("admin")).post("/tags", {"name": "late"})
        await work(shop.desk, shop)
        received += await listener.until("notification.new")
        if not any(each["event"] == "counts.changed" and each["data"]["mine"] == 1 for each in received):
            received += await listener.until("counts.changed", mine=1)
        await (await shop.client("admin")).delete(place)
        received += await listener.until("ticket.updated", deleted=True)
        received += await theirs.until("ticket.updated", deleted=True)
    documented = shapes()
    assert [fault for each in received for fault in faults(each, documented[each["event"]])] == []
    assert {each["event"] for each in received} >= {
        "ready", "included", "error", "watching", "presence", "ticket.created", "ticket.assigned", "ticket.updated",
        "comment.added", "comment.updated", "comment.deleted", "comment.held", "tag.created", "notification.new",
        "counts.changed",
    }  # fmt: skip
