"""Runs PostgreSQL, the web server and the job worker, and stops them in reverse order."""

import asyncio
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import click
import msgspec

from deskbell.cli.stopping import StopRequest
from deskbell.cli.support import bring_up, require_unix, step
from deskbell.runtime.children import Child
from deskbell.runtime.settings import Settings, make_storage_dir

_MESSAGE_SECONDS: Final = 15.0
"""The time between two messages while the server is not ready."""


class Plan(NamedTuple):
    """The parts to run. `address` is the URL at which this machine reaches the web server."""

    settings: Settings
    host: str
    port: int
    workers: int
    jobs: bool
    address: str


class Gate:
    """A pipe that blocks child processes until it is opened. Later children do not block."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def open(self) -> None:
        """Unblocks the children: their read reaches the end of the pipe."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1


def run(plan: Plan) -> None:
    """Runs until SIGINT or SIGTERM, then stops every part. Returns once all have ended."""
    require_unix()
    stop = StopRequest()
    with stop.handled(), ExitStack() as parts:
        try:
            make_storage_dir(plan.settings.storage_url)  # fails here with one message instead of a traceback per worker
            place = _Place(plan.settings)
            if plan.settings.database_url is None:
                parts.enter_context(_embedded(place))
            gate = Gate()
            web = Child("web server", lambda: _spawn_web(plan, place, gate), stop_signals=((signal.SIGTERM, 15.0),))
            jobs = Child("job worker", lambda: _spawn_jobs(place), stop_signals=((signal.SIGTERM, 30.0),))
            parts.callback(jobs.stop)
            parts.callback(web.stop)
            web.start()  # loads the program while the database is prepared
            _prepare(place.settings)
            gate.open()
            _wait_until_ready(plan, web, stop)
            if plan.jobs:
                jobs.start()  # last, so that it does not slow down the start
            _announce(plan)
            stop.wait()
        except KeyboardInterrupt:
            stop.ignore()
            click.echo("Stopping …", err=True)
        finally:
            stop.ignore()


class _Place:
    """The settings for the children, with the embedded PostgreSQL's address once it is known."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # The children share their figures for /metrics here; those of an earlier run are obsolete.
        self._figures = settings.data_dir / "metrics"
        shutil.rmtree(self._figures, ignore_errors=True)
        self._figures.mkdir(parents=True, exist_ok=True)

    def environ(self) -> dict[str, str]:
        """The environment of a child process."""
        return os.environ | self.settings.environ() | {"PROMETHEUS_MULTIPROC_DIR": str(self._figures)}


@contextmanager
def _embedded(place: _Place) -> Iterator[None]:
    from deskbell.runtime.embedded import EmbeddedPostgres  # noqa: PLC0415 - needs a Unix system

    server = EmbeddedPostgres(place.settings.data_dir)
    if not (server.folder / "PG_VERSION").exists():
        with step("Creating the database"):
            dsn = server.start()
    else:
        dsn = server.start()
    place.settings = msgspec.structs.replace(place.settings, database_url=dsn)
    try:
        yield
    finally:
        server.stop()


def _prepare(settings: Settings) -> None:
    assert settings.database_url is not None
    _log(settings)
    asyncio.run(bring_up(settings.database_url))
    if settings.demo:
        from deskbell.cli.demo import prepare  # noqa: PLC0415 - only the demo needs it

        asyncio.run(prepare(settings))


def _log(settings: Settings) -> None:
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load, so only after PostgreSQL is starting

    logging.configure(settings.log_format)


def _spawn_web(plan: Plan, place: _Place, gate: Gate) -> subprocess.Popen[bytes]:
    arguments = ["--host", plan.host.strip("[]"), "--port", str(plan.port), "--workers", str(plan.workers)]
    return _python("deskbell.cli.web", [*arguments, "--gate", str(gate.reader)], place, pass_fds=(gate.reader,))


def _spawn_jobs(place: _Place) -> subprocess.Popen[bytes]:
    return _python("deskbell.cli", ["worker"], place)


def _python(
    module: str, arguments: Sequence[str], place: _Place, pass_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", module, *arguments, "--parent", str(os.getpid())],
        env=place.environ(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # keeps Ctrl-C from the children: this process stops them in order
        pass_fds=pass_fds,
    )


def _wait_until_ready(plan: Plan, web: Child, stop: StopRequest) -> None:
    reported_at = time.monotonic()
    while (trouble := _unready(plan.address)) is not None:
        stop.check()
        if web.restarts or web.trouble:
            raise click.ClickException("The web server did not start; its messages above say why.")
        if time.monotonic() - reported_at > _MESSAGE_SECONDS:
            reported_at = time.monotonic()
            click.echo(f"Still waiting for {plan.address}/readyz: {trouble}", err=True)
        time.sleep(0.02)


def _unready(address: str) -> str | None:
    """The body of `/readyz` while it fails, or the reason for no answer; None once it succeeds."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return None if answer.status == http.client.OK else answer.read(1000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({error})"
    finally:
        connection.close()


def _announce(plan: Plan) -> None:
    if plan.settings.demo:
        from deskbell.cli.demo import show_sign_ins  # noqa: PLC0415 - only the demo needs it

        show_sign_ins()
    if plan.settings.inbound_smtp is not None and plan.jobs:
        click.echo(f"Mail is received at {plan.settings.inbound_smtp} (SMTP and LMTP)")
    click.echo(f"Deskbell is ready at {plan.address} (Ctrl-C stops it)")
