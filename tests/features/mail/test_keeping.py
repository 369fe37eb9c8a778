"""The time for which mails are kept, and wait in quarantine. Loops stop, and disabled mailboxes take nothing."""

from datetime import timedelta
from typing import Any

from deskbell.api.v1.webhooks.bodies import SHAPES
from deskbell.features.mail import service as mail
from deskbell.features.mail.handlers import QUARANTINE_LASTS
from deskbell.features.mail.service.looping import MOST_MAILS
from deskbell.features.mail.service.making import ensure_keys
from deskbell.features.webhooks.gathering import READER, gather
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.ids import make_unsubscribe_token
from deskbell.runtime.journal.following import read_batch
from deskbell.runtime.storage import Storage
from tests.api.v1.test_mail import raw_mail, taken
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import replied, send
from tests.support.desk import Organization
from tests.support.sink import running_sink
from tests.support.work import run_job, work

CLEO = "cleo@elsewhere.example"


async def aged(shop: Organization, mail_id: Any, age: timedelta) -> None:
    """Lets a mail have arrived earlier."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update received_mails set arrived_at = now() - $2::interval where id = $1", mail_id, age)


async def notifications(shop: Organization, key: str, kind: str) -> list[Any]:
    """A person's notifications of a kind."""
    found = (await (await shop.client(key)).get("/notifications")).json()["data"]
    return [each for each in found if each["type"] == kind]


async def test_a_disabled_mailbox_receives_nothing(shop: Organization) -> None:
    admin = await shop.person("admin")
    address = f"returns@{shop.domain}"
    made = (await admin.client.post("/mailboxes", {"name": "Returns", "addresses": [address]})).json()["data"]
    async with shop.desk.database.unit(None) as uow:
        assert list(await mail.routes(uow, [address])) == [address]
    assert (await admin.client.put(f"/mailboxes/{made['id']}", {"enabled": False})).status_code == 200
    async with shop.desk.database.unit(None) as uow:
        assert await mail.routes(uow, [address]) == {}
    found = await received(shop, written(CLEO, to=(address,)))
    default = next(
        each for each in (await admin.client.get("/mailboxes")).json()["data"] if each["is_default"]
    )  # fmt: skip
    assert str(found.mailbox_id) == default["id"], "a mail that is here already is not lost"


async def test_the_bytes_of_a_mail_move_to_the_storage_and_are_deleted_after_the_retention(shop: Organization) -> None:
    agent = await shop.person("agent")
    raw = raw_mail("Zip")
    mail_id = (await taken(shop, raw)).mail.id
    await run_job(shop.desk, "mail.move_raw_mails")
    async with shop.desk.database.unit(shop.system()) as uow:
        stored = await mail.content_of(uow, mail_id)
    assert stored.raw is None
    assert await Storage.open(shop.desk.settings).get(stored.raw_key or "") == raw
    assert (await agent.client.get(f"/mails/{mail_id}/raw")).content == raw
    await run_job(shop.desk, "mail.delete_raw_mails")
    assert (await agent.client.get(f"/mails/{mail_id}/raw")).status_code == 200
    in_row = (await taken(shop, raw_mail("Zap"))).mail.id
    for each in (mail_id, in_row):
        await aged(shop, each, timedelta(days=shop.desk.settings.mail_retention_days + 1))
    await run_job(shop.desk, "mail.delete_raw_mails")
    for each in (mail_id, in_row):
        assert (await agent.client.get(f"/mails/{each}/raw")).status_code == 404
        assert (await agent.client.get(f"/mails/{each}")).json()["data"]["state"] == "created"
    async with shop.desk.database.unit(shop.system()) as uow:
        removed = await uow.db.fetch_value("select count(*) from removed_files where storage_key = $1", stored.raw_key)
    assert removed == 1, "the storage deletes it with the next sweep"
    assert (await taken(shop, raw)).mail.state == "duplicate", "the digest stays"


async def test_the_content_of_a_mail_leaves_the_storage_with_its_ticket(shop: Organization) -> None:
    filed = await taken(shop, raw_mail("Zip"))
    await run_job(shop.desk, "mail.move_raw_mails")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("delete from received_mails where id = $1", filed.mail.id)
        removed = await uow.db.fetch_value(
            "select count(*) from removed_files where storage_key = $1", f"{shop.id}/{filed.mail.id}"
        )
    assert removed == 1


async def test_quarantine_reminds_after_a_day_and_ends_after_thirty(shop: Organization) -> None:
    lead = await shop.person("team_lead")
    mail_id = (await taken(shop, raw_mail("Fake", sender=lead.email))).mail.id
    fresh = (await taken(shop, raw_mail("Fresh", sender=lead.email))).mail.id
    await aged(shop, mail_id, timedelta(hours=30))
    await run_job(shop.desk, "mail.remind_of_quarantine")
    await work(shop.desk, shop)
    (reminder,) = await notifications(shop, "team_lead", "mail_waiting")
    assert reminder["title"] == "1 mails have waited in quarantine for a day"
    await run_job(shop.desk, "mail.empty_quarantine")
    assert (await lead.client.get(f"/mails/{mail_id}")).json()["data"]["state"] == "quarantined"
    await aged(shop, mail_id, QUARANTINE_LASTS + timedelta(hours=1))
    await run_job(shop.desk, "mail.empty_quarantine")
    shown = (await lead.client.get(f"/mails/{mail_id}")).json()["data"]
    assert (shown["state"], shown["reason"]) == ("rejected", "expired")
    assert (await lead.client.get(f"/mails/{fresh}")).json()["data"]["state"] == "quarantined"


async def test_ten_mails_of_two_people_in_ten_minutes_pause_notifications_and_name_both(shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.person("admin")
    first = await received(shop, written(CLEO))
    await agent.client.patch(f"/tickets/{first.ticket_id}/assign", {"assignee_id": str(agent.id)})
    number = (await agent.client.get(f"/tickets/{first.ticket_id}")).json()["data"]["number"]
    for turn in range(MOST_MAILS + 1):
        await received(shop, written(CLEO, f"Away, again {turn}", ticket_numbers=(number,)))
        await work(shop.desk, shop)
    assert len(await notifications(shop, "agent", "ticket_updated")) == MOST_MAILS - 1
    (loop,) = await notifications(shop, "admin", "mail_loop")
    assert CLEO in loop["title"]
    assert f"support@{shop.domain}" in loop["title"]
    assert await notifications(shop, "agent", "mail_loop") == []
    assert (await admin.client.get("/audit-logs")).status_code == 200


async def test_notifications_end_by_one_click_and_replies_still_arrive(shop: Organization) -> None:
    agent = await shop.person("agent")
    first = await received(shop, written(CLEO))
    await agent.client.patch(f"/tickets/{first.ticket_id}/assign", {"assignee_id": str(agent.id)})
    number = (await agent.client.get(f"/tickets/{first.ticket_id}")).json()["data"]["number"]
    async with running_sink() as sink:
        await received(shop, written(CLEO, "Hello?", ticket_numbers=(number,)))
        await send(shop, sink)
        (notice,) = sink.mails_to(agent.email)
        assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = str(notice["List-Unsubscribe"]).strip(" <>")
        path = f"/{link.removeprefix(shop.desk.settings.base_url)}"
        visitor = shop.desk.client()
        assert (await visitor.get(path)).status_code == 200, "a program that looks at links changes nothing"
        assert (await agent.client.put("/settings/notifications", {})).json()["data"]["email_notifications"] is True
        wrong = path[:-1] + ("a" if path[-1] != "a" else "b")
        for each in (wrong, path[:-8], "//app/unsubscribe"):
            assert (await visitor.request("POST", each)).status_code == 400, each
        for _ in range(2):
            clicked = await visitor.request("POST", path, data={"List-Unsubscribe": "One-Click"})
            assert clicked.status_code == 200, clicked.text
        assert (await agent.client.put("/settings/notifications", {})).json()["data"]["email_notifications"] is False
        await received(shop, written(CLEO, "Hello again?", ticket_numbers=(number,)))
        await replied(shop, first.ticket_id, "Here I am.")
        await send(shop, sink)
        assert len(sink.mails_to(agent.email)) == 1
        (reply,) = sink.mails_to(CLEO)
        assert reply["List-Unsubscribe"] is None


async def test_an_unsubscribe_link_of_a_person_who_left_is_answered_alike(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        token = make_unsubscribe_token(await ensure_keys(uow), shop.id, new_id())
    answer = await shop.desk.client().request("POST", f"//app/unsubscribe?token={token}")
    assert answer.status_code == 200


async def test_webhooks_get_the_events_of_mail(shop: Organization) -> None:
    owner = await shop.person("owner")
    hook = {"url": "https://hook.example.com/in", "event_types": ["mail.received", "mailbox.created", "follower.added"]}
    made = await owner.client.post("/webhooks", hook)
    assert made.status_code == 201, made.text
    await received(shop, written(CLEO, to=("friend@elsewhere.example",)))
    await owner.client.post("/mailboxes", {"name": "Returns", "addresses": []})
    while await read_batch(shop.desk.database, READER, gather(SHAPES)):
        pass
    path = f"/webhooks/{made.json()['data']['id']}/deliveries"
    bodies = [each["body"] for each in (await owner.client.get(path)).json()["data"]]
    assert {each["type"] for each in bodies} == {"mail.received", "mailbox.created", "follower.added"}
    by_type = {each["type"]: each["data"] for each in bodies}
    assert by_type["mail.received"]["state"] == "created"
    assert by_type["follower.added"]["ticket"]["subject"] == "Zip is broken"
