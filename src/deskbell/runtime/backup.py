"""Backups: database, files and secret key in one archive, written while the server runs.

The archive is a ZIP file of `database.dump` (pg_dump's custom format), `files/<key>`, `secret-key` if the data folder has
one, and the manifest `backup.json`, which is written last.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from zipfile import ZipFile

import asyncpg
import msgspec

from deskbell import __version__
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import OperatorError
from deskbell.runtime.migrate import applied_files
from deskbell.runtime.owner import EmbeddedPostgresError
from deskbell.runtime.programs import programs
from deskbell.runtime.schema_files import our_schema
from deskbell.runtime.settings import SECRET_KEY_FILE, Settings
from deskbell.runtime.storage import Storage

DUMP: Final = "database.dump"
FILES: Final = "files/"
MANIFEST: Final = "backup.json"
VERSION: Final = 2
_CHUNK: Final = 1024 * 1024

ReportProgress = Callable[[str, int, int | None], None]
"""Called with the progress: the name of the part, the amount done, and the total if it is known."""


class BackupError(OperatorError):
    """A backup cannot be written or restored; the message is one sentence for the operator."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of an archive. `version` is the archive's format, `migrations` the table files of its schema."""

    version: int
    deskbell: str
    made_at: datetime
    migrations: list[str]
    files: int
    secret_key: bool


async def back_up(settings: Settings, dsn: str, target: Path, report: ReportProgress) -> Manifest:
    """Writes the archive `target`, completely or not at all. Never replaces a file. Raises BackupError."""
    with _new_file(target) as file, ZipFile(file, "w") as archive:
        return await _fill(archive, settings, dsn, report)


@contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner can read, and that gets its name once it is complete."""
    if target.exists():
        raise BackupError(f"{target} already exists; name another file.")
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.unlink(missing_ok=True)  # left by a backup that was killed
        draft.touch(0o600, exist_ok=False)
        with draft.open("r+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written ({error.strerror or error}).") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


async def _fill(archive: ZipFile, settings: Settings, dsn: str, report: ReportProgress) -> Manifest:
    migrations = await _migrations(dsn)
    # A file is stored before its row and removed after it. So copying files both before and after the database includes
    # each file of the database's snapshot.
    storage = Storage.open(settings)
    copied: set[str] = set()
    await _copy_files(archive, storage, copied, report)
    await _copy_database(archive, dsn, report)
    await _copy_files(archive, storage, copied, report)
    kept = settings.data_dir / SECRET_KEY_FILE
    has_key = kept.exists() and kept.read_text("utf-8").strip() == settings.secret_key
    if has_key:
        archive.writestr(SECRET_KEY_FILE, settings.secret_key + "\n")
    manifest = Manifest(
        version=VERSION,
        deskbell=__version__,
        made_at=utc_now(),
        migrations=migrations,
        files=len(copied),
        secret_key=has_key,
    )
    archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


async def _migrations(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        applied = await applied_files(connection)
    finally:
        await connection.close()
    if not applied:
        raise BackupError("There is nothing to back up: the database is empty.")
    return [file.name for file in our_schema().tables if file.name in applied]


async def _copy_files(archive: ZipFile, storage: Storage, copied: set[str], report: ReportProgress) -> None:
    missing = [key async for key in storage.list_keys() if key not in copied]
    for done, key in enumerate(missing):
        report("Copying the files", done, len(missing))
        try:
            content = await storage.get(key)
        except FileNotFoundError:
            continue  # deleted during the backup
        archive.writestr(FILES + key, content)
        copied.add(key)


async def _copy_database(archive: ZipFile, dsn: str, report: ReportProgress) -> None:
    place, environment = connection_for_tools(dsn)
    process = await asyncio.create_subprocess_exec(
        *(tool("pg_dump"), "--format=custom", "--no-password", f"--dbname={place}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    words = asyncio.create_task(process.stderr.read())
    try:
        with archive.open(DUMP, "w", force_zip64=True) as dump:
            written = 0
            report("Copying the database", 0, None)
            while chunk := await process.stdout.read(_CHUNK):
                written += dump.write(chunk)
                report("Copying the database", written, None)
        if await process.wait() != 0:
            raise BackupError(f"The database could not be copied: {complaint(await words)}")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await words


def connection_for_tools(dsn: str) -> tuple[str, dict[str, str]]:
    """A connection string for PostgreSQL's programs without the password, and an environment that holds it."""
    parts = urlsplit(dsn)
    login, at, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    options = dict(parse_qsl(parts.query))
    password = options.pop("password", unquote(password))
    shown = f"{parts.scheme}://{user}{at}{place}{parts.path}?{urlencode(options, quote_via=quote)}"
    return shown, os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": password} if password else {})


def tool(name: str) -> str:
    """The path of a PostgreSQL program: of the embedded PostgreSQL, else from the PATH. Raises BackupError."""
    with suppress(EmbeddedPostgresError):
        if (programs() / name).exists():
            return str(programs() / name)
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"The program {name} is not installed; install PostgreSQL's client programs.")
    return found


def complaint(words: bytes) -> str:
    """The line of a program's output that holds the error."""
    lines = words.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason."]
    return next((line for line in lines if "error:" in line or "ERROR:" in line), lines[-1])
