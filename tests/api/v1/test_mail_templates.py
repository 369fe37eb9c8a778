"""v1: templates of outgoing mail, as admins change them and as recipients see them."""

from email.message import EmailMessage

import pytest

from deskbell.features.mail.templates import (
    KINDS,
    TEMPLATE_LANGUAGES,
    TemplateTexts,
    context,
    problems,
    render,
    shipped,
)
from tests.api.v1.test_mail import data, raw_mail, taken
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import replied, send, words_of
from tests.support.desk import Organization
from tests.support.sink import running_sink

CLEO = "cleo@elsewhere.example"
OWN = {
    "text": "{{reply.words}}\n\nYours, {{agent.name}}\n{{reply.signature}}",
    "html": '<p style="color: red; position: fixed">{{reply.words}}</p><script>alert(1)</script>'
    '<p onclick="x()">Yours, {{agent.name}} of {{organization.name}}</p>',
}


def lines_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of a mail, with plain line ends."""
    return words_of(mail, kind).replace("\r\n", "\n")


@pytest.mark.parametrize("language", TEMPLATE_LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shipped_could_be_saved(kind: str, language: str) -> None:
    assert problems(kind, shipped(kind, language)) == []  # type: ignore[arg-type]  # parametrized words


async def test_admins_change_try_and_reset_templates(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    every = await data(admin.client, "/mail-templates")
    assert {(each["kind"], each["language"]) for each in every} == {
        (k, lang) for k in KINDS for lang in TEMPLATE_LANGUAGES
    }
    assert not any(each["is_own"] for each in every)
    assert (await agent.client.get("/mail-templates")).status_code == 403
    assert (await agent.client.put("/mail-templates/reply/en", OWN)).status_code == 403
    filed = await taken(shop, raw_mail("Zip"))
    tried = await admin.client.post(
        "/mail-templates/reply/en/preview", {**OWN, "ticket_id": str(filed.mail.ticket_id)}
    )  # fmt: skip
    assert tried.status_code == 200, tried.text
    shown = tried.json()["data"]
    assert shown["text"].startswith("Thank you for your patience.\n\nYours, Admin")
    assert "script" not in shown["html"]
    assert "onclick" not in shown["html"]
    assert "red" in shown["html"]
    assert "position" not in shown["html"]
    saved = await admin.client.put("/mail-templates/reply/en", OWN)
    assert (saved.status_code, saved.json()["data"]["is_own"]) == (200, True)
    assert (await admin.client.put("/mail-templates/reply/en", OWN)).json()["data"] == saved.json()["data"]
    assert (await data(admin.client, "/mail-templates/reply/en"))["text"] == OWN["text"]
    assert "reply.words" in (await data(admin.client, "/mail-templates/reply/de"))["variables"]
    for _ in range(2):
        reset = await admin.client.delete("/mail-templates/reply/en")
        assert (reset.status_code, reset.json()["data"]["is_own"]) == (200, False)
    assert (await admin.client.get("/mail-templates/reply/fr")).status_code == 404
    unknown = {**OWN, "ticket_id": str(shop.id)}
    assert (await admin.client.post("/mail-templates/reply/en/preview", unknown)).status_code == 404


async def test_a_template_with_an_unknown_or_without_a_needed_variable_is_refused(shop: Organization) -> None:
    admin = await shop.person("admin")
    wrong = {"text": "{{reply.word}}", "html": "{{reply.words}} {{notification.link}}"}
    refused = await admin.client.put("/mail-templates/reply/en", wrong)
    fields = refused.json()["error"]["details"]["fields"]
    assert refused.status_code == 422
    assert "did you mean {{reply.words}}" in str(fields)
    assert "needs the variable reply.words" in str(fields)


async def test_replies_go_out_in_the_organizations_template(shop: Organization) -> None:
    admin = await shop.person("admin")
    assert (await admin.client.put("/mail-templates/reply/en", OWN)).status_code == 200
    box = next(each for each in await data(admin.client, "/mailboxes") if each["is_default"])
    await admin.client.put(f"/mailboxes/{box['id']}", {"signature": "The <shop>"})
    filed = await taken(shop, raw_mail("Zip"))
    await replied(shop, filed.mail.ticket_id, "Use {{agent.email}} and <b>this</b>.")
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert lines_of(mail).startswith("Use {{agent.email}} and <b>this</b>.\n\nYours, Agent\n-- \nThe <shop>\n")
    assert "{{agent.email}}" in lines_of(mail, "html")
    assert "Yours, Agent of Test Shop" in lines_of(mail, "html")
    assert '<blockquote type="cite">It broke.</blockquote>' in lines_of(mail, "html")


async def test_a_notification_has_both_forms_and_says_first_what_an_answer_becomes(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    bare = {"text": "{{notification.words}}", "html": "<p>{{notification.words}}</p>"}
    assert (await admin.client.put("/mail-templates/staff_notification/en", bare)).status_code == 200
    first = await received(shop, written(CLEO))
    ticket = await data(agent.client, f"/tickets/{first.ticket_id}")
    await agent.client.patch(f"/tickets/{first.ticket_id}/assign", {"assignee_id": str(agent.id)})
    await received(shop, written(CLEO, "Still <b>broken</b>", ticket_numbers=(ticket["number"],)))
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(agent.email)
    assert mail.get_content_type() == "multipart/alternative"
    assert lines_of(mail) == "Your answer to this mail goes to the customer.\n\nStill <b>broken</b>\n"
    assert "<em>Your answer to this mail goes to the customer.</em>" in lines_of(mail, "html")
    assert "&lt;b&gt;broken&lt;/b&gt;" in lines_of(mail, "html")


@pytest.mark.parametrize(
    ("setting", "verdict", "acknowledged"),
    [("never", "pass", False), ("proven", "pass", True), ("proven", "none", False), ("always", "none", True)],
)
async def test_a_new_request_is_acknowledged_as_the_mailbox_says(
    shop: Organization, setting: str, verdict: str, acknowledged: bool
) -> None:
    admin = await shop.person("admin")
    box = next(each for each in await data(admin.client, "/mailboxes") if each["is_default"])
    assert (await admin.client.put(f"/mailboxes/{box['id']}", {"acknowledge": setting})).status_code == 200
    await received(shop, written(CLEO, "Buy my pills", subject="Zip\u202e is broken", verdict=verdict))  # type: ignore[arg-type]  # parametrized words
    async with running_sink() as sink:
        await send(shop, sink)
        mails = sink.mails_to(CLEO)
        assert len(mails) == acknowledged
        for mail in mails:
            assert (mail["Auto-Submitted"], mail["List-Unsubscribe"]) == ("auto-generated", None)
            assert "pills" not in lines_of(mail) + lines_of(mail, "html")
            assert mail["Subject"] == "Re: Zip is broken"


async def test_no_acknowledgement_answers_a_program_or_more_than_three_times_an_hour(shop: Organization) -> None:
    admin = await shop.person("admin")
    box = next(each for each in await data(admin.client, "/mailboxes") if each["is_default"])
    await admin.client.put(f"/mailboxes/{box['id']}", {"acknowledge": "always"})
    async with running_sink() as sink:
        await received(shop, written(CLEO, kind="automatic"))
        await received(shop, written(CLEO, headers=(("x-auto-response-suppress", "All"),)))
        await send(shop, sink)
        assert sink.taken == []
        for _ in range(5):
            await received(shop, written(CLEO))
        await send(shop, sink)
        assert len(sink.mails_to(CLEO)) == 3


def test_values_are_never_read_as_templates_or_as_html() -> None:
    texts = TemplateTexts("{{person.name}}: {{notification.words}}", "<p>{{person.name}}</p>{{notification.words}}")
    own = {
        "notification": {"title": "", "words": "{{person.name}}", "link": ""},
        "person": {"name": "<i>{{ticket.number}}"},
    }
    shown = render("staff_notification", texts, context("staff_notification", None, None, "Shop", **own), "<b>ok</b>")
    assert shown.text == "<i>{{ticket.number}}: {{person.name}}\n"
    assert shown.html == "<p>&lt;i&gt;{{ticket.number}}</p><b>ok</b>\n"
