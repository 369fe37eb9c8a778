"""A real Postfix between customers and Deskbell: it hands mail over by LMTP, and writes the bounces of ours."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from deskbell.channels.mail.proving import prove
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.features.mail.signing import SigningKey, new_pair, record_for, signed
from deskbell.kernel.mail.authentication import Verdict
from tests.api.v1.test_mail import raw_mail
from tests.channels.mail.test_receiver import receiving, send, subjects
from tests.cli.running import run, short_folder
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied
from tests.jobs.test_imap import until
from tests.support.desk import Organization
from tests.support.name_server import running_name_server
from tests.support.postfix import flush, running_postfix
from tests.support.programs import free_port, program, started
from tests.support.sink import running_sink
from tests.support.work import dispatching, leave_alone_others, tools_of, work

GONE = "gone@nowhere.example"


async def rows(shop: Organization, query: str) -> list[Any]:
    """Rows of the shop."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return list(await uow.db.fetch_all(query))


async def relayed(shop: Organization, port: int) -> None:
    """Sends what is due through a relay."""
    await work(shop.desk, shop, send=False)
    await leave_alone_others(shop)
    tools = tools_of(shop.desk)
    settings = msgspec.structs.replace(tools.settings, smtp_url=f"smtp://127.0.0.1:{port}")
    async with dispatching(msgspec.structs.replace(tools, settings=settings)) as dispatcher:
        await dispatcher.start_due()
        await dispatcher.drain()


async def test_mail_comes_by_lmtp_and_an_unknown_address_is_refused_to_its_sender(
    shop: Organization, folder: Path
) -> None:
    async with receiving(shop) as port:
        with running_postfix(folder, {shop.domain: f"lmtp:inet:[127.0.0.1]:{port}"}) as postfix:
            to = [f"support@{shop.domain}", f"support+word@{shop.domain}"]
            assert await asyncio.to_thread(send, postfix, to, raw_mail("By Postfix")) == {}

            async def arrived() -> bool:
                return await subjects(shop) == ["By Postfix"]

            await until(arrived)
    found = await rows(shop, "select distinct source from received_mails")
    assert [row["source"] for row in found] == ["lmtp"]


async def test_a_bounce_that_postfix_writes_finds_its_reply(shop: Organization, folder: Path) -> None:
    first = await received(shop, written(GONE))
    async with receiving(shop) as port, running_sink() as refusing:
        refusing.answer = lambda phase, _to: "550 5.1.1 No such user" if phase == "RCPT" else None
        transports = {
            shop.domain: f"lmtp:inet:[127.0.0.1]:{port}",
            "nowhere.example": f"smtp:[127.0.0.1]:{refusing.port}",
        }
        with running_postfix(folder, transports) as postfix:
            await replied(shop, first.ticket_id, "A new one is on its way.")
            await relayed(shop, postfix)

            async def bounced() -> bool:
                found = await rows(
                    shop, "select d.state from mail_deliveries d where d.address = 'gone@nowhere.example'"
                )
                return [row["state"] for row in found] == ["bounced"]

            await until(bounced)
    mails = await rows(shop, "select state, ticket_id from received_mails where state = 'bounce'")
    assert [(row["state"], row["ticket_id"]) for row in mails] == [("bounce", first.ticket_id)]
    suppressed = await rows(shop, "select address from suppressed_addresses")
    assert [row["address"] for row in suppressed] == [GONE]


REWRITTEN = "rewritten@relay.example"


@pytest.mark.parametrize("names_references", [True, False])
async def test_an_answer_joins_although_a_relay_has_rewritten_our_message_id(
    shop: Organization, folder: Path, names_references: bool
) -> None:
    first = await received(shop, written(CLEO))
    (folder / "checks").write_text(f"/^Message-ID:/ REPLACE Message-ID: <{REWRITTEN}>\n")
    async with receiving(shop) as port, running_sink() as theirs:
        transports = {"elsewhere.example": f"smtp:[127.0.0.1]:{theirs.port}"}
        checks = f"smtp_header_checks = regexp:{folder}/checks"
        with running_postfix(folder, transports, settings=checks) as postfix:
            await replied(shop, first.ticket_id, "Is it the red one?")
            await relayed(shop, postfix)

            async def arrived() -> bool:
                return bool(theirs.taken)

            await until(arrived)
        (mail,) = theirs.mails_to(CLEO)
        assert mail["Message-ID"] == f"<{REWRITTEN}>"
        answers = f"References: {mail['References']} <{REWRITTEN}>\r\n" if names_references else ""
        to = f"support@{shop.domain}" if names_references else str(mail["Reply-To"])
        raw = (
            f"From: {CLEO}\r\nTo: {to}\r\nSubject: Re: anything\r\nMessage-ID: <answer@elsewhere.example>\r\n"
            f"In-Reply-To: <{REWRITTEN}>\r\n{answers}\r\nYes.\r\n"
        )
        await asyncio.to_thread(send, port, [to], raw.encode())
        assert await subjects(shop) == ["Zip is broken", "Re: anything"]
    answer = await rows(shop, "select state, ticket_id from received_mails where subject = 'Re: anything'")
    assert [(row["state"], row["ticket_id"]) for row in answer] == [("appended", first.ticket_id)]


_HAND_OVER = """#!/bin/sh
# Postfix runs programs as a user that may not read this repository: the test runs the command, with the same input and end.
place=$(mktemp -d {folder}/handed/XXXXXX) && cat >"$place/mail" && chmod -R a+rwX "$place" && touch "$place/ready"
while [ ! -s "$place/end" ]; do sleep 0.1; done
exit "$(cat "$place/end")"
"""


async def test_postfix_pipes_mail_into_the_command_and_keeps_it_when_it_must_try_again(
    shop: Organization, folder: Path, database_url: str
) -> None:
    (folder / "handed").mkdir()
    (folder / "handed").chmod(0o777)
    (folder / "receive").write_text(_HAND_OVER.format(folder=folder))
    (folder / "receive").chmod(0o755)
    service = f"deskbell unix - n n - - pipe flags=Rq user=nobody argv={folder}/receive\n"

    async def hand_over(number: int, dsn: str) -> int:
        """Runs the command with the mail that Postfix hands over next; its end."""

        async def handed() -> bool:
            if list((folder / "handed").glob("*/ready")):
                return True
            await asyncio.to_thread(flush, folder)
            return False

        await until(handed)
        place = next((folder / "handed").glob("*/ready")).parent
        with short_folder() as own:
            done = await asyncio.to_thread(
                run, "mail", "receive", "--mailbox", f"support@{shop.domain}", "-", folder=own,
                words=(place / "mail").read_text(), DATABASE_URL=dsn, STORAGE_URL=shop.desk.settings.storage_url,
            )  # fmt: skip
        (place / "ready").rename(folder / f"done{number}")
        (place / "end").write_text(str(done.returncode))
        return done.returncode

    with running_postfix(folder, {shop.domain: "deskbell:"}, services=service) as postfix:
        await asyncio.to_thread(send, postfix, [f"support@{shop.domain}"], raw_mail("By pipe"))
        nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
        assert await hand_over(1, nowhere) == 75, "the database is away"
        assert await hand_over(2, database_url) == 0, "Postfix has kept the mail and hands it over again"
    found = await rows(shop, "select source, subject, state from received_mails")
    assert [tuple(row) for row in found] == [("command", "By pipe", "created")]


async def test_opendkim_verifies_our_signatures(folder: Path) -> None:
    opendkim = program("opendkim", "opendkim")
    private, public = await asyncio.to_thread(new_pair)
    raw = raw_mail("Signed").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    ours = signed(raw, SigningKey("elsewhere.example", "deskbell1", private))
    (folder / "keys").write_text(f"deskbell1._domainkey.elsewhere.example {record_for(public)}\n")
    (folder / "conf").write_text(f"Mode v\nSyslog no\nTestPublicKeys {folder}/keys\n")
    (folder / "ours.eml").write_bytes(ours.replace(b"\r\n", b"\n"))
    (folder / "forged.eml").write_bytes(ours.replace(b"\r\n", b"\n").replace(b"Subject: Signed", b"Subject: Forged"))

    def verdict(name: str) -> str:
        done = subprocess.run(
            [opendkim, "-x", folder / "conf", "-v", "-t", folder / name], capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    assert "2048-bit key) succeeded" in verdict("ours.eml")
    assert "verification failed" in verdict("forged.eml")


async def test_signatures_of_opendkim_are_proof_to_us(shop: Organization, folder: Path) -> None:
    opendkim = program("opendkim", "opendkim")
    private, public = await asyncio.to_thread(new_pair)
    (folder / "key.pem").write_bytes(_traditional(private))
    (folder / "key.pem").chmod(0o600)
    milter = free_port()
    (folder / "conf.dkim").write_text(
        f"Mode s\nSyslog no\nRequireSafeKeys no\nDomain elsewhere.example\nSelector theirs\nKeyFile {folder}/key.pem\n"
        f"Socket inet:{milter}@127.0.0.1\nCanonicalization relaxed/relaxed\nInternalHosts 127.0.0.1\n"
    )
    with started(folder / "dkim.log", milter, opendkim, "-f", "-x", str(folder / "conf.dkim")):
        async with running_sink() as sink:
            transports = {shop.domain: f"smtp:[127.0.0.1]:{sink.port}"}
            with running_postfix(folder, transports, milter=milter) as postfix:
                raw = raw_mail("Theirs", sender="ann@elsewhere.example")
                await asyncio.to_thread(send, postfix, [f"support@{shop.domain}"], raw)

                async def arrived() -> bool:
                    return len(sink.taken) == 1

                await until(arrived)
    theirs = sink.taken[0][2]
    assert b"DKIM-Signature" in theirs
    async with running_name_server() as names:
        names.set_txt("theirs._domainkey.elsewhere.example", record_for(public))

        async def passes(content: bytes = theirs) -> bool:
            return (await prove(content, read_mail(content, folder), names.resolver)).verdict is Verdict.PASS

        await until(passes)
        assert not await passes(theirs.replace(b"Theirs", b"Forged"))


def _traditional(private: bytes) -> bytes:
    key = load_pem_private_key(private, None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
