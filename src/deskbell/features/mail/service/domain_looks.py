"""The daily look at the DNS records of the domains that mail goes out from."""

import asyncio
from datetime import timedelta
from typing import Final

from deskbell.features.mail.queries import domains as queries
from deskbell.features.mail.queries import keys
from deskbell.features.mail.queries.domains import DueDomain
from deskbell.features.mail.service.domains import DnsRecord, look_up, note, right_after
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.name_servers import Resolver

LOOKED_AT_AFTER: Final = timedelta(days=1)
NEW_KEY_AFTER: Final = timedelta(minutes=9)
_BATCH_SIZE: Final = 200
_AT_A_TIME: Final = 20
"""Domains whose records are looked up at the same time: one without an answer takes seconds."""


@step("the job that looks at domains")
async def look_at_due(database: Database, resolver: Resolver, server: str | None) -> None:
    """Looks at the domains that are due, of all organizations, a batch at most. `server`: as in `look_up`.

    One write for all domains whose records are as they were; a unit of its own for each of the others.
    """
    now = utc_now()
    async with database.unit(None) as uow:
        due = await queries.to_check(uow.db, now - NEW_KEY_AFTER, now - LOOKED_AT_AFTER, _BATCH_SIZE)
    unchanged = []
    for start in range(0, len(due), _AT_A_TIME):
        part = due[start : start + _AT_A_TIME]
        looks = [look_up(each.domain, _key(each), server, resolver) for each in part]
        for each, records in zip(part, await asyncio.gather(*looks), strict=True):
            if _is_unchanged(each, records):
                unchanged.append(each)
                continue
            async with database.unit(Actor.system(each.organization_id)) as uow:
                await uow.begin()
                await note(uow, each.domain, records)
    if unchanged:
        async with database.unit(None) as uow:
            await uow.begin()
            await queries.mark_unchanged(uow.db, unchanged, now)


def _key(due: DueDomain) -> keys.PublicKey | None:
    if due.selector is None or due.public_key is None:
        return None
    return keys.PublicKey(selector=due.selector, public_key=due.public_key)


def _is_unchanged(due: DueDomain, records: list[DnsRecord]) -> bool:
    before = set(due.right_records)
    key_is_right = next((each.state == "ok" for each in records if each.kind == "dkim"), False)
    return right_after(before, records) == before and key_is_right == due.is_confirmed
