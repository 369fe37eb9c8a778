"""The mails that a desk sent, as their readers find them."""

import re
from urllib.parse import parse_qs, urlsplit

from deskbell.runtime import outbox
from deskbell.runtime.outbox import KeptMail
from tests.support.desk import Desk


async def mails_to(desk: Desk, address: str) -> list[KeptMail]:
    """The mails to an address, newest first."""
    async with desk.database.unit(None) as uow:
        rows = await uow.db.fetch_all("select id from outbox where recipient = $1 order by id desc", address)
        found = [await outbox.find(uow.db, row["id"]) for row in rows]
    return [mail for mail in found if mail is not None]


def link_in(mail: KeptMail) -> str:
    """The link of a mail."""
    (link,) = re.findall(r"^https?://\S+$", mail.text, re.MULTILINE)
    return str(link)


async def token_for(desk: Desk, address: str, page: str) -> str:
    """The token of the link in the newest mail to an address, which must lead to this page."""
    parts = urlsplit(link_in((await mails_to(desk, address))[0]))
    assert parts.path.endswith(f"/{page}"), parts.path
    return parse_qs(parts.query)["token"][0]
