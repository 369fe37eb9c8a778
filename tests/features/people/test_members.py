"""Changing roles and removing members: who may do it, and that lost permissions end immediately."""

import asyncio
from uuid import uuid4

import pytest

from deskbell.features.access import service
from deskbell.features.access.errors import LastOwner, OwnersOnly
from deskbell.features.access.records import MemberChanges
from deskbell.features.people.service import members
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Forbidden, NotFound
from deskbell.kernel.permissions import Role
from tests.support.desk import Desk, Organization, Person


def acting(shop: Organization, person: Person) -> Actor:
    return Actor(shop.id, person.id, person.role)


async def change(desk: Desk, shop: Organization, by: str, target: str, changes: MemberChanges) -> None:
    actor, member = acting(shop, await shop.person(by)), await shop.person(target)
    async with desk.database.unit(actor) as uow:
        await members.update_member(uow, member.id, changes)


async def remove(desk: Desk, shop: Organization, by: str, target: str) -> None:
    actor, member = acting(shop, await shop.person(by)), await shop.person(target)
    async with desk.database.unit(actor) as uow:
        await service.remove_member(uow, member.id)


async def event_types(desk: Desk, shop: Organization, target: str) -> list[str]:
    person = await shop.person(target)
    async with desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select type from events where payload->>'user_id' = $1 order by id", str(person.id)
        )
    return [row[0] for row in rows]


async def test_a_lower_role_signs_out_and_a_higher_one_does_not(desk: Desk, shop: Organization) -> None:
    lead = await shop.person("team_lead")
    await change(desk, shop, "admin", "team_lead", MemberChanges(role=Role.ADMIN))
    assert (await lead.client.get("/auth/me")).json()["data"]["role"] == "admin"
    await change(desk, shop, "admin", "team_lead", MemberChanges(role=Role.AGENT))
    assert (await lead.client.get("/auth/me")).status_code == 401
    assert (await event_types(desk, shop, "team_lead"))[-2:] == ["member.updated", "session.ended"]


async def test_a_repeated_change_changes_and_records_nothing(desk: Desk, shop: Organization) -> None:
    changes = MemberChanges(name="Ada", phone=None)
    await change(desk, shop, "admin", "agent", changes)
    before = await event_types(desk, shop, "agent")
    await change(desk, shop, "admin", "agent", changes)
    assert await event_types(desk, shop, "agent") == before
    assert (await (await shop.client("agent")).get("/auth/me")).json()["data"]["name"] == "Ada"


@pytest.mark.parametrize(
    ("by", "target", "changes", "refusal"),
    [
        ("agent", "agent2", MemberChanges(name="X"), Forbidden),
        ("agent", "agent", MemberChanges(role=Role.ADMIN), Forbidden),
        ("customer", "customer2", MemberChanges(name="X"), Forbidden),
        ("team_lead", "agent", MemberChanges(role=Role.TEAM_LEAD), Forbidden),
        ("admin", "admin", MemberChanges(role=Role.OWNER), OwnersOnly),
        ("admin", "owner", MemberChanges(role=Role.AGENT), OwnersOnly),
        ("admin", "owner", MemberChanges(name="X"), OwnersOnly),
        ("owner", "owner", MemberChanges(role=Role.ADMIN), LastOwner),
    ],
)
async def test_refused_changes_of_members(
    desk: Desk, shop: Organization, by: str, target: str, changes: MemberChanges, refusal: type[DeskbellError]
) -> None:
    with pytest.raises(refusal):
        await change(desk, shop, by, target, changes)


@pytest.mark.parametrize(
    ("by", "target", "changes"),
    [
        ("agent", "agent", MemberChanges(name="Me")),
        ("agent", "customer", MemberChanges(company="Acme")),
        ("admin", "agent", MemberChanges(role=Role.CUSTOMER)),
        ("owner", "admin", MemberChanges(role=Role.OWNER)),
    ],
)
async def test_allowed_changes_of_members(
    desk: Desk, shop: Organization, by: str, target: str, changes: MemberChanges
) -> None:
    await change(desk, shop, by, target, changes)
    assert "member.updated" in await event_types(desk, shop, target)


async def test_a_removed_member_loses_sessions_and_api_keys_immediately(desk: Desk, shop: Organization) -> None:
    admin = await shop.person("admin2")
    key = (await admin.client.post("/api-keys", {"name": "Sync", "scopes": ["*"]})).json()["data"]
    await remove(desk, shop, "admin", "admin2")
    assert (await admin.client.get("/auth/me")).status_code == 401
    assert (await desk.client(x_api_key=key["key"]).get("/tickets")).status_code == 401
    assert (await desk.client().post("/auth/refresh", {"refresh_token": admin.refresh_token})).status_code == 401
    assert (await event_types(desk, shop, "admin2"))[-3:] == ["session.ended", "api_key.revoked", "member.removed"]
    with pytest.raises(NotFound):
        await remove(desk, shop, "admin", "admin2")


async def test_removal_needs_permission_and_the_same_organization(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    with pytest.raises(Forbidden):
        await remove(desk, shop, "agent", "agent2")
    with pytest.raises(OwnersOnly):
        await remove(desk, shop, "admin", "owner")
    with pytest.raises(LastOwner):
        await remove(desk, shop, "owner", "owner")
    await remove(desk, shop, "team_lead", "customer")
    stranger = await rival.person("owner")
    async with desk.database.unit(acting(rival, stranger)) as uow:
        with pytest.raises(NotFound):
            await service.remove_member(uow, (await shop.person("agent")).id)
        with pytest.raises(NotFound):
            await members.update_member(uow, uuid4(), MemberChanges(name="X"))


async def test_two_owners_cannot_demote_each_other_concurrently(desk: Desk, shop: Organization) -> None:
    await shop.person("owner")
    await shop.person("owner2")
    demoted = MemberChanges(role=Role.ADMIN)
    outcomes = await asyncio.gather(
        change(desk, shop, "owner", "owner2", demoted),
        change(desk, shop, "owner2", "owner", demoted),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [LastOwner]
