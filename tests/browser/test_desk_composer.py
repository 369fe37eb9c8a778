"""An agent writes in the browser: with as few keys as promised, without losing a word, and never twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Request, Route, expect

from tests.api.v1.test_files import upload
from tests.browser.test_account_pages import served, shoot
from tests.browser.test_desk_inbox import file_ticket, sign_in
from tests.browser.test_desk_sign_in import AXE, FAULTS, STILL
from tests.support.desk import PASSWORD, Desk, Organization

pytestmark = pytest.mark.intercepts


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    await desk_has_owner(desk)
    await page.route_web_socket("**/ws?*", lambda _socket: None)
    async with served(page, desk) as address:
        yield f"{address}/desk"
        await page.goto("about:blank")  # nothing may be asked once the routes are gone


async def desk_has_owner(desk: Desk) -> None:
    """Without an owner the sign-in leads to the first setup."""
    client = desk.client()
    if (await client.get("/setup")).json()["data"]["needed"]:
        first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
        assert (await client.post("/setup", first)).status_code == 201


async def open_ticket(page: Page, base: str, shop: Organization, subject: str) -> dict[str, Any]:
    ticket = await file_ticket(shop, subject)
    await sign_in(page, base, shop)
    await page.goto(f"{base}/tickets/{ticket['number']}")
    await expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return ticket


def field(page: Page, name: str = "Reply to Customer") -> Locator:
    return page.get_by_role("textbox", name=name)


async def comments_of(shop: Organization, ticket: dict[str, Any], who: str = "agent") -> list[dict[str, Any]]:
    client = await shop.client(who)
    found: list[dict[str, Any]] = (await client.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    return found


async def undo_after(shop: Organization, seconds: int) -> None:
    await (await shop.client("agent")).put("/settings/preferences", {"undo_seconds": seconds})


async def test_a_reply_takes_two_keys_and_is_sent_as_it_was_typed(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "Zip is broken")
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()  # letters typed before that stay as they are
    await page.keyboard.type("Hello **Jo**, it is _on_ its way:\n- a zip\na needle")
    await expect(field(page).locator("strong")).to_have_text("Jo")
    await expect(field(page).locator("li")).to_have_count(2)
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("Control+Enter")
    await expect(field(page)).to_have_count(0)
    [comment] = await comments_of(shop, ticket, "customer")
    assert comment["body"] == "Hello **Jo**, it is _on_ its way:\n- a zip\n- a needle"


async def test_a_note_takes_two_keys_and_looks_like_one(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "A quiet word")
    await page.keyboard.press("n")
    await expect(page.get_by_text("Only your team sees this")).to_be_visible()
    await expect(page.get_by_role("button", name="Add internal note")).to_be_visible()
    await page.keyboard.type("A known fault.")
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("Control+Enter")
    assert await comments_of(shop, ticket, "customer") == []
    [comment] = await comments_of(shop, ticket)
    assert comment["public"] is False


async def test_a_reply_may_be_typed_and_sent_before_the_composer_is_there(
    page: Page, base: str, shop: Organization
) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "In a hurry")
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("r")
        await page.keyboard.type("On its way.")
        await page.keyboard.press("Control+Enter")
    [comment] = await comments_of(shop, ticket, "customer")
    assert comment["body"] == "On its way."


async def test_a_reply_is_held_and_one_key_brings_back_every_word(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 30)
    ticket = await open_ticket(page, base, shop, "Too quick")
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Sent **too** early")
    await page.keyboard.press("Control+Shift+Enter")
    await expect(page.get_by_text("Reply to Customer is being sent").first).to_be_visible()
    await page.keyboard.press("z")
    await expect(field(page)).to_have_text("Sent too early")
    await expect(field(page).locator("strong")).to_have_text("too")
    await expect(field(page)).to_be_focused()
    assert await comments_of(shop, ticket) == []
    assert (await (await shop.client("customer")).get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "new"


@pytest.mark.console("net::ERR_FAILED")
async def test_a_lost_answer_never_sends_twice(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "The cable")
    lost = list[str]()

    async def lose(route: Route, request: Request) -> None:
        if request.method != "POST" or len(lost) == 2:
            await route.fallback()
            return
        lost.append(request.headers["idempotency-key"])
        if len(lost) == 1:  # the server has it, the browser does not know
            client = await shop.client("agent")
            await client.post(
                f"/tickets/{ticket['id']}/comments",
                request.post_data_json,
                headers={"Idempotency-Key": lost[0]},
            )
        await route.abort()

    await page.route("**/comments", lose)
    await page.keyboard.press("r")
    await page.keyboard.type("Once.")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("Control+Enter")
    assert len(set(lost)) == 1
    assert [comment["body"] for comment in await comments_of(shop, ticket)] == ["Once."]
    await expect(field(page)).to_have_count(0)


@pytest.mark.console("status of 404")
async def test_a_refused_reply_returns_to_its_own_ticket(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    other = await file_ticket(shop, "Another one")
    ticket = await open_ticket(page, base, shop, "Deleted meanwhile")
    await page.keyboard.press("r")
    await page.keyboard.type("You will not get this.")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    await (await shop.client("admin")).delete(f"/tickets/{ticket['id']}")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert").filter(has_text="not sent")).to_be_visible()
    await page.goto(f"{base}/tickets/{other['number']}")
    await expect(page.get_by_role("heading", name="Another one")).to_be_visible()
    await expect(field(page)).to_have_count(0)


@pytest.mark.console("status of 412")
async def test_new_messages_since_one_began_are_shown_before_sending(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "Two at once")
    await page.keyboard.press("r")
    await page.keyboard.type("My answer")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    await (await shop.client("customer")).post(f"/tickets/{ticket['id']}/comments", {"body": "Never mind!"})
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("1 new message since you began")).to_be_visible()
    await expect(field(page)).to_have_text("My answer")
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.status == 201):
        await page.get_by_role("button", name="Send all the same").click()
    assert [each["body"] for each in await comments_of(shop, ticket)] == ["Never mind!", "My answer"]


@pytest.mark.console("status of 412")
async def test_a_changed_property_holds_nothing_up(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "Urgent by now")
    await page.keyboard.press("r")
    await page.keyboard.type("On it")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    changed = await (await shop.client("admin")).put(f"/tickets/{ticket['id']}", {"priority": "urgent"})
    assert changed.status_code == 200, changed.text
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.status == 201):
        await page.keyboard.press("Control+Enter")
    assert [each["body"] for each in await comments_of(shop, ticket)] == ["On it"]


async def test_drafts_are_on_the_server_and_survive_a_reload_of_both_kinds(
    page: Page, base: str, shop: Organization
) -> None:
    ticket = await open_ticket(page, base, shop, "Half an answer")
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Half **an** answer")
    offer = page.get_by_role("paragraph").filter(has_text="Nobody has this ticket")
    await expect(offer.get_by_role("button", name="Take it")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("Half a note")
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="Discard the draft").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await expect(field(page)).to_have_text("Half an answer")
    await expect(field(page).locator("strong")).to_have_text("an")
    row = page.get_by_role("grid").get_by_role("row").filter(has_text="Half an answer")
    await expect(row).to_contain_text("Draft: Half **an** answer")  # the latest words
    await page.get_by_role("button", name="Internal note").click()
    await expect(field(page, "Internal note")).to_have_text("Half a note")
    drafts = (await (await shop.client("agent")).get("/drafts")).json()["data"]
    assert {draft["kind"]: draft["body"] for draft in drafts} == {"reply": "Half **an** answer", "note": "Half a note"}
    await page.get_by_role("button", name="Discard the draft").click()
    await expect(page.get_by_text("Draft discarded")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(field(page, "Internal note")).to_have_text("Half a note")
    assert ticket["id"] in {draft["ticket"]["id"] for draft in drafts}


@pytest.mark.console("status of 412")
async def test_what_another_device_wrote_is_not_overwritten(page: Page, base: str, shop: Organization) -> None:
    ticket = await open_ticket(page, base, shop, "Phone and desk")
    agent = await shop.client("agent")
    await page.keyboard.press("r")
    await page.keyboard.type("From the desk")
    await agent.put(f"/tickets/{ticket['id']}/drafts/reply", {"body": "From the phone"})
    await expect(page.get_by_text("Also written elsewhere")).to_be_visible()
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.get_by_role("blockquote").get_by_text("From the phone")).to_be_visible()
    await expect(field(page)).to_have_text("From the desk")
    await page.get_by_role("button", name="Take the other one").click()
    await expect(field(page)).to_have_text("From the phone")


async def test_a_canned_reply_takes_four_keys(page: Page, base: str, shop: Organization) -> None:
    admin = await shop.client("admin")
    content = "Dear {{requester.name}},\n\n**thank you**. {{cursor}}\n\nSee {{ticket.color}}"
    file = await upload(admin)
    thanks = {"title": "Thanks", "content": content, "shortcut": "thx", "file_ids": [file["id"]]}
    assert (await admin.post("/canned-responses", thanks)).status_code == 201
    await admin.post("/canned-responses", {"title": "Refund", "content": "Money back", "shortcut": "rf"})
    await open_ticket(page, base, shop, "Canned")
    await page.keyboard.press("r")
    await page.keyboard.type("/th")
    await expect(page.get_by_role("option", name="Thanks")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_contain_text("Dear Customer")
    await expect(field(page).locator("strong")).to_have_text("thank you")
    await expect(field(page).locator("[data-variable]")).to_have_text("{{ticket.color}}")
    await page.keyboard.type("Here.")
    await expect(field(page)).to_contain_text("thank you. Here.")
    await page.keyboard.press("Tab")
    await page.keyboard.type("blue")
    await expect(field(page)).to_contain_text("See blue")
    await expect(page.get_by_role("list", name="Files").get_by_text("zip.png")).to_be_visible()
    await page.get_by_role("button", name="Discard the draft").press("Enter")
    await field(page).focus()
    await page.keyboard.press("Escape")  # an empty field closes
    await expect(field(page)).to_have_count(0)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("Refund")
    await expect(page.get_by_role("option", name="Refund")).to_contain_text("canned response")
    await page.get_by_role("option", name="Refund").click()
    await expect(field(page)).to_have_text("Money back")
    for key, form in (("9", "blockquote"), ("9", "p"), ("8", "ul"), ("7", "ol")):
        await page.keyboard.press(f"Control+Shift+{key}")
        await expect(field(page).locator(f"> {form}")).to_have_text("Money back")


async def test_letters_typed_while_the_editor_loads_count_as_typed_in_it(
    page: Page, base: str, shop: Organization
) -> None:
    admin = await shop.client("admin")
    await admin.post("/canned-responses", {"title": "Thanks", "content": "Dear you", "shortcut": "thx"})
    loaded = asyncio.Event()

    async def late(route: Route) -> None:
        await loaded.wait()
        await route.fallback()

    await page.route("**/editor-*.js", late)
    async with page.expect_response("**/canned-responses?*"):
        await open_ticket(page, base, shop, "Slow")
        await page.keyboard.press("r")
    await page.keyboard.type("/th")
    await expect(field(page)).to_have_value("/th")
    loaded.set()
    await expect(page.get_by_role("option", name="Thanks")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_text("Dear you")


KEYS_IN_ONE_TASK = """keys => {
  for (const key of keys) {
    const event = { key, code: `Key${key.toUpperCase()}`, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", event));
  }
}"""


@pytest.mark.parametrize("held_back", [False, True], ids=["editor is there", "editor comes late"])
async def test_a_letter_typed_before_the_field_is_there_stays_in_front(
    page: Page, base: str, shop: Organization, *, held_back: bool
) -> None:
    loaded = asyncio.Event()

    async def late(route: Route) -> None:
        await loaded.wait()
        await route.fallback()

    if held_back:
        await page.route("**/editor-*.js", late)
    await open_ticket(page, base, shop, "Fast")
    await page.evaluate(KEYS_IN_ONE_TASK, ["r", "F"])  # the page shows no field between the two
    await page.keyboard.type("rom the desk")
    try:
        if held_back:
            await expect(field(page)).to_have_value("From the desk")
    finally:
        loaded.set()
    await expect(field(page)).to_have_text("From the desk")


async def test_signs_offer_people_tickets_and_commands(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    other = await file_ticket(shop, "The other one")
    ticket = await open_ticket(page, base, shop, "Signs")
    admin = await shop.person("admin")
    await page.keyboard.press("n")
    await page.keyboard.type("@adm")
    await page.get_by_role("listbox", name="Suggestions").get_by_role("option").first.wait_for()
    await page.keyboard.press("Enter")
    await page.keyboard.type(f"see #{other['number']}")
    await page.get_by_role("option", name=f"#{other['number']} The other one").wait_for()
    await page.keyboard.press("Enter")
    await page.keyboard.type("/sol")
    await page.get_by_role("option", name="Solve when sent").wait_for()
    await page.keyboard.press("Enter")
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ) as sent:
        await page.keyboard.press("Control+Enter")
    said = (await sent.value).request.post_data_json
    assert said is not None
    assert said["mentions"] == [str(admin.id)]
    assert said["update"] == {"status": "solved"}
    [comment] = await comments_of(shop, ticket)
    assert f"[#{other['number']}](/desk/tickets/{other['number']})" in comment["body"]


async def test_sending_waits_for_its_files(page: Page, base: str, shop: Organization) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "Files")
    await page.keyboard.press("r")
    await page.keyboard.type("Attached.")
    chosen = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": f"file {n}".encode()} for n in range(22)]
    await page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]  # a plain mapping serves
    await expect(page.get_by_text("A message takes at most 20 files")).to_have_count(2)
    await field(page).focus()
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("Control+Enter")
    [comment] = await comments_of(shop, ticket)
    assert len(comment["attachments"]) == 20


PASTED = """async (it, {name, event, width}) => {
    const canvas = Object.assign(document.createElement("canvas"), {width, height: 20});
    canvas.getContext("2d").fillRect(0, 0, width, 20);
    const bytes = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, {type: "image/png"}));
    const init = {bubbles: true, cancelable: true};
    it.dispatchEvent(event === "paste" ? new ClipboardEvent("paste", {...init, clipboardData: files})
        : new DragEvent("drop", {...init, dataTransfer: files}));
}"""


async def test_a_pasted_picture_is_made_smaller_unless_its_original_is_wanted(
    page: Page, base: str, shop: Organization
) -> None:
    await undo_after(shop, 0)
    ticket = await open_ticket(page, base, shop, "Pictures")
    await page.get_by_role("feed").evaluate(PASTED, {"name": "dropped.png", "event": "drop", "width": 2000})
    files = page.get_by_role("list", name="Files")
    await expect(files.get_by_role("button", name="Remove dropped.png")).to_be_visible()
    original = files.get_by_role("button", name="Send the original")
    await expect(original).to_have_count(0)  # only what is pasted into the words is made smaller
    await field(page).focus()
    await page.keyboard.type("Seen here: ")
    await field(page).evaluate(PASTED, {"name": "pasted.png", "event": "paste", "width": 2000})
    picture = field(page).get_by_role("img")
    await expect(original).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1600)
    await original.press("Enter")
    await expect(original).to_have_count(0)
    await expect(picture).to_have_js_property("naturalWidth", 2000)
    await expect(files.get_by_role("button", name="Remove")).to_have_count(2)
    await field(page).focus()
    async with page.expect_response(
        lambda answer: answer.url.endswith("/comments") and answer.request.method == "POST"
    ):
        await page.keyboard.press("Control+Enter")
    [comment] = await comments_of(shop, ticket)
    assert sorted(each["filename"] for each in comment["attachments"]) == ["dropped.png", "pasted.png"]
    assert next(each["url"] for each in comment["attachments"] if each["filename"] == "pasted.png") in comment["body"]


async def test_the_composer_has_no_fault_of_accessibility_in_both_schemes(
    page: Page, base: str, shop: Organization
) -> None:
    await open_ticket(page, base, shop, "Looks")
    for key, name in (("r", "reply"), ("n", "note")):
        await page.keyboard.press(key)
        await page.keyboard.type("Words ")
        await expect(page.get_by_role("toolbar")).to_be_visible()
        for scheme in ("light", "dark"):
            await page.evaluate("name => document.documentElement.dataset.mantineColorScheme = name", scheme)
            await page.evaluate(STILL)
            await page.evaluate(AXE.read_text("utf-8") + "; 0")
            faults = await page.evaluate(FAULTS.replace("document,", "'[aria-label=Write]',"))
            assert faults == [], f"{name} in {scheme}"
            await shoot(page, f"desk-composer-{name}-{scheme}")
        await page.keyboard.press("Escape")
