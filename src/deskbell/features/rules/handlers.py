"""Reactions and jobs of rules: those that fail often are switched off, deleted ones go for good after a month."""

from datetime import timedelta
from typing import Final

from deskbell.features.rules import queries, service
from deskbell.features.tickets.events import RuleFailed
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import job, on
from deskbell.runtime.sql import sql
from deskbell.runtime.tools import Tools

MAX_FAILURES: Final = 20
"""A version of a rule that failed so often within an hour is switched off."""
RETURNS_FOR: Final = timedelta(days=30)
"""The time for which a deleted rule can be brought back."""


@on(RuleFailed)
async def switch_off_failing(uow: UnitOfWork, recorded: JournalEntry[RuleFailed], _tools: Tools) -> None:
    """Switches off a rule that fails often. The admins are notified."""
    if recorded.rule_id is None or not await queries.lock_list(uow.db):
        return
    rule = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", recorded.rule_id))
    if rule is None or not rule.enabled or rule.version != recorded.event.version:
        return
    if await queries.failures(uow.db, rule.id, rule.version, uow.now - timedelta(hours=1)) >= MAX_FAILURES:
        await service.switch_off(uow, rule, "failing")


@job(schedule="53 3 * * *")
async def purge_deleted_rules(tools: Tools, _payload: bytes) -> None:
    """Removes rules that were deleted more than 30 days ago."""
    async with tools.database.unit(None) as uow:
        await queries.purge_deleted(uow.db, utc_now() - RETURNS_FOR)
