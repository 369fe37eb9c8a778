"""Lists by words that thousands of tickets hold take another way to their page; what they show is the same."""

import pytest

from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.queries import listing
from deskbell.features.tickets.queries.references import add_tags
from deskbell.features.tickets.service import list_tickets
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import PageRequest
from tests.support.desk import Desk, Organization

COUNT = listing.COMMON + 300
NEWEST = TicketSort("created_at", True)


async def fill(desk: Desk, shop: Organization) -> Actor:
    """Tickets numbered from the oldest; all but every tenth hold "parcel", every third is closed, ten hold "zebra"."""
    customer, agent = await shop.person("customer"), await shop.person("agent")
    async with desk.database.unit(shop.system()) as uow:
        tag_id = new_id()
        await add_tags(uow.db, shop.id, [tag_id], ["late"], uow.now)
        await uow.db.execute(
            "insert into tickets (organization_id, id, number, subject, description, status, requester_id, tag_ids, "
            "created_at, updated_at) "
            "select $1, gen_random_uuid(), n, 'Ticket', case when n % 10 = 0 then 'jacket' else 'parcel' end "
            "|| case when n <= 10 then ' zebra' else '' end, case when n % 3 = 0 then 'closed' else 'open' end, $2, "
            "case when n % 100 = 1 then array[$4::uuid] else '{}' end, now() + n * interval '1 second', now() "
            "from generate_series(1, $3::int) n",
            shop.id, customer.id, COUNT, tag_id,
        )  # fmt: skip
    return Actor(shop.id, agent.id, agent.role)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("parcel", lambda n: n % 10),
        ("parcels status:closed", lambda n: n % 10 and n % 3 == 0),
        ("parcel tag:late", lambda n: n % 100 == 1),
        ("parcel -tag:late", lambda n: n % 10 and n % 100 != 1),
        ("zebra", lambda n: n <= 10),
        ("parcel zebra", lambda n: n < 10),
        ("-parcel", lambda n: n % 10 == 0),
        ("ticket -zebra", lambda n: n > 10),
        ("7", lambda n: n == 7),
    ],
)
async def test_every_page_and_total_is_as_if_one_had_looked_at_every_ticket(
    desk: Desk, shop: Organization, search: str, wanted: object
) -> None:
    assert callable(wanted)
    actor = await fill(desk, shop)
    expected = [n for n in range(COUNT, 0, -1) if wanted(n)]
    async with desk.database.unit(actor) as uow:
        filters = TicketFilter(search=await understand(uow, search, "search"))
        first = await list_tickets(uow, filters, NEWEST, PageRequest(25))
        assert [each.number for each in first.items] == expected[:25]
        assert first.total == len(expected)
        if first.next_cursor is not None:
            second = await list_tickets(uow, filters, NEWEST, PageRequest(25, 0, first.next_cursor))
            assert [each.number for each in second.items] == expected[25:50]
            fourth = await list_tickets(uow, filters, NEWEST, PageRequest(10, 30))
            assert [each.number for each in fourth.items] == expected[30:40]
