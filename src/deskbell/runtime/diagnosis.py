"""Checks of an installation, each finding with a fix. Read-only except for a probe object in the storage."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import aiosmtplib
import asyncpg

from deskbell.runtime import replica
from deskbell.runtime.database import APP_ROLE
from deskbell.runtime.mail import mail_server
from deskbell.runtime.migrate import OLDEST_MAJOR, pending
from deskbell.runtime.schema_files import SchemaError
from deskbell.runtime.setting_values import SECRET_KEY_MIN
from deskbell.runtime.settings import SECRET_KEY_FILE, Settings, unknown_names

CLOCK_TOLERANCE = 2.0  # seconds between the database's clock and this machine's
LAG_TOLERANCE = 10.0  # seconds that a standby may be behind
DISK_FLOOR = 1024**3  # free bytes that PostgreSQL needs to keep running
_FILED_WITHIN = timedelta(minutes=5)
_SENT_WITHIN = timedelta(hours=1)
PROBE = ".deskbell-doctor"


class Finding(NamedTuple):
    """The result of one check; `cure` is the fix if it is a problem."""

    subject: str
    found: str
    cure: str | None = None

    @property
    def good(self) -> bool:
        """Whether the check found no problem."""
        return self.cure is None


def look_at_settings(settings: Settings, names: list[str]) -> list[Finding]:
    """Checks the settings; `names` are the names of all variables that are set."""
    strange = unknown_names(names)
    kept = (settings.data_dir / SECRET_KEY_FILE).exists() and "DESKBELL_SECRET_KEY" not in names
    return [
        Finding("settings", f"unknown: {', '.join(strange)}", "Correct the names, or remove them.")
        if strange
        else Finding("settings", f"{len(names)} set, all understood"),
        Finding(
            "secret key",
            "kept in the data folder" if kept else f"set, at least {SECRET_KEY_MIN} characters",
        ),
        _look_at_disk(settings),
    ]


async def look_at_database(dsn: str) -> AsyncIterator[Finding]:
    """Checks the database: connection, version, schema, role, queue and clock."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        yield Finding(
            "database", f"cannot be reached: {error}", "Correct DESKBELL_DATABASE_URL, or start that PostgreSQL."
        )
        return
    try:
        version: str = await connection.fetchval("show server_version")
        major = connection.get_server_version().major
        yield Finding(
            "database", f"PostgreSQL {version}", f"Use {OLDEST_MAJOR} or newer." if major < OLDEST_MAJOR else None
        )
        if major < OLDEST_MAJOR:
            return
        yield await _look_at_migrations(dsn)
        yield await _look_at_role(connection)
        yield await _look_at_clock(connection)
        if await connection.fetchval("select to_regclass('pgqueuer') is not null"):
            yield await _look_at_jobs(connection)
            yield await _look_at_waiting_mail(connection)
            yield await _look_at_mailboxes(connection)
    finally:
        await connection.close()


async def look_at_replica(dsn: str) -> Finding:
    """Checks the standby that reads: its connection, and how far it is behind."""
    try:
        behind = await replica.lag_of(dsn)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        return Finding(
            "standby", f"cannot be reached: {error}", "Correct DESKBELL_REPLICA_URL, or start that PostgreSQL."
        )
    if behind is None:
        return Finding("standby", "is no standby", "Point DESKBELL_REPLICA_URL at a streaming standby of the database.")
    cure = None if behind < LAG_TOLERANCE else "Look at its network, its disk, and queries that hold up the replay."
    return Finding("standby", f"{behind:.1f} s behind", cure)


async def _look_at_migrations(dsn: str) -> Finding:
    try:
        missing = await pending(dsn)
    except SchemaError as error:
        return Finding("migrations", error.found, error.cure)
    if missing:
        return Finding("migrations", f"missing: {', '.join(missing)}", "Run `deskbell migrate`.")
    return Finding("migrations", "all applied")


def look_at_storage(settings: Settings) -> Finding:
    """Checks whether the storage is writable: writes a small object and deletes it."""
    from obstore.store import from_url  # noqa: PLC0415 - slow to load

    shown = settings.storage_url.split("?", 1)[0]
    try:
        store: Any = from_url(settings.storage_url, **_making_folders(settings.storage_url))
        store.put(PROBE, b"deskbell doctor was here\n")
        store.delete(PROBE)
    except Exception as error:  # noqa: BLE001 - the store raises many kinds of error, and each is a finding
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return Finding(
            "storage", f"{shown} cannot be written: {reason}", "Correct DESKBELL_STORAGE_URL or its permissions."
        )
    return Finding("storage", f"{shown} can be written")


async def look_at_mail(settings: Settings) -> Finding:
    """Checks whether the mail server accepts a connection with these credentials. Sends nothing."""
    if settings.smtp_url is None:
        return Finding("mail", "kept in the outbox: DESKBELL_SMTP_URL is not set")
    server = mail_server(settings.smtp_url)
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, username=server.username, password=server.password,
        use_tls=server.use_tls, start_tls=server.start_tls, timeout=10,
    )  # fmt: skip
    try:
        async with client:
            await client.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return Finding("mail", f"no mail can be sent: {reason}", "Correct DESKBELL_SMTP_URL, or start that server.")
    return Finding("mail", f"{server.host}:{server.port} takes mail")


async def _look_at_jobs(connection: Any) -> Finding:
    rows = await connection.fetch(
        "select case entrypoint when 'reaction' then convert_from(payload, 'utf8')::json->>'reaction' "
        "else entrypoint end as job, count(*) as jobs, count(*) filter (where status = 'failed') as ended "
        "from pgqueuer where status = 'failed' or attempts > 0 group by 1 order by 2 desc, 1 limit 10"
    )
    if not rows:
        return Finding("jobs", "none failed")
    failing = ", ".join(f"{row['jobs']:,} {row['job']}" for row in rows)
    cure = 'Fix the cause, which the log names ("job failed"). '
    if ended := sum(row["ended"] for row in rows):
        return Finding(
            "jobs",
            f"failing: {failing}; {ended:,} at the last attempt",
            f"{cure}Then run `deskbell retry-jobs`: after the last attempt a job waits for that.",
        )
    return Finding("jobs", f"failing: {failing}", f"{cure}Each has attempts left and runs again after a pause.")


async def _look_at_waiting_mail(connection: Any) -> Finding:
    row = await connection.fetchrow(
        "select *, now() - oldest_waiting > $1 as is_late, now() - oldest_delayed > $2 as is_stuck "
        "from deskbell_mail_figures()",
        _FILED_WITHIN,
        _SENT_WITHIN,
    )
    found = f"{row['waiting']:,} to be filed, {row['quarantined']:,} in quarantine, {row['queued'] + row['delayed']:,} to be sent"
    if row["is_late"]:
        return Finding(
            "waiting mail", found, "Start `deskbell serve` or `deskbell worker`; `deskbell mail queue` lists them."
        )
    if row["is_stuck"]:
        return Finding("waiting mail", found, "See the mail server's answers with `deskbell mail queue`.")
    return Finding("waiting mail", found)


async def _look_at_mailboxes(connection: Any) -> Finding:
    row = await connection.fetchrow("select * from deskbell_mailbox_figures()")
    found = f"{row['read']:,} read by IMAP, {row['sending']:,} with a mail server of their own"
    troubles = [
        f"{row[name]:,} {words}"
        for name, words in (
            ("unread", "cannot be read"),
            ("stopped", "cannot send"),
            ("signed_out", "without a valid sign-in"),
        )
        if row[name]
    ]
    if not troubles:
        return Finding("mailboxes", found)
    return Finding(
        "mailboxes", f"{found}; {', '.join(troubles)}", "See Admin, Mailboxes, or run `deskbell mail test ADDRESS`."
    )


def _making_folders(url: str) -> dict[str, Any]:
    return {"mkdir": True} if url.startswith("file:") else {}


def _look_at_disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    cure = f"Free some space: below {DISK_FLOOR // 1024**3} GB the database may stop." if free < DISK_FLOOR else None
    return Finding("disk", f"{free / 1024**3:.1f} GB free at {settings.data_dir}", cure)


async def _look_at_role(connection: Any) -> Finding:
    row = await connection.fetchrow(
        "select rolsuper or rolbypassrls as free, pg_has_role(current_user, oid, 'set') as usable "
        "from pg_roles where rolname = $1",
        APP_ROLE,
    )
    if row is None:
        return Finding("role", f"{APP_ROLE} does not exist", "Run `deskbell migrate` as a role with CREATEROLE.")
    if row["free"]:
        return Finding(
            "role",
            f"{APP_ROLE} bypasses row-level security",
            f"Run: alter role {APP_ROLE} nosuperuser nobypassrls",
        )
    if not row["usable"]:
        return Finding("role", f"this login may not switch to {APP_ROLE}", f"Grant {APP_ROLE} to it.")
    return Finding("role", f"{APP_ROLE}, subject to row-level security")


async def _look_at_clock(connection: Any) -> Finding:
    before = datetime.now(UTC)
    theirs: datetime = await connection.fetchval("select clock_timestamp()")
    after = datetime.now(UTC)
    apart = abs((theirs - (before + (after - before) / 2)).total_seconds())
    cure = "Synchronize both machines with a time server." if apart > CLOCK_TOLERANCE else None
    return Finding("clock", f"{apart:.3f} s from the database's", cure)
