"""Mails to customers are in their language, and end with the signature of their author."""

import pytest

from deskbell.features.mail.records import Verdict
from tests.api.v1.test_rules import saved
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied, send, words_of
from tests.kernel.mail.test_languages import TEXTS
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import work

GERMAN, ENGLISH = "schrieb Cleo Customer:", "Cleo Customer wrote:"


async def last_words(shop: Organization) -> str:
    """The text of the last mail to the customer, after the shop's work is done."""
    async with running_sink() as sink:
        await send(shop, sink)
        return words_of(sink.mails_to(CLEO)[-1])


@pytest.mark.parametrize(
    ("header", "text", "organization", "expected"),
    [
        ("de-AT", "Kaputt.", "en", GERMAN),
        (None, TEXTS["de"], "en", GERMAN),
        ("en", TEXTS["de"], "de", ENGLISH),
        (None, "Kaputt.", "de", GERMAN),
        (None, "Kaputt.", "en", ENGLISH),
        (None, TEXTS["fr"], "de", GERMAN),
    ],
)
async def test_a_reply_is_in_the_language_of_the_customers_mail_else_in_the_organizations(
    shop: Organization, header: str | None, text: str, organization: str, expected: str
) -> None:
    admin = await shop.client("admin")
    assert (await admin.put(f"/organizations/{shop.id}", {"settings": {"language": organization}})).status_code == 200
    headers = () if header is None else (("content-language", header),)
    first = await received(shop, written(CLEO, text, headers=headers))
    await replied(shop, first.ticket_id)
    assert expected in await last_words(shop)


async def test_the_customers_own_choice_comes_before_the_language_of_their_mail(shop: Organization) -> None:
    first = await received(shop, written(CLEO, TEXTS["de"]))
    agent = await shop.client("agent")
    (contact,) = (await agent.get("/contacts", params={"search": CLEO})).json()["data"]["contacts"]
    assert (await agent.put(f"/contacts/{contact['id']}", {"language": "en"})).status_code == 200
    await replied(shop, first.ticket_id)
    assert ENGLISH in await last_words(shop)


async def test_mails_of_rules_and_notices_are_in_their_readers_language(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    letter = {"to": ["requester", "assignee", "partner@elsewhere.example"], "subject": "S", "text": "T"}
    await saved(admin, do=[{"assign": agent.email}, {"mail": letter}])
    assert (await agent.client.put("/settings/preferences", {"language": "de"})).status_code == 200
    await received(shop, written(CLEO, "Kaputt.", headers=(("content-language", "de"),)))
    for _ in range(2):
        await work(shop.desk, shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select d.address, o.language from mail_deliveries d join outgoing_mails o on o.id = d.mail_id "
            "where o.notification_id is null"
        )
    assert dict(rows) == {CLEO: "de", agent.email: "de", "partner@elsewhere.example": "en"}


async def test_the_mailboxs_language_comes_after_that_of_the_mail(shop: Organization) -> None:
    admin = await shop.client("admin")
    box = next(each for each in (await admin.get("/mailboxes")).json()["data"] if each["is_default"])
    assert (await admin.put(f"/mailboxes/{box['id']}", {"language": "de"})).status_code == 200
    first = await received(shop, written(CLEO, "Kaputt."))
    await replied(shop, first.ticket_id)
    assert GERMAN in await last_words(shop)
    second = await received(shop, written(CLEO, TEXTS["en"]))
    await replied(shop, second.ticket_id)
    assert ENGLISH in await last_words(shop)


@pytest.mark.parametrize(("verdict", "acknowledged"), [("pass", True), ("none", True), ("fail", False)])
async def test_an_acknowledgement_is_in_the_language_of_the_mail_and_never_answers_a_forged_one(
    shop: Organization, verdict: Verdict, acknowledged: bool
) -> None:
    admin = await shop.client("admin")
    box = next(each for each in (await admin.get("/mailboxes")).json()["data"] if each["is_default"])
    assert (await admin.put(f"/mailboxes/{box['id']}", {"acknowledge": "always"})).status_code == 200
    found = await received(shop, written(CLEO, TEXTS["de"], verdict=verdict))
    assert found.state == "created"
    async with running_sink() as sink:
        await send(shop, sink)
        mails = sink.mails_to(CLEO)
    assert len(mails) == acknowledged
    assert all("Guten Tag" in words_of(mail) for mail in mails)


async def test_a_reply_ends_with_its_authors_signature_else_with_the_mailboxs(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    box = next(each for each in (await admin.get("/mailboxes")).json()["data"] if each["is_default"])
    signed = {"signature": "Your shop, about ticket {{ticket.number}}"}
    assert (await admin.put(f"/mailboxes/{box['id']}", signed)).status_code == 200
    first = await received(shop, written(CLEO, "It broke."))
    await replied(shop, first.ticket_id)
    assert "-- \nYour shop, about ticket 1" in (await last_words(shop)).replace("\r\n", "\n")
    own = await agent.client.put("/settings/preferences", {"signature": "{{agent.name}}\nLamps & <b>more</b>"})
    assert (own.status_code, own.json()["data"]["signature"]) == (200, "{{agent.name}}\nLamps & <b>more</b>")
    await replied(shop, first.ticket_id, "It arrives tomorrow.")
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    text, html = words_of(mail).replace("\r\n", "\n"), words_of(mail, "html")
    assert "\nAgent\nLamps & <b>more</b>" in text
    assert "Your shop" not in text.partition("wrote:")[0]
    assert "Lamps &amp; &lt;b&gt;more&lt;/b&gt;" in html
    assert (await agent.client.put("/settings/preferences", {"signature": "x" * 2_001})).status_code == 422
