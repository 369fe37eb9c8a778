"""The words that a reply's mail quotes, as its mailbox says: none, those that it answers, or the whole public conversation."""

import pytest

from deskbell.features.mail import composing
from deskbell.features.mail.service import making
from tests.api.v1.test_mail import data
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied, send, words_of
from tests.support.desk import Organization
from tests.support.sink import running_sink


async def mailed(shop: Organization, quote: str) -> tuple[str, str]:
    """The second reply's mail of a conversation with a note in it, as text and as HTML."""
    admin = await shop.client("admin")
    (box,) = await data(admin, "/mailboxes")
    assert (await admin.put(f"/mailboxes/{box['id']}", {"quote": quote})).status_code == 200
    opening = written(CLEO, "It broke.")
    first = await received(shop, opening)
    await replied(shop, first.ticket_id, "Which one?\nThe <red> one?")
    await replied(shop, first.ticket_id, "Smells of wear", public=False)
    await received(
        shop, written(CLEO, "Yes, that one.", new_text="Yes, that one.", answers=(opening.mail.message_id or "",))
    )
    async with running_sink() as sink:
        await send(shop, sink)
        await replied(shop, first.ticket_id, "A new one is on its way.")
        await send(shop, sink)
        mail = sink.mails_to(CLEO)[-1]
    return words_of(mail).replace("\r\n", "\n"), words_of(mail, "html")


async def test_a_mailbox_that_quotes_all_quotes_the_public_conversation_the_newest_words_first(
    shop: Organization,
) -> None:
    text, html = await mailed(shop, "all")
    lines = [line for line in text.splitlines() if line.startswith(">") and "wrote:" not in line]
    assert lines == [
        "> Yes, that one.", ">", "> > Which one?", "> > The <red> one?", "> >", "> > > It broke.",
    ]  # fmt: skip
    assert html.count('<blockquote type="cite">') == 3
    assert "The &lt;red&gt; one?" in html
    assert "Smells of wear" not in text + html


@pytest.mark.parametrize(("quote", "quoted"), [("one", ["> Yes, that one."]), ("none", [])])
async def test_a_mailbox_quotes_one_message_or_none(shop: Organization, quote: str, quoted: list[str]) -> None:
    text, html = await mailed(shop, quote)
    assert [line for line in text.splitlines() if line.startswith(">")] == quoted
    assert html.count("<blockquote") == len(quoted)


async def test_a_long_conversation_is_quoted_from_its_end_and_its_html_as_far_as_programs_show_it(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MAX_QUOTED_SIZE", len("Yes, that one.Which one?\nThe <red> one?"))
    text, html = await mailed(shop, "all")
    assert "> > Which one?" in text
    assert "It broke." not in text
    monkeypatch.setattr(composing, "MAX_HTML", len(html.replace("\r\n", "\n").encode()) - 20)
    text, html = await mailed(shop, "all")
    assert "> > Which one?" in text
    assert "Which one?" not in html
    assert "Yes, that one." in html


def test_text_that_is_quoted_keeps_its_lines() -> None:
    words = [("B wrote:", "one\n\n two"), ("A wrote:", "old")]
    assert composing.quoted_text(words) == "B wrote:\n> one\n>\n>  two\n>\n> A wrote:\n> > old"
