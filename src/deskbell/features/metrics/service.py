"""Reading ticket metrics."""

from datetime import UTC, datetime, timedelta
from typing import Final

from deskbell.features.metrics import queries
from deskbell.features.metrics.records import TicketMetrics
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import DONE, STATUSES
from deskbell.runtime.database import UnitOfWork

DEFAULT_SPAN: Final = timedelta(days=30)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def ticket_metrics(uow: UnitOfWork, start: datetime | None = None, end: datetime | None = None) -> TicketMetrics:
    """Metrics of the tickets created from `start` (default: 30 days before `end`) to before `end` (default: now).

    Raises `Invalid` for a span that ends before it starts, or starts before 1970.
    """
    uow.actor.require(Permission.METRICS_READ)
    end = end or uow.now
    if end < _EARLIEST:
        raise Invalid.field("to", "span.too_early", year=_EARLIEST.year)
    start = start or end - DEFAULT_SPAN
    if start > end:
        raise Invalid.field("from", "span.start_after_end")
    counted = await queries.by_status(uow.db, start, end)
    total = sum(counted.values())
    resolved = sum(n for status, n in counted.items() if status in DONE)
    reopened, reopenings = await queries.reopenings(uow.db, start, end)
    return TicketMetrics(
        start=start,
        end=end,
        total=total,
        by_status={status: counted.get(status, 0) for status in STATUSES},
        first_response=await queries.first_response(uow.db, start, end),
        resolution=await queries.resolution(uow.db, start, end),
        resolved=resolved,
        resolution_rate=_share(resolved, total),
        reopened=reopened,
        reopenings=reopenings,
        reopen_rate=_share(reopened, total),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
