"""A customer who follows a ticket sees its public part: by request, row security, journal and socket."""

from uuid import UUID

from deskbell.features.eventlog import service as eventlog
from deskbell.features.eventlog.policy import may_know
from deskbell.features.tickets import service as tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization, Person


async def _sees_by_row_security(shop: Organization, person: Person, ticket_id: UUID) -> bool:
    async with shop.desk.database.unit(Actor(shop.id, person.id, Role.CUSTOMER)) as uow:
        return bool(await uow.db.fetch_value("select exists (select from tickets where id = $1)", ticket_id))


async def _may_know(shop: Organization, person: Person, ticket_id: UUID) -> list[str]:
    """The types of events of a ticket that a customer may know of."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all("select id from events where ticket_id = $1 order by id", ticket_id)
        found = await eventlog.look_up(uow, [row["id"] for row in rows])
    reader = Actor(shop.id, person.id, Role.CUSTOMER)
    return [each.recorded.event.type for each in found if may_know(reader, each)]


async def test_followers_see_the_public_part_and_other_customers_nothing(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    follower, stranger = await shop.person("customer2"), await shop.person("customer3")
    ticket = await file_ticket(shop)
    ticket_id = UUID(ticket["id"])
    async with shop.desk.database.unit(Actor(shop.id, agent.id, Role.AGENT)) as uow:
        followers = await tickets.add_follower(uow, ticket_id, follower.id)
    assert [each.person.id for each in followers] == [follower.id]

    async with await live.listening(follower.token) as theirs, await live.listening(stranger.token) as others:
        for body, public in (("A secret note", False), ("A public answer", True)):
            sent = await agent.client.post(f"/tickets/{ticket_id}/comments", {"body": body, "public": public})
            assert sent.status_code == 201, sent.text
        received = await theirs.until("comment.added", body="A public answer")
        assert "A secret note" not in str(received)
        assert not [each for each in await others.caught_up() if each["event"] != "ping"]

    assert (await follower.client.get(f"/tickets/{ticket_id}")).status_code == 200
    comments = (await follower.client.get(f"/tickets/{ticket_id}/comments")).json()["data"]
    assert [each["body"] for each in comments] == ["A public answer"]
    assert await _sees_by_row_security(shop, follower, ticket_id)
    assert (await _may_know(shop, follower, ticket_id)).count("comment.added") == 1

    assert (await stranger.client.get(f"/tickets/{ticket_id}")).status_code == 404
    assert not await _sees_by_row_security(shop, stranger, ticket_id)
    assert await _may_know(shop, stranger, ticket_id) == []

    listed = (await follower.client.get("/tickets")).json()["data"]["tickets"]
    assert listed == []  # no list of a customer grows by what they follow
    async with shop.desk.database.unit(Actor(shop.id, follower.id, Role.CUSTOMER)) as uow:
        await tickets.remove_follower(uow, ticket_id, follower.id)
    assert (await follower.client.get(f"/tickets/{ticket_id}")).status_code == 404
    assert not await _sees_by_row_security(shop, follower, ticket_id)
