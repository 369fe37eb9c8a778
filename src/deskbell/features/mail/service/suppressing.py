"""Addresses that take no mail."""

from datetime import timedelta
from typing import Final

from deskbell.features.mail.queries import deliveries
from deskbell.kernel.access import step
from deskbell.kernel.mail.records import address_key
from deskbell.runtime.database import UnitOfWork

_NO_SUCH_ADDRESS: Final = "5.1."
_WINDOW: Final = timedelta(days=7)
_MOST_FAILURES: Final = 3
"""Permanent failures of other kinds within `_WINDOW` after which an address is suppressed."""


@step("`file_mail`, and the dispatcher of mail")
async def suppress_if_due(uow: UnitOfWork, address: str, status: str, evidence: str) -> None:
    """Ends mail to an address that does not exist, or that failed for good three times in a week. 4.x suppresses nothing."""
    if not status.startswith("5."):
        return
    key = address_key(address)
    failures = await deliveries.count_failures(uow.db, address, uow.now - _WINDOW)
    if status.startswith(_NO_SUCH_ADDRESS) or failures >= _MOST_FAILURES:
        await deliveries.suppress(uow.db, uow.actor.organization_id, key, "bounce", evidence[:500], uow.now)
