"""What commands share: their settings, the database they work on, and showing what takes long."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any

import click

from deskbell.runtime.setting_table import DEFAULT_DATA_DIR
from deskbell.runtime.settings import SETTINGS, Settings, read_texts, unknown_names


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --data-dir and, as its first argument, the settings."""
    return _with_settings(command, Settings.load)


def with_desk(command: Callable[..., Any]) -> Callable[..., Any]:
    """As `with_settings`, for a command that makes no desk: where there is none, the folder's name is likely wrong."""

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
    """The data folder, if the database should be there and is not. Makes nothing."""
    texts = read_texts()
    if "DESKBELL_DATABASE_URL" in texts:
        return None
    folder = (data_dir or Path(texts.get("DESKBELL_DATA_DIR", DEFAULT_DATA_DIR))).expanduser().absolute()
    return None if (folder / "postgres" / "PG_VERSION").exists() else folder


def name_unknown_settings() -> None:
    """Say on standard error which variables look like settings and are none: most likely a slip of the pen."""
    known = [setting.variable for setting in SETTINGS]
    for name in unknown_names(read_texts()):
        close = get_close_matches(name, known, n=1)
        meant = f"; did you mean {close[0]}?" if close else "."
        click.echo(f"{name} is not a setting and has no effect{meant}", err=True)


def log_for_commands(settings: Settings) -> None:
    """Logs of a command that a person runs: only what is wrong."""
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load, and most commands fail before they log

    logging.configure(settings.log_format, "WARNING")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show on standard error that something takes its time: a spinner on a terminal, else one line."""
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 - slow to load

        with Console(stderr=True).status(f"{text} …"):
            yield
    else:
        click.echo(f"{text} …", err=True)
        yield


@asynccontextmanager
async def connected(settings: Settings, *, migrated: bool = True) -> AsyncIterator[str]:
    """The dsn of the database that a command works on.

    That is the operator's PostgreSQL where one is set; else the embedded one, joined if a server or another command
    runs it, started for the time being if not. With `migrated`, the embedded one is brought to this version first,
    and for the operator's the command refuses with a sentence if it is not.
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
                # Commands that have joined this PostgreSQL meanwhile must finish before it stops.
                await asyncio.to_thread(use.wait_until_alone)
                await asyncio.to_thread(server.stop)


def require_unix() -> None:
    """The embedded PostgreSQL and the supervision of children stand on Unix: sockets, signals, inherited pipes."""
    if os.name != "posix":
        raise click.ClickException("Deskbell runs on Linux and macOS; on Windows, use it in WSL.")


async def bring_up(dsn: str) -> list[str]:
    """Apply what the database lacks; returns the names."""
    if not await missing_migrations(dsn):
        return []
    from deskbell.runtime.migrate import migrate  # noqa: PLC0415 - slow to load

    with step("Bringing the database to this version"):
        return await migrate(dsn)


async def missing_migrations(dsn: str) -> list[str]:
    """What the database lacks; one sentence if it cannot be asked."""
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
            f"The database cannot be reached: {reason}. Look at DESKBELL_DATABASE_URL, or run `deskbell doctor`."
        ) from error


async def _require_migrated(dsn: str) -> None:
    if await missing_migrations(dsn):
        raise click.ClickException("The database is not at this version; run `deskbell migrate` first.")
