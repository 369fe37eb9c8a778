"""Settings, read once at start from `DESKBELL_*` variables and `.env`."""

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from deskbell.runtime.limits import RateLimits
from deskbell.runtime.setting_table import PREFIX, SETTINGS, Setting
from deskbell.runtime.setting_values import SECRET_KEY_MIN, Address, Network

__all__ = [
    "SECRET_KEY_FILE", "SETTINGS", "SettingError", "Settings", "kept_secret_key", "make_storage_dir", "read_texts",
    "unknown_names",
]  # fmt: skip

SECRET_KEY_FILE = "secret-key"  # noqa: S105 - the file's name, not a secret


class SettingError(Exception):
    """A setting is invalid; the message is one sentence for the operator with its name and the allowed values."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings, validated. `repr` leaves secrets out."""

    database_url: str | None = None
    replica_url: str | None = None
    data_dir: Path
    secret_key: str
    secret_key_previous: str | None = None
    base_url: str
    smtp_url: str | None = None
    mail_from: str
    inbound_smtp: Address | None = None
    max_mail_bytes: int
    mail_retention_days: int
    storage_url: str
    rate_limits: RateLimits
    api_default: Literal["v1", "v2"]
    log_format: Literal["json", "console"]
    webhook_allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    max_upload_bytes: int
    max_import_bytes: int
    ticket_retention_days: int
    password_cost: Literal["standard", "test"]
    demo: bool
    statement_timeout: int
    pool_size: int

    @property
    def smtp_host(self) -> str | None:
        """The host that mail goes out through; None where mail is not sent."""
        return None if self.smtp_url is None else urlsplit(self.smtp_url).hostname

    @property
    def host(self) -> str:
        """The host name of the server's own address, in lower case."""
        return urlsplit(self.base_url).hostname or ""

    @classmethod
    def load(
        cls, environ: Mapping[str, str] | None = None, *, dotenv: Path | None = None, **overrides: object
    ) -> "Settings":
        """Reads the settings, and creates the data folder and the secret key if they are missing.

        Without `environ` it reads the process's environment and `.env` in the current folder; the environment takes
        precedence. An override (by field name, such as a command-line option) takes precedence over both; None means not
        given. Raises SettingError.
        """
        texts = read_texts(environ, dotenv)
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            given = overrides.pop(setting.field, None)
            value = _parse(setting, texts.get(setting.variable) if given is None else _as_text(given))
            if value is not None:
                values[setting.field] = value
        if overrides:
            raise TypeError(f"there is no setting {min(overrides)}")
        values["data_dir"] = Path(os.path.abspath(values["data_dir"]))  # noqa: PTH100 - keeps symbolic links as named
        values.setdefault("log_format", "console" if sys.stderr.isatty() else "json")
        values.setdefault("storage_url", (values["data_dir"] / "files").as_uri())
        make_data_dir(values["data_dir"])
        if "secret_key" not in values:
            values["secret_key"] = kept_secret_key(values["data_dir"])
        return cls(**values)

    def environ(self) -> dict[str, str]:
        """The environment variables with which a child process loads these settings."""
        values = {setting.variable: getattr(self, setting.field) for setting in SETTINGS}
        return {name: _as_text(value) for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        shown = (
            f"{setting.field}={'***' if setting.secret and value else repr(value)}"
            for setting in SETTINGS
            for value in [getattr(self, setting.field)]
        )
        return f"Settings({', '.join(shown)})"


def read_texts(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> dict[str, str]:
    """The `DESKBELL_*` texts that are set and not empty; the environment overrides `.env`. Raises SettingError."""
    if environ is None:
        environ, dotenv = os.environ, dotenv or Path(".env")
    texts: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        from deskbell.runtime.dotenv_file import NotReadable, read  # noqa: PLC0415 - most starts have no .env

        try:
            texts |= read(dotenv)
        except NotReadable as problem:
            raise SettingError(str(problem)) from None
    texts |= environ
    return {name: text.strip() for name, text in texts.items() if name.startswith(PREFIX) and text.strip()}


def unknown_names(texts: Iterable[str]) -> list[str]:
    """Names that begin with `DESKBELL_` and are not settings: each is probably a typo."""
    known = {setting.variable for setting in SETTINGS}
    return sorted(name for name in texts if name.startswith(PREFIX) and name not in known)


def make_data_dir(folder: Path) -> None:
    """Creates the data folder, private to its owner. Raises SettingError."""
    _make_writable("DATA_DIR", folder)


def make_storage_dir(url: str) -> Path | None:
    """The folder of the storage's URL, created if missing; None for S3. Raises SettingError."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    folder = Path(url2pathname(parts.path))
    _make_writable("STORAGE_URL", folder)
    return folder


def _make_writable(setting: str, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"{PREFIX}{setting}: the folder {folder} cannot be created ({error.strerror}); choose a writable one."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingError(
            f"{PREFIX}{setting}: this user cannot write to the folder {folder}; change its permissions, or choose another."
        )


def kept_secret_key(folder: Path) -> str:
    """The secret key kept in the data folder, created on first use. Concurrent processes get the same key."""
    path = folder / SECRET_KEY_FILE
    try:
        if not path.exists():
            _create_whole(path, secrets.token_urlsafe(48))
        key = path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"{PREFIX}SECRET_KEY: the kept key {path} cannot be used ({error.strerror}); "
            "let this user read it, or set the variable."
        ) from None
    if len(key) < SECRET_KEY_MIN:
        raise SettingError(f"{PREFIX}SECRET_KEY: the kept key {path} must have at least {SECRET_KEY_MIN} characters.")
    return key


def _create_whole(path: Path, text: str) -> None:
    """Creates the file with its full content, or keeps the one that another process created."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # never replaces a file, and the file appears only once complete
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _parse(setting: Setting, text: str | None) -> Any:
    chosen = setting.default if text is None else text
    if chosen is None:
        return None
    try:
        return setting.read(chosen)
    except ValueError as error:
        given = "" if setting.secret else f", not {chosen!r}"
        raise SettingError(f"{setting.variable} {error}{given}.") from None


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple) and not isinstance(value, Address):
        return ",".join(map(str, value))
    return str(value)
