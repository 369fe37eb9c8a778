"""An organization's events, for tests that each change records exactly one."""

import json
from typing import Any
from uuid import UUID

from tests.support.desk import Organization


async def events_about(
    shop: Organization, subject_id: UUID | str, prefix: str = ""
) -> list[tuple[str, dict[str, Any]]]:
    """(type, payload) of the events about a subject whose type begins with `prefix`, oldest first."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select type, payload from events where organization_id = $1 and subject_id = $2 and starts_with(type, $3) "
            "order by id",
            shop.id,
            UUID(str(subject_id)),
            prefix,
        )
    return [(row[0], json.loads(row[1])) for row in rows]
