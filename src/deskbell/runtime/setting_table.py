"""The table of settings, from which they are read, checked and documented (`docs/admin/settings.md`)."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from deskbell.runtime import setting_values as read
from deskbell.runtime.setting_values import SECRET_KEY_MIN

PREFIX = "DESKBELL_"
DEFAULT_DATA_DIR = Path("data")


class Setting(NamedTuple):
    """One row of the table of settings.

    `read` turns the text into the value and raises ValueError with what is allowed ("must be …");
    `default` is the text used for an absent setting (None: no default), `shown` the default as the manual prints it.
    """

    name: str
    meaning: str
    read: Callable[[str], Any]
    default: str | None = None
    shown: str = ""
    secret: bool = False

    @property
    def field(self) -> str:
        """The attribute of `Settings` that holds the value."""
        return self.name.lower()

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name


_POSTGRES = read.url("postgresql", "postgres", example="postgresql://user:password@host/deskbell", needs_host=False)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATABASE_URL",
        "The PostgreSQL (16 or newer) to use. Without it, Deskbell runs its own PostgreSQL in the data folder.",
        _POSTGRES,
        shown="own PostgreSQL",
        secret=True,
    ),
    Setting(
        "REPLICA_URL",
        "A streaming standby of `DESKBELL_DATABASE_URL` that answers searches, reports and the dashboard. See "
        "[Several machines](scaling.md#a-standby-that-reads).",
        _POSTGRES,
        shown="none",
        secret=True,
    ),
    Setting(
        "DATA_DIR",
        "The folder for the embedded PostgreSQL, attachments and the secret key.",
        read.folder,
        default=str(DEFAULT_DATA_DIR),
    ),
    Setting(
        "SECRET_KEY",
        f"Signs sign-in tokens; at least {SECRET_KEY_MIN} characters, the same on every node. "
        "Changing it signs everyone out, and authenticator apps must be set up again (recovery codes stay valid).",
        read.secret_key,
        shown="created once and kept in the data folder",
        secret=True,
    ),
    Setting(
        "SECRET_KEY_PREVIOUS",
        "The secret key before the present one: it still opens stored passwords and keys, which are sealed again within an hour. "
        "Remove it afterwards.",
        read.secret_key,
        shown="none",
        secret=True,
    ),
    Setting(
        "BASE_URL",
        "The public address of this server; links in mails begin with it.",
        read.base_url,
        default="http://127.0.0.1:8000",
        shown="the address `deskbell serve` listens on",
    ),
    Setting(
        "SMTP_URL",
        "The mail server for outgoing mail: `smtp://` (STARTTLS if offered) or `smtps://`, with user and password if "
        "required. Without it, mail is kept and shown at `/dev/mail`.",
        read.url("smtp", "smtps", example="smtp://user:password@mail.example.com:587"),
        shown="none",
        secret=True,
    ),
    Setting(
        "MAIL_FROM",
        "The sender of outgoing mail.",
        read.mail_sender,
        default="Deskbell <support@localhost>",
    ),
    Setting(
        "INBOUND_SMTP",
        "host:port on which the job worker receives mail for the mailboxes, by SMTP and LMTP, such as 127.0.0.1:2525. Without "
        "encryption: let a mail server in front of it receive mail from outside.",
        read.address,
        shown="not listening",
    ),
    Setting(
        "MAX_MAIL_BYTES",
        "The largest mail that is received, in bytes; larger ones are rejected.",
        read.whole_number(1_000, 1_000_000_000),
        default=str(64 * 1024 * 1024),
        shown="67108864 (64 MB)",
    ),
    Setting(
        "MAIL_RETENTION_DAYS",
        "The number of days for which received mails are kept byte for byte, for download. Their tickets, log and Message-IDs "
        "stay.",
        read.whole_number(1, 36_500),
        default="400",
    ),
    Setting(
        "STORAGE_URL",
        "The storage of attachments: a folder (`file:///srv/files`) or S3 (`s3://bucket/prefix`).",
        read.storage_url,
        shown="the folder `files` in the data folder",
        secret=True,
    ),
    Setting(
        "RATE_LIMITS",
        "Rate limits: on (the documented limits), off, or the limits to change, such as "
        "user=5000/hour, anonymous=100/hour, platform_user=100/minute, platform_organization=1000/minute, web=600/minute.",
        read.rate_limits,
        default="on",
    ),
    Setting(
        "API_DEFAULT",
        "The contract that answers under `/api` without a version: v1 or v2.",
        read.one_of("v1", "v2"),
        default="v1",
    ),
    Setting(
        "LOG_FORMAT",
        "The log format: json (one object per line) or console (for people).",
        read.one_of("json", "console"),
        shown="console on a terminal, else json",
    ),
    Setting(
        "WEBHOOK_ALLOWED_HOSTS",
        "Private or loopback hosts that webhooks may reach, separated by commas.",
        read.host_names,
        default="",
        shown="none",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "The proxies in front of this server, as addresses or networks separated by commas. Their X-Forwarded-For and "
        "X-Forwarded-Proto are used; those of other callers are ignored.",
        read.networks,
        default="",
        shown="none",
    ),
    Setting(
        "MAX_UPLOAD_BYTES",
        "The largest attachment, in bytes.",
        read.whole_number(1, 5_000_000_000),
        default=str(25 * 1024 * 1024),
        shown="26214400 (25 MB)",
    ),
    Setting(
        "MAX_IMPORT_BYTES",
        "The largest file that the app and the API import, in bytes. The command line has no limit.",
        read.whole_number(1, 50_000_000_000),
        default=str(500 * 1024 * 1024),
        shown="524288000 (500 MB)",
    ),
    Setting(
        "TICKET_RETENTION_DAYS",
        "The number of days for which a deleted ticket can be restored. It is then deleted permanently, with its content "
        "and files.",
        read.whole_number(1, 36_500),
        default="30",
    ),
    Setting(
        "PASSWORD_COST",
        "The cost of hashing a password: standard (Argon2id as RFC 9106 recommends). The value test is for the test suite "
        "only and refused outside it.",
        read.password_cost,
        default="standard",
    ),
    Setting("DEMO", "Whether this server holds the demo data and its tools: on or off.", read.switch, default="off"),
    Setting(
        "STATEMENT_TIMEOUT",
        "The number of seconds that one SQL statement of a request may run; the request then gets status 503. Jobs, "
        "imports, exports on the command line and migrations have no such limit.",
        read.whole_number(1, 3_600),
        default="30",
    ),
    Setting(
        "POOL_SIZE", "The maximum number of database connections per process.", read.whole_number(1, 500), default="10"
    ),
)


def manual() -> str:
    """The text of `docs/admin/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Settings are environment variables; `.env` in the current folder is read too, and the environment wins.",
        "A wrong value stops the start with a sentence that names the setting; the start reports misspelt names.",
        "`deskbell doctor` checks them all.",
        "",
        "| variable | meaning | default |",
        "|---|---|---|",
    ]
    for setting in SETTINGS:
        default = setting.shown or f"`{setting.default}`"
        lines.append(f"| `{setting.variable}` | {setting.meaning} | {default} |")
    lines += [
        "",
        "This page is generated from the table in `deskbell/runtime/setting_table.py`; a test keeps it current.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(manual())
