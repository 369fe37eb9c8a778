"""A deleted ticket can be restored for a while; then it is gone, with its words and files, and the journal says so."""

from datetime import timedelta
from uuid import UUID

import pytest

from deskbell.kernel.clock import utc_now
from tests.support.desk import Desk, Organization
from tests.support.work import run_job, tools_of

SECRET = "Unmistakable"


async def deleted_ticket(shop: Organization, days_ago: float) -> str:
    """A ticket with a file and unmistakable words everywhere, deleted some days ago."""
    customer, admin = await shop.client("customer"), await shop.client("admin")
    made = await customer.post("/tickets", {"subject": f"{SECRET} subject", "description": f"{SECRET} description"})
    ticket_id = str(made.json()["data"]["id"])
    upload = (await customer.post("/upload", files={"file": ("secret.txt", SECRET.encode(), "text/plain")})).json()[
        "data"
    ]
    attachment = {"filename": "secret.txt", "url": upload["url"], "mime_type": "text/plain", "size": len(SECRET)}
    added = await customer.post(
        f"/tickets/{ticket_id}/comments", {"body": f"{SECRET} words", "attachments": [attachment]}
    )
    assert added.status_code == 201, added.text
    await admin.put(f"/tickets/{ticket_id}", {"subject": f"{SECRET} again", "description": f"{SECRET} too"})
    assert (await admin.delete(f"/tickets/{ticket_id}")).status_code == 200
    async with shop.desk.database.unit(shop.system()) as uow:
        at = utc_now() - timedelta(days=days_ago)
        await uow.db.execute("update tickets set deleted_at = $2 where id = $1", UUID(ticket_id), at)
    return ticket_id


async def test_what_was_deleted_long_ago_is_gone_with_its_words_and_files(desk: Desk, shop: Organization) -> None:
    ticket_id = await deleted_ticket(shop, days_ago=31)
    async with desk.database.unit(shop.system()) as uow:
        key = await uow.db.fetch_value("select storage_key from files")
    storage = tools_of(desk).storage
    assert await storage.get(key) == SECRET.encode()
    await run_job(desk, "tickets.purge_deleted")
    await run_job(desk, "files.sweep")
    async with desk.database.unit(shop.system()) as uow:
        for table in ("tickets", "comments", "attachments", "files", "ticket_search"):
            assert await uow.db.fetch_value(f"select count(*) from {table}") == 0, table
        history = await uow.db.fetch_all(
            "select type, payload from events where ticket_id = $1 order by id", UUID(ticket_id)
        )
    assert (history[0][0], history[-1][0]) == ("ticket.created", "ticket.purged")
    assert not any(SECRET in row[1] for row in history)
    with pytest.raises(FileNotFoundError):
        await storage.get(key)
    assert (await (await shop.client("admin")).post(f"/tickets/{ticket_id}/restore")).status_code == 404


async def test_what_was_deleted_lately_can_be_restored(desk: Desk, shop: Organization) -> None:
    ticket_id = await deleted_ticket(shop, days_ago=29)
    await run_job(desk, "tickets.purge_deleted")
    assert (await (await shop.client("admin")).post(f"/tickets/{ticket_id}/restore")).status_code == 200


async def test_purging_changes_no_count_and_leaves_the_others(desk: Desk, shop: Organization) -> None:
    await deleted_ticket(shop, days_ago=31)
    await (await shop.client("customer")).post("/tickets", {"subject": "Stays", "description": "It stays."})
    for _ in range(2):
        await run_job(desk, "tickets.purge_deleted")
    listed = (await (await shop.client("agent")).get("/tickets?limit=1")).json()["data"]
    assert [ticket["subject"] for ticket in listed["tickets"]] == ["Stays"]
    assert listed["pagination"]["total"] == 1
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from events where type = 'ticket.purged'") == 1


async def test_a_ticket_that_is_being_restored_is_kept(desk: Desk, shop: Organization) -> None:
    ticket_id = await deleted_ticket(shop, days_ago=31)
    async with desk.database.unit(shop.system()) as restoring:
        await restoring.db.execute("update tickets set deleted_at = null where id = $1", UUID(ticket_id))
        await run_job(desk, "tickets.purge_deleted")
    assert (await (await shop.client("admin")).get(f"/tickets/{ticket_id}")).status_code == 200
