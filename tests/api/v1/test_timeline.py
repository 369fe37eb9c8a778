"""v1: opening a ticket: its number, its timeline and its requester's other tickets in one request."""

from typing import Any

from tests.support.desk import Client, Organization


async def filed(client: Client, subject: str = "Lamp") -> dict[str, Any]:
    made = await client.post("/tickets", {"subject": subject, "description": "It is *dark*."})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def whole(client: Client, ticket: str, limit: int) -> list[dict[str, Any]]:
    """Every entry, page by page."""
    entries: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await client.get(f"/tickets/{ticket}/timeline?limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        part = answer.json()["data"]
        assert len(part["entries"]) <= limit
        entries += part["entries"]
        if part["next_cursor"] is None:
            return entries
        cursor = f"&cursor={part['next_cursor']}"


async def test_comments_and_steps_are_one_list_newest_first_in_pages_of_any_size(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = (await filed(customer))["id"]
    for number in range(3):
        await agent.post(f"/tickets/{ticket}/comments", {"body": f"Reply {number}"})
        await agent.post(f"/tickets/{ticket}/comments", {"body": f"Note {number}", "public": False})
        await agent.patch(f"/tickets/{ticket}/priority", {"priority": ["low", "high", "urgent"][number]})
    found = await whole(agent, ticket, 100)
    assert [each["comment"]["body"] for each in found if each["type"] == "comment"] == [
        "Note 2", "Reply 2", "Note 1", "Reply 1", "Note 0", "Reply 0",
    ]  # fmt: skip
    assert found[-1]["step"]["action"] == "created"
    assert [each["created_at"] for each in found] == sorted((each["created_at"] for each in found), reverse=True)
    assert all(each["event_id"] is not None for each in found)
    for limit in (1, 2, 5):
        assert await whole(agent, ticket, limit) == found
    theirs = await whole(customer, ticket, 2)
    assert [each["comment"]["body"] for each in theirs if each["comment"]] == ["Reply 2", "Reply 1", "Reply 0"]
    assert "Note" not in str(theirs)


async def test_an_event_of_the_timeline_marks_up_to_where_a_ticket_was_read(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = (await filed(customer))["id"]
    await customer.post(f"/tickets/{ticket}/comments", {"body": "One"})
    seen = (await whole(agent, ticket, 100))[0]["event_id"]
    await customer.post(f"/tickets/{ticket}/comments", {"body": "Two"})
    before = (await agent.get(f"/tickets/{ticket}/timeline")).json()["data"]
    assert before["read_event_id"] is None, "the agent has never looked"
    answer = await agent.put(f"/tickets/{ticket}/read", {"event_id": seen})
    assert answer.json()["data"] == {"unread": True}
    opened = (await agent.get(f"/tickets/{ticket}?include=timeline")).json()["data"]["timeline"]
    assert opened["read_event_id"] == seen
    assert (await customer.get(f"/tickets/{ticket}/timeline")).json()["data"]["read_event_id"] is None
    seen = (await whole(agent, ticket, 100))[0]["event_id"]
    answer = await agent.put(f"/tickets/{ticket}/read", {"event_id": seen})
    assert answer.json()["data"] == {"unread": False}


async def test_a_ticket_opens_by_its_number_with_all_that_the_page_shows(
    shop: Organization, rival: Organization
) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    other, ticket = await filed(customer, "Chair"), await filed(customer)
    await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "**Soon**"})
    opened = await agent.get(f"/tickets/{ticket['number']}?include=timeline,requester")
    assert opened.status_code == 200, opened.text
    assert opened.headers["etag"] == f'"{opened.json()["data"]["version"]}"'
    data = opened.json()["data"]
    assert data["id"] == ticket["id"]
    assert data["description_html"] == "<p>It is <em>dark</em>.</p>"
    comments = [each["comment"]["body_html"] for each in data["timeline"]["entries"] if each["comment"]]
    assert comments == ["<p><strong>Soon</strong></p>"]
    assert [each["id"] for each in data["requester_tickets"]["tickets"]] == [other["id"]]
    assert data["requester_tickets"]["total"] == 2
    plain = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert "timeline" not in plain
    assert "requester_tickets" not in plain
    stranger = await shop.client("customer2")
    assert (await stranger.get(f"/tickets/{ticket['number']}")).status_code == 404
    assert (await (await rival.client("agent")).get(f"/tickets/{ticket['id']}/timeline")).status_code == 404
    assert (await agent.get("/tickets/99999999999999999999")).status_code == 404
    assert (await agent.get(f"/tickets/{ticket['id']}?include=bogus")).status_code == 422
    assert (await agent.get(f"/tickets/{ticket['id']}/timeline?cursor=bogus")).status_code == 422


async def test_a_text_is_rendered_as_it_will_be_shown(shop: Organization) -> None:
    agent = await shop.client("agent")
    answer = await agent.post("/render", {"body": "<script>x</script> *there*"})
    assert answer.status_code == 200
    assert answer.json()["data"] == {"html": "<p>&lt;script&gt;x&lt;/script&gt; <em>there</em></p>"}
