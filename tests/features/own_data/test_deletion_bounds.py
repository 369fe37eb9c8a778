"""Deletions that meet others: changed roles, waiting mails, neighbours, parallel requests, and what is written meanwhile."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deskbell.features.own_data import handlers
from deskbell.features.own_data.erasing import erase
from deskbell.features.own_data.queries import moving
from deskbell.features.own_data.service import deletion
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime import outbox
from deskbell.runtime.connection import Connection
from deskbell.runtime.outbox import KeptMail
from tests.support.accounts import log_in
from tests.support.desk import Client, Desk, Organization
from tests.support.journal import events_about
from tests.support.mail import mails_to
from tests.support.work import work
from tests.web.test_portal import Browser


async def asked(admin: Client, person_id: object) -> None:
    answer = await admin.post("/deletion-requests", {"contact_id": str(person_id)})
    assert answer.status_code == 200, answer.text


async def confirmed(admin: Client, person_id: object) -> int:
    return (await admin.post(f"/deletion-requests/{person_id}/confirm")).status_code


async def erased(shop: Organization, person_id: object) -> None:
    admin = await shop.client("admin")
    await asked(admin, person_id)
    assert await confirmed(admin, person_id) == 200
    await work(shop.desk, shop, send=False)


async def names(shop: Organization) -> dict[str, str]:
    """The members by name, with their roles; ended ones included."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return {row["name"]: row["role"] for row in await uow.db.fetch_all("select name, role from memberships")}


async def filed(client: Client, **fields: Any) -> str:
    answer = await client.post("/tickets", {"subject": "A tent", "description": "It leaks.", **fields})
    assert answer.status_code == 201, answer.text
    found = answer.json()["data"]
    return str(found.get("ticket", found)["id"])


async def test_a_former_admin_who_exported_is_deleted(shop: Organization) -> None:
    former = await shop.person("admin2")
    owner = await shop.client("owner")
    assert (await former.client.post("/exports", {"format": "csv"})).status_code == 201
    await work(shop.desk, shop)
    assert (await owner.delete(f"/agents/{former.id}")).status_code == 200
    assert (await owner.post("/contacts", {"email": former.email, "name": "Former"})).status_code == 201
    await erased(shop, former.id)
    assert "Former" not in await names(shop)


async def test_who_has_joined_the_staff_since_is_not_deleted(shop: Organization) -> None:
    admin, owner, person = await shop.client("admin"), await shop.client("owner"), await shop.person("customer")
    await asked(admin, person.id)
    assert (await admin.delete(f"/contacts/{person.id}")).status_code == 200
    joined = {"email": person.email, "name": "Colleague", "role": "admin"}
    assert (await owner.post("/agents", joined)).status_code == 201
    assert await confirmed(admin, person.id) == 422
    await work(shop.desk, shop, send=False)
    assert (await names(shop))["Colleague"] == "admin"


async def test_who_joins_the_staff_after_the_confirmation_is_not_deleted(shop: Organization) -> None:
    admin, owner, person = await shop.client("admin"), await shop.client("owner"), await shop.person("customer")
    await asked(admin, person.id)
    assert await confirmed(admin, person.id) == 200
    joined = {"email": person.email, "name": "Colleague", "role": "agent"}
    assert (await owner.post("/agents", joined)).status_code == 201
    await work(shop.desk, shop, send=False)
    assert (await names(shop))["Colleague"] == "agent"


async def test_no_sign_in_succeeds_after_the_confirmation(shop: Organization) -> None:
    admin, person = await shop.client("admin"), await shop.person("customer")
    await asked(admin, person.id)
    assert (await log_in(shop.desk, person.email)).status_code == 200
    assert await confirmed(admin, person.id) == 200
    assert (await log_in(shop.desk, person.email)).status_code in {401, 403}
    refreshed = await shop.desk.client().post("/auth/refresh", {"refresh_token": person.refresh_token})
    assert refreshed.status_code == 401


async def test_a_removed_contact_is_deleted_too(shop: Organization) -> None:
    admin, person = await shop.client("admin"), await shop.person("customer")
    await filed(person.client)
    assert (await admin.delete(f"/contacts/{person.id}")).status_code == 200
    await erased(shop, person.id)
    assert person.name not in await names(shop)
    assert any("deleted" in each.subject for each in await mails_to(shop.desk, person.email))


async def test_the_last_mail_goes_out_once(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await shop.person("customer")

    async def failing(*_given: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(handlers, "erase", failing)
    with pytest.raises(RuntimeError):
        await erased(shop, person.id)
    monkeypatch.setattr(handlers, "erase", erase)
    async with shop.desk.database.unit(shop.system()) as uow:
        await handlers.erase_later(uow, person.id)
    await work(shop.desk, shop, send=False)
    assert person.name not in await names(shop)
    assert len([each for each in await mails_to(shop.desk, person.email) if "deleted" in each.subject]) == 1


async def test_replies_to_others_still_go_out_without_the_person(shop: Organization) -> None:
    agent, person, other = await shop.client("agent"), await shop.person("customer"), await shop.person("customer2")
    ticket = await filed(person.client)
    assert (await agent.post(f"/tickets/{ticket}/followers", {"user_id": str(other.id)})).status_code in {200, 201}
    await work(shop.desk, shop)
    reply = {"body": f"We wait, dear {person.email}."}
    assert (await agent.post(f"/tickets/{ticket}/comments", reply)).status_code == 201
    await work(shop.desk, shop, send=False)
    await erased(shop, person.id)
    await work(shop.desk, shop)
    [mail] = [each for each in await mails_to(shop.desk, other.email) if "We wait" in each.text]
    assert person.email not in mail.text + str(mail.headers)
    assert not [each for each in await mails_to(shop.desk, person.email) if "We wait" in each.text]


async def test_a_neighbour_with_a_longer_address_keeps_their_mail(shop: Organization) -> None:
    admin = await shop.client("admin")
    contact = await admin.post("/contacts", {"name": "Ann B", "email": f"ann@{shop.domain}"})
    owner = await asyncpg.connect(shop.desk.settings.database_url)
    for address in (f"joann@{shop.domain}", f"ann@{shop.domain}", f"ann@{shop.domain}.au"):
        mail = KeptMail(new_id(), utc_now() - timedelta(hours=1), address, "Reset", {}, "x", None)
        await outbox.keep(Connection(owner), mail)
    await erased(shop, contact.json()["data"]["id"])
    left = await owner.fetch(
        "select recipient from outbox where recipient like $1 and subject = 'Reset'", f"%ann@{shop.domain}%"
    )
    await owner.close()
    assert {row["recipient"] for row in left} == {f"joann@{shop.domain}", f"ann@{shop.domain}.au"}


async def test_downloads_asked_for_together_are_one(desk: Desk, shop: Organization) -> None:
    browser = await Browser(desk, shop).sign_in(await shop.person("customer"))
    answers = await asyncio.gather(*[browser.post("/profile", {"form": "download"}) for _ in range(6)])
    assert {each.status_code for each in answers} == {303}


async def test_admins_get_one_mail_a_day_about_a_person(desk: Desk, shop: Organization) -> None:
    admin = await shop.person("admin")
    browser = await Browser(desk, shop).sign_in(await shop.person("customer"))
    for _ in range(3):
        await browser.post("/profile", {"form": "deletion", "sure": "yes"})
        await browser.post("/profile", {"form": "withdrawal"})
    await work(desk, shop)
    assert len([each for each in await mails_to(desk, admin.email) if "deletion" in each.subject]) == 1


async def test_what_is_written_meanwhile_waits_and_finds_no_person(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, person = await shop.client("admin"), await shop.person("customer")
    await filed(person.client)
    late: list[asyncio.Task[Any]] = []
    move = moving.replace

    async def slow(db: Any, organization_id: UUID, *given: Any, **named: Any) -> None:
        body = {"subject": f"late {person.email}", "description": "d", "requester_id": str(person.id)}
        late.append(asyncio.create_task(admin.post("/tickets", body)))
        await waiting(shop)
        await move(db, organization_id, *given, **named)

    monkeypatch.setattr(moving, "replace", slow)
    await erased(shop, person.id)
    [answer] = await asyncio.gather(*late)
    assert answer.status_code >= 400
    async with shop.desk.database.unit(shop.system()) as uow:
        subjects = [row["subject"] for row in await uow.db.fetch_all("select subject from tickets")]
    assert not any(person.email in each for each in subjects)


async def waiting(shop: Organization) -> None:
    """Returns once a connection waits for a lock, or the ticket was refused before it had to."""
    watcher = await asyncpg.connect(shop.desk.settings.database_url)
    try:
        for _ in range(200):
            if await watcher.fetchval("select exists (select from pg_locks where not granted)"):
                return
            await asyncio.sleep(0.01)  # the database does not report that a connection waits
    finally:
        await watcher.close()


async def test_repeats_of_a_decision_change_nothing_and_unknown_people_are_not_found(shop: Organization) -> None:
    admin, person = await shop.client("admin"), await shop.person("customer")
    for path, body in (("", {"contact_id": str(uuid4())}), (f"/{person.id}/decline", {})):
        assert (await admin.post(f"/deletion-requests{path}", body)).status_code == 404
    await asked(admin, person.id)
    await asked(admin, person.id)
    for _ in range(2):
        assert (await admin.post(f"/deletion-requests/{person.id}/decline")).status_code == 200
    await asked(admin, person.id)
    assert [await confirmed(admin, person.id) for _ in range(2)] == [200, 200]
    kinds = [kind.rpartition(".")[2] for kind, _ in await events_about(shop, str(person.id)) if "deletion" in kind]
    assert [each.removeprefix("deletion_") for each in kinds] == ["requested", "declined", "requested", "confirmed"]


async def test_only_an_open_request_is_taken_back(shop: Organization) -> None:
    admin, person = await shop.client("admin"), await shop.person("customer")
    actor = Actor(shop.id, person.id, Role.CUSTOMER)
    async with shop.desk.database.unit(actor) as uow:
        await deletion.withdraw(uow)  # there is none
    await asked(admin, person.id)
    assert await confirmed(admin, person.id) == 200
    async with shop.desk.database.unit(actor) as uow:
        with pytest.raises(deletion.AlreadyDecided):
            await deletion.withdraw(uow)
    found = (await admin.get("/deletion-requests?state=confirmed")).json()["data"]
    assert [each["user_id"] for each in found] == [str(person.id)]
