"""From the bytes of a mail to its ticket, through the child process, and after a process that ended in between."""

from typing import Any

import msgspec
import pytest

from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.features.mail.records import Filed
from deskbell.runtime.storage import Storage
from tests.support.desk import Organization


def mail(subject: str, text: str = "It broke.", **headers: str) -> bytes:
    """The bytes of a plain mail of a customer."""
    lines = {
        "From": "Cleo <cleo@elsewhere.example>", "To": "support@shop.example", "Subject": subject,
        "Message-ID": f"<{subject.replace(' ', '.')}@elsewhere.example>", **headers,
    }  # fmt: skip
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{text}\r\n".encode()


WITH_FILE = (
    b"From: cleo@elsewhere.example\r\nTo: support@shop.example\r\nSubject: With a file\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
    b"--b\r\nContent-Type: text/csv; name=list.csv\r\nContent-Disposition: attachment; filename=list.csv\r\n\r\n1,2\r\n--b--\r\n"
)


def intake_of(shop: Organization, **settings: Any) -> Intake:
    """The way in of the shop's server."""
    desk = shop.desk
    return Intake(desk.database, Storage.open(desk.settings), msgspec.structs.replace(desk.settings, **settings))


async def taken(intake: Intake, shop: Organization, *raw: bytes) -> list[Filed]:
    """Takes mails for the shop."""
    mails = [Incoming(organization_id=shop.id, source="command", raw=each) for each in raw]
    try:
        return [filed async for filed in intake.take(mails)]
    finally:
        await intake.close()


async def test_mails_become_a_conversation_with_files(shop: Organization) -> None:
    answer = mail(
        "Re: Broken", "No, blue.\r\n\r\nOn Monday, Ann wrote:\r\n> Is it red?", In_Reply_To="<Broken@elsewhere.example>"
    )
    filed = await taken(intake_of(shop), shop, mail("Broken"), answer, mail("Broken"), WITH_FILE)
    assert [each.mail.state for each in filed] == ["created", "appended", "duplicate", "created"]
    assert [each.ticket_number for each in filed] == [1, 1, 1, 2]
    admin = await shop.client("owner")
    comments = (await admin.get(f"/tickets/{filed[0].mail.ticket_id}/comments")).json()["data"]
    assert [(each["body"], each["channel"]) for each in comments] == [("No, blue.", "email")]
    assert comments[0]["id"] == str(filed[1].mail.comment_id)
    ticket = (await admin.get(f"/tickets/{filed[3].mail.ticket_id}")).json()["data"]
    assert [each["filename"] for each in ticket["attachments"]] == ["list.csv"]
    content = await admin.get(f"//{ticket['attachments'][0]['url'].lstrip('/')}")
    assert content.content.strip() == b"1,2"


async def test_a_stored_mail_is_filed_once_although_its_receiver_has_ended(shop: Organization) -> None:
    intake = intake_of(shop)
    await intake.accept([Incoming(organization_id=shop.id, source="command", raw=mail("Left behind"))])
    admin = await shop.client("owner")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update received_mails set next_try_at = now()")
    assert await intake.file_waiting() >= 1
    assert await intake.file_waiting() == 0
    await intake.close()
    listed = (await admin.get("/tickets")).json()["data"]["tickets"]
    assert [each["subject"] for each in listed] == ["Left behind"]


@pytest.mark.parametrize("end", ["taken", "unreadable"])
async def test_an_answer_is_not_filed_before_the_mails_that_it_answers(shop: Organization, end: str) -> None:
    intake = intake_of(shop)

    def answer(number: int) -> bytes:
        return mail(f"Mail {number}", In_Reply_To=f"<Mail.{number - 1}@elsewhere.example>")

    mails = [
        Incoming(organization_id=shop.id, source="command", raw=each) for each in (mail("Mail 0"), answer(1), answer(2))
    ]
    accepted = [
        each for one in mails for each in await intake.accept([one])
    ]  # the process that took the first two has died
    if end == "unreadable":
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute(
                "update received_mails set raw = null, raw_key = 'gone' where id = $1", accepted[0].mail_id
            )
    filed = await intake.file(accepted[2], await intake.read(accepted[2]))
    await intake.close()
    async with shop.desk.database.unit(shop.system()) as uow:
        states = [
            row["state"] for row in await uow.db.fetch_all("select state from received_mails order by arrived_at, id")
        ]
    if end == "taken":
        assert states == ["created", "appended", "appended"]
        assert filed.ticket_number == 1
    else:
        assert states == ["received", "created", "appended"], "what cannot be filed now keeps no other waiting"


async def test_a_mail_that_is_given_again_after_its_process_died_is_filed(shop: Organization) -> None:
    intake = intake_of(shop)
    await intake.accept([Incoming(organization_id=shop.id, source="command", raw=mail("Given again"))])
    (filed,) = await taken(intake, shop, mail("Given again"))
    assert (filed.mail.state, filed.ticket_number) == ("duplicate", 1)


async def test_large_mails_are_kept_in_the_storage_and_too_large_ones_are_rejected(shop: Organization) -> None:
    large = mail("Large", "word " * 300_000)
    filed = await taken(intake_of(shop), shop, large)
    assert filed[0].mail.state == "created"
    async with shop.desk.database.unit(shop.system()) as uow:
        key = await uow.db.fetch_value("select raw_key from received_mails where raw is null")
    assert await Storage.open(shop.desk.settings).get(key) == large
    rejected = await taken(intake_of(shop, max_mail_bytes=1_000), shop, mail("Too large", "word " * 1_000))
    assert [(each.mail.state, each.mail.reason, each.ticket_number) for each in rejected] == [
        ("rejected", "too_large", None)
    ]


async def test_automatic_mail_opens_no_ticket_when_it_answers_nothing_known(shop: Organization) -> None:
    away = mail("Away", Auto_Submitted="auto-replied")
    own = mail("Loop", From=f"support@{shop.domain}", Auto_Submitted="auto-generated")
    suppressed = mail("A person", X_Auto_Response_Suppress="All")
    filed = await taken(intake_of(shop), shop, away, own, suppressed, b"")
    assert [(each.mail.state, each.mail.reason) for each in filed] == [
        ("ignored", "auto_reply"), ("ignored", "own_mail"), ("created", None), ("quarantined", "no_sender"),
    ]  # fmt: skip


async def test_staff_cannot_be_imitated(shop: Organization) -> None:
    agent = await shop.person("agent")
    filed = await taken(
        intake_of(shop), shop, mail("Broken"), mail("Fake", From=agent.email, In_Reply_To="<Broken@elsewhere.example>")
    )
    assert [(each.mail.state, each.mail.reason) for each in filed] == [
        ("created", None),
        ("quarantined", "unproven_staff"),
    ]


async def test_staff_act_by_mail_when_a_trusted_server_has_proven_them(shop: Organization) -> None:
    agent = await shop.person("agent")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mailboxes set trusted_servers = '{mx.shop.example}'")
    domain = agent.email.rpartition("@")[2]

    def answer(server: str, text: str) -> bytes:
        proof = f"{server}; dmarc=pass header.from={domain}"
        headers = {"From": agent.email, "In-Reply-To": "<Broken@elsewhere.example>", "Authentication-Results": proof}
        return mail(text, text, **headers)

    filed = await taken(
        intake_of(shop),
        shop,
        mail("Broken"),
        answer("mx.shop.example", "Proven"),
        answer("mx.mallory.example", "Forged"),
    )
    assert [each.mail.state for each in filed] == ["created", "appended", "quarantined"]
    admin = await shop.client("owner")
    ticket = (await admin.get(f"/tickets/{filed[0].mail.ticket_id}")).json()["data"]
    assert ticket["first_response_at"] is not None


async def test_a_missing_content_ends_one_mail_and_keeps_no_other_waiting(shop: Organization) -> None:
    intake = intake_of(shop)
    await intake.accept([Incoming(organization_id=shop.id, source="command", raw=mail("Lost"))])
    await intake.accept([Incoming(organization_id=shop.id, source="command", raw=mail("Kept"))])
    async with shop.desk.database.unit(shop.system()) as uow:
        first = await uow.db.fetch_value("select id from received_mails order by arrived_at, id limit 1")
        await uow.db.execute(
            "update received_mails set raw = null, raw_key = $2 where id = $1", first, f"{shop.id}/gone"
        )
    for _ in range(3):
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update received_mails set next_try_at = now() where next_try_at is not null")
        await intake.file_waiting()
    await intake.close()
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select state, reason from received_mails order by arrived_at, id")
    assert [tuple(row) for row in rows] == [("quarantined", "unreadable"), ("created", None)]


class StrictDomains:
    """Every domain asks for signatures, and none has a key."""

    async def txt(self, name: str) -> list[str]:
        """Records of a name."""
        return ["v=DMARC1; p=reject"] if name.startswith("_dmarc.") else []


@pytest.mark.parametrize(
    ("source", "peer", "verdict"),
    [
        ("smtp", "198.41.0.4", "fail"),
        ("smtp", "127.0.0.1", "none"),
        ("lmtp", "198.41.0.4", "none"),
        ("command", None, "none"),
    ],
)
async def test_only_mail_that_another_server_hands_to_our_receiver_is_judged_by_us(
    shop: Organization, source: Any, peer: str | None, verdict: str
) -> None:
    desk = shop.desk
    intake = Intake(desk.database, Storage.open(desk.settings), desk.settings, StrictDomains())
    incoming = Incoming(organization_id=shop.id, source=source, raw=mail("Who"), peer=peer)
    try:
        (filed,) = [each async for each in intake.take([incoming])]
    finally:
        await intake.close()
    assert filed.mail.state == "created"
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select verdict from received_mails") == verdict


async def test_mail_of_a_network_that_counts_as_proven_lets_staff_act(shop: Organization) -> None:
    agent = await shop.person("agent")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mailboxes set internal_networks = '{10.0.0.0/8}'")
    desk, states = shop.desk, []
    intake = Intake(desk.database, Storage.open(desk.settings), desk.settings, StrictDomains())
    for peer in ("10.1.2.3", "11.1.2.3"):
        raw = mail(f"From {peer}", From=agent.email)
        mails = [Incoming(organization_id=shop.id, source="smtp", raw=raw, peer=peer)]
        states += [each.mail.state async for each in intake.take(mails)]
    await intake.close()
    assert states == ["created", "quarantined"]
