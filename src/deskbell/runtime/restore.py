"""Restores a backup into an empty data folder, or into an empty database of the operator's."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

import asyncpg
import msgspec

from deskbell import __version__
from deskbell.runtime.backup import (
    DUMP,
    FILES,
    MANIFEST,
    VERSION,
    BackupError,
    Manifest,
    ReportProgress,
    complaint,
    connection_for_tools,
    tool,
)
from deskbell.runtime.embedded import EmbeddedPostgres, FolderLock
from deskbell.runtime.migrate import migrate
from deskbell.runtime.schema_files import numbers_in, our_schema
from deskbell.runtime.settings import SECRET_KEY_FILE, Settings
from deskbell.runtime.storage import Storage

DRAFT: Final = "restore.new"
_CHUNK: Final = 1024 * 1024

# The journal is read in the order of transaction ids, and a new cluster starts them at about 700: the old ids would be in
# its future. All events get the lowest id, so that event ids order them, plus one for each reader's position before the
# event, so that each reader continues exactly there.
_RENUMBER: Final = """
with renumbered as (
  update events e set (xact_id, horizon) = (
    select (3 + count(*))::text::xid8, (3 + count(*))::text::xid8
      from journal_readers r where (r.xact_id, r.id) < (e.xact_id, e.id)))
update journal_readers r
   set id = (select coalesce(max(e.id), 0) from events e),
       xact_id = (select (3 + count(*))::text::xid8
                    from journal_readers earlier where (earlier.xact_id, earlier.id) < (r.xact_id, r.id))
"""


def read_manifest(archive: Path) -> Manifest:
    """The manifest of an archive. Raises BackupError if it is not a backup, or one of a newer Deskbell."""
    try:
        with ZipFile(archive) as file:
            manifest = msgspec.json.decode(file.read(MANIFEST), type=Manifest)
    except OSError as error:
        raise BackupError(f"{archive} cannot be read ({error.strerror or error}).") from None
    except (BadZipFile, KeyError, msgspec.MsgspecError):
        raise BackupError(f"{archive} is not a complete backup of Deskbell.") from None
    if manifest.version < VERSION:
        raise BackupError(
            f"{archive} was written before release 0.1; restore it with the program that wrote it, and export from there."
        )
    known = {file.name for file in our_schema().tables}
    is_newer = numbers_in(manifest.deskbell) > numbers_in(__version__) or manifest.version > VERSION
    if is_newer or not known.issuperset(manifest.migrations):
        raise BackupError(
            f"{archive} was written by a newer Deskbell ({manifest.deskbell}); restore it with that version or a later one."
        )
    return manifest


async def restore(archive: Path, data_dir: Path, report: ReportProgress) -> Settings:
    """Restores into `data_dir`, which must be empty, and into the database and storage that the settings name.

    Fills the data folder completely or not at all. Returns the settings of the restored server. Raises BackupError.
    """
    read_manifest(archive)
    try:
        with _draft(data_dir) as draft, ZipFile(archive) as file:
            return await _fill(file, draft, report)
    except BadZipFile:
        raise BackupError(f"{archive} is damaged; restore another backup.") from None
    except OSError as error:
        raise BackupError(f"{archive} could not be restored ({error.strerror or error}).") from error


@contextmanager
def _draft(data_dir: Path) -> Iterator[Path]:
    """A folder in the empty data folder; on success its content moves to the data folder."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock, draft = FolderLock(data_dir), data_dir / DRAFT
    lock.take()
    try:
        if {path.name for path in data_dir.iterdir()} - {lock.path.name, DRAFT}:
            raise BackupError(f"The data folder {data_dir} is not empty; name another with --data-dir.")
        shutil.rmtree(draft, ignore_errors=True)  # left by a restore that was killed
        draft.mkdir(mode=0o700)
        yield draft
        (draft / lock.path.name).unlink(missing_ok=True)
        # The database last: a data folder without it counts as unused.
        for path in sorted(draft.iterdir(), key=lambda path: path.name == "postgres"):
            path.rename(data_dir / path.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        lock.release()


async def _fill(archive: ZipFile, draft: Path, report: ReportProgress) -> Settings:
    if SECRET_KEY_FILE in archive.namelist():
        (draft / SECRET_KEY_FILE).touch(0o600)
        (draft / SECRET_KEY_FILE).write_bytes(archive.read(SECRET_KEY_FILE))
    settings = Settings.load(data_dir=draft)
    await _restore_files(archive, Storage.open(settings), report)
    if settings.database_url is not None:
        await _restore_database(archive, settings.database_url, report)
    else:
        report("Creating the database", 0, None)
        server = EmbeddedPostgres(draft)
        dsn = await asyncio.to_thread(server.start)
        try:
            await _restore_database(archive, dsn, report)
        finally:
            await asyncio.to_thread(server.stop)
    return settings


async def _restore_files(archive: ZipFile, storage: Storage, report: ReportProgress) -> None:
    there = {key async for key in storage.list_keys()}
    names = [name for name in archive.namelist() if name.startswith(FILES)]
    for done, name in enumerate(names):
        report("Restoring the files", done, len(names))
        key, content = name.removeprefix(FILES), archive.read(name)
        if key not in there:
            await storage.put(key, content)
        elif await storage.get(key) != content:
            raise BackupError(f"The storage has another file under the name {key}; choose an empty storage.")


async def _restore_database(archive: ZipFile, dsn: str, report: ReportProgress) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval(
            "select exists (select from pg_class where relnamespace = current_schema()::regnamespace)"
        ):
            raise BackupError("The database that DESKBELL_DATABASE_URL names is not empty; make a new one.")
        # The dump holds no roles and, restored with these options, no default privileges.
        await connection.execute(our_schema().tables[0].sql)
        with tempfile.TemporaryDirectory(prefix="deskbell-restore-") as folder:
            dump, contents = Path(folder) / DUMP, Path(folder) / "contents"
            with archive.open(DUMP) as source, dump.open("wb") as target:
                await asyncio.to_thread(shutil.copyfileobj, source, target, _CHUNK)
            listed = (await _pg_restore("--list", str(dump))).decode()
            contents.write_text("".join(line for line in listed.splitlines(True) if " DEFAULT ACL " not in line))
            chosen = ("--exit-on-error", "--single-transaction", "--no-owner", f"--use-list={contents}", str(dump))
            report("Restoring the database", 0, None)
            await _pg_restore("--section=pre-data", "--section=data", *chosen, dsn=dsn)
            # Before the indexes exist, and before the journal's triggers would refuse the update.
            await connection.execute(_RENUMBER)
            report("Creating the indexes", 0, None)
            await _pg_restore("--section=post-data", *chosen, dsn=dsn)
        report("Upgrading the database", 0, None)
        await migrate(dsn)
        # Automations count from now on: what came due while the backup lay there must not write to customers.
        await connection.execute("update rules set armed_at = now() where armed_at is not null")
        await connection.execute("analyze")
    finally:
        await connection.close()


async def _pg_restore(*arguments: str, dsn: str | None = None) -> bytes:
    place, environment = connection_for_tools(dsn or "")
    process = await asyncio.create_subprocess_exec(
        *(tool("pg_restore"), "--no-password", *((f"--dbname={place}",) if dsn else ()), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        said, words = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise BackupError(f"The database could not be restored: {complaint(words)}")
    return said
