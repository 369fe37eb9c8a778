"""v1: followers, the mail log, the quarantine, deliveries, mailboxes and suppressed addresses."""

from typing import Any
from uuid import UUID

import pytest

from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.features.mail.records import Filed
from deskbell.runtime.storage import Storage
from tests.features.mail.test_sending import replied, send, states
from tests.support.desk import Client, Organization
from tests.support.sink import running_sink
from tests.support.work import work

CLEO = "cleo@elsewhere.example"


def raw_mail(subject: str, sender: str = CLEO, text: str = "It broke.") -> bytes:
    """The bytes of a mail."""
    return (
        f"From: Cleo <{sender}>\r\nTo: undisclosed-recipients:;\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '.')}@elsewhere.example>\r\n\r\n{text}\r\n"
    ).encode()


async def taken(shop: Organization, raw: bytes) -> Filed:
    """Takes a mail in."""
    intake = Intake(shop.desk.database, Storage.open(shop.desk.settings), shop.desk.settings)
    try:
        mails = [Incoming(organization_id=shop.id, source="command", raw=raw)]
        (filed,) = [each async for each in intake.take(mails)]
        return filed
    finally:
        await intake.close()


async def file_waiting(shop: Organization) -> None:
    """Files what was released."""
    intake = Intake(shop.desk.database, Storage.open(shop.desk.settings), shop.desk.settings)
    await intake.file_waiting()
    await intake.close()


async def data(client: Client, path: str) -> Any:
    """The data of a successful GET."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_staff_add_and_remove_followers_by_id_and_by_address(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    filed = await taken(shop, raw_mail("Zip"))
    path = f"/tickets/{filed.mail.ticket_id}/followers"
    added = await agent.client.post(path, {"user_id": str(customer.id)})
    assert added.status_code == 201, added.text
    added = await agent.client.post(path, {"email": "friend@elsewhere.example", "name": "A Friend"})
    assert [each["email"] for each in added.json()["data"]] == [customer.email, "friend@elsewhere.example"]
    assert (await agent.client.post(path, {})).status_code == 422
    assert (await customer.client.get(f"/tickets/{filed.mail.ticket_id}")).status_code == 200
    assert (await customer.client.get(path)).status_code == 403
    assert (await customer.client.delete(f"{path}/{customer.id}")).status_code == 200
    assert (await customer.client.get(f"/tickets/{filed.mail.ticket_id}")).status_code == 404
    assert [each["how"] for each in await data(agent.client, path)] == ["added"]


async def test_the_mail_that_opened_a_ticket_is_found_with_its_verdict(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    filed = await taken(shop, raw_mail("Zip"))
    found = await data(agent.client, f"/tickets/{filed.mail.ticket_id}/mail")
    assert (found["received"]["id"], found["received"]["verdict"], found["sent"]) == (str(filed.mail.id), "none", None)
    made = await customer.client.post("/tickets", {"subject": "Lamp", "description": "It is dark."})
    path = f"/tickets/{made.json()['data']['id']}/mail"
    assert (await data(agent.client, path))["received"] is None
    assert (await customer.client.get(path)).status_code == 403


async def test_a_ticket_and_its_comments_say_for_the_staff_what_mail_they_came_by_and_what_was_cut(
    shop: Organization,
) -> None:
    agent, admin = await shop.client("agent"), await shop.client("admin")
    customer = await shop.person("customer")
    first = await taken(shop, raw_mail("Zip", sender=customer.email))
    answer = raw_mail("Re: Zip", customer.email, "So soon?\r\n\r\nOn Monday, Agent wrote:\r\n> Sent today.")
    answer = answer.replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <Zip@elsewhere.example>\r\n\r\n", 1)
    second = await taken(shop, answer)
    path = f"/tickets/{first.mail.ticket_id}"
    said = await agent.post(f"{path}/comments", {"body": "Yes.", "public": True})
    assert said.status_code == 201, said.text
    ticket = await data(agent, f"{path}?include=timeline")
    mail = ticket["mail"]
    assert (mail["from"], mail["subject"]) == ({"name": "Cleo", "address": customer.email}, "Zip")
    assert (mail["verdict"], mail["class"], mail["state"]) == ("none", "person", "created")
    assert (await agent.get(mail["raw_url"].removeprefix("/api/v1"))).content.startswith(b"From: Cleo")
    assert "It broke." in (await data(agent, mail["html_url"].removeprefix("/api/v1")))["html"]
    comments = await data(agent, f"{path}/comments")
    in_timeline = [each["comment"] for each in ticket["timeline"]["entries"] if each["comment"]]
    for by_mail, by_app in (comments, reversed(in_timeline)):
        assert (by_mail["mail"]["id"], by_mail["mail"]["state"]) == (str(second.mail.id), "appended")
        assert (by_mail["body"], by_mail["quoted"]) == ("So soon?", "On Monday, Agent wrote:\n> Sent today.")
        assert {"mail", "quoted"}.isdisjoint(by_app)
    key = (await admin.post("/api-keys", {"name": "Reader", "scopes": ["tickets:read", "comments:read"]})).json()
    reader = shop.desk.client(key["data"]["key"])
    for client in (customer.client, reader):
        shown = await data(client, f"{path}?include=timeline")
        by_mail = (await data(client, f"{path}/comments"))[0]
        assert by_mail["body"] == "So soon?"
        assert {"mail", "quoted"}.isdisjoint(by_mail)
        assert "mail" not in shown
        assert "Sent today" not in str(shown)


async def test_every_mail_is_in_the_log_with_its_bytes_and_html(shop: Organization) -> None:
    agent, lead = await shop.person("agent"), await shop.person("team_lead")
    raw = raw_mail("Zip")
    filed = await taken(shop, raw)
    waiting = await taken(shop, raw_mail("Fake", sender=lead.email))
    assert [each["subject"] for each in await data(agent.client, "/mails")] == ["Zip"]
    assert [each["subject"] for each in await data(lead.client, "/mails")] == ["Fake", "Zip"]
    assert [each["id"] for each in await data(lead.client, "/mails?state=created")] == [str(filed.mail.id)]
    shown = await data(agent.client, f"/mails/{filed.mail.id}")
    assert (shown["from_address"], shown["state"], shown["ticket_id"]) == (CLEO, "created", str(filed.mail.ticket_id))
    download = await agent.client.get(f"/mails/{filed.mail.id}/raw")
    assert download.content == raw
    assert download.headers["content-type"] == "message/rfc822"
    assert (await data(agent.client, f"/mails/{filed.mail.id}/html"))["html"] == "<pre>It broke.</pre>"
    answer = raw_mail("Re: Zip", text="So <b>soon</b>\r\n\r\nOn Monday, Agent wrote:\r\n> Sent today.")
    answer = answer.replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <Zip@elsewhere.example>\r\n\r\n", 1)
    cut = await taken(shop, answer)
    whole = (await data(agent.client, f"/mails/{cut.mail.id}/html"))["html"]
    assert whole.startswith("<pre>So &lt;b&gt;soon&lt;/b&gt;")
    assert "Sent today." in whole
    assert (await agent.client.get(f"/mails/{waiting.mail.id}")).status_code == 404
    assert (await (await shop.client("customer")).get("/mails")).status_code == 403


async def test_released_mail_is_filed_as_its_senders_and_rejected_mail_stays_in_the_log(shop: Organization) -> None:
    agent, lead = await shop.person("agent"), await shop.person("team_lead")
    own = await taken(shop, raw_mail("Mine", sender=agent.email))
    other = await taken(shop, raw_mail("Not mine", sender=lead.email))
    assert [each["reason"] for each in await data(lead.client, "/quarantine")] == ["unproven_staff"] * 2
    assert (await agent.client.get("/quarantine")).status_code == 403
    assert (await agent.client.post(f"/quarantine/{other.mail.id}/release")).status_code == 404
    released = await agent.client.post(f"/quarantine/{own.mail.id}/release")
    assert (released.status_code, released.json()["data"]["state"]) == (202, "received")
    await file_waiting(shop)
    shown = await data(agent.client, f"/mails/{own.mail.id}")
    assert shown["state"] == "created"
    assert shown["evidence"].startswith("Released")
    ticket = await data(agent.client, f"/tickets/{shown['ticket_id']}")
    assert ticket["requester"]["id"] == str(agent.id)
    again = await agent.client.post(f"/quarantine/{own.mail.id}/release")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")
    rejected = await lead.client.post(f"/quarantine/{other.mail.id}/reject", {"block_sender": True})
    assert rejected.json()["data"]["state"] == "rejected"
    assert (await taken(shop, raw_mail("Once more", sender=lead.email))).mail.reason == "blocked_sender"


async def test_a_ticket_is_made_of_a_mail_whatever_held_it_back(shop: Organization) -> None:
    lead, agent = await shop.person("team_lead"), await shop.person("agent")
    forged = raw_mail("Fake", sender=agent.email).replace(
        b"\r\n\r\n", b"\r\nIn-Reply-To: <Zip@elsewhere.example>\r\n\r\n", 1
    )
    zip_mail = await taken(shop, raw_mail("Zip"))
    waiting = [
        await taken(shop, forged),
        await taken(shop, b"Subject: Nobody\r\n\r\nWords of no one.\r\n"),
        await taken(shop, raw_mail("Unread")),
    ]
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update received_mails set state = 'quarantined', reason = 'unreadable', ticket_id = null where id = $1",
            waiting[2].mail.id,
        )
    assert {each["reason"] for each in await data(lead.client, "/quarantine")} == {
        "unproven_staff", "no_sender", "unreadable",
    }  # fmt: skip
    assert (await data(lead.client, f"/quarantine/{waiting[0].mail.id}"))["reason"] == "unproven_staff"
    assert (await data(lead.client, f"/quarantine/{zip_mail.mail.id}"))["state"] == "created"
    assert (await agent.client.get(f"/quarantine/{zip_mail.mail.id}")).status_code == 403
    assert (await agent.client.post(f"/quarantine/{waiting[1].mail.id}/ticket")).status_code == 404
    ids = [str(each.mail.id) for each in waiting]
    made = await lead.client.post(f"/quarantine/{ids[0]}/ticket")
    assert (made.status_code, made.json()["data"]["state"]) == (202, "received")
    bulk = await lead.client.post("/quarantine/bulk", {"ids": ids[1:], "action": "ticket"})
    assert [each["ok"] for each in bulk.json()["data"]] == [True, True]
    await file_waiting(shop)
    mails = [await data(lead.client, f"/mails/{each}") for each in ids]
    assert [each["state"] for each in mails] == ["created"] * 3
    tickets = [await data(lead.client, f"/tickets/{each['ticket_id']}?include=links") for each in mails]
    assert [each["requester"]["id"] for each in tickets] == [str(lead.id)] * 2 + [tickets[2]["requester"]["id"]]
    assert mails[0]["verdict"] == "none", "it proves no more than before"
    assert [each["kind"] for each in tickets[0]["links"]] == ["related"]
    assert (tickets[1]["subject"], tickets[1]["description"]) == ("Nobody", "Words of no one.")
    assert tickets[2]["description"] == "This mail cannot be read. It is attached as it came."
    (file,) = tickets[2]["attachments"]
    assert file["filename"] == "mail.eml"
    assert (await lead.client.get(f"//{file['url'].lstrip('/')}")).content == raw_mail("Unread")


async def test_mail_of_a_trusted_sender_is_filed_and_still_proves_nothing(shop: Organization) -> None:
    lead, agent = await shop.person("team_lead"), await shop.person("agent")
    admin = await shop.client("admin")
    box = next(each for each in await data(admin, "/mailboxes") if each["is_default"])
    assert (await admin.put(f"/mailboxes/{box['id']}", {"automatic_mail": "quarantine"})).status_code == 200

    def automatic(subject: str) -> bytes:
        return raw_mail(subject).replace(b"\r\n\r\n", b"\r\nAuto-Submitted: auto-generated\r\n\r\n", 1)

    first = await taken(shop, automatic("Alarm"))
    staff = await taken(shop, raw_mail("Fake", sender=agent.email))
    assert (first.mail.reason, staff.mail.reason) == ("by_rule", "unproven_staff")
    refused = await lead.client.post(f"/quarantine/{staff.mail.id}/trust")
    assert (refused.status_code, refused.json()["error"]["message"][:21]) == (409, "A member of the staff")
    assert (await agent.client.post(f"/quarantine/{first.mail.id}/trust")).status_code == 403
    trusted = await lead.client.post(f"/quarantine/{first.mail.id}/trust")
    assert (trusted.status_code, trusted.json()["data"]["state"]) == (202, "received")
    await file_waiting(shop)
    assert (await data(lead.client, f"/mails/{first.mail.id}"))["state"] == "created"
    assert (await taken(shop, automatic("Alarm again"))).mail.state == "created"
    (sender,) = await data(lead.client, "/mail-senders")
    assert (sender["address"], sender["standing"]) == (CLEO, "trusted")
    blocked = await lead.client.put(f"/mail-senders/{CLEO.upper()}", {"standing": "blocked"})
    assert blocked.json()["data"]["standing"] == "blocked"
    assert (await taken(shop, automatic("Blocked"))).mail.reason == "blocked_sender"
    assert (await lead.client.delete(f"/mail-senders/{CLEO}")).status_code == 200
    assert (await lead.client.delete(f"/mail-senders/{CLEO}")).status_code == 404
    assert (await taken(shop, automatic("As any other"))).mail.reason == "by_rule"
    assert (await lead.client.put(f"/mail-senders/{agent.email}", {"standing": "trusted"})).status_code == 409
    audit = (await (await shop.client("owner")).get("/audit-logs?limit=100")).text
    assert audit.count("mail.sender_judged") >= 3


async def test_several_mails_are_reviewed_in_one_command_each_with_its_result(shop: Organization) -> None:
    lead = await shop.person("team_lead")
    ids = [str((await taken(shop, raw_mail(f"Fake {number}", sender=lead.email))).mail.id) for number in range(3)]
    nothing = str(UUID(int=7))
    answer = await lead.client.post("/quarantine/bulk", {"ids": [*ids, nothing], "action": "reject"})
    assert [(each["ok"], each["code"]) for each in answer.json()["data"]] == [
        *[(True, None)] * 3, (False, "mail.not_found"),
    ]  # fmt: skip
    answer = await lead.client.post("/quarantine/bulk", {"ids": ids, "action": "release"})
    assert {each["code"] for each in answer.json()["data"]} == {"mail.not_quarantined"}


async def test_a_reply_shows_its_mail_and_deliveries_and_a_failed_one_is_offered_again(shop: Organization) -> None:
    filed = await taken(shop, raw_mail("Zip"))
    comment_id = await replied(shop, filed.mail.ticket_id)
    agent = await shop.person("agent")
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "550 5.7.1 Not today"
        await send(shop, sink)
        (failed,) = await data(agent.client, f"/comments/{comment_id}/deliveries")
        assert (failed["state"], failed["answer_code"], failed["address"]) == ("failed", 550, CLEO)
        lead = await shop.client("team_lead")
        (unsent,) = await data(lead, "/deliveries")
        assert (unsent["id"], unsent["state"], unsent["kind"], unsent["subject"]) == (
            failed["id"],
            "failed",
            "reply",
            "Zip",
        )
        assert (unsent["ticket_id"], unsent["ticket_number"]) == (str(filed.mail.ticket_id), 1)
        assert [await data(lead, f"/deliveries?state={each}") for each in ("failed", "delayed")] == [[unsent], []]
        assert await data(lead, f"/deliveries/{failed['id']}") == unsent
        assert (await agent.client.get("/deliveries")).status_code == 403
        retried = await agent.client.post(f"/deliveries/{failed['id']}/retry")
        assert (retried.status_code, retried.json()["data"]["state"]) == (202, "queued")
        sink.answer = lambda _phase, _to: None
        await send(shop, sink)
        assert len(sink.mails_to(CLEO)) == 1
    assert await states(shop) == {CLEO: "sent"}
    assert await data(lead, "/deliveries") == []
    assert (await agent.client.post(f"/deliveries/{failed['id']}/retry")).status_code == 409
    mail = await data(agent.client, f"/comments/{comment_id}/mail")
    assert (mail["received"], mail["sent"]["deliveries"][0]["state"]) == (None, "sent")
    answer = raw_mail("Re").replace(b"\r\n\r\n", b"\r\nIn-Reply-To: <Zip@elsewhere.example>\r\n\r\n", 1)
    appended = await taken(shop, answer)
    mail = await data(agent.client, f"/comments/{appended.mail.comment_id}/mail")
    assert (mail["received"]["id"], mail["sent"]) == (str(appended.mail.id), None)


async def test_deliveries_of_a_note_or_of_another_organization_are_not_found(
    shop: Organization, rival: Organization
) -> None:
    filed = await taken(shop, raw_mail("Zip"))
    comment_id = await replied(shop, filed.mail.ticket_id)
    await work(shop.desk, shop)
    (delivery,) = await data(await shop.client("agent"), f"/comments/{comment_id}/deliveries")
    stranger = await rival.client("owner")
    for method, path in (
        ("GET", f"/comments/{comment_id}/deliveries"), ("GET", f"/comments/{comment_id}/mail"),
        ("POST", f"/deliveries/{delivery['id']}/retry"), ("GET", f"/mails/{filed.mail.id}"),
        ("GET", f"/mails/{filed.mail.id}/raw"), ("POST", f"/quarantine/{filed.mail.id}/release"),
    ):  # fmt: skip
        assert (await stranger.request(method, path)).status_code == 404, path


async def test_admins_keep_mailboxes_whose_addresses_are_unique_on_the_server(
    shop: Organization, rival: Organization
) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    group = (await admin.client.post("/groups", {"name": "Returns", "description": ""})).json()["data"]["id"]
    body = {"name": "Returns", "addresses": ["Returns@Shop.example", "back@shop.example"], "group_id": group}
    made = await admin.client.post("/mailboxes", body)
    assert made.status_code == 201, made.text
    box = made.json()["data"]
    assert box["addresses"] == ["returns@shop.example", "back@shop.example"]
    assert [each["name"] for each in await data(agent.client, "/mailboxes")] == ["Returns", "Support"]
    assert (await agent.client.post("/mailboxes", body)).status_code == 403
    taken_by_us = await (await rival.client("admin")).post("/mailboxes", body)
    assert taken_by_us.status_code in (409, 422)
    foreign = await admin.client.post("/mailboxes", {"name": "F", "addresses": [f"x@{rival.domain}"]})
    assert foreign.status_code == 422
    changed = await admin.client.put(f"/mailboxes/{box['id']}", {"addresses": ["new@shop.example"], "signature": "Bye"})
    assert (changed.json()["data"]["addresses"], changed.json()["data"]["signature"]) == (["new@shop.example"], "Bye")
    wrong = {"internal_networks": ["10.0.0.0/99"], "group_id": str(UUID(int=5)), "addresses": ["@whole.example"]}
    refused = await admin.client.put(f"/mailboxes/{box['id']}", wrong)
    assert (refused.status_code, len(refused.json()["error"]["details"]["fields"])) == (422, 3)
    default = next(each for each in await data(agent.client, "/mailboxes") if each["is_default"])
    assert (await admin.client.delete(f"/mailboxes/{default['id']}")).status_code == 409
    assert (await admin.client.put(f"/mailboxes/{default['id']}", {"enabled": False})).status_code == 409
    assert (await admin.client.delete(f"/mailboxes/{box['id']}")).status_code == 200
    assert (await admin.client.get(f"/mailboxes/{box['id']}")).status_code == 404


async def test_an_address_may_have_a_group_which_stays_with_it(shop: Organization) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    groups = {"Back@shop.example": group}
    body = {"name": "Returns", "addresses": ["returns@shop.example", "back@shop.example"], "address_groups": groups}
    made = await admin.post("/mailboxes", body)
    assert made.status_code == 201, made.text
    path = f"/mailboxes/{made.json()['data']['id']}"
    assert made.json()["data"]["address_groups"] == {"back@shop.example": group}
    more = await admin.put(path, {"addresses": ["new@shop.example", "back@shop.example"]})
    assert more.json()["data"]["address_groups"] == {"back@shop.example": group}
    fewer = await admin.put(path, {"addresses": ["new@shop.example"]})
    assert fewer.json()["data"]["address_groups"] == {}
    for wrong in ({"back@shop.example": group}, {"new@shop.example": str(UUID(int=5))}):
        assert (await admin.put(path, {"address_groups": wrong})).status_code == 422, wrong
    assert (await admin.put(path, {"address_groups": {"new@shop.example": group}})).status_code == 200
    audit = (await (await shop.client("owner")).get("/audit-logs?limit=100")).text
    assert audit.count("address_groups") >= 2


async def test_addresses_are_suppressed_by_hand_and_allowed_again(shop: Organization) -> None:
    lead = await shop.person("team_lead")
    made = await lead.client.post("/suppressed-addresses", {"address": "Cleo@Elsewhere.example"})
    assert (made.status_code, made.json()["data"]["address"]) == (201, CLEO)
    filed = await taken(shop, raw_mail("Zip"))
    await replied(shop, filed.mail.ticket_id)
    await work(shop.desk, shop)
    assert await states(shop) == {CLEO: "suppressed"}, "mail from an address does not undo what a person decided"
    assert [each["reason"] for each in await data(lead.client, "/suppressed-addresses")] == ["manual"]
    assert (await lead.client.delete(f"/suppressed-addresses/{CLEO}")).status_code == 200
    assert (await lead.client.delete(f"/suppressed-addresses/{CLEO}")).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("team_lead", 200)])
async def test_the_state_of_mail_is_for_reviewers(shop: Organization, role: str, status: int) -> None:
    await taken(shop, raw_mail("Fake", sender=(await shop.person("agent2")).email))
    answer = await (await shop.client(role)).get("/mail/status")
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["data"]["quarantined"] == 1
