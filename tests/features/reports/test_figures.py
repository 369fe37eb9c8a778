"""The reports' figures of a real desk's history equal those computed from its log in plain Python."""

import csv
import gzip
import itertools
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deskbell.features.sla.watch import compute_missing
from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.importing.loading import load
from deskbell.kernel.clock import utc_now
from tests.support.desk import Organization
from tests.support.eventlog import require_log, tickets

SAMPLE = 400
HOUR = 3_600
TARGETS = {
    "urgent": (HOUR, 8 * HOUR),
    "high": (4 * HOUR, 24 * HOUR),
    "normal": (8 * HOUR, 72 * HOUR),
    "low": (24 * HOUR, 168 * HOUR),
}
"""First response and resolution in seconds, as the manual gives them."""
PRIORITIES = {"Low": "low", "Medium": "normal", "High": "high", "Major": "urgent"}


class Incident(NamedTuple):
    """One incident's figures, worked out of its rows alone."""

    created: datetime
    status: str
    priority: str
    first_response: float | None
    solved: datetime | None
    reopenings: int
    month: str
    late: tuple[bool, bool]
    """Whether first response and resolution took longer than their targets, pauses aside."""

    @property
    def resolution(self) -> float | None:
        return None if self.solved is None else (self.solved - self.created).total_seconds()


def word_of(row: dict[str, str]) -> str:
    """The desk's word for a row's status."""
    status, sub = row["Status"], row["Sub Status"]
    if status == "Completed":
        return "closed" if sub in ("Closed", "Cancelled") else "solved"
    if sub.startswith("Wait"):
        return "pending" if sub in ("Wait - User", "Wait - Customer") else "hold"
    return "open"


def incidents(path: Path) -> Iterator[Incident]:
    """The incidents of the log, in the order of the file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        for _, group in itertools.groupby(csv.DictReader(text), key=lambda row: row["SR Number"]):
            rows = sorted(group, key=lambda row: row["Change Date+Time"][:19])
            yield incident_of(rows)


def incident_of(rows: list[dict[str, str]]) -> Incident:
    times = [datetime.fromisoformat(row["Change Date+Time"]) for row in rows]
    words = [word_of(row) for row in rows]
    done = [word in ("solved", "closed") for word in words]
    accepted = [
        at for row, at in zip(rows, times, strict=True)
        if row["Status"] == "Accepted" and row["Resource"].partition("-")[2] not in ("", "Siebel")
    ]  # fmt: skip
    solved = None
    for at, is_done in zip(times, done, strict=True):
        solved = (solved or at) if is_done else None
    return Incident(
        created=times[0],
        status=words[-1],
        priority=PRIORITIES[rows[-1]["SR Latest Impact"]],
        first_response=(accepted[0] - times[0]).total_seconds() if accepted else None,
        solved=solved,
        reopenings=sum(before and not after for before, after in itertools.pairwise(done)),
        month=times[0].astimezone(UTC).strftime("%Y-%m-01"),
        late=lateness(rows, times, words, accepted[0] if accepted else None, solved),
    )


def lateness(
    rows: list[dict[str, str]],
    times: list[datetime],
    words: list[str],
    answered: datetime | None,
    solved: datetime | None,
) -> tuple[bool, bool]:
    """Open time up to the answer and the solution, or up to now, against the targets of the priority at that moment."""
    late = []
    for place, moment in enumerate((answered, solved)):
        until = moment or utc_now()
        used = 0.0
        for at, following, word in zip(times, [*times[1:], until], words, strict=True):
            if word == "open":
                used += max((min(following, until) - at).total_seconds(), 0.0)
        impact = [row["SR Latest Impact"] for row, at in zip(rows, times, strict=True) if at <= until][-1]
        late.append(used >= TARGETS[PRIORITIES[impact]][place])
    return late[0], late[1]


def spread(values: list[float]) -> tuple[int, float, float]:
    """Their number, median and mean."""
    return len(values), round(statistics.median(values), 3), round(statistics.fmean(values), 3)


def shown(durations: dict[str, Any]) -> tuple[int, float, float]:
    return durations["count"], durations["median_seconds"], durations["mean_seconds"]


async def replay(shop: Organization, path: Path, limit: int | None) -> list[Incident]:
    """Loads the first incidents of the log through the open format and returns them."""
    lines = (
        RecordLine(number, ticket) for number, ticket in enumerate(itertools.islice(tickets(path), limit), start=1)
    )
    summary = await load(shop.desk.database, shop.id, lines)
    assert not summary.problems
    while await compute_missing(shop.desk.database, utc_now()):
        pass
    return list(itertools.islice(incidents(path), limit))


async def compare(shop: Organization, expected: list[Incident]) -> None:
    """Demands that each figure of the ticket report is the log's."""
    lead = await shop.client("team_lead")
    answer = await lead.get("/reports/tickets", params={"group_by": "month"})
    assert answer.status_code == 200, answer.text
    report = answer.json()["data"]
    assert report["total_tickets"] == len(expected)
    statuses = Counter(each.status for each in expected)
    assert {word: report["by_status"][word] for word in statuses} == statuses
    assert report["by_status"]["resolved"] == statuses["solved"] + statuses["closed"]
    priorities = Counter(each.priority for each in expected)
    assert {word: report["by_priority"][word] for word in priorities} == priorities
    assert shown(report["first_response"]) == spread(
        [e.first_response for e in expected if e.first_response is not None]
    )
    assert shown(report["resolution"]) == spread([e.resolution for e in expected if e.resolution is not None])
    assert report["reopenings"] == sum(each.reopenings for each in expected)
    assert report["reopened"] == sum(each.reopenings > 0 for each in expected)
    months = Counter(each.month for each in expected)
    assert {each["date"]: each["created"] for each in report["trend"] if each["created"]} == months
    assert sum(each["resolved"] for each in report["trend"]) == statuses["solved"] + statuses["closed"]


async def compare_service_levels(shop: Organization, expected: list[Incident]) -> None:
    """Demands that the kept and missed targets of the service-level report are the log's."""
    report = (await (await shop.client("team_lead")).get("/reports/sla")).json()["data"]
    first, resolution = report["first_response"], report["resolution"]
    assert first["breached"] == sum(each.late[0] for each in expected)
    assert first["met"] == sum(each.first_response is not None and not each.late[0] for each in expected)
    assert resolution["breached"] == sum(each.late[1] for each in expected)
    assert resolution["met"] == sum(each.solved is not None and not each.late[1] for each in expected)


async def test_a_part_of_a_real_log_gives_the_figures_that_plain_python_gives(shop: Organization) -> None:
    expected = await replay(shop, require_log(), SAMPLE)
    await compare(shop, expected)
    await compare_service_levels(shop, expected)


@pytest.mark.whole
async def test_the_whole_log_gives_the_figures_that_plain_python_gives(shop: Organization) -> None:
    expected = await replay(shop, require_log(), None)
    await compare(shop, expected)
    await compare_service_levels(shop, expected)
