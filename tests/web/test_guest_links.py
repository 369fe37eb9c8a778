"""Following one request by a signed link: what a guest may do, what they never see, and how the link ends."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from deskbell.features.mail.service.making import ensure_keys
from deskbell.kernel.clock import utc_now
from deskbell.kernel.guest_links import GuestKind, GuestLink, make_guest_token
from tests.support.desk import Client, Desk, Organization, Person
from tests.support.mail import mails_to
from tests.support.work import work

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME = {"Sec-Fetch-Site": "same-origin"}


async def asked(shop: Organization, subject: str = "A tent") -> dict[str, Any]:
    """A request of the customer's."""
    customer = await shop.client("customer")
    made = await customer.post("/tickets", {"subject": subject, "description": "It leaks."})
    ticket: dict[str, Any] = made.json()["data"]
    return ticket


async def say(shop: Organization, ticket: dict[str, Any], body: str, **more: Any) -> dict[str, Any]:
    """A comment of the agent's."""
    agent = await shop.client("agent")
    answer = await agent.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": True, **more})
    assert answer.status_code == 201, answer.text
    comment: dict[str, Any] = answer.json()["data"]
    return comment


async def link_of(desk: Desk, shop: Organization, customer: Person) -> str:
    """The path of the newest mail's link."""
    await work(desk, shop)
    await work(desk, shop)
    text = (await mails_to(desk, customer.email))[0].text
    [link] = re.findall(r"https?://\S+/portal/\S+/guest\?token=\S+", text)
    return str(link).removeprefix(desk.settings.base_url)


async def token_made(shop: Organization, ticket: dict[str, Any], person: Person, **ago: int) -> str:
    """A token as if it had been made some time ago."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.begin()
        keys = await ensure_keys(uow)
    link = GuestLink(
        kind=GuestKind.LINK, organization_id=shop.id, ticket_id=UUID(ticket["id"]), person_id=person.id,
        made_at=utc_now() - timedelta(**ago),
    )  # fmt: skip
    return make_guest_token(keys, link)


def browser_of(desk: Desk) -> Client:
    return desk.client(base="", accept=HTML)


def place_of(path: str, step: str) -> str:
    """The path that a form of the page is sent to."""
    place, _, token = path.partition("?")
    return f"{place}/{step}?{token}"


async def test_a_guest_reads_replies_solves_rates_and_reopens(desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await asked(shop)
    await say(shop, ticket, "Secret among us", public=False)
    await say(shop, ticket, "Which tent is it?")
    path = await link_of(desk, shop, customer)
    browser = browser_of(desk)
    page = await browser.get(path)
    assert page.status_code == 200
    assert "Which tent is it?" in page.text
    assert "Secret among us" not in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    files = {"files": ("tent.txt", b"it is blue", "text/plain")}
    sent = await browser.request(
        "POST", place_of(path, "reply"), data={"body": "The blue one."}, files=files, headers=SAME
    )
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}#latest")
    page = await browser.get(path)
    assert "The blue one." in page.text
    [file] = re.findall(r'href="(\S+/guest/files/\S+)">tent.txt', page.text)
    assert (await browser.get(file)).content == b"it is blue"
    solved = await browser.request("POST", place_of(path, "status"), data={"step": "solve"}, headers=SAME)
    assert solved.status_code == 303
    rated = await browser.request("POST", place_of(path, "rating"), data={"rating": "4"}, headers=SAME)
    assert rated.headers["location"] == f"{path}#rating"
    twice = await browser.request("POST", place_of(path, "rating"), data={"rating": "1"}, headers=SAME)
    assert twice.status_code == 409
    await browser.request("POST", place_of(path, "status"), data={"step": "reopen"}, headers=SAME)
    agent = await shop.client("agent")
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "open"
    assert (await agent.get(f"/feedback/tickets/{ticket['id']}")).json()["data"]["rating"] == 4


async def test_a_link_opens_its_own_request_alone(desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    first, second = await asked(shop, "A tent"), await asked(shop, "A stove")
    upload = await customer.client.request("POST", "/upload", files={"file": ("stove.txt", b"hot", "text/plain")})
    file = upload.json()["data"]
    attached = {"filename": "stove.txt", "url": file["url"], "mime_type": "text/plain", "size": 3}
    reply = {"body": "See there", "public": True, "attachments": [attached]}
    assert (await customer.client.post(f"/tickets/{second['id']}/comments", reply)).status_code == 201
    browser = browser_of(desk)
    token = await token_made(shop, first, customer)
    root = f"/portal/{shop.domain}/guest"
    assert (await browser.get(f"{root}?token={token}")).status_code == 200
    file_id = file["url"].rpartition("/")[2]
    assert (await browser.get(f"{root}/files/{file_id}?token={token}")).status_code == 404
    own = await token_made(shop, second, customer)
    assert (await browser.get(f"{root}/files/{file_id}?token={own}")).content == b"hot"


async def test_a_forged_or_foreign_link_opens_nothing_and_writes_nothing(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    customer, other = await shop.person("customer"), await shop.person("customer2")
    ticket = await asked(shop)
    token = await token_made(shop, ticket, customer)
    browser = browser_of(desk)
    root = f"/portal/{shop.domain}/guest"
    last, first = ("b" if char == "a" else "a" for char in (token[-1], token[0]))
    bad = ["", "x", token[:-1], token[:-1] + last, first + token[1:], token + "a", "%00", "é" * 92,
           await token_made(shop, ticket, other)]  # fmt: skip
    for each in bad:
        assert (await browser.get(f"{root}?token={each}")).status_code == 404, each
        for step, form in (("reply", {"body": "Hello"}), ("status", {"step": "solve"}), ("rating", {"rating": "5"})):
            sent = await browser.request("POST", f"{root}/{step}?token={each}", data=form, headers=SAME)
            assert sent.status_code == 404, (step, each)
    assert (await browser.get(f"/portal/{rival.domain}/guest?token={token}")).status_code == 404
    foreign = await browser.request(
        "POST", f"{root}/reply?token={token}", data={"body": "Hello"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    agent = await shop.client("agent")
    found = (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    assert found == []
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "new"


async def test_a_link_ends_by_time_and_when_it_is_revoked(desk: Desk, shop: Organization, rival: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await asked(shop)
    browser = browser_of(desk)
    root = f"/portal/{shop.domain}/guest"
    old = await browser.get(f"{root}?token={await token_made(shop, ticket, customer, days=31)}")
    assert old.status_code == 410
    assert "Mail me a link" in old.text
    assert "A tent" not in old.text
    path = f"{root}?token={await token_made(shop, ticket, customer, minutes=1)}"
    assert (await browser.get(path)).status_code == 200
    agent = await shop.client("agent")
    gone = f"/tickets/{ticket['id']}/guest-links"
    assert (await customer.client.delete(gone)).status_code == 403
    assert (await (await rival.client("agent")).delete(gone)).status_code == 404
    assert (await browser.get(path)).status_code == 200
    assert (await agent.delete(gone)).status_code == 200
    assert (await browser.get(path)).status_code == 410
    sent = await browser.request("POST", place_of(path, "reply"), data={"body": "Hello"}, headers=SAME)
    assert sent.status_code == 410
    steps = [each["action"] for each in (await agent.get(f"/tickets/{ticket['id']}/history")).json()["data"]]
    assert "guest_links_revoked" in steps
    shown = [each["action"] for each in (await customer.client.get(f"/tickets/{ticket['id']}/history")).json()["data"]]
    assert "guest_links_revoked" not in shown


async def test_followers_get_no_link_in_the_requesters_name(desk: Desk, shop: Organization) -> None:
    customer, other = await shop.person("customer"), await shop.person("customer2")
    ticket = await asked(shop)
    agent = await shop.client("agent")
    added = await agent.post(f"/tickets/{ticket['id']}/followers", {"user_id": str(other.id)})
    assert added.status_code == 201, added.text
    await say(shop, ticket, "Which tent is it?")
    await work(desk, shop)
    await work(desk, shop)
    for person in (customer, other):
        assert "guest?token=" not in (await mails_to(desk, person.email))[0].text


async def test_a_removed_contact_follows_no_ticket_any_more(desk: Desk, shop: Organization) -> None:
    customer, admin = await shop.person("customer"), await shop.client("admin")
    ticket = await asked(shop)
    await say(shop, ticket, "Which tent is it?")
    path = await link_of(desk, shop, customer)
    assert (await browser_of(desk).get(path)).status_code == 200
    assert (await admin.delete(f"/contacts/{customer.id}")).status_code == 200
    assert (await browser_of(desk).get(path)).status_code == 404
