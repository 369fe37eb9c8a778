"""v1: reports count as the manual describes, in the organization's time zone."""

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from deskbell.features.reports import exporting
from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Organization

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
REPORTS = ("tickets", "agents", "satisfaction", "sla")


async def data(client: Client, path: str, **params: str) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True
    return answer.json()["data"]


async def plant(
    shop: Organization,
    created: str,
    *,
    answered: float | None = None,
    solved: float | None = None,
    rating: int | None = None,
    **fields: object,
) -> str:
    """A ticket created at a given time, answered and solved the given hours later."""
    answer = await (await shop.client("admin")).post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    at = datetime.fromisoformat(created)
    moments = [None if hours is None else at + timedelta(hours=hours) for hours in (answered, solved)]
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set created_at = $2, first_response_at = $3, solved_at = $4, "
            "status = case when $4::timestamptz is null then status else 'solved' end where id = $1",
            UUID(answer.json()["data"]["id"]), at, *moments,
        )  # fmt: skip
        if rating is not None:
            await uow.db.execute(
                "insert into ticket_feedback (organization_id, ticket_id, user_id, rating, created_at) "
                "select organization_id, id, requester_id, $2, solved_at from tickets where id = $1",
                UUID(answer.json()["data"]["id"]),
                rating,
            )
    found: str = answer.json()["data"]["id"]
    return found


async def test_the_ticket_report_has_the_documents_keys_and_counts_each_ticket_where_it_belongs(
    shop: Organization,
) -> None:
    lead = await shop.client("team_lead")
    await plant(shop, "2026-03-01T23:30:00Z", priority="urgent", answered=1, solved=30)
    await plant(shop, "2026-03-02T08:00:00Z", answered=3, solved=4)
    await plant(shop, "2026-03-02T09:00:00Z", priority="low")
    await plant(shop, "2026-03-04T00:00:00Z")
    report = await data(lead, "/reports/tickets", start_date="2026-03-01", end_date="2026-03-03", group_by="day")
    assert report["total_tickets"] == 3
    assert report["by_status"] == {
        "new": 1, "open": 0, "pending": 0, "hold": 0, "solved": 2, "closed": 0, "resolved": 2,
    }  # fmt: skip
    assert report["by_priority"] == {"urgent": 1, "high": 0, "normal": 1, "low": 1}
    assert [(each["date"], each["created"], each["resolved"]) for each in report["trend"]] == [
        ("2026-03-01", 1, 0), ("2026-03-02", 2, 1), ("2026-03-03", 0, 1),
    ]  # fmt: skip
    assert report["first_response"] == {
        "count": 2, "median": "2h", "median_seconds": 7200.0, "p90": "2h 48m", "p90_seconds": 10080.0, "mean": "2h",
        "mean_seconds": 7200.0,
    }  # fmt: skip
    assert (report["resolution"]["median_seconds"], report["resolution"]["median"]) == (17 * 3600.0, "17h")
    assert report["trend"][1]["resolution"]["median_seconds"] == 4 * 3600.0
    assert report["resolved"] == 2


async def test_a_ticket_resolved_in_the_period_counts_as_resolved_whenever_it_was_filed(shop: Organization) -> None:
    await plant(shop, "2026-02-01T12:00:00Z", solved=24 * 30)
    report = await data(await shop.client("admin"), "/reports/tickets", start_date="2026-03-01", end_date="2026-03-31")
    assert (report["total_tickets"], report["resolved"]) == (0, 1)
    assert report["resolution"]["median"] == "30d"


async def test_days_weeks_and_months_are_those_of_the_organizations_time_zone(shop: Organization) -> None:
    admin = await shop.client("admin")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            """update organizations set settings = '{"time_zone": "Europe/Berlin"}' where id = $1""", shop.id
        )
    await plant(shop, "2026-03-28T23:30:00Z")  # half past midnight on Sunday the 29th, the day the clocks change
    await plant(shop, "2026-03-29T22:30:00Z")  # half past midnight on Monday the 30th, by summer time
    await plant(shop, "2026-03-31T22:00:00Z")  # the first moment of April
    by_day = await data(admin, "/reports/tickets", start_date="2026-03-29", end_date="2026-04-01", group_by="day")
    assert [(each["date"], each["created"]) for each in by_day["trend"]] == [
        ("2026-03-29", 1), ("2026-03-30", 1), ("2026-03-31", 0), ("2026-04-01", 1),
    ]  # fmt: skip
    assert by_day["period"]["start"] == "2026-03-28T23:00:00Z"
    by_week = await data(admin, "/reports/tickets", start_date="2026-03-29", end_date="2026-04-01", group_by="week")
    assert [(each["date"], each["created"]) for each in by_week["trend"]] == [("2026-03-23", 1), ("2026-03-30", 2)]
    by_month = await data(admin, "/reports/tickets", start_date="2026-03-29", end_date="2026-04-01", group_by="month")
    assert [(each["date"], each["created"]) for each in by_month["trend"]] == [("2026-03-01", 2), ("2026-04-01", 1)]
    moments = await data(
        admin, "/reports/tickets", start_date="2026-03-29T00:30:00+01:00", end_date="2026-03-31T22:00:00Z"
    )
    assert moments["total_tickets"] == 2


async def test_without_dates_a_report_is_about_everything(shop: Organization) -> None:
    admin = await shop.client("admin")
    await plant(shop, "2023-05-05T12:00:00Z")
    await admin.post("/tickets", TICKET)
    report = await data(admin, "/reports/tickets")
    assert report["total_tickets"] == 2
    assert (report["period"]["start"], report["period"]["group_by"]) == ("2023-05-05T00:00:00Z", "month")
    assert sum(each["created"] for each in report["trend"]) == 2


@pytest.mark.parametrize("report", REPORTS)
async def test_an_empty_range_gives_zeros(shop: Organization, report: str) -> None:
    admin = await shop.client("admin")
    for params in ({}, {"start_date": "2020-01-01", "end_date": "2020-01-07"}, {"start_date": "2031-01-01"}):
        found = await data(admin, f"/reports/{report}", **params)
        figures = re.sub(r'"period":\{[^}]*\}|"(id|name|email|role|date)":"[^"]*"', "", str(found).replace("'", '"'))
        assert not re.search(r": [1-9]|None", re.sub(r'"period": \{[^}]*\}', "", figures))
    instant = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}
    await data(admin, f"/reports/{report}", **instant)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"start_date": "yesterday"}, "start_date"),
        ({"end_date": "2026-02-30"}, "end_date"),
        ({"start_date": "2026-02-02", "end_date": "2026-02-01"}, "end_date"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, "start_date"),
        ({"end_date": "9999-12-31"}, "end_date"),
        ({"group_by": "year"}, "group_by"),
        ({"start_date": "1990-01-01", "group_by": "day"}, "group_by"),
    ],
)
async def test_a_bad_range_is_refused_by_name(shop: Organization, params: dict[str, str], field: str) -> None:
    answer = await (await shop.client("admin")).get("/reports/tickets", params=params)
    assert answer.status_code == 422, answer.text
    assert [problem["path"] for problem in answer.json()["error"]["details"]["fields"]] == [field]


async def test_the_agents_report_counts_tickets_by_assignee(shop: Organization) -> None:
    ann, ben, lead = await shop.person("agent"), await shop.person("agent2"), await shop.person("team_lead")
    await plant(shop, "2026-03-02T08:00:00Z", assignee_id=str(ann.id), answered=1, solved=4, rating=5)
    await plant(shop, "2026-03-02T09:00:00Z", assignee_id=str(ann.id), answered=2, solved=6, rating=4)
    await plant(shop, "2026-03-03T09:00:00Z", assignee_id=str(ben.id))
    report = await data(lead.client, "/reports/agents", start_date="2026-03-01", end_date="2026-03-31")
    by_id = {each["id"]: each for each in report["agents"]}
    first = report["agents"][0]
    assert first["id"] == str(ann.id)
    assert (first["tickets_resolved"], first["tickets_assigned"], first["sla_compliance"]) == (2, 2, 100)
    assert (first["avg_resolution_time"], first["first_response_time"]) == ("5h", "1h 30m")
    assert (first["customer_satisfaction"], first["ratings"]) == (4.5, 2)
    assert by_id[str(ben.id)]["tickets_assigned"] == 1
    assert by_id[str(lead.id)]["avg_resolution_time"] == "0m"


async def test_the_satisfaction_report_averages_the_ratings_given_in_the_period(shop: Organization) -> None:
    for day, rating in ((1, 5), (1, 4), (2, 1), (9, 3)):
        await plant(shop, f"2026-03-0{day}T08:00:00Z", solved=1, rating=rating)
    await plant(shop, "2026-03-02T08:00:00Z", solved=1)
    report = await data(
        await shop.client("admin"), "/reports/satisfaction", start_date="2026-03-01", end_date="2026-03-02"
    )
    assert (report["average_rating"], report["responses"], report["satisfaction"]) == (3.3, 3, 66)
    assert report["response_rate"] == 75
    assert report["distribution"] == {"1": 1, "2": 0, "3": 0, "4": 1, "5": 1}
    assert [(each["date"], each["responses"], each["average_rating"]) for each in report["trend"]] == [
        ("2026-03-01", 2, 4.5), ("2026-03-02", 1, 1.0),
    ]  # fmt: skip


async def test_the_sla_report_counts_met_missed_and_pending_targets(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.put("/sla-policies/low", {"first_response_seconds": None, "resolution_seconds": None})
    met = await plant(shop, "2026-03-02T08:00:00Z", priority="high", answered=1, solved=2)
    missed = await plant(shop, "2026-03-02T08:00:00Z", priority="high", answered=9)
    await plant(shop, "2026-03-03T08:00:00Z", priority="normal")
    await plant(shop, "2026-03-03T08:00:00Z", priority="low", answered=1, solved=2)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set first_response_breached_at = now() where id = $1", UUID(missed))
    report = await data(admin, "/reports/sla", start_date="2026-03-01", end_date="2026-03-03")
    assert report["first_response"] == {"compliance": 50, "measured": 2, "met": 1, "breached": 1, "pending": 1}
    assert report["resolution"] == {"compliance": 100, "measured": 1, "met": 1, "breached": 0, "pending": 2}
    assert report["by_priority"]["high"]["first_response"]["compliance"] == 50
    assert report["by_priority"]["low"]["first_response"]["measured"] == 0
    assert [each["first_response"]["measured"] for each in report["trend"]] == [0, 2, 0]
    assert met


@pytest.mark.parametrize("report", REPORTS)
async def test_reports_are_for_leads_and_above_and_know_one_organization(
    shop: Organization, rival: Organization, report: str
) -> None:
    await plant(rival, "2026-03-02T08:00:00Z", solved=1, rating=2)
    for role, status in (("customer", 403), ("agent", 403), ("team_lead", 200), ("owner", 200)):
        assert (await (await shop.client(role)).get(f"/reports/{report}")).status_code == status
        assert (await (await shop.client(role)).get(f"/reports/export?type={report}")).status_code == status
    found = str(await data(await shop.client("owner"), f"/reports/{report}", start_date="2026-03-01"))
    assert (await rival.person("admin")).email not in found
    assert not re.search(r"'(total_tickets|resolved|responses|measured)': [1-9]", found)


async def fetch(shop: Organization, client: Client, **params: str) -> tuple[Any, bytes]:
    link = await data(client, "/reports/export", **params)
    assert set(link) >= {"url", "filename", "format", "expires_at"}
    path = "/" + link["url"].removeprefix(shop.desk.settings.base_url)
    file = await shop.desk.client().get(path)
    assert file.status_code == 200, file.text
    assert file.headers["content-disposition"] == f'attachment; filename="{link["filename"]}"'
    return file, file.content


async def test_a_csv_has_a_row_for_each_interval_and_opens_in_a_spreadsheet(shop: Organization) -> None:
    await plant(shop, "2026-03-02T08:00:00Z", answered=1, solved=2)
    span = {"start_date": "2026-03-01", "end_date": "2026-03-03"}
    file, content = await fetch(shop, await shop.client("admin"), type="tickets", format="csv", **span)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["Day"], row["Created"], row["Resolved"]) for row in rows] == [
        ("2026-03-01", "0", "0"), ("2026-03-02", "1", "1"), ("2026-03-03", "0", "0"),
    ]  # fmt: skip
    assert rows[1]["First response, median (seconds)"] == "3600"


async def test_a_name_that_looks_like_a_formula_stays_a_name(shop: Organization) -> None:
    agent = await shop.person("agent")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update memberships set name = '=1+1' where user_id = $1", agent.id)
    admin = await shop.client("admin")
    _, text = await fetch(shop, admin, type="agents", format="csv")
    assert "'=1+1" in text.decode()
    _, book = await fetch(shop, admin, type="agents", format="xlsx")
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("report", REPORTS)
async def test_a_workbook_has_typed_cells_and_a_chart_sheet(shop: Organization, report: str) -> None:
    await plant(shop, "2026-03-02T08:00:00Z", answered=1, solved=2, rating=4)
    _, content = await fetch(shop, await shop.client("admin"), type=report, format="xlsx", start_date="2026-03-01")
    book = zipfile.ZipFile(io.BytesIO(content))
    names = book.namelist()
    assert "xl/chartsheets/sheet1.xml" in names
    chart = book.read("xl/charts/chart1.xml").decode()
    assert f"{'Agents' if report == 'agents' else 'Trend'}!$B$2" in chart
    sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = sheet.findall(".//s:sheetData/s:row[@r='2']/s:c", space)
    assert any(cell.get("t") is None and cell.find("s:v", space) is not None for cell in cells), "numbers are numbers"


async def test_the_totals_of_satisfaction_are_numeric_cells(shop: Organization) -> None:
    for rating in (5, 2, None):
        await plant(shop, "2026-03-02T08:00:00Z", solved=1, rating=rating)
    span = {"start_date": "2026-03-02", "end_date": "2026-03-02"}
    _, content = await fetch(shop, await shop.client("admin"), type="satisfaction", format="xlsx", **span)
    sheet = ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet2.xml"))
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = sheet.findall(".//s:sheetData/s:row[@r='2']/s:c", space)
    assert [(cell.get("t"), cell.findtext("s:v", None, space)) for cell in cells] == [
        (None, "3.5"), (None, "50"), (None, "2"), (None, "3"), (None, "66"),
    ]  # fmt: skip


async def test_a_csv_gives_even_short_durations_in_whole_seconds(shop: Organization) -> None:
    await plant(shop, "2026-03-02T08:00:00Z", answered=0.00155)
    span = {"start_date": "2026-03-02", "end_date": "2026-03-02"}
    _, content = await fetch(shop, await shop.client("admin"), type="tickets", format="csv", **span)
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["First response, median (seconds)"] == "6"


@pytest.mark.parametrize("report", REPORTS)
async def test_a_pdf_is_typeset(shop: Organization, report: str) -> None:
    await plant(shop, "2026-03-02T08:00:00Z", answered=1, solved=2, rating=4, priority="high")
    file, content = await fetch(
        shop, await shop.client("admin"), type=report, format="pdf", start_date="2026-03-01", end_date="2026-03-20"
    )
    assert file.headers["content-type"] == "application/pdf"
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")


async def test_an_export_link_is_bound_to_one_user_and_expires(shop: Organization) -> None:
    admin, anonymous = await shop.person("admin"), shop.desk.client()
    link = await data(admin.client, "/reports/export")
    path = "/" + link["url"].removeprefix(shop.desk.settings.base_url)
    assert (await anonymous.get(path[:-2])).status_code == 401
    assert (await anonymous.get("/reports/export/download?token=nonsense")).status_code == 401
    assert (await anonymous.get("/reports/export/download")).status_code == 422
    order = exporting.ExportOrder(
        organization_id=shop.id, user_id=admin.id, report="tickets", format="csv", start_date=None, end_date=None,
        group_by=None,
    )  # fmt: skip
    old, _ = exporting.sign(order, shop.desk.settings.secret_key, utc_now() - timedelta(minutes=16))
    assert (await anonymous.get("/reports/export/download", params={"token": old})).status_code == 401
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update memberships set role = 'agent' where user_id = $1", admin.id)
    assert (await anonymous.get(path)).status_code == 403
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update memberships set ended_at = now() where user_id = $1", admin.id)
    assert (await anonymous.get(path)).status_code == 401


@pytest.mark.parametrize(
    "params",
    [
        {"type": "weather"},
        {"format": "docx"},
        {"start_date": "soon"},
        {"format": "pdf", "start_date": "2020-01-01", "end_date": "2022-01-01", "group_by": "day"},
    ],
)
async def test_a_bad_export_is_refused(shop: Organization, params: dict[str, str]) -> None:
    assert (await (await shop.client("admin")).get("/reports/export", params=params)).status_code == 422
