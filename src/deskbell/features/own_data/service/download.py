"""Downloads of a customer's own data."""

from datetime import timedelta
from typing import Final

from deskbell.features.own_data import handlers
from deskbell.features.own_data.events import DownloadRequested
from deskbell.features.own_data.queries import downloads
from deskbell.features.own_data.records import Download
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_MAKING: Final = timedelta(days=1)
"""The time after which a download that was not made counts as lost."""
_PAUSE: Final = timedelta(minutes=10)
"""The shortest time between two downloads of a person: each costs a worker time."""


async def mine(uow: UnitOfWork) -> Download | None:
    """The actor's download, unless it has expired."""
    uow.actor.require(Permission.PROFILE)
    found = await downloads.find(uow.db, uow.actor.id)
    return None if found is None or found.expires_at <= uow.now else found


async def ask(uow: UnitOfWork) -> Download:
    """Asks for a file of all of the actor's data, in the place of an earlier one. A repeat within minutes changes nothing."""
    uow.actor.require(Permission.PROFILE, Permission.TICKET_READ, Permission.COMMENT_READ, Permission.FILE_READ)
    await uow.begin()
    actor = uow.actor
    found = await downloads.find(uow.db, actor.id, lock=True)
    if found is not None and found.expires_at > uow.now and found.requested_at > uow.now - _PAUSE:
        return found
    await downloads.remove(uow.db, actor.organization_id, actor.id, uow.now)
    download = Download(id=new_id(), user_id=actor.id, requested_at=uow.now, expires_at=uow.now + _MAKING)
    if not await downloads.add(uow.db, actor.organization_id, download):
        return await downloads.find(uow.db, actor.id) or download
    uow.record(DownloadRequested(user_id=actor.id))
    await handlers.make_later(uow, actor.id)
    return download


async def ready(uow: UnitOfWork) -> Download:
    """The actor's download with its content. Raises `NotFound` if there is none, it has expired or is still being made."""
    uow.actor.require(Permission.PROFILE, Permission.TICKET_READ, Permission.COMMENT_READ, Permission.FILE_READ)
    found = await mine(uow)
    if found is None or found.storage_key is None:
        raise NotFound("file")
    return found
