"""Figures about the running program for Prometheus, added up over all processes of a node."""

import os
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess

from deskbell.runtime.sql import Db

__all__ = ["FOLDER_VARIABLE", "exposition", "job_done", "request_done"]

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of a node keep their figures; without it a process tells its own alone."""

_REQUESTS: Final = Histogram(
    "deskbell_request_seconds",
    "Time to answer a request",
    ["contract", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_JOBS: Final = Counter("deskbell_jobs_total", "Jobs that were run", ["job", "outcome"])


def request_done(contract: str, method: str, status: int, seconds: float) -> None:
    """Notes an answered request. `status` is told by its class (2xx, 4xx …): the figures must stay few."""
    _REQUESTS.labels(contract, method, f"{status // 100}xx").observe(seconds)


def job_done(job: str, *, failed: bool) -> None:
    """Notes a job that was run."""
    _JOBS.labels(job, "failed" if failed else "done").inc()


async def exposition(db: Db) -> bytes:
    """Everything, in Prometheus' text format: what the processes counted, and what stands in the database just now."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    else:
        registry.register(_REQUESTS)
        registry.register(_JOBS)
    database = CollectorRegistry()
    waiting = Gauge("deskbell_queue_jobs", "Jobs in the queue", ["status"], registry=database)
    for status, count in await db.fetch_all("select status::text, count(*) from pgqueuer group by 1"):
        waiting.labels(status).set(count)
    behind = Gauge("deskbell_relay_behind_seconds", "Age of the oldest event not yet relayed", registry=database)
    behind.set(await db.fetch_value(_BEHIND) or 0)
    return prometheus_client.generate_latest(registry) + prometheus_client.generate_latest(database)


_BEHIND: Final = "select deskbell_relay_behind()"
