"""A ticket in the agents' app: its conversation, what is new, what others do to it, and what two people set."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, Request, WebSocketRoute, expect

from tests.api.v1.test_mail import raw_mail, taken
from tests.browser.test_account_pages import served
from tests.browser.test_desk_sign_in import look
from tests.support.desk import PASSWORD, Client, Desk, Organization

pytestmark = pytest.mark.intercepts

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f"
    b"\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


class Opened:
    """The app at a page's other end: its address, its sockets and the requests that it makes."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.sockets: list[WebSocketRoute] = []
        self.asked: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "/api/v1/" in request.url:
            self.asked.append(f"{request.method} {request.url.split('/api/v1', 1)[1]}")

    async def sign_in(self, address: str) -> None:
        await self.page.goto(f"{self.base}/sign-in")
        await self.page.get_by_label("E-mail address").fill(address)
        await self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url("**/inbox/mine")

    async def show(self, number: int | str) -> None:
        await self.page.goto(f"{self.base}/inbox/all/{number}")
        await expect(self.page.get_by_role("feed")).to_be_visible()

    def push(self, event: str, data: dict[str, Any], event_id: int | None = None) -> None:
        self.sockets[-1].send(json.dumps({"id": event_id, "event": event, "data": data}))


@pytest.fixture
async def app(page: Page, desk: Desk, shop: Organization) -> Any:
    first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
    if (await desk.client().get("/setup")).json()["data"]["needed"]:
        assert (await desk.client().post("/setup", first)).status_code == 201
    async with served(page, desk) as address:
        opened = Opened(page, f"{address}/desk")
        # The application in this process has no socket: the test sends in its place.
        await page.route_web_socket("**/ws**", lambda socket: opened.sockets.append(socket))  # noqa: PLW0108 - a builtin is refused
        await page.set_viewport_size({"width": 1440, "height": 800})
        await opened.sign_in((await shop.person("agent")).email)
        yield opened
        await page.goto("about:blank")  # nothing may be asked once the routes are gone


async def filed(client: Client, subject: str = "Zip is broken", **more: Any) -> dict[str, Any]:
    made = await client.post("/tickets", {"subject": subject, "description": "It broke on *day one*.", **more})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def said(client: Client, ticket: dict[str, Any], body: str, **more: Any) -> dict[str, Any]:
    made = await client.post(f"/tickets/{ticket['id']}/comments", {"body": body, **more})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def test_a_conversation_opens_with_one_request_and_shows_who_each_message_is_for(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    colleague = await shop.client("agent2")
    ticket = await filed(customer)
    sent = await agent.request("POST", "/upload", files={"file": ("zip.png", PIXEL, "image/png")})
    file = {name: sent.json()["data"][name] for name in ("filename", "url", "mime_type", "size")}
    await said(agent, ticket, "A **new one** is on its way.\n\n> It broke", attachments=[file])
    await said(colleague, ticket, "Known fault of this batch.", public=False)
    await agent.patch(f"/tickets/{ticket['id']}/priority", {"priority": "high"})
    await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "pending"})
    await app.show(ticket["number"])
    opened = [each for each in app.asked if each.startswith("GET /tickets/")]
    assert opened == [f"GET /tickets/{ticket['number']}?include=timeline%2Crequester%2Clinks"]

    reply = page.get_by_role("article", name="Message from Agent")
    await expect(reply.get_by_text("→ Customer")).to_be_visible()
    await expect(reply.locator("strong", has_text="new one")).to_be_visible()
    await expect(reply.get_by_text("It broke")).to_be_hidden()
    await reply.get_by_label("Quoted text").click()
    await expect(reply.get_by_text("It broke")).to_be_visible()
    await expect(reply.get_by_role("link", name="zip.png")).to_have_attribute("download", "zip.png")
    note = page.get_by_role("article", name="Internal note by Agent2")
    await expect(note.get_by_text("Internal note", exact=True)).to_be_visible()
    await expect(note.get_by_text("→")).to_have_count(0)
    assert await note.evaluate("e => getComputedStyle(e).borderInlineStartStyle") == "dashed"
    places = [await each.bounding_box() for each in (reply, note)]
    assert places[0] is not None
    assert places[1] is not None
    assert places[1]["x"] - places[0]["x"] == pytest.approx(24)
    feed = page.get_by_role("feed")
    await expect(feed.get_by_text("2 changes")).to_be_visible()
    await feed.get_by_text("2 changes").click()
    await expect(feed.get_by_text("Normal → High")).to_be_visible()
    await look(page, "ticket")

    await reply.get_by_role("button", name="Show zip.png").click()
    await expect(page.get_by_role("dialog").get_by_role("img", name="zip.png")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.set_viewport_size({"width": 390, "height": 780})
    await look(page, "ticket-phone")


async def test_hostile_words_stay_words_in_every_field(page: Page, app: Opened, shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent2")
    await customer.put("/settings/profile", {"name": f"أحمد 👩‍👩‍👧 {EVIL}"})
    await agent.put("/settings/profile", {"name": f"Zoë 🦊 {EVIL}"})
    ticket = await filed(customer, f"שלום {EVIL}", tags=["<b>bold</b>"])
    await said(customer, ticket, f"مرحبا {EVIL}\n\n![dot](https://tracker.example/dot.gif) [x](javascript:alert(3))")
    await said(agent, ticket, EVIL, public=False)
    await agent.put(f"/tickets/{ticket['id']}", {"subject": f"{EVIL} again"})
    await app.show(ticket["number"])
    await expect(page.get_by_role("heading", name="<script>alert(2)</script> again")).to_be_visible()
    feed = page.get_by_role("feed")
    await expect(feed.get_by_text("مرحبا")).to_be_visible()
    assert await feed.locator("img, script, iframe").count() == 0
    assert await feed.locator("a[href^=javascript]").count() == 0
    arabic = feed.get_by_text("مرحبا")
    assert await arabic.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"


async def test_a_ticket_opens_at_what_is_new_and_is_read_then(page: Page, app: Opened, shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await filed(customer)
    for number in range(12):
        await said(customer, ticket, f"Old words {number}\n\n" + "More of it.\n\n" * 5)
    assert (await agent.put(f"/tickets/{ticket['id']}/read", {})).json()["data"] == {"unread": False}
    for number in range(8):
        await said(customer, ticket, f"News {number}\n\n" + "More of it.\n\n" * 5)
    feed = page.get_by_role("feed")
    async with page.expect_response(lambda each: each.url.endswith("/read")) as marked:
        await app.show(ticket["number"])
        line = page.get_by_text("New since you looked")
        await expect(line).to_be_in_viewport()
        await expect(feed.get_by_text("News 0")).to_be_in_viewport()
        await expect(feed.get_by_text("News 7")).not_to_be_in_viewport()
    assert (await (await marked.value).json())["data"] == {"unread": False}
    await expect(line).to_be_in_viewport()

    await feed.focus()
    await page.keyboard.press("Shift+ArrowUp")
    await expect(feed.get_by_text("News 7")).to_be_in_viewport()
    async with page.expect_response(lambda each: each.url.endswith("/read")) as marked:
        await page.keyboard.press("u")
    assert (await (await marked.value).json())["data"] == {"unread": True}


async def test_parts_of_a_long_conversation_are_fetched_when_they_are_wanted(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer = await shop.client("customer")
    ticket = await filed(customer)
    for number in range(120):
        await said(customer, ticket, f"Number {number}.")
    await app.show(ticket["number"])
    feed = page.get_by_role("feed")
    await expect(feed.get_by_text("Number 119.")).to_be_in_viewport()
    await expect(feed.get_by_text("Number 10.")).to_have_count(0)
    await expect(page.get_by_role("article", name="Message from Customer")).to_have_count(50)
    await feed.evaluate("e => e.scrollTo({top: 0})")
    await expect(feed.get_by_text("Number 20.")).to_have_count(1)
    # The place stays where it was: what is read does not move away.
    await expect(feed.get_by_text("Number 70.")).to_be_in_viewport()
    await feed.evaluate("e => e.scrollTo({top: 0})")
    await expect(feed.get_by_text("It broke on day one.")).to_have_count(1)
    await expect(page.get_by_role("article", name="Message from Customer")).to_have_count(121)


async def test_acts_of_others_show_from_their_events_alone(page: Page, app: Opened, shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent2")
    ticket = await filed(customer)
    await app.show(ticket["number"])
    sam = {"id": str((await shop.person("agent2")).id), "name": "Sam", "activity": "typing"}
    app.push("presence", {"ticket_id": ticket["id"], "users": [sam]})
    here = page.get_by_role("list", name="Also here")
    await expect(here.get_by_text("Sam is writing")).to_be_visible()
    await expect(page.get_by_role("status").get_by_text("Sam is writing")).to_have_count(1)  # announced, too
    app.push("presence", {"ticket_id": ticket["id"], "users": []})
    await expect(here).to_have_count(0)

    asked = len(app.asked)
    comment = await said(customer, ticket, "It has just arrived!")
    whole = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    app.push("comment.added", {**comment, "ticket": whole}, 900_001)
    await expect(page.get_by_role("article").get_by_text("It has just arrived!")).to_be_visible()
    assert not [each for each in app.asked[asked:] if each.startswith("GET /tickets/")], "the event has it all"
    app.push("comment.deleted", {"id": comment["id"], "ticket_id": ticket["id"]}, 900_002)
    await expect(page.get_by_role("article").get_by_text("It has just arrived!")).to_have_count(0)

    changed = (await agent.patch(f"/tickets/{ticket['id']}/priority", {"priority": "urgent"})).json()["data"]
    app.push("ticket.updated", {**changed, "changes": {"priority": {"was": "normal", "now": "urgent"}}}, 900_003)
    await expect(page.get_by_label("Priority")).to_have_value("urgent")
    await expect(page.get_by_role("feed").get_by_text("Normal → Urgent")).to_be_visible()

    app.push(
        "ticket.updated", {"id": ticket["id"], "number": ticket["number"], "deleted": True, "changes": {}}, 900_004
    )
    await expect(page.get_by_role("heading", name=f"Ticket #{ticket['number']} was deleted")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Zip is broken")
    await expect(row.get_by_text("deleted", exact=True)).to_be_visible()
    await expect(row.get_by_text("Zip is broken")).to_have_css("text-decoration-line", "line-through")
    await look(page, "ticket-gone")


@pytest.mark.console(r"status of 412")
async def test_a_field_that_two_people_set_says_who_did(page: Page, app: Opened, shop: Organization) -> None:
    customer, colleague = await shop.client("customer"), await shop.client("agent2")
    ticket = await filed(customer)
    await app.show(ticket["number"])
    # Another field: the choice is sent again with the new version, without a word.
    await colleague.put(f"/tickets/{ticket['id']}", {"subject": "Zip and button"})
    await page.get_by_label("Status").select_option("pending")
    await expect(page.get_by_role("heading", name="Zip and button")).to_be_visible()
    await expect(page.get_by_label("Status")).to_have_value("pending")

    # The same field: the field says who set it, and to what.
    await colleague.patch(f"/tickets/{ticket['id']}/priority", {"priority": "urgent"})
    await page.get_by_label("Priority").select_option("low")
    await expect(page.get_by_text("Agent2 set this to Urgent")).to_be_visible()
    await expect(page.get_by_label("Priority")).to_have_value("urgent")
    await expect(page.get_by_role("button", name="Keep Urgent")).to_be_visible()
    await look(page, "ticket-conflict")
    async with page.expect_response(lambda answer: answer.request.method != "GET" and answer.ok):
        await page.get_by_role("button", name="Set Low").click()
    await expect(page.get_by_text("Agent2 set this to Urgent")).to_have_count(0)
    await expect(page.get_by_label("Priority")).to_have_value("low")
    now = (await colleague.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (now["priority"], now["status"]) == ("low", "pending")


async def test_pictures_of_other_servers_wait_until_their_reader_asks_and_the_mail_names_its_proof(
    app: Opened, shop: Organization
) -> None:
    html = '<p>My <b>zip</b></p><img src="http://127.0.0.1:9/a.png" alt="Zip">'
    raw = raw_mail("Zip", text=html).replace(b"\r\n\r\n", b"\r\nContent-Type: text/html\r\n\r\n", 1)
    filed = await taken(shop, raw)
    assert filed.ticket_number is not None
    await app.page.route("**/mail/images/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    await app.show(filed.ticket_number)
    asked = app.page.get_by_role("button", name="Show 1 image from 127.0.0.1")
    await expect(asked).to_be_visible()
    assert not [each for each in app.asked if "/mail/images/" in each]
    await asked.click()
    await expect(asked).not_to_be_visible()
    await expect(app.page.get_by_alt_text("Zip")).to_have_attribute("src", re.compile("/api/v1/mail/images/"))
    await app.page.locator("summary", has_text="Mail").first.click()
    await expect(app.page.get_by_text("The sender is not proven")).to_be_visible()
