"""Mails summaries each morning, in the time zone of each organization."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from deskbell.features.organizations.queries import find_language
from deskbell.features.organizations.settings import settings_of
from deskbell.features.summaries import mails, queries
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.mail import MailRefused
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools

MORNING: Final = range(7, 12)
"""The local hours in which summaries are sent: at seven or, after an outage, until noon."""
_MAX_LINES: Final = 10
_RECORDS_LIFETIME: Final = timedelta(days=7)


class _Task(Struct, frozen=True):
    organization_id: UUID
    user_id: UUID


@job(schedule="*/15 * * * *")
async def queue_summaries(tools: Tools, _payload: bytes) -> None:
    """Enqueues a summary for every user who wants one and has had none today."""
    await summaries_due(tools, utc_now())


async def summaries_due(tools: Tools, now: datetime) -> None:
    """Enqueues the summaries due at a time. A database record per user and day prevents duplicates of other workers."""
    async with tools.database.unit(None) as uow:
        organizations = await queries.organizations(uow.db)
    for organization_id, settings in organizations:
        local = now.astimezone(_zone(settings))
        if local.hour in MORNING:
            await _queue(tools, organization_id, local.date(), now)


def _zone(settings: str) -> ZoneInfo:
    try:
        return ZoneInfo(settings_of(msgspec.json.decode(settings)).time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


async def _queue(tools: Tools, organization_id: UUID, day: date, now: datetime) -> None:
    async with tools.database.unit(Actor.system(organization_id)) as uow:
        for reader in await queries.readers(uow.db):
            if await queries.mark_sent(uow.db, organization_id, reader.id, day, now):
                await enqueue(uow, mail_summary, _Task(organization_id, reader.id))
        await queries.delete_before(uow.db, day - _RECORDS_LIFETIME)


@job()
async def mail_summary(tools: Tools, payload: bytes) -> None:
    """Mails one user's summary; sends none when no ticket is open."""
    task = msgspec.json.decode(payload, type=_Task)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        reader = await queries.find_reader(uow.db, task.user_id)
        summary = await queries.summarize(uow.db, task.user_id, _MAX_LINES)
        language = await find_language(uow.db)
    if reader is None or not (summary.open or summary.unassigned):
        return
    try:
        await tools.mailer.send(mails.compose(reader, summary, tools.settings.base_url, language))
    except MailRefused:
        return  # the server refuses this address for good, so a retry is useless
