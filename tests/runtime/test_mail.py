"""Outgoing mail: its form, handing it to a mail server, and keeping and showing it where there is none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from deskbell.runtime import outbox
from deskbell.runtime.database import Database
from deskbell.runtime.mail import Mailer, MailRefused, OutgoingMail, compose, mail_server
from tests.support.desk import Desk, running_desk
from tests.support.mail import mails_to

MAIL = OutgoingMail(
    to="Ada Lovelace <ada@mail.example>",
    subject="Grüße,\r\nBcc: everybody@mail.example",
    text="Hello Ada,\n\nopen http://127.0.0.1:8000/app/verify-email?token=dbl_a-b_c&x=<1>.\n",
    html="<p>Hello Ada</p>",
    headers={"X-Kind": "one\r\nX-Other: two", "To": "somebody@else.example"},
)


class MailServerStub:
    """A minimal SMTP server that accepts mails and replies `answer` to each recipient."""

    def __init__(self) -> None:
        self.answer = "250 fine"
        self.taken: list[bytes] = []
        self.recipients: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            word = line.split(maxsplit=1)[0].upper() if line.split() else b""
            if word == b"RCPT":
                self.recipients.append(line.decode().strip())
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                self.taken.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
            writer.write(
                f"{self.answer if word == b'RCPT' else '221 bye' if word == b'QUIT' else '250 ok'}\r\n".encode()
            )
            await writer.drain()
            if word == b"QUIT":
                break
        writer.close()


@asynccontextmanager
async def mail_server_stub() -> AsyncIterator[tuple[MailServerStub, str]]:
    stub = MailServerStub()
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    async with server:
        yield stub, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_umlaut_domain_is_handed_over_in_ascii(desk: Desk) -> None:
    async with mail_server_stub() as (stub, url):
        mailer = Mailer.open(msgspec.structs.replace(desk.settings, smtp_url=url), desk.database)
        await mailer.send(msgspec.structs.replace(MAIL, to="Ann <ann@m\u00fcnchen.example>"))
        assert stub.recipients == ["RCPT TO:<ann@xn--mnchen-3ya.example>"]
        with pytest.raises(MailRefused, match="not ASCII"):
            await mailer.send(msgspec.structs.replace(MAIL, to="jos\u00e9@x.example"))
        assert len(stub.taken) == 1


def test_a_mail_has_its_headers_and_no_injected_ones() -> None:
    message = message_from_bytes(compose(MAIL, "Deskbell <support@shop.example>", "shop.example").as_bytes(),
                                 policy=policy.default)  # fmt: skip
    assert message["From"] == "Deskbell <support@shop.example>"
    assert message.get_all("To") == ["Ada Lovelace <ada@mail.example>"]
    assert message["Subject"] == "Grüße, Bcc: everybody@mail.example"
    assert message["Bcc"] is None
    assert message["X-Other"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert message["Message-ID"].endswith("@shop.example>")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content_charset() == "utf-8"
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    named = msgspec.structs.replace(MAIL, message_id="<1@x.example>", headers={"Auto-Submitted": "no"})
    again = compose(named, "support@shop.example", "shop.example")
    assert (again["Message-ID"], again.get_all("Auto-Submitted")) == ("<1@x.example>", ["no"])


@pytest.mark.parametrize(
    ("url", "host", "port", "use_tls", "start_tls"),
    [
        ("smtp://mail.example", "mail.example", 25, False, None),
        ("smtp://ada:p%40ss@mail.example", "mail.example", 587, False, True),
        ("smtp://ada:p%40ss@127.0.0.1:2525", "127.0.0.1", 2525, False, None),
        ("smtps://ada:p%40ss@mail.example", "mail.example", 465, True, False),
    ],
)
def test_what_an_smtp_url_says(url: str, host: str, port: int, use_tls: bool, start_tls: bool | None) -> None:
    server = mail_server(url)
    assert (server.host, server.port, server.use_tls, server.start_tls) == (host, port, use_tls, start_tls)
    assert (server.username, server.password) == (("ada", "p@ss") if "@" in url else (None, None))


async def test_mail_goes_to_the_mail_server(desk: Desk) -> None:
    async with mail_server_stub() as (stub, url):
        mailer = Mailer.open(msgspec.structs.replace(desk.settings, smtp_url=url), desk.database)
        message_id = await mailer.send(MAIL)
        (raw,) = stub.taken
        message = message_from_bytes(raw, policy=policy.default)
        assert message["Message-ID"] == message_id
        assert message["Subject"] == "Grüße, Bcc: everybody@mail.example"
        stub.answer = "550 no such person"
        with pytest.raises(MailRefused):
            await mailer.send(MAIL)
        stub.answer = "451 try later"
        with pytest.raises(Exception, match="try later") as later:
            await mailer.send(MAIL)
        assert not isinstance(later.value, MailRefused)
        assert len(stub.taken) == 1


async def test_kept_mail_is_shown_with_its_links_and_nothing_of_it_becomes_markup(desk: Desk) -> None:
    mailer = Mailer.open(desk.settings, desk.database)
    await mailer.send(msgspec.structs.replace(MAIL, subject="<b>Bold</b>"))
    here = {"host": "127.0.0.1:8000"}
    listed = await desk.client().get("//dev/mail", headers=here)
    assert listed.status_code == 200
    assert "&lt;b&gt;Bold&lt;/b&gt;" in listed.text
    path = listed.text.partition('<a href="')[2].partition('"')[0]
    shown = await desk.client().get(f"/{path}", headers=here)
    assert 'href="http://127.0.0.1:8000/app/verify-email?token=dbl_a-b_c&amp;x="' in shown.text
    assert "&lt;1&gt;" in shown.text
    assert "Auto-Submitted" in shown.text
    assert (await desk.client().get(f"//dev/mail/{uuid4()}", headers=here)).status_code == 404


@pytest.mark.parametrize(
    ("headers", "environ"),
    [
        ({"host": "evil.example"}, {}),
        ({"host": "["}, {}),
        ({"host": "127.0.0.1", "x-forwarded-for": "203.0.113.9"}, {}),
        ({"host": "127.0.0.1"}, {"DESKBELL_SMTP_URL": "smtp://mail.example"}),
        ({"host": "127.0.0.1"}, {"DESKBELL_BASE_URL": "https://support.example.com"}),
    ],
)
async def test_kept_mail_is_hidden_from_other_machines(
    database_url: str, tmp_path: Path, headers: dict[str, str], environ: dict[str, str]
) -> None:
    async with running_desk(database_url, tmp_path, **environ) as desk:
        assert (await desk.client().get("//dev/mail", headers=headers)).status_code == 404


async def test_mail_is_kept_although_every_sender_holds_a_connection(desk: Desk) -> None:
    """Or as many jobs as the pool has connections would wait for one another."""
    small = await Database.open(desk.database.dsn, size=2)
    try:
        async with small.unit(None), small.unit(None):
            message_id = await Mailer.open(desk.settings, small).send(
                msgspec.structs.replace(MAIL, to="busy@mail.example")
            )
    finally:
        await small.close()
    [kept] = await mails_to(desk, "busy@mail.example")
    assert kept.headers["Message-ID"] == message_id


async def test_the_outbox_keeps_the_newest(
    fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "KEPT", 20)
    async with running_desk(fresh_database_url, tmp_path) as fresh:
        mailer = Mailer.open(fresh.settings, fresh.database)
        for i in range(outbox.KEPT + 3):
            await mailer.send(OutgoingMail(to="ada@mail.example", subject=f"Mail {i}", text="Hello"))
        async with fresh.database.unit(None) as uow:
            kept = await outbox.newest(uow.db, outbox.KEPT * 2)
    assert [mail.subject for mail in kept] == [f"Mail {i}" for i in range(outbox.KEPT + 2, 2, -1)]
