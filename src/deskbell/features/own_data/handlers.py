"""Jobs that make downloads, delete people, and write to those concerned. Each is safe to run twice."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.access.queries import memberships
from deskbell.features.access.queries.organizations import organization_name
from deskbell.features.organizations.queries import find_language
from deskbell.features.own_data.collecting import Contents, collect, write
from deskbell.features.own_data.erasing import erase, erase_some
from deskbell.features.own_data.queries import downloads, identity, requests
from deskbell.features.own_data.records import Download
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.names import own_name
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import MailRefused, OutgoingMail
from deskbell.runtime.mail_templates import MailTemplates
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools

LIFETIME: Final = timedelta(days=7)
"""The time in which a download can be fetched."""
_MOST_ADMINS: Final = 20
_BATCHES: Final = 100
"""The number of transactions after which the job of a deletion makes room for others, and goes on in another one."""
_MAILS: Final = MailTemplates("deskbell.features.own_data")
_log: Final = structlog.get_logger("deskbell.own_data")

Notice: TypeAlias = Literal["download_ready", "deletion_declined"]


class _PersonTask(Struct, frozen=True):
    organization_id: UUID
    user_id: UUID


class _NoticeTask(Struct, frozen=True):
    organization_id: UUID
    user_id: UUID
    notice: Notice


@step("commands that authorise their actor")
async def make_later(uow: UnitOfWork, user_id: UUID) -> None:
    """Queues the job that makes a person's download."""
    await enqueue(uow, make_download, _PersonTask(uow.actor.organization_id, user_id))


@step("commands that authorise their actor")
async def erase_later(uow: UnitOfWork, user_id: UUID) -> None:
    """Queues the job that deletes a person."""
    await enqueue(uow, erase_person, _PersonTask(uow.actor.organization_id, user_id))


@step("commands that authorise their actor")
async def notify_later(uow: UnitOfWork, user_id: UUID, notice: Notice) -> None:
    """Queues a mail to a person."""
    await enqueue(uow, mail_person, _NoticeTask(uow.actor.organization_id, user_id, notice))


@step("commands that authorise their actor")
async def notify_admins_later(uow: UnitOfWork, user_id: UUID) -> None:
    """Queues the mails that notify the admins of a person's request."""
    await enqueue(uow, mail_admins, _PersonTask(uow.actor.organization_id, user_id))


@job()
async def make_download(tools: Tools, payload: bytes) -> None:
    """Makes a person's download, unless another one has taken its place."""
    task = msgspec.json.decode(payload, type=_PersonTask)
    person = Actor(task.organization_id, task.user_id, Role.CUSTOMER)
    async with tools.database.unit(person) as uow:
        download = await downloads.find(uow.db, task.user_id)
        if download is None or download.storage_key is not None:
            return
        contents = await collect(uow)
    key, size = await _stored(tools, task.organization_id, download, contents)
    async with tools.database.unit(person) as uow:
        await uow.begin()
        current = await downloads.find(uow.db, task.user_id, lock=True)
        is_wanted = current is not None and current.id == download.id and current.storage_key is None
        if is_wanted:
            done = replace(download, storage_key=key, size=size, ready_at=uow.now, expires_at=uow.now + LIFETIME)
            await downloads.finish(uow.db, done)
            await notify_later(uow, task.user_id, "download_ready")
    if not is_wanted and (current is None or current.id != download.id):
        await tools.storage.delete(key)


async def _stored(tools: Tools, organization_id: UUID, download: Download, contents: Contents) -> tuple[str, int]:
    """Stores a download; returns its key, and its size in bytes."""
    key = f"{organization_id}/{download.id}"
    with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
        path = Path(folder) / "data.zip"
        await write(tools.storage, contents, path)
        await tools.storage.put(key, path)
        return key, path.stat().st_size


@job()
async def erase_person(tools: Tools, payload: bytes) -> None:
    """Mails the person a last time, and then deletes them. The mail comes first: afterwards the address is unknown.

    A job that was broken off goes on where it was: tickets that are done are the anonymous person's.
    """
    task = msgspec.json.decode(payload, type=_PersonTask)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        request = await requests.find(uow.db, task.user_id)
        if request is None or request.state != "confirmed":
            return
        was_mailed = await requests.was_person_mailed(uow.db, task.user_id)
        mails = [] if was_mailed else await _mails_to(uow, tools, task.user_id, "deletion_confirmed")
    await _send(tools, mails)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:  # a failure below mails no second time
        await requests.mark_person_mailed(uow.db, task.user_id, utc_now())
    for _ in range(_BATCHES):
        async with tools.database.unit(Actor.system(task.organization_id)) as uow:
            if not await erase_some(uow, task.user_id):
                break
    else:
        async with tools.database.unit(Actor.system(task.organization_id)) as uow:
            await erase_later(uow, task.user_id)
        return
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        await erase(uow, task.user_id)


@job()
async def mail_person(tools: Tools, payload: bytes) -> None:
    """Mails a person that their download is ready, or that their request was declined."""
    task = msgspec.json.decode(payload, type=_NoticeTask)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        mails = await _mails_to(uow, tools, task.user_id, task.notice)
    await _send(tools, mails)


@job()
async def mail_admins(tools: Tools, payload: bytes) -> None:
    """Mails owners and admins that a person has asked for the deletion of their data."""
    task = msgspec.json.decode(payload, type=_PersonTask)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        member = await memberships.find_member(uow.db, task.user_id)
        addresses = await requests.admin_addresses(uow.db, _MOST_ADMINS)
        language = await find_language(uow.db)
    if member is None:
        return
    values = {"name": "", "person": member.name, "url": f"{tools.settings.base_url}/desk/admin/deletion-requests"}
    await _send(tools, [_MAILS.compose("deletion_requested", language, each, values) for each in addresses])


@job(schedule="23 * * * *")
async def delete_expired_downloads(tools: Tools, _payload: bytes) -> None:
    """Deletes downloads that have expired."""
    async with tools.database.unit(None) as uow:
        await downloads.delete_expired(uow.db, utc_now())


async def _mails_to(uow: UnitOfWork, tools: Tools, user_id: UUID, template: str) -> list[OutgoingMail]:
    member = await identity.find_person(uow.db, user_id)
    if member is None:
        return []
    values: dict[str, Any] = {
        "name": own_name(member.name, member.email),
        "organization": await organization_name(uow.db, uow.actor.organization_id),
        "url": f"{tools.settings.base_url}/portal/{uow.actor.organization_id}/profile#data",
        "days": LIFETIME.days,
    }
    return [_MAILS.compose(template, await find_language(uow.db), member.email, values)]


async def _send(tools: Tools, mails: list[OutgoingMail]) -> None:
    for mail in mails:
        try:
            await tools.mailer.send(mail)
        except MailRefused as refused:  # permanent: another attempt would not change it
            _log.warning("mail refused", reason=str(refused))
