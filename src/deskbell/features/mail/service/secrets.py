"""Sealed secrets of an organization."""

from typing import Final
from uuid import UUID

import structlog

from deskbell.features.mail.queries import keys
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sealing import CannotOpen, Sealer

_log: Final = structlog.get_logger("deskbell.mail")


@step("the job that seals again")
async def reseal(uow: UnitOfWork, sealer: Sealer, secret_id: UUID) -> bool:
    """Seals a secret with the present key; False, and a warning in the log, for one that no key opens."""
    await uow.begin()
    found = await keys.lock_secret(uow.db, secret_id)
    if found is None:
        return False
    purpose, sealed = found
    try:
        secret = sealer.open(sealed, str(secret_id))
    except CannotOpen:
        _log.warning("a stored secret cannot be opened; set DESKBELL_SECRET_KEY_PREVIOUS", secret_id=str(secret_id))
        return False
    new = sealer.seal(secret, str(secret_id))
    await keys.add_secret(uow.db, uow.actor.organization_id, secret_id, purpose, new, uow.now)
    return True
