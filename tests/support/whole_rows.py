"""The rows of tickets in words that two desks have in common, so that one can be compared with the other field by field."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tests.support.desk import Organization

_OF_ONE_DESK = ("id", "organization_id", "number", "requester_id", "tag_ids")
_COUNTED = ("version", "updated_at", "status_rank", "priority_rank")
_CLOCK = (
    "clock_used", "clock_running_since", "clock_next_at", "first_response_used", "first_response_took", "next_due_at",
    "first_response_due_at", "resolution_due_at", "moment_next_at",
)  # fmt: skip
"""Durations, which no two desks have in common, and what is computed of them."""
_NAMED = {"assignee_id": "assignee", "group_id": "group", "category_id": "category", "status_id": "custom_status"}
_ROWS = """
select t.id::text as id, to_jsonb(t) as row, g.name as "group", m.email as assignee, c.name as category, s.name as custom_status,
  array(select l.name from ticket_tags x join tags l on l.id = x.tag_id where x.ticket_id = t.id order by l.name) as tags
from tickets t left join groups g on g.id = t.group_id left join memberships m on m.user_id = t.assignee_id
left join categories c on c.id = t.category_id left join statuses s on s.id = t.status_id
where t.organization_id = $1
"""


async def whole_rows(
    shop: Organization, tickets: Sequence[str], steps: Mapping[str, Sequence[datetime]]
) -> list[dict[str, Any]]:
    """All columns of tickets but those of one desk alone.

    `steps` are the times just before each step of the test on a ticket; a moment is shown as the number of its step.
    """
    async with shop.desk.database.unit(shop.system()) as uow:
        found = {each["id"]: each for each in await uow.db.fetch_all(_ROWS, shop.id)}
    return [_shown(found[each], steps[each]) for each in tickets]


def _shown(found: Mapping[str, Any], steps: Sequence[datetime]) -> dict[str, Any]:
    row = msgspec.json.decode(found["row"])
    shown = {
        name: bisect_right(steps, datetime.fromisoformat(value))
        if value and name.endswith(("_at", "_since"))
        else value
        for name, value in row.items()
        if name not in (*_OF_ONE_DESK, *_COUNTED, *_CLOCK, *_NAMED)
    }
    shown["custom_fields"] = sorted(row["custom_fields"], key=lambda each: str(each["name"]))
    shown["assignee"] = found["assignee"] and str(found["assignee"]).partition(".")[0]
    return (
        shown | {name: found[name] for name in ("group", "category", "custom_status")} | {"tags": list(found["tags"])}
    )
