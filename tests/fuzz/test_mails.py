"""Mutations of real mails, and of mails made to use every part of the reader: each has a result, and none an exception.

`make fuzz` reads 100,000; `DESKBELL_MAIL_MUTATIONS` is another number.
"""

import os
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import settings

from deskbell.channels.mail.intake import Incoming
from deskbell.channels.mail.judging import judge
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.authentication import proof_from_headers, read_seals
from deskbell.kernel.mail.commands import read_commands
from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.mail.subjects import base_subject, ticket_numbers
from tests.channels.mail import open_sets
from tests.channels.mail.test_intake import WITH_FILE, intake_of
from tests.channels.mail.test_tnef import HELLO, attribute, properties, winmail
from tests.fuzz.mutating import mutated
from tests.support.desk import Organization

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs what is marked so

PARTS = 10
EXAMPLES = settings().max_examples
MUTATIONS = int(os.environ.get("DESKBELL_MAIL_MUTATIONS", str(EXAMPLES * 50)))
_HEAD = (
    b"From: Ann <ann@shop.example>\nTo: support@desk.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <a@b>\n"
)
_REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNo such person.\n--b\n"
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; gone@x.example\nAction: failed\n"
    b"Status: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <c.x@y>\n--b--\n"
)
_MADE = [
    WITH_FILE,
    _HEAD + _REPORT,
    _HEAD + b"Content-Type: message/rfc822\n\n" + _HEAD + b"Content-Type: message/rfc822\n\n" + _HEAD + b"\nInner words\n",
    _HEAD + b"\nbegin 644 a.txt\n#86)C\n`\nend\n\nwords\n-- \nAnn",
    _HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes; charset=iso-2022-jp\n\n\x1b$B%F\x1b(B words \nflow \n> old\n",
    _HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nwords\n--b\nContent-Type: text/html; charset=utf-8\n\n"
    b"<p>words <img src=cid:x><blockquote type=cite>quoted</blockquote><table style='color:red'><tr><td>x</table>\n--b--\n",
    _HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\n\n"
    + winmail(attribute(0x9003, properties((0x102, 0x1009, HELLO), (0x1E, 0x1000, b"words")), 1)),
    _HEAD + b"Content-Type: text/enriched\nAuto-Submitted: auto-replied\nIn-Reply-To: <a@b>\n\n<bold>words</bold>\n",
    _HEAD.replace(b"Subject", b"ARC-Seal: i=1; d=x.example\nARC-Authentication-Results: i=1; x; dkim=pass header.d=x\nSubject")
    + b"Content-Type: text/plain\n\n#note #solved\nwords\n\n-----Original Message-----\nFrom: a@b\nTo: c@d\nSubject: x\n\nword",
]  # fmt: skip


def _mails() -> list[bytes]:
    found = [path.read_bytes() for path in open_sets.every_mail() if path.stat().st_size < 12_000]
    return [*_MADE, *found[:: max(1, len(found) // 20)]]


def _is_sound(mail: ReadMail) -> None:
    msgspec.msgpack.encode(mail)
    shown: list[Any] = [mail.text, mail.new_text, mail.quoted, mail.subject, mail.html or "", mail.message_id or ""]
    for text in (*shown, *(part.name for part in mail.parts), *(person.name for person in (*mail.to, *mail.cc))):
        text.encode()  # no lone surrogates
        assert "\0" not in text
    assert mail.new_text.strip() or not mail.text.strip(), "cutting never leaves nothing"
    judge(mail, [])
    read_seals(mail)
    proof_from_headers(mail, frozenset({"mx.desk.example"}))
    read_commands(mail.new_text)
    base_subject(mail.subject)
    ticket_numbers(mail.subject)


@pytest.mark.parametrize("part", range(PARTS))
def test_mutations_of_mails_have_results(part: int, tmp_path: Path) -> None:
    chance, mails = Random(f"mails {part}"), _mails()
    for number in range(MUTATIONS // PARTS):
        raw = mutated(chance.choice(mails), chance.choice(mails), chance)
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            _is_sound(read_mail(raw, folder))
        except BaseException:
            (tmp_path / "failed.eml").write_bytes(raw)
            print(f"the mail is in {tmp_path}/failed.eml")
            raise


async def test_mutations_of_mails_are_filed_or_wait_with_a_reason(shop: Organization) -> None:
    chance, mails = Random("filed"), _mails()
    intake = intake_of(shop, rate_limits=())
    count, states = max(30, EXAMPLES // 2), []
    try:
        for number in range(count):
            raw = b"X-Number: %d\n" % number + mutated(chance.choice(mails), chance.choice(mails), chance)
            mails_in = [Incoming(organization_id=shop.id, source="command", raw=raw)]
            states += [filed.mail.state async for filed in intake.take(mails_in)]
    finally:
        await intake.close()
    assert len(states) == count
    assert "received" not in states
    async with shop.desk.database.unit(shop.system()) as uow:
        unreadable = "select count(*) from received_mails where reason = 'unreadable'"
        assert await uow.db.fetch_value(unreadable) == 0
