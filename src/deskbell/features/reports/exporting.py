"""Export of reports by signed links: the link contains the order, and following it returns the file."""

import hmac
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import jwt
import msgspec
from msgspec import Struct

from deskbell.features.reports import service
from deskbell.features.reports.export import composing
from deskbell.features.reports.export.document import Document
from deskbell.features.reports.period import Grouping, Period
from deskbell.features.reports.queries import agents as agent_queries
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

ReportType = Literal["tickets", "agents", "satisfaction", "sla"]
ExportFormat = Literal["csv", "pdf", "xlsx"]

_LIFETIME: Final = timedelta(minutes=15)
_MOST_LINES: Final = 400
_PURPOSE: Final = b"deskbell report link"


class ExportOrder(Struct, frozen=True, kw_only=True):
    """The requested report and file format. `by` is the key of a field: the report on tickets then counts by its values."""

    organization_id: UUID
    user_id: UUID
    report: ReportType
    format: ExportFormat
    start_date: str | None
    end_date: str | None
    group_by: Grouping | None
    q: str | None = None
    by: str | None = None


def demand_fit(order: ExportOrder, period: Period) -> None:
    """Raises `Invalid` for a PDF with too many lines; the other formats have no limit."""
    if order.format == "pdf" and order.report != "agents" and len(period.buckets) > _MOST_LINES:
        raise Invalid.field("group_by", "report.pdf_too_long", limit=_MOST_LINES)


def sign(order: ExportOrder, secret: str, now: datetime) -> tuple[str, datetime]:
    """A signed token of the order, and its expiry."""
    expires_at = (now + _LIFETIME).replace(microsecond=0)
    claims = {"order": msgspec.to_builtins(order), "exp": int(expires_at.timestamp())}
    return jwt.encode(claims, _key(secret), algorithm="HS256"), expires_at


def read(token: str, secret: str) -> ExportOrder | None:
    """The order in a token; None for an expired or foreign token."""
    try:
        claims = jwt.decode(token, _key(secret), algorithms=["HS256"], options={"require": ["exp"]})
        return msgspec.convert(claims["order"], ExportOrder)
    except (jwt.InvalidTokenError, KeyError, msgspec.ValidationError):
        return None


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


@anyone("the signed link is the credential, and the rights are those of the person now")
async def enter(uow: UnitOfWork, order: ExportOrder) -> bool:
    """Acts as the user who requested the export, with their current permissions; False if they are no longer a member."""
    await uow.enter(Actor.system(order.organization_id))
    role = await agent_queries.role_of(uow.db, order.user_id)
    if role is None:
        return False
    await uow.enter(Actor(order.organization_id, order.user_id, role))
    return True


async def compose(uow: UnitOfWork, order: ExportOrder) -> tuple[Document, str]:
    """The report as a document, and its file name. Raises `Forbidden` for a user who may not see it (any more)."""
    uow.actor.require(Permission.REPORT_READ)
    period = await service.period_of(uow, order.start_date, order.end_date, order.group_by, q=order.q)
    name = await agent_queries.organization_name(uow.db)
    match order.report:
        case "tickets" if order.by is not None:
            document = composing.field_document(await service.field_report(uow, order.by, period), name)
        case "tickets":
            document = composing.tickets_document(await service.ticket_report(uow, period), name)
        case "agents":
            document = composing.agents_document(await service.agent_report(uow, period), name)
        case "satisfaction":
            document = composing.satisfaction_document(await service.satisfaction_report(uow, period), name)
        case "sla":
            document = composing.sla_document(await service.sla_report(uow, period), name)
    return document, filename(order, period)


async def demand_field(uow: UnitOfWork, order: ExportOrder, period: Period) -> None:
    """Raises `NotFound` or `Invalid` for a field that a report cannot count by."""
    uow.actor.require(Permission.REPORT_READ)
    if order.by is None:
        return
    if order.report != "tickets":
        raise Invalid.field("by", "report.by_tickets")
    await service.field_report(uow, order.by, period)


def filename(order: ExportOrder, period: Period) -> str:
    """A name such as `tickets-2026-01-01-to-2026-03-31.pdf`."""
    span = composing.span_of(period).partition(" (")[0].replace(" ", "-")
    return f"{order.report}-{span}.{order.format}"


def render(document: Document, kind: ExportFormat) -> bytes:
    """Returns the file. Takes up to a second: run it off the event loop."""
    # These libraries are slow to import, and only an export needs them.
    match kind:
        case "csv":
            from deskbell.features.reports.export.plain import write_csv  # noqa: PLC0415 - see above

            return write_csv(document)
        case "xlsx":
            from deskbell.features.reports.export.workbook import write_workbook  # noqa: PLC0415 - see above

            return write_workbook(document)
        case "pdf":
            from deskbell.features.reports.export.typeset import write_pdf  # noqa: PLC0415 - see above

            return write_pdf(document)
