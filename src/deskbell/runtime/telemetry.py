"""Prometheus metrics, summed over all processes of a node."""

import os
from pathlib import Path
from typing import Final

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The folder that the processes of a node share for their metrics; without it each process reports only its own."""

_RESERVED_BYTES: Final = 1024 * 1024
"""More than the metrics below need with all labels."""


def _reserve() -> None:
    """Allocates this process's files before the library maps them into memory.

    Writing to a mapped page without disk space raises SIGBUS, which ends the process. If this allocation fails, the process
    keeps its metrics in memory only.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return
    try:
        for kind in ("counter", "histogram"):
            file = Path(folder, f"{kind}_{os.getpid()}.db")
            if not file.exists():
                file.write_bytes(bytes(_RESERVED_BYTES))
    except OSError:
        del os.environ[FOLDER_VARIABLE]  # read by the library when it is imported


_reserve()  # before the library is imported, and in each forked process
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reserve)

import prometheus_client  # noqa: E402 - the library reads the environment when it is imported
from prometheus_client import (  # noqa: E402 - as above
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    multiprocess,
)

from deskbell.runtime.sql import Db  # noqa: E402 - as above

_REQUESTS: Final = Histogram(
    "deskbell_request_seconds",
    "Time to answer a request",
    ["contract", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_JOBS: Final = Counter("deskbell_jobs_total", "Jobs that were run", ["job", "outcome"])

_EFFECTS: Final = Counter(
    "deskbell_rule_effects_total", "Effects of rules that found their outcome", ["kind", "outcome"]
)
_MAILS: Final = Counter("deskbell_mails_total", "Received mails that found their state", ["state", "reason"])
_MAIL_READING: Final = Histogram(
    "deskbell_mail_read_seconds", "Time to read a mail", buckets=(0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 30)
)
_MAIL_OFFERED: Final = Counter("deskbell_mail_attempts_total", "Attempts to send a mail to a recipient", ["outcome"])
_STANDBY: Final = Counter("deskbell_standby_reads_total", "Requests that the standby could have answered", ["outcome"])


def request_done(contract: str, method: str, status: int, seconds: float) -> None:
    """Counts a request. `status` is recorded by its class (2xx, 4xx …) to keep the number of series small."""
    _REQUESTS.labels(contract, method, f"{status // 100}xx").observe(seconds)


def job_done(job: str, *, failed: bool) -> None:
    """Counts a job that has run."""
    _JOBS.labels(job, "failed" if failed else "done").inc()


def rule_effect_taken(kind: str, outcome: str) -> None:
    """Counts an effect of a rule by its outcome: `done`, or what kept it from being done."""
    _EFFECTS.labels(kind, outcome).inc()


def mail_filed(state: str, reason: str | None) -> None:
    """Counts a received mail by its state and the code of its reason."""
    _MAILS.labels(state, reason or "").inc()


def mail_read(seconds: float) -> None:
    """Notes the time that a mail's reading took."""
    _MAIL_READING.observe(seconds)


def mail_offered(outcome: str) -> None:
    """Counts an attempt to send: `sent`, `delayed` or `failed`."""
    _MAIL_OFFERED.labels(outcome).inc()


def standby_asked(outcome: str) -> None:
    """Counts a request for which the standby was wanted: it `answered`, was `behind`, `failed`, or rests after a failure."""
    _STANDBY.labels(outcome).inc()


async def exposition(db: Db) -> bytes:
    """All metrics in Prometheus' text format: those of the processes and the current ones of the database."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    else:
        for each in (_REQUESTS, _JOBS, _EFFECTS, _MAILS, _MAIL_READING, _MAIL_OFFERED, _STANDBY):
            registry.register(each)
    database = CollectorRegistry()
    waiting = Gauge("deskbell_queue_jobs", "Jobs in the queue", ["status"], registry=database)
    for row in await db.fetch_all("select status::text as status, count(*) as n from pgqueuer group by 1"):
        waiting.labels(row["status"]).set(row["n"])
    behind = Gauge("deskbell_relay_behind_seconds", "Age of the oldest event not yet relayed", registry=database)
    behind.set(await db.fetch_value(_BEHIND) or 0)
    await _set_mail_gauges(db, database)
    return prometheus_client.generate_latest(registry) + prometheus_client.generate_latest(database)


_BEHIND: Final = "select deskbell_relay_behind()"
_MAIL_FIGURES: Final = (
    "select waiting, quarantined, queued, delayed, extract(epoch from now() - oldest_waiting)::float8 as waiting_seconds, "
    "extract(epoch from now() - oldest_delayed)::float8 as delayed_seconds from deskbell_mail_figures()"
)


async def _set_mail_gauges(db: Db, registry: CollectorRegistry) -> None:
    """Mails that wait in the database, and the age of the oldest in either direction; 0 where none waits."""
    row = await db.fetch_one(_MAIL_FIGURES)
    assert row is not None
    mails = Gauge(
        "deskbell_mails", "Received mails that wait to be filed, or in quarantine", ["state"], registry=registry
    )
    mails.labels("received").set(row["waiting"])
    mails.labels("quarantined").set(row["quarantined"])
    sending = Gauge("deskbell_mail_deliveries", "Deliveries of outgoing mail that wait", ["state"], registry=registry)
    sending.labels("queued").set(row["queued"])
    sending.labels("delayed").set(row["delayed"])
    oldest = Gauge("deskbell_mail_oldest_seconds", "Age of the oldest mail that waits", ["state"], registry=registry)
    oldest.labels("received").set(row["waiting_seconds"] or 0)
    oldest.labels("delayed").set(row["delayed_seconds"] or 0)
    await _set_mailbox_gauges(db, registry)


async def _set_mailbox_gauges(db: Db, registry: CollectorRegistry) -> None:
    """Mailboxes at providers that work and that do not, and the age of the oldest last look; 0 where none is read."""
    row = await db.fetch_one(
        "select *, extract(epoch from now() - oldest_look)::float8 as look_seconds from deskbell_mailbox_figures()"
    )
    assert row is not None
    boxes = Gauge("deskbell_mailboxes", "Mailboxes at providers", ["way", "state"], registry=registry)
    for way, all_of_them, failing in (("in", "read", "unread"), ("out", "sending", "stopped")):
        boxes.labels(way, "ok").set(row[all_of_them] - row[failing])
        boxes.labels(way, "failing").set(row[failing])
    looked = Gauge("deskbell_mailbox_look_seconds", "Age of the oldest last look into a mailbox", registry=registry)
    looked.set(row["look_seconds"] or 0)
