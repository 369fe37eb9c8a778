"""Ratings by the link of a mail: signed, good once, and nothing is written by opening it."""

import re
from typing import Any

from tests.support.desk import Desk, Organization, Person
from tests.support.mail import mails_to
from tests.support.work import work

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME = {"Sec-Fetch-Site": "same-origin"}


async def solved(shop: Organization, customer: Person) -> dict[str, Any]:
    """A ticket of the customer's, solved with a reply."""
    agent = await shop.client("agent")
    made = await customer.client.post("/tickets", {"subject": "A <tent>", "description": "It leaks."})
    ticket: dict[str, Any] = made.json()["data"]
    body = {"body": "Here is a new one.", "public": True, "update": {"status": "solved"}}
    answer = await agent.post(f"/tickets/{ticket['id']}/comments", body)
    assert answer.status_code == 201, answer.text
    return ticket


async def link_of(desk: Desk, shop: Organization, customer: Person) -> str:
    """The path of the newest mail's question."""
    await work(desk, shop)
    await work(desk, shop)
    text = (await mails_to(desk, customer.email))[0].text
    [link] = re.findall(r"https?://\S+/portal/\S+/rate\?token=\S+", text)
    return str(link).removeprefix(desk.settings.base_url)


async def feedback_on(shop: Organization, ticket: dict[str, Any]) -> int:
    """The status of reading a ticket's rating: 404 without one."""
    return (await (await shop.client("agent")).get(f"/feedback/tickets/{ticket['id']}")).status_code


async def test_a_link_rates_once_and_opening_it_writes_nothing(desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await solved(shop, customer)
    path = await link_of(desk, shop, customer)
    browser = desk.client(base="", accept=HTML)
    for _ in range(2):
        page = await browser.get(f"{path}&rating=4")
        assert page.status_code == 200
        assert 'value="4" required checked' in page.text
        assert "A &lt;tent&gt;" in page.text
    assert await feedback_on(shop, ticket) == 404
    place, _, token = path.partition("?token=")
    form = {"token": token, "rating": "4", "comment": "Quick"}
    foreign = await browser.request("POST", place, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert await feedback_on(shop, ticket) == 404
    given = await browser.request("POST", place, data=form, headers=SAME)
    assert (given.status_code, "Thank you for your rating!" in given.text) == (200, True)
    again = await browser.request("POST", place, data={**form, "rating": "1"}, headers=SAME)
    assert again.status_code == 409
    found = (await (await shop.client("agent")).get(f"/feedback/tickets/{ticket['id']}")).json()["data"]
    assert (found["rating"], found["comment"]) == (4, "Quick")


async def test_a_forged_link_is_good_for_nothing(desk: Desk, shop: Organization, rival: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await solved(shop, customer)
    path = await link_of(desk, shop, customer)
    place, _, token = path.partition("?token=")
    browser = desk.client(base="", accept=HTML)
    first, last = ("b" if char == "a" else "a" for char in (token[0], token[-1]))
    for bad in ("", "x", token[:-1], token[:-1] + last, first + token[1:], token + "a", "%00"):
        assert (await browser.get(f"{place}?token={bad}")).status_code == 404, bad
        sent = await browser.request("POST", place, data={"token": bad, "rating": "5"}, headers=SAME)
        assert sent.status_code == 404, bad
    assert await feedback_on(shop, ticket) == 404


async def test_words_are_kept_and_an_open_ticket_is_not_rated(desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await solved(shop, customer)
    place, _, token = (await link_of(desk, shop, customer)).partition("?token=")
    browser = desk.client(base="", accept=HTML)
    for rating in ("", "0", "6", "x", "²"):
        refused = await browser.request(
            "POST", place, data={"token": token, "rating": rating, "comment": "Kept"}, headers=SAME
        )
        assert (refused.status_code, ">Kept</textarea>" in refused.text) == (422, True)
    assert (await customer.client.patch(f"/tickets/{ticket['id']}/status", {"status": "open"})).status_code == 200
    assert (await browser.get(f"{place}?token={token}")).status_code == 200
    late = await browser.request("POST", place, data={"token": token, "rating": "5"}, headers=SAME)
    assert late.status_code == 422
    assert await feedback_on(shop, ticket) == 404


async def test_only_the_requester_is_asked(desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    agent = await shop.client("agent")
    made = await customer.client.post("/tickets", {"subject": "A tent", "description": "It leaks."})
    ticket = made.json()["data"]
    open_reply = await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "Which one?", "public": True})
    assert open_reply.status_code == 201
    await work(desk, shop)
    await work(desk, shop)
    assert "/rate?" not in (await mails_to(desk, customer.email))[0].text, "it is not solved"
    follower = await shop.person("customer2")
    added = await agent.post(f"/tickets/{ticket['id']}/followers", {"user_id": str(follower.id)})
    assert added.status_code in (200, 201), added.text
    body = {"body": "Done.", "public": True, "update": {"status": "solved"}}
    assert (await agent.post(f"/tickets/{ticket['id']}/comments", body)).status_code == 201
    await work(desk, shop)
    await work(desk, shop)
    for mail in await mails_to(desk, follower.email):
        assert "/rate?" not in mail.text, "a link rates in the name of the requester"
