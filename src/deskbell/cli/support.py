"""Shared parts of the commands: settings, the connection to the database, progress messages."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from deskbell.runtime.garbage import freeze_loaded
from deskbell.runtime.setting_table import DEFAULT_DATA_DIR
from deskbell.runtime.settings import SETTINGS, Settings, read_texts, unknown_names

_Result = TypeVar("_Result")


def run_fast(work: Coroutine[Any, Any, _Result]) -> _Result:
    """`asyncio.run` on the faster loop of the web server, for commands that do much; where it does not exist, on Python's."""
    freeze_loaded()
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - slow to load, for few commands

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command: adds the option --data-dir and passes the settings as first argument."""
    return _with_settings(command, Settings.load)


def with_desk(command: Callable[..., Any]) -> Callable[..., Any]:
    """Like `with_settings`, but fails if the data folder has no database, as its name is then probably wrong."""

    def load(*, data_dir: Path | None) -> Settings:
        absent = absent_database(data_dir)
        if absent is not None:
            raise click.ClickException(f"There is no database in {absent}; name its folder with --data-dir.")
        return Settings.load(data_dir=data_dir)

    return _with_settings(command, load)


def _with_settings(command: Callable[..., Any], load: Callable[..., Settings]) -> Callable[..., Any]:
    @click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help="The data folder; else DESKBELL_DATA_DIR, else data.",
    )
    @wraps(command)
    def wrapped(*args: Any, data_dir: Path | None, **options: Any) -> Any:
        return command(load(data_dir=data_dir), *args, **options)

    return wrapped


def absent_database(data_dir: Path | None) -> Path | None:
    """The data folder if it should contain a database and does not; otherwise None. Creates nothing."""
    texts = read_texts()
    if "DESKBELL_DATABASE_URL" in texts:
        return None
    folder = (data_dir or Path(texts.get("DESKBELL_DATA_DIR", DEFAULT_DATA_DIR))).expanduser().absolute()
    return None if (folder / "postgres" / "PG_VERSION").exists() else folder


def name_unknown_settings() -> None:
    """Prints to standard error the variables named DESKBELL_* that are not settings: each is probably a typo."""
    known = [setting.variable for setting in SETTINGS]
    for name in unknown_names(read_texts()):
        close = get_close_matches(name, known, n=1)
        meant = f"; did you mean {close[0]}?" if close else "."
        click.echo(f"{name} is not a setting and has no effect{meant}", err=True)


def log_for_commands(settings: Settings) -> None:
    """Configures the log of an interactive command: warnings and errors only."""
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load, and most commands fail before they log

    logging.configure(settings.log_format, "WARNING")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Shows a slow step on standard error: a spinner on a terminal, else one line."""
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 - slow to load

        with Console(stderr=True).status(f"{text} …"):
            yield
    else:
        click.echo(f"{text} …", err=True)
        yield


@asynccontextmanager
async def connected(settings: Settings, *, migrated: bool = True) -> AsyncIterator[str]:
    """The DSN of the database that a command uses.

    This is the operator's PostgreSQL if DESKBELL_DATABASE_URL is set. Otherwise it is the embedded one, which is started
    unless a server or another command runs it. With `migrated` the embedded database is upgraded to this version; for
    the operator's a missing migration raises `ClickException`.
    """
    if settings.database_url is not None:
        if migrated:
            await _require_migrated(settings.database_url)
        yield settings.database_url
        return
    require_unix()
    from deskbell.cli.joining import FolderUse, start_or_join  # noqa: PLC0415 - needs a Unix system
    from deskbell.runtime.embedded import EmbeddedPostgres  # noqa: PLC0415 - as above

    server = EmbeddedPostgres(settings.data_dir)
    with FolderUse(settings.data_dir) as use:
        dsn = await asyncio.to_thread(start_or_join, server)
        try:
            if migrated:
                await bring_up(dsn)
            yield dsn
        finally:
            if server.pid is not None:
                # Other commands that are connected to this PostgreSQL must finish before it stops.
                await asyncio.to_thread(use.wait_until_alone)
                await asyncio.to_thread(server.stop)


def require_unix() -> None:
    """Raises `ClickException` on other systems: the parts need Unix sockets, signals and inherited pipes."""
    if os.name != "posix":
        raise click.ClickException("Deskbell runs on Linux and macOS; on Windows, use it in WSL.")


async def bring_up(dsn: str) -> list[str]:
    """Applies the missing migrations and returns their names."""
    if not await missing_migrations(dsn):
        return []
    from deskbell.runtime.migrate import migrate  # noqa: PLC0415 - slow to load

    with step("Upgrading the database"):
        return await migrate(dsn)


async def missing_migrations(dsn: str) -> list[str]:
    """The names of missing migrations. Raises `ClickException` if the database cannot be reached."""
    from deskbell.runtime.migrate import pending  # noqa: PLC0415 - slow to load
    from deskbell.runtime.schema_files import SchemaError  # noqa: PLC0415 - as above

    try:
        return await pending(dsn)
    except SchemaError:
        raise
    except Exception as error:
        late = "it does not answer" if isinstance(error, TimeoutError) else ""
        reason = (late or str(error) or type(error).__name__).splitlines()[0]
        raise click.ClickException(
            f"The database cannot be reached: {reason}. Check DESKBELL_DATABASE_URL, or run `deskbell doctor`."
        ) from error


async def _require_migrated(dsn: str) -> None:
    if await missing_migrations(dsn):
        raise click.ClickException("The database schema is out of date; run `deskbell migrate` first.")
