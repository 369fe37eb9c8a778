"""A conversation of ten mails between a customer with mutt and two agents, over SMTP and IMAP: one ticket, one tree."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.api.v1.test_mail import data
from tests.channels.mail.test_receiver import receiving, send
from tests.features.mail.test_sending import replied
from tests.features.mail.test_sending import send as work_and_send
from tests.jobs.test_imap import account, shown, until, working
from tests.support.desk import Organization, Person
from tests.support.dovecot import Dovecot, running_dovecot
from tests.support.mutt import Mutt, trees
from tests.support.programs import program
from tests.support.sink import Sink, running_sink

CLEO, GONE = "cleo@elsewhere.example", "gone@nowhere.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
REPORT = """From: mailer-daemon@relay.example
To: {to}
Subject: Undelivered mail
Message-ID: <report@relay.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

There is no such person.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such person

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
--b--
"""


class Conversation:
    """The people and programs of one conversation, and every mail that went either way."""

    def __init__(self, shop: Organization, port: int, sink: Sink, dovecot: Dovecot, mutt: Mutt) -> None:
        self.shop, self.port, self.sink, self.dovecot, self.mutt = shop, port, sink, dovecot, mutt
        self.desk = f"support@{shop.domain}"
        self.sent: list[bytes] = []
        self.filed = 0

    async def states(self) -> list[tuple[str, str | None]]:
        """State and reason of each received mail, in order."""
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            rows = await uow.db.fetch_all("select state, reason from received_mails order by arrived_at, id")
        return [(row["state"], row["reason"]) for row in rows]

    async def arrived(self) -> None:
        """Waits until one more mail is filed."""
        self.filed += 1

        async def filed() -> bool:
            found = await self.states()
            return len(found) == self.filed and all(state != "received" for state, _ in found)

        await until(filed)

    async def from_mutt(self, subject: str, words: str, answers: EmailMessage | None = None, *files: Path) -> None:
        """Cleo writes with mutt, whose mail goes to the receiver."""
        to = self.desk if answers is None else str(answers["Reply-To"])
        head = f"From: Cleo Customer <{CLEO}>\nTo: {to}\nSubject: {subject}\n{_thread(answers)}"
        await asyncio.to_thread(self.mutt.send, f"{head}\n{words}\n", *files)
        await self.arrived()
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            raw = await uow.db.fetch_value("select raw from received_mails order by arrived_at desc, id desc limit 1")
        self.sent.append(bytes(raw))

    async def by_smtp(self, raw: str, *to: str, keep: bool = True) -> None:
        """A mail of another program."""
        content = raw.replace("\n", "\r\n").encode()
        await asyncio.to_thread(send, self.port, list(to), content)
        await self.arrived()
        if keep:
            self.sent.append(content)

    async def by_imap(self, raw: str) -> None:
        """A mail that the desk fetches from its mailbox."""
        self.dovecot.deliver(raw.encode())
        await self.arrived()
        self.sent.append(raw.encode())

    async def to(self, address: str) -> EmailMessage:
        """The newest mail to an address, once the desk has sent what it has to."""
        await work_and_send(self.shop, self.sink)
        return self.sink.mails_to(address)[-1]


def _thread(answers: EmailMessage | None) -> str:
    """The headers by which a program for mail answers."""
    if answers is None:
        return ""
    own = str(answers["Message-ID"])
    above = " ".join(str(answers["References"] or "").split())
    return f"In-Reply-To: {own}\nReferences: {above} {own}\n"


async def uploaded(agent: Person, name: str, content: bytes, kind: str) -> dict[str, Any]:
    """A file of the agent's, for a reply."""
    answer = await agent.client.request("POST", "/upload", files={"file": (name, content, kind)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def test_ten_mails_with_a_customer_in_mutt_and_two_agents_are_one_ticket_and_one_tree(
    shop: Organization, folder: Path
) -> None:
    program("dovecot", "dovecot-imapd")
    (folder / "mutt").mkdir()
    async with receiving(shop) as port, running_sink() as sink:
        mutt = Mutt(folder / "mutt", CLEO, port)
        (folder / "imap").mkdir(mode=0o755)
        with running_dovecot(folder / "imap") as dovecot:
            box = await account(shop, dovecot)
            async with working(shop) as worker:
                assert await worker.begin(shop) is not None

                async def looked() -> bool:
                    return (await shown(shop, box))["last_looked_at"] is not None

                await until(looked)
                await _talk(Conversation(shop, port, sink, dovecot, mutt), folder)


async def _talk(talk: Conversation, folder: Path) -> None:
    shop = talk.shop
    agent, other = await shop.person("agent"), await shop.person("agent2")
    (folder / "bill.pdf").write_bytes(b"%PDF-1.4 a bill")

    await talk.from_mutt("Zip is broken", "My zip broke.", None, folder / "bill.pdf")  # 1
    (ticket,) = (await data(agent.client, "/tickets"))["tickets"]
    assert (await agent.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(other.id)})).is_success
    picture = await uploaded(agent, "part.png", PNG, "image/png")
    label = await uploaded(agent, "label.txt", b"Return to us", "text/plain")
    files = [{"filename": "x", "url": each["url"], "mime_type": "text/plain", "size": 1} for each in (picture, label)]
    await replied(
        shop, ticket["id"], f"Is it this one? ![part](/api/v1/uploads/{picture['id']})", attachments=files
    )  # 2
    question = await talk.to(CLEO)
    assert [each.get_filename() for each in question.iter_attachments()] == ["label.txt"]

    await talk.from_mutt(
        "Re: Zip is broken", "Yes, that one.\n\nOn Monday, Agent wrote:\n> Is it this one?", question
    )  # 3
    notice = await talk.to(other.email)
    assert "Yes, that one." in str(notice.get_body(("plain",)))
    head = f"From: {other.email}\nTo: {notice['Reply-To']}\nSubject: Re: {notice['Subject']}\n{_thread(notice)}"
    await talk.by_imap(f"{head}Message-ID: <other@elsewhere.example>\n\nA new one is on its way.\n")  # 4
    promise = await talk.to(CLEO)
    assert "A new one is on its way." in str(promise.get_body(("plain",)))

    head = f"From: {CLEO}\nTo: {promise['Reply-To']}\nSubject: Out of office\n{_thread(promise)}"
    await talk.by_smtp(
        f"{head}Message-ID: <away@elsewhere.example>\nAuto-Submitted: auto-replied\n\nI am away.\n", talk.desk
    )  # 5
    await talk.by_smtp(_with_picture(promise, talk.desk), talk.desk)  # 6
    await talk.by_smtp(_forward(promise, talk.desk), talk.desk)  # 7

    path = f"/tickets/{ticket['id']}/followers"
    assert (await agent.client.post(path, {"email": GONE, "name": "Gone"})).status_code == 201
    await replied(shop, ticket["id"], "Thanks, we know that shop.")  # 8
    sent = await talk.to(GONE)
    bounce_to = next(sender for sender, to, _ in talk.sink.taken if to == GONE)
    await talk.by_smtp(
        REPORT.format(to=bounce_to, address=GONE, message_id=sent["Message-ID"]), bounce_to, keep=False
    )  # 9
    last = await talk.to(CLEO)
    await talk.from_mutt("Re: Zip is broken", "All is well, thank you.", last)  # 10
    await _is_one_ticket(talk, agent, ticket["id"])
    await _is_one_tree(talk)


def _with_picture(answers: EmailMessage, desk: str) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Cleo Customer <{CLEO}>", desk, "Re: Zip is broken"
    mail["Message-ID"] = "<picture@elsewhere.example>"
    mail["In-Reply-To"] = str(answers["Message-ID"])
    mail.set_content("It looks like this.")
    mail.add_alternative('<p>It looks like this.</p><img src="cid:cat@x">', subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<cat@x>", filename="zip.png")  # type: ignore[index, union-attr]  # a list of parts
    return mail.as_string()


def _forward(answers: EmailMessage, desk: str) -> str:
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "third@else.example", CLEO, "Your order"
    inner.set_content("It was sold by us.")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = CLEO, desk, "Fwd: Your order"
    mail["Message-ID"] = "<forward@elsewhere.example>"
    mail["In-Reply-To"] = str(answers["Message-ID"])
    mail.set_content("See what the shop wrote.")
    mail.add_attachment(inner)
    return mail.as_string()


async def _is_one_ticket(talk: Conversation, agent: Person, ticket_id: str) -> None:
    assert await talk.states() == [
        ("created", None), ("appended", None), ("appended", None), ("appended", None), ("appended", None),
        ("appended", None), ("bounce", None), ("appended", None),
    ]  # fmt: skip
    assert (await data(agent.client, "/tickets"))["pagination"]["total"] == 1
    ticket = await data(agent.client, f"/tickets/{ticket_id}")
    assert [each["filename"] for each in ticket["attachments"]] == ["bill.pdf"]
    comments = await data(agent.client, f"/tickets/{ticket_id}/comments?limit=100")
    assert [each["body"].splitlines()[0] for each in comments] == [
        "Is it this one? ![part](/api/v1/uploads/" + comments[0]["body"].partition("/uploads/")[2], "Yes, that one.",
        "A new one is on its way.", "I am away.", "It looks like this.", "See what the shop wrote.",
        "Thanks, we know that shop.", "All is well, thank you.",
    ]  # fmt: skip
    assert all(each["public"] for each in comments)
    files = [[file["filename"] for file in each["attachments"]] for each in comments]
    assert (files[4], files[5]) == (["zip.png"], ["Your order.eml"])
    deliveries = await data(agent.client, f"/comments/{comments[6]['id']}/deliveries")
    assert {each["address"]: each["state"] for each in deliveries} == {CLEO: "sent", GONE: "bounced"}


async def _is_one_tree(talk: Conversation) -> None:
    taken = {str(message_from_bytes(raw, policy=policy.default)["Message-ID"]): raw for _, _, raw in talk.sink.taken}
    every = [*talk.sent, *taken.values()]
    assert len(every) >= 10
    assert trees(every) == 1
    assert await asyncio.to_thread(talk.mutt.threads, every) == [len(every)]


@pytest.mark.parametrize(("linked", "sizes"), [(True, [2]), (False, [1, 1])])
async def test_mutt_shows_whether_mails_are_one_tree(folder: Path, linked: bool, sizes: list[int]) -> None:
    """The measure itself: it must be able to say no."""
    answers = b"In-Reply-To: <a@x.example>\n" if linked else b""
    head = b"From: a@x.example\nDate: Mon, 4 May 2026 10:00:00 +0000\nSubject: Zip\n"
    mails = [head + b"Message-ID: <a@x.example>\n\nHi\n", head + answers + b"Message-ID: <b@x.example>\n\nHi\n"]
    assert await asyncio.to_thread(Mutt(folder, CLEO, 1).threads, mails) == sizes
    assert trees(mails) == len(sizes)
