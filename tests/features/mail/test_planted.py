"""Planted words of notes, another organization and sealed secrets are in no outgoing mail, log, raw mail or answer."""

from collections.abc import Sequence

import pytest

from tests.api.v1.test_mail import data
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_own_servers import own_server, shown, signing_in
from tests.features.mail.test_own_servers import send as send_by_own_server
from tests.features.mail.test_sending import CLEO, FRIEND, replied
from tests.support.desk import Organization

NOTE, FOREIGN, SECRET = "quetzal-of-a-note", "ocelot-of-a-rival", "axolotl-of-a-password"
PLANTED = (NOTE, FOREIGN, SECRET)


def found_in(texts: Sequence[str | bytes]) -> list[str]:
    """The planted words that these texts hold."""
    every = [each if isinstance(each, bytes) else each.encode() for each in texts]
    return [word for word in PLANTED if any(word.encode() in each for each in every)]


async def test_planted_words_are_in_no_mail_log_raw_mail_or_answer(
    shop: Organization, rival: Organization, capfd: pytest.CaptureFixture[str]
) -> None:
    agent, admin = (await shop.person("agent")).client, await shop.client("admin")
    theirs = await received(rival, written(CLEO, FOREIGN, to=(f"support@{rival.domain}",)))
    await replied(rival, theirs.ticket_id, FOREIGN)
    first = await received(shop, written(CLEO, "My zip broke.", to=(f"support@{shop.domain}", FRIEND)))
    path = f"/tickets/{first.ticket_id}"
    async with signing_in() as sink:
        sink.accounts["ann"] = SECRET
        box = await own_server(shop, sink, password=SECRET)
        await replied(shop, first.ticket_id, f"Ask them about {NOTE}", public=False)
        for quote in ("none", "one", "all"):
            await replied(shop, first.ticket_id, f"Hello, {quote}", mail={"quote": quote, "cc": [FRIEND]})
        await send_by_own_server(shop)
        customers = [raw for _, to, raw in sink.taken if to in (CLEO, FRIEND)]
        assert len(customers) == 6
        assert found_in([raw for _, _, raw in sink.taken if not raw or b"List-Unsubscribe" not in raw]) == []
        answers = [str(await shown(shop, box)), (await admin.post(f"/mailboxes/{box}/smtp/test")).text]
        answers += [
            (await admin.get(each)).text
            for each in ("/mailboxes", f"/mailboxes/{box}/smtp", "/mails", "/mail/status", "/audit")
        ]
    mails = await data(agent, "/mails")
    raws = [(await agent.get(f"/mails/{each['id']}/raw")).content for each in mails]
    assert len(raws) == 1
    assert (await agent.get(f"/mails/{theirs.id}/raw")).status_code == 404
    answers += [(await agent.get(each)).text for each in (f"{path}/recipients", f"{path}/mail")]
    async with shop.desk.database.unit(shop.system()) as uow:
        sealed = [bytes(row["sealed"]) for row in await uow.db.fetch_all("select sealed from sealed_secrets")]
    assert sealed
    assert found_in([*answers, *raws, *sealed, *capfd.readouterr()]) == []
