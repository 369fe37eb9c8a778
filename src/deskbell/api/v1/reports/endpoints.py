"""v1: reports."""

import asyncio
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.reports.agent_shapes import AgentPerformanceView, AgentReportView
from deskbell.api.v1.reports.shapes import (
    BreakdownView,
    ExportLink,
    FieldReportView,
    HourReportView,
    SatisfactionReportView,
    SlaReportView,
    TicketReportView,
)
from deskbell.features.files.naming import content_disposition
from deskbell.features.reports import exporting, service
from deskbell.features.reports.exporting import ExportFormat, ExportOrder, ReportType
from deskbell.features.reports.period import Grouping
from deskbell.features.reports.records import Dimension
from deskbell.kernel.errors import Unauthenticated
from deskbell.kernel.permissions import Permission

TAG = ["Reports"]


_BOUND = "A date (inclusive, in the organization's time zone) or a time (ISO 8601)"


StartDate: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=40, description=f"Start. {_BOUND}. Default: the first ticket")
]


EndDate: TypeAlias = Annotated[str | None, QueryParameter(max_length=40, description=f"End. {_BOUND}. Default: today")]


GroupBy: TypeAlias = Annotated[
    Grouping | None, QueryParameter(description="The interval of the trend. Default: depends on the period's length")
]


ByField: TypeAlias = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^field\.[a-z][a-z0-9_]{0,39}$",
        description="Counts by the values of a field with options or a checkbox, as `field.size`: of the report on tickets",
    ),
]


Within: TypeAlias = Annotated[
    str | None,
    QueryParameter(
        max_length=1000,
        description="Counts only the tickets that this text of the search language finds. Takes `tickets:read`",
    ),
]


@get(
    "/reports/tickets",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ,),
    tags=TAG,
    summary="Get ticket reports",
    replica=True,
)
async def ticket_report(
    uow: Uow, start_date: StartDate = None, end_date: EndDate = None, group_by: GroupBy = None, q: Within = None
) -> Success[TicketReportView]:
    """Returns created and resolved tickets of a period, with response and resolution times."""
    period = await service.period_of(uow, start_date, end_date, group_by, q=q)
    return Success(TicketReportView.of(await service.ticket_report(uow, period)))


@get(
    "/reports/fields/{key:str}", permission=(Permission.REPORT_READ, Permission.FIELD_READ),
    more=(Permission.TICKET_READ,), tags=TAG, summary="Get tickets by a field", replica=True,
)  # fmt: skip
async def field_report(
    uow: Uow, key: FromPath[str], start_date: StartDate = None, end_date: EndDate = None, q: Within = None
) -> Success[FieldReportView]:
    """Returns the tickets created and resolved in a period by the values of a field with options, or of a checkbox."""
    period = await service.period_of(uow, start_date, end_date, q=q)
    return Success(FieldReportView.of(await service.field_report(uow, key, period)))


@get(
    "/reports/breakdown",
    permission=(Permission.REPORT_READ, Permission.GROUP_READ, Permission.CATEGORY_READ, Permission.TAG_READ),
    more=(Permission.TICKET_READ,), tags=TAG, summary="Get tickets by group, agent or tag", replica=True,
)  # fmt: skip
async def breakdown_report(
    uow: Uow,
    by: Annotated[Dimension, QueryParameter(description="The property to count by")] = "group",
    start_date: StartDate = None,
    end_date: EndDate = None,
    q: Within = None,
) -> Success[BreakdownView]:
    """Returns the tickets created and resolved in a period by what they belong to: the 200 largest parts."""
    period = await service.period_of(uow, start_date, end_date, q=q)
    return Success(BreakdownView.of(await service.breakdown(uow, by, period)))


@get(
    "/reports/hours",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ,),
    tags=TAG,
    summary="Get tickets by weekday and hour",
    replica=True,
)
async def hour_report(
    uow: Uow, start_date: StartDate = None, end_date: EndDate = None, q: Within = None
) -> Success[HourReportView]:
    """Returns the tickets created in a period by weekday and hour of the organization's clock."""
    period = await service.period_of(uow, start_date, end_date, q=q)
    return Success(HourReportView.of(await service.hour_report(uow, period)))


@get(
    "/reports/agents",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ,),
    tags=TAG,
    summary="Get agent reports",
    replica=True,
)
async def agent_report(
    uow: Uow, start_date: StartDate = None, end_date: EndDate = None, q: Within = None
) -> Success[AgentReportView]:
    """Returns the performance of each agent in a period."""
    period = await service.period_of(uow, start_date, end_date, q=q)
    return Success(AgentReportView.of(await service.agent_report(uow, period)))


@get(
    "/reports/satisfaction",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ,),
    tags=TAG,
    summary="Get satisfaction reports",
    replica=True,
)
async def satisfaction_report(
    uow: Uow, start_date: StartDate = None, end_date: EndDate = None, group_by: GroupBy = None, q: Within = None
) -> Success[SatisfactionReportView]:
    """Returns the customer ratings of a period."""
    period = await service.period_of(uow, start_date, end_date, group_by, q=q)
    return Success(SatisfactionReportView.of(await service.satisfaction_report(uow, period)))


@get(
    "/reports/sla",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ,),
    tags=TAG,
    summary="Get SLA reports",
    replica=True,
)
async def sla_report(
    uow: Uow, start_date: StartDate = None, end_date: EndDate = None, group_by: GroupBy = None, q: Within = None
) -> Success[SlaReportView]:
    """Returns SLA compliance of a period."""
    period = await service.period_of(uow, start_date, end_date, group_by, q=q)
    return Success(SlaReportView.of(await service.sla_report(uow, period)))


@get(
    "/reports/export",
    permission=Permission.REPORT_READ,
    more=(Permission.TICKET_READ, Permission.FIELD_READ),
    tags=TAG,
    summary="Export reports",
)
async def export_report(
    uow: Uow,
    request: DeskbellRequest,
    type_: Annotated[ReportType, QueryParameter(name="type", description="The report to export")] = "tickets",
    format_: Annotated[ExportFormat, QueryParameter(name="format", description="The file format")] = "csv",
    start_date: StartDate = None,
    end_date: EndDate = None,
    group_by: GroupBy = None,
    q: Within = None,
    by: ByField = None,
) -> Success[ExportLink]:
    """Returns a download link for the report: as columns (csv), a workbook with a chart (xlsx) or a page (pdf)."""
    order = ExportOrder(
        organization_id=uow.actor.organization_id, user_id=uow.actor.id, report=type_, format=format_,
        start_date=start_date, end_date=end_date, group_by=group_by, q=q, by=None if by is None else by.removeprefix("field."),
    )  # fmt: skip
    period = await service.period_of(uow, start_date, end_date, group_by, q=q)
    exporting.demand_fit(order, period)
    await exporting.demand_field(uow, order, period)
    token, expires_at = exporting.sign(order, request.app.state.settings.secret_key, uow.now)
    return Success(
        ExportLink(
            url=f"{request.app.state.settings.base_url}/api/v1/reports/export/download?{urlencode({'token': token})}",
            filename=exporting.filename(order, period),
            format=format_,
            expires_at=expires_at,
        )
    )


@get(
    "/reports/export/download", permission=Public.ANONYMOUS, tags=TAG, summary="Download an exported report",
    produces=("text/csv", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    refuses=(Unauthenticated,),
)  # fmt: skip
async def download_report(
    uow: Uow, request: DeskbellRequest, token: Annotated[str, QueryParameter(max_length=4_000)]
) -> Response[bytes]:
    """Returns the file of an export link, created from current data."""
    order = exporting.read(token, request.app.state.settings.secret_key)
    if order is None or not await exporting.enter(uow, order):
        raise Unauthenticated("report.link_expired")
    document, name = await exporting.compose(uow, order)
    await uow.release()  # rendering is slow and must not hold a database connection
    content = await asyncio.to_thread(exporting.render, document, order.format)
    return Response(
        content,
        media_type=MEDIA_TYPES[order.format],
        headers={"Content-Disposition": content_disposition(name), "Cache-Control": "no-store"},
    )


MEDIA_TYPES: dict[Literal["csv", "pdf", "xlsx"], str] = {
    "csv": "text/csv",  # Litestar adds the charset
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@get(
    "/agents/{agent_id:str}/performance",
    permission=Permission.AGENT_READ,
    more=(Permission.REPORT_READ,),
    tags=["Agents"],
    summary="Get agent performance",
    replica=True,
)
async def agent_performance(
    uow: Uow, agent_id: FromPath[UUID], start_date: StartDate = None, end_date: EndDate = None
) -> Success[AgentPerformanceView]:
    """Returns an agent's performance in a period, by default since the first ticket. Team leads and above may read others'."""
    period = await service.period_of(uow, start_date, end_date)
    return Success(AgentPerformanceView.of(await service.agent_performance(uow, agent_id, period)))


ROUTES = [
    ticket_report,
    field_report,
    breakdown_report,
    hour_report,
    agent_report,
    satisfaction_report,
    sla_report,
    export_report,
    download_report,
    agent_performance,
]
