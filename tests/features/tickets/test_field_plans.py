"""Searches by values of own fields are answered from the index of values, as the application's role and for customers too."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

import asyncpg
import pytest

from deskbell.features.fields.configuration import current
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import matching, resolve_tags
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.service.searching import understand_in
from deskbell.kernel.actor import Actor
from deskbell.runtime.sql import all_of, sql
from tests.support.desk import Desk, Organization

FIELDS: list[dict[str, Any]] = [
    {"key": "order_no", "type": "text", "label": "Order", "customer": "write"},
    {"key": "size", "type": "dropdown", "label": "Size", "customer": "write",
     "options": [{"key": key, "label": key.upper()} for key in ("s", "m", "l")]},
    {"key": "price", "type": "decimal", "label": "Price", "customer": "write", "limits": {"places": 2}},
    {"key": "due", "type": "date", "label": "Due", "customer": "write"},
    {"key": "gift", "type": "checkbox", "label": "Gift", "customer": "write"},
]  # fmt: skip
ASKED = (
    "field.order_no:n-77",
    "field.size:m field.price>=59.9",
    "field.price<0.05",
    "field.due>=2026-12-30",
    "field.gift:yes field.order_no:n-5",
)


@pytest.fixture
async def owner(database_url: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """A connection that row security does not bind, to file many tickets by one statement."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.mark.parametrize("role", ["agent", "customer"])
async def test_no_condition_on_a_field_scans_the_tickets(
    desk: Desk, shop: Organization, owner: "asyncpg.Connection[Any]", role: str
) -> None:
    admin, person, customer = await shop.client("admin"), await shop.person(role), await shop.person("customer")
    for field in FIELDS:
        assert (await admin.post("/fields", field)).status_code == 201
    await owner.execute(
        "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, updated_at, "
        "custom_fields) select $1, gen_random_uuid(), n, 'Ticket', '', $2, now() - n * interval '1 minute', now(), "
        "jsonb_build_array(jsonb_build_object('name', 'order_no', 'value', 'N-' || n), "
        "jsonb_build_object('name', 'size', 'value', (array['s', 'm', 'l'])[1 + n % 3]), "
        "jsonb_build_object('name', 'price', 'value', n / 100.0), "
        "jsonb_build_object('name', 'due', 'value', to_char(date '2026-01-01' + n % 364, 'YYYY-MM-DD')), "
        "jsonb_build_object('name', 'gift', 'value', n % 500 = 0)) from generate_series(1, 6000) n",
        shop.id, customer.id,
    )  # fmt: skip
    await owner.execute("vacuum analyze tickets, ticket_values")
    actor = Actor(shop.id, person.id, person.role)
    async with desk.database.unit(actor) as uow:
        configuration = await current(uow.db, shop.id)
        for text in ASKED:
            query = understand_in(UTC, uow, text, "q", configuration=configuration)
            filters = TicketFilter(search=query)
            wanted = all_of([visible_to(actor), *matching(actor, filters, await resolve_tags(uow.db, filters))])
            page = sql(
                "explain select t.organization_id, t.id from tickets t where {} "
                "order by t.created_at desc, t.id desc limit 26",
                wanted,
            )
            plan = "\n".join(row[0] for row in await uow.db.fetch_all(page))
            assert "Seq Scan on tickets" not in plan, f"{text}\n{plan}"
            assert "Seq Scan on ticket_values" not in plan, f"{text}\n{plan}"
            assert "ticket_values" in plan, f"{text}\n{plan}"
