"""Every organization has a default mailbox from its beginning, whichever way it is created."""

from uuid import UUID

from deskbell.features.access.service.owners import create_owner
from deskbell.kernel.actor import Actor
from tests.support.desk import Desk, Organization


async def addresses_of(desk: Desk, organization_id: UUID) -> list[tuple[str, str, bool]]:
    """Address, kind and whether the mailbox is the default one, of each address of an organization."""
    async with desk.database.unit(Actor.system(organization_id)) as uow:
        rows = await uow.db.fetch_all(
            "select a.address, a.kind, m.is_default from mailbox_addresses a "
            "join mailboxes m on m.organization_id = a.organization_id and m.id = a.mailbox_id order by a.address"
        )
    return [tuple(row) for row in rows]


async def routed(desk: Desk, address: str) -> UUID | None:
    """The organization to which the receivers would take an address."""
    async with desk.database.unit(None) as uow:
        row = await uow.db.fetch_one("select organization_id from deskbell_mail_routes(array[$1])", address)
    return None if row is None else UUID(str(row["organization_id"]))


async def test_an_organization_of_the_command_line_has_one(desk: Desk) -> None:
    await create_owner(
        desk.database, email="ann@brandnew.example", name="Ann", password="correct-horse-battery-1",
        organization="Brand New", domain="brandnew.example",
    )  # fmt: skip
    organization_id = await routed(desk, "support@brandnew.example")
    assert organization_id is not None
    assert await addresses_of(desk, organization_id) == [("support@brandnew.example", "primary", True)]


async def test_its_address_moves_with_the_domain_and_ends_with_the_organization(desk: Desk, shop: Organization) -> None:
    operator = await shop.person("owner", platform_admin=True)
    made = await operator.client.post("/organizations", {"name": "Moving", "domain": "old-home.example"})
    assert made.status_code == 201, made.text
    moving = UUID(made.json()["data"]["id"])
    assert await routed(desk, "support@old-home.example") == moving
    await operator.client.put(f"/organizations/{moving}", {"domain": "new-home.example"})
    assert await addresses_of(desk, moving) == [("support@new-home.example", "primary", True)]
    assert await routed(desk, "support@old-home.example") is None
    gone = await operator.client.delete(f"/organizations/{moving}")
    assert gone.status_code in (200, 204), gone.text
    assert await routed(desk, "support@new-home.example") is None


async def test_an_address_belongs_to_one_organization_of_the_server(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    taken = f"support@{shop.domain}"
    async with desk.database.unit(rival.system()) as uow:
        added = await uow.db.execute(
            "insert into mailbox_addresses (organization_id, address, mailbox_id, kind, created_at) "
            "select $1, $2, id, 'alias', now() from mailboxes",
            rival.id,
            taken,
        )
    assert added == 0
    assert await routed(desk, taken) == shop.id
