"""Conditions of rules ask the mail that a change came by, while it is filed and in the explanation afterwards."""

from typing import Any

import pytest

from tests.api.v1.test_mail import data, raw_mail, taken
from tests.api.v1.test_rule_trials import tried
from tests.support.desk import Organization

LISTED = b"List-Id: Orders <orders.elsewhere.example>\r\nX-Kind: =?utf-8?q?Gr=C3=BCn?=\r\n"


async def ruled(shop: Organization, when: str) -> None:
    """A rule that tags what it asks for."""
    admin = await shop.client("admin")
    rule = {"name": when[:60], "on": ["ticket.created", "comment.added"], "when": when, "do": [{"add_tags": ["yes"]}]}
    made = await admin.post("/rules", rule)
    assert made.status_code == 201, made.text


async def tags(shop: Organization, raw: bytes) -> tuple[str, Any]:
    """The id and the tags of a mail's ticket."""
    filed = await taken(shop, raw)
    assert filed.mail.ticket_id, filed
    return str(filed.mail.ticket_id), (await data(await shop.client("owner"), f"/tickets/{filed.mail.ticket_id}"))[
        "tags"
    ]


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("mail.from:@elsewhere.example mail.verdict:none", True),
        ("mail.from:cleo@shop.example", False),
        ("mail.header.list-id:orders mail.header.x-kind:grün", True),
        ("mail.header.list-id:none", False),
        ("auto:yes", True),
        ("-auto:yes", False),
    ],
)
async def test_a_rule_asks_the_mail_that_opens_a_ticket(shop: Organization, when: str, holds: bool) -> None:
    await ruled(shop, when)
    raw = raw_mail("Zip").replace(b"Subject:", LISTED + b"Precedence: bulk\r\nSubject:")
    ticket_id, found = await tags(shop, raw)
    assert found == (["yes"] if holds else [])
    admin = await shop.client("admin")
    (rule,) = await data(admin, "/rules")
    operations = await data(admin, f"/tickets/{ticket_id}/explanation")
    fired = [part for each in operations for rule in each["rules"] for part in rule["held"]]
    assert bool(fired) is holds
    assert all(part["holds"] for part in fired)
    assert [each["difference"] for each in await tried(admin, rule_id=rule["id"])] == (["same"] if holds else [])


async def test_a_rule_asks_the_mail_of_an_answer_and_nothing_of_words_that_came_otherwise(shop: Organization) -> None:
    await ruled(shop, f"mail.to:support@{shop.domain}")
    ticket_id, found = await tags(shop, raw_mail("Zip"))
    assert found == []
    agent = (await shop.person("agent")).client
    assert (await agent.post(f"/tickets/{ticket_id}/comments", {"body": "Hi"})).status_code == 201
    assert (await data(agent, f"/tickets/{ticket_id}"))["tags"] == []
    answer = raw_mail("Re: Zip").replace(b"undisclosed-recipients:;", f"support@{shop.domain}".encode())
    answer = answer.replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <Zip@elsewhere.example>\r\n\r\n", 1)
    assert await tags(shop, answer) == (ticket_id, ["yes"])
