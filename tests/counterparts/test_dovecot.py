"""Mailboxes in a real Dovecot: tokens in place of passwords, and several folders."""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from deskbell.channels.mail.watching import Patience
from tests.api.v1.test_mail import raw_mail
from tests.features.mail.test_sign_in import Provider, client
from tests.jobs.test_imap import account, shown, subjects, until, working
from tests.support.desk import Organization
from tests.support.dovecot import running_dovecot
from tests.support.programs import program
from tests.support.receiver import Call, Receiver


class Tokens(Provider):
    """A provider that also knows the owner of each token, for a mail server."""

    async def answer(self, call: Call, writer: asyncio.StreamWriter) -> None:
        if not call.path.startswith("/info"):
            await super().answer(call, writer)
            return
        (token,) = parse_qs(urlsplit(call.path).query)["access_token"]
        is_right = self.issued > 0 and token == f"planted-{self.issued}"
        status, body = (200, msgspec.json.encode({"email": "ann"})) if is_right else (401, b"{}")
        writer.write(
            f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()


async def test_a_mailbox_is_read_with_a_token(shop: Organization, folder: Path) -> None:
    program("dovecot", "dovecot-imapd")
    tokens = Tokens()
    async with Receiver(tokens.answer) as provider:
        url = f"http://127.0.0.1:{provider.port}"
        with running_dovecot(folder, f"{url}/info") as server:
            box = await client(shop, url, flow="client", authorize_url="")
            await account(shop, server, auth="oauth", password="")
            async with working(shop) as worker:
                assert await worker.begin(shop) is not None

                async def looked() -> bool:
                    return (await shown(shop, box))["last_looked_at"] is not None

                async def arrived() -> bool:
                    return await subjects(shop) == ["By token"]

                await until(looked)
                server.deliver(raw_mail("By token"))
                await until(arrived)
            assert tokens.forms[0]["grant_type"] == "client_credentials"


async def test_several_folders_are_read_and_older_mail_of_some_days(shop: Organization, folder: Path) -> None:
    program("dovecot", "dovecot-imapd")
    with running_dovecot(folder) as server:
        server.deliver(raw_mail("Older"))
        server.deliver(raw_mail("Older spam"), "Spam")
        await account(shop, server, more_folders=["Spam"], first_days=2)
        async with working(shop, Patience(news=1)) as worker:  # IDLE waits in the inbox alone
            assert await worker.begin(shop) is not None

            async def older() -> bool:
                return sorted(await subjects(shop)) == ["Older", "Older spam"]

            await until(older)
            server.deliver(raw_mail("New spam"), "Spam")
            server.deliver(raw_mail("New"))

            async def newer() -> bool:
                return sorted(await subjects(shop)) == ["New", "New spam", "Older", "Older spam"]

            await until(newer)
        async with shop.desk.database.unit(shop.system()) as uow:
            rows = await uow.db.fetch_all("select folder, last_uid from imap_folders order by folder")
        assert [(row["folder"], row["last_uid"]) for row in rows] == [("INBOX", 2), ("Spam", 2)]
