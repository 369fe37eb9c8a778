"""Files that are too large for a mail: it has a link to each, which opens this file alone, for thirty days."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.mail.service import making
from deskbell.kernel.clock import utc_now
from deskbell.kernel.file_links import FileLink, make_file_token
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied, send, words_of
from tests.support.desk import Client, Desk, Organization
from tests.support.sink import running_sink

CONTENT = b"More than fits into a mail"


def visitor(desk: Desk) -> Client:
    """A browser that is not signed in."""
    return desk.client(base="", accept="text/html,*/*;q=0.8")


async def sent_link(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, str, str, str]:
    """A reply with a file that its mail has no room for: the reply, the link, and the mail as text and as HTML."""
    monkeypatch.setattr(making, "MAX_FILES", len(CONTENT) - 1)
    first = await received(shop, written(CLEO))
    agent = await shop.person("agent")
    uploaded = await agent.client.request("POST", "/upload", files={"file": ("plan.txt", CONTENT, "text/plain")})
    file: dict[str, Any] = uploaded.json()["data"]
    attached = [{"filename": "x", "url": file["url"], "mime_type": "text/plain", "size": 1}]
    reply = await replied(shop, first.ticket_id, "Here is the plan.", attachments=attached)
    async with running_sink() as sink:
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    assert list(mail.iter_attachments()) == []
    text, html = words_of(mail), words_of(mail, "html")
    [link] = re.findall(r"https?://\S+/mail-file\?token=\S+", text)
    return reply, str(link).removeprefix(shop.desk.settings.base_url), text, html


async def test_a_file_that_is_too_large_for_a_mail_is_a_link_in_it(
    desk: Desk, shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, link, text, html = await sent_link(shop, monkeypatch)
    assert "these links are good for 30 days" in text
    assert f'{link}"' in html
    answer = await visitor(desk).get(link)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_link_to_a_file_opens_nothing_else_and_ends_with_its_reply(
    desk: Desk, shop: Organization, rival: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply, link, _, _ = await sent_link(shop, monkeypatch)
    browser, token = visitor(desk), link.partition("token=")[2]
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for other in (changed, forged, token[:-4], ""):
        assert (await browser.get(link.replace(token, other))).status_code == 404
    assert (await browser.get(link.replace(str(shop.id), str(rival.id)))).status_code == 404
    assert (await browser.get(link.replace("mail-file", "guest"))).status_code == 404
    async with shop.desk.database.unit(shop.system()) as uow:
        keys = await making.ensure_keys(uow)
        file_id = await uow.db.fetch_value("select file_id from attachments where comment_id = $1", reply)
    own = FileLink(organization_id=shop.id, comment_id=reply, file_id=UUID(bytes=file_id.bytes), made_at=utc_now())

    async def status_of(**changes: Any) -> int:
        fields = {name: getattr(own, name) for name in own.__struct_fields__}
        made = make_file_token(keys, FileLink(**{**fields, **changes}))
        return (await browser.get(link.replace(token, made))).status_code

    assert await status_of() == 200
    assert await status_of(made_at=utc_now() - timedelta(days=31)) == 410
    assert await status_of(file_id=UUID(int=1)) == 404, "another file than the reply's"
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update comments set public = false where id = $1", reply)
    assert await status_of() == 404, "notes never reach customers"
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update comments set public = true where id = $1", reply)
        await uow.db.execute("update tickets set deleted_at = now()")
    assert await status_of() == 404


async def test_a_quoted_link_to_a_file_is_not_kept(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    _, link, text, _ = await sent_link(shop, monkeypatch)
    quoted, token = "\n".join(f"> {line}" for line in text.splitlines()), link.partition("token=")[2]
    assert token in quoted
    filed = await received(shop, written(CLEO, f"Thanks.\n\n{quoted}\n", new_text="Thanks.", quoted=quoted))
    async with shop.desk.database.unit(shop.system()) as uow:
        words = await uow.db.fetch_value("select description from tickets where id = $1", filed.ticket_id)
    assert "Thanks." in words
    assert token not in words
