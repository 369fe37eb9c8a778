"""States of tickets in the past against a real history: the incident log of BPI Challenge 2013."""

import itertools
import json
from datetime import datetime
from uuid import UUID

from deskbell.features.tickets.service.past import state_at
from deskbell.features.transfer.format.records import Ticket, encode
from deskbell.kernel.actor import Actor
from tests.support.desk import Organization
from tests.support.eventlog import require_log, tickets
from tests.support.seeds import drawn, sized
from tests.support.transfer import HEADER, loaded

COUNT = sized(40, 7_554)
"""The tickets that are compared: some, or in `make fuzz` all of the log."""


def states_of(ticket: Ticket) -> list[tuple[datetime, dict[str, object]]]:
    """The fields after the changes of each moment, as the log has them."""
    found: list[tuple[datetime, dict[str, object]]] = []
    state: dict[str, object] = {change.field: change.was for change in reversed(ticket.changes)}
    for at, changes in itertools.groupby(ticket.changes, key=lambda each: each.at):
        state |= {each.field: each.now for each in changes}
        found.append((at, dict(state)))
    return found


@drawn
async def test_the_state_after_each_change_of_the_log_is_the_one_that_it_records(shop: Organization) -> None:
    among = itertools.islice(tickets(require_log()), 10 * COUNT)
    wanted = [each for each in among if len(each.changes) > sized(3, 0)][:COUNT]
    lines = [json.loads(encode(each)) for each in wanted]
    await loaded(shop.desk.database, shop.id, [HEADER, *lines])
    admin = await shop.person("admin")
    compared = 0
    async with shop.desk.database.unit(Actor(shop.id, admin.id, admin.role)) as uow:
        ids = {
            row["external_id"]: row["id"]
            for row in await uow.db.fetch_all("select external_id, id from tickets where external_id is not null")
        }
        names: dict[str, str] = {
            str(row["id"]): row["name"]
            for row in await uow.db.fetch_all(
                "select id, name from groups union all select user_id, email from memberships"
            )
        }
        for ticket in wanted:
            ticket_id: UUID = ids[ticket.external_id or ""]
            for at, state in states_of(ticket):
                found = (await state_at(uow, ticket_id, at)).fields
                shown = {
                    "status": found["status"], "priority": found["priority"],
                    "group": names.get(str(found["group_id"])), "assignee": names.get(str(found["assignee_id"])),
                }  # fmt: skip
                assert {name: shown[name] for name in state} == state, (ticket.external_id, at)
                compared += 1
    assert compared > 100
