"""The worker: relays the journal, runs reactions and jobs, folds counts. Any number of workers may run."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule

from deskbell.features.webhooks.bodies import Shapes
from deskbell.jobs import by_the_clock, relay
from deskbell.jobs.execution import run_reaction
from deskbell.jobs.imap_mail import watch_mailboxes
from deskbell.jobs.incoming_mail import file_waiting_mail, receive_mail
from deskbell.jobs.outgoing_mail import send_mail
from deskbell.jobs.relay import REACTION_JOB
from deskbell.jobs.webhooks import deliver_webhooks
from deskbell.runtime.database import Database
from deskbell.runtime.discovery import load_all
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.garbage import freeze_loaded
from deskbell.runtime.journal.following import follow
from deskbell.runtime.journal.origin import Origin, within
from deskbell.runtime.mail import Mailer
from deskbell.runtime.reactions import Job, ReactionTask, jobs
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.runtime.telemetry import job_done
from deskbell.runtime.tools import Tools

_log: Final = structlog.get_logger("deskbell.worker")
_FOLD_SECONDS: Final = 5.0
_CONCURRENT_JOBS: Final = 50
"""The maximum number of jobs that a worker runs concurrently. They share the connection pool with the worker's loops."""
_ATTEMPTS: Final = 8
"""The attempts after which a job stays in the queue as failed."""


@asynccontextmanager
async def tools_for(settings: Settings) -> AsyncIterator[Tools]:
    """Opens the runtime for work outside requests."""
    database = await Database.open(settings.database_url or "", size=settings.pool_size)
    try:
        yield Tools(settings, database, Storage.open(settings), Mailer.open(settings, database))
    finally:
        await database.close()


async def run(settings: Settings, webhook_shapes: Shapes) -> None:
    """Runs until cancelled. Raises `ConnectionError` when a connection is lost; the supervisor restarts the process."""
    load_all("deskbell.features", "deskbell.channels")
    importlib.import_module("deskbell.jobs.housekeeping")  # its jobs declare themselves
    freeze_loaded()
    async with tools_for(settings) as tools, asyncio.TaskGroup() as tasks:
        react = partial(relay.react, tools)
        tasks.create_task(follow(tools.database, relay.READER, react, batch_size=relay.BATCH_SIZE))
        tasks.create_task(_fold(tools.database))
        due = by_the_clock.Due()
        tasks.create_task(due.watch(tools.database))
        tasks.create_task(by_the_clock.compute_clocks(tools.database))
        tasks.create_task(by_the_clock.watch_clocks(tools.database, due.event("clocks")))
        tasks.create_task(by_the_clock.watch_automations(tools.database, due.event("automations")))
        tasks.create_task(by_the_clock.watch_schedules(tools.database, due.event("schedules")))
        tasks.create_task(by_the_clock.watch_snoozes(tools.database, due.event("snoozes")))
        tasks.create_task(by_the_clock.send_held(tools.database, due.event("held_replies")))
        tasks.create_task(deliver_webhooks(tools, webhook_shapes, due.event("webhook_deliveries")))
        tasks.create_task(file_waiting_mail(tools, due.event("received_mails")))
        tasks.create_task(receive_mail(tools))
        tasks.create_task(watch_mailboxes(tools))
        tasks.create_task(send_mail(tools, due.event("mail_deliveries")))
        tasks.create_task(_work(tools))


async def _fold(database: Database) -> None:
    while True:
        try:
            async with database.across() as db:
                folded = await db.fetch_value("select deskbell_fold_counts(200)")
        except DATABASE_ERRORS:
            _log.warning("folding counts failed; retrying", exc_info=True)
            folded = 0
        await asyncio.sleep(0 if folded == 200 else _FOLD_SECONDS)


async def _work(tools: Tools) -> None:
    connection = await tools.database.listen()
    try:
        queue = PgQueuer.from_asyncpg_connection(connection)
        _register(queue, REACTION_JOB, lambda payload: run_reaction(tools, payload))
        for each in jobs():
            if each.schedule is None:
                _register(queue, each.name, _bound(tools, each))
            else:
                _schedule(queue, tools, each)
        await queue.run(
            dequeue_timeout=timedelta(seconds=5),
            max_concurrent_tasks=_CONCURRENT_JOBS,
            shutdown_on_listener_failure=True,
        )
    finally:
        await connection.close()


def _bound(tools: Tools, each: Job) -> Any:
    return lambda payload: each.body(tools, payload)


def _register(queue: PgQueuer, name: str, body: Any) -> None:
    @queue.entrypoint(
        name,
        on_failure="hold",
        executor_factory=lambda parameters: DatabaseRetryEntrypointExecutor(parameters, max_attempts=_ATTEMPTS - 1),
    )
    async def execute(job: QueuedJob) -> None:
        try:
            with within(Origin.of_job(job.headers)):
                await body(job.payload or b"")
        except BaseException as error:
            job_done(name, failed=True)
            if isinstance(error, Exception):
                _log.warning(
                    "job failed", job=_label(name, job.payload), attempt=job.attempts + 1, attempts=_ATTEMPTS,
                    error=f"{type(error).__name__}: {error}".splitlines()[0],
                )  # fmt: skip
            raise
        job_done(name, failed=False)


def _label(name: str, payload: bytes | None) -> str:
    """The name of the job, or of the reaction that it runs."""
    return msgspec.json.decode(payload, type=ReactionTask).reaction if name == REACTION_JOB and payload else name


def _schedule(queue: PgQueuer, tools: Tools, each: Job) -> None:
    @queue.schedule(each.name, each.schedule or "", clean_old=True)
    async def execute(_schedule: Schedule) -> None:
        try:
            with within(Origin.of_job(None)):
                await each.body(tools, b"")
        except Exception:  # noqa: BLE001 - a failing job must not end the worker; it is logged and runs again
            _log.exception("scheduled job failed; it runs again at its next time", job=each.name)
