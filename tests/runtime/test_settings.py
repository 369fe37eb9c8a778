"""Settings are read, checked and kept as the manual says."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deskbell.runtime.setting_table import manual
from deskbell.runtime.setting_values import Address
from deskbell.runtime.settings import (
    SETTINGS,
    SettingError,
    Settings,
    kept_secret_key,
    make_storage_dir,
    read_texts,
    unknown_names,
)

KEY = "k" * 32
WRONG = [
    ("DATABASE_URL", "mysql://db/desk", "must be a URL like postgresql://"),
    ("REPLICA_URL", "http://db/desk", "must be a URL like postgresql://"),
    ("DATA_DIR", "/tmp/a\0b", "must be the path of a folder"),
    ("SECRET_KEY", "short", "must have at least 32 characters"),
    ("BASE_URL", "desk.example.com", "must be a URL like https://"),
    ("BASE_URL", "https://desk.example.com/?a=b", "without ?, # or a user"),
    ("BASE_URL", "https://desk.example.com:port", "must be a URL like https://"),
    ("BASE_URL", "https://desk example.com", "must be a URL like https://"),
    ("SMTP_URL", "mail.example.com", "must be a URL like smtp://"),
    ("MAIL_FROM", "the desk", "must be an address like support@example.com"),
    ("INBOUND_SMTP", "127.0.0.1", "must be host:port"),
    ("INBOUND_SMTP", "127.0.0.1:70000", "must be host:port"),
    ("MAX_MAIL_BYTES", "10", "must be a whole number"),
    ("SECRET_KEY_PREVIOUS", "short", "must have at least 32 characters"),
    ("MAIL_RETENTION_DAYS", "0", "must be a whole number"),
    ("STORAGE_URL", "ftp://files", "must be a URL like s3://"),
    ("STORAGE_URL", "s3:", "must name a bucket in a URL like s3://"),
    ("STORAGE_URL", "file:files", "must name a folder of this machine by its absolute path"),
    ("STORAGE_URL", "file://other-host/files", "must name a folder of this machine by its absolute path"),
    ("RATE_LIMITS", "some", "must be on, off, or limits"),
    ("API_DEFAULT", "v3", "must be v1 or v2"),
    ("LOG_FORMAT", "xml", "must be json or console"),
    ("TRUSTED_PROXIES", "proxy", "must be addresses or networks such as 10.0.0.7"),
    ("WEBHOOK_ALLOWED_HOSTS", "http://host/", "must be host names separated by commas"),
    ("MAX_UPLOAD_BYTES", "25MB", "must be a whole number from 1 to"),
    ("MAX_UPLOAD_BYTES", "0", "must be a whole number from 1 to"),
    ("MAX_IMPORT_BYTES", "0", "must be a whole number from 1 to"),
    ("DEMO", "maybe", "must be on or off"),
    ("PASSWORD_COST", "cheap", "must be standard; test is for the test suite only"),
    ("TICKET_RETENTION_DAYS", "0", "must be a whole number from 1 to"),
    ("POOL_SIZE", "-1", "must be a whole number from 1 to 500"),
    ("STATEMENT_TIMEOUT", "0", "must be a whole number from 1 to 3600"),
]


def load(tmp_path: Path, **texts: str) -> Settings:
    return Settings.load(
        {"DESKBELL_DATA_DIR": str(tmp_path), **{f"DESKBELL_{name}": text for name, text in texts.items()}}
    )


def test_without_any_variable_everything_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.data_dir == tmp_path
    assert settings.storage_url == (tmp_path / "files").as_uri()
    assert (settings.database_url, settings.smtp_url, settings.inbound_smtp) == (None,) * 3
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.rate_limits
    assert not settings.demo
    assert settings.api_default == "v1"
    assert settings.webhook_allowed_hosts == ()
    assert settings.max_upload_bytes == 26_214_400


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DATABASE_URL="postgresql://app:pw@db/desk",
        SECRET_KEY=KEY,
        BASE_URL="https://desk.example.com/",
        SMTP_URL="smtps://me:pw@mail.example.com",
        MAIL_FROM="Desk <desk@example.com>",
        INBOUND_SMTP="[::1]:2525",
        STORAGE_URL="s3://bucket/prefix",
        RATE_LIMITS="Off",
        API_DEFAULT="v2",
        LOG_FORMAT="json",
        WEBHOOK_ALLOWED_HOSTS="Hooks.example.com, 10.0.0.7",
        TRUSTED_PROXIES="10.0.0.7, fd00::/8",
        MAX_UPLOAD_BYTES="1000",
        DEMO="yes",
        POOL_SIZE="7",
    )
    assert settings.database_url == "postgresql://app:pw@db/desk"
    assert settings.secret_key == KEY
    assert settings.base_url == "https://desk.example.com"
    assert settings.inbound_smtp == Address("::1", 2525)
    assert settings.webhook_allowed_hosts == ("hooks.example.com", "10.0.0.7")
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.7/32", "fd00::/8"]
    assert (bool(settings.rate_limits), settings.demo, settings.api_default) == (False, True, "v2")
    assert (settings.max_upload_bytes, settings.pool_size) == (1000, 7)
    assert Settings.load(settings.environ()) == settings, "a child process must get the same settings"


@pytest.mark.parametrize(("name", "text", "allowed"), WRONG)
def test_a_wrong_value_is_refused_in_a_sentence(tmp_path: Path, name: str, text: str, allowed: str) -> None:
    with pytest.raises(SettingError) as refusal:
        load(tmp_path, **{name: text})
    sentence = str(refusal.value)
    assert sentence.startswith(f"DESKBELL_{name} must")
    assert allowed in sentence
    secret = next(setting.secret for setting in SETTINGS if setting.name == name)
    assert (repr(text) in sentence) != secret, "a secret is not repeated, anything else is"


def test_every_setting_that_can_be_wrong_has_such_a_case() -> None:
    assert {name for name, _, _ in WRONG} == {setting.name for setting in SETTINGS}


def test_cheap_passwords_are_refused_outside_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(tmp_path, PASSWORD_COST="test").password_cost == "test"
    monkeypatch.delenv("PYTEST_VERSION")
    with pytest.raises(SettingError, match="PASSWORD_COST must be standard"):
        load(tmp_path, PASSWORD_COST="test")


def test_an_empty_value_is_as_none(tmp_path: Path) -> None:
    assert load(tmp_path, POOL_SIZE="  ").pool_size == 10


def test_an_option_wins_over_the_environment(tmp_path: Path) -> None:
    settings = Settings.load(
        {"DESKBELL_DATA_DIR": "/nowhere", "DESKBELL_POOL_SIZE": "3"}, data_dir=tmp_path, pool_size=None
    )
    assert (settings.data_dir, settings.pool_size) == (tmp_path, 3)
    with pytest.raises(TypeError, match="no setting colour"):
        Settings.load({}, data_dir=tmp_path, colour="blue")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DESKBELL_POOL_SIZE=4\nDESKBELL_API_DEFAULT=v2\nOTHER=1\n")
    texts = read_texts({"DESKBELL_POOL_SIZE": "5", "PATH": "/bin"}, dotenv=file)
    assert texts == {"DESKBELL_POOL_SIZE": "5", "DESKBELL_API_DEFAULT": "v2"}


def test_a_name_that_is_no_setting_is_found() -> None:
    assert unknown_names(["DESKBELL_POOLSIZE", "DESKBELL_POOL_SIZE", "HOME"]) == ["DESKBELL_POOLSIZE"]


def test_the_secret_key_is_made_once_for_all_who_race_for_it_and_is_private(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(kept_secret_key, [tmp_path] * 64))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"], "no draft is left"
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert load(tmp_path).secret_key == kept_secret_key(tmp_path)


def test_a_kept_key_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short\n")
    with pytest.raises(SettingError, match=r"DESKBELL_SECRET_KEY: the kept key .* must have at least 32 characters"):
        load(tmp_path)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match=r"DESKBELL_DATA_DIR: the folder .*/file/data cannot be created"):
        load(tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    load(tmp_path, DATA_DIR=str(tmp_path / "new"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_no_secret_shows_in_the_text_form(tmp_path: Path) -> None:
    settings = load(
        tmp_path, SECRET_KEY="hidden-" * 6, SMTP_URL="smtp://me:hidden@mail", DATABASE_URL="postgresql://a:hidden@b/c"
    )
    for text in (repr(settings), str(settings), f"{settings}"):
        assert "hidden" not in text
        assert "pool_size=10" in text


def test_the_manual_page_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "admin" / "settings.md"
    assert page.read_text("utf-8") == manual(), (
        f"run: {Path(sys.executable).name} -m deskbell.runtime.setting_table > docs/admin/settings.md"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"DESKBELL_MAIL_FROM=caf\xe9@shop.example\n", "is not UTF-8 text"),
        (b"# ours\nDESKBELL_POOL_SIZE 10\n", "line 2: the line must have the form NAME=value"),
    ],
)
def test_an_env_file_that_cannot_be_read_is_reported(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(SettingError) as refused:
        read_texts({}, dotenv=file)
    assert str(refused.value).startswith(str(file))
    assert problem in str(refused.value)


def test_other_programs_lines_in_the_env_file_are_theirs(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfDESKBELL_POOL_SIZE=7\nsome words of another program\nOTHER=1\n")
    assert read_texts({}, dotenv=file) == {"DESKBELL_POOL_SIZE": "7"}


def test_a_storage_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        SettingError, match=r"DESKBELL_STORAGE_URL: the folder .* cannot be created \(Not a directory\)"
    ):
        make_storage_dir((tmp_path / "file" / "storage").as_uri())
    made = make_storage_dir((tmp_path / "a folder").as_uri())
    assert made == tmp_path / "a folder"
    assert made.is_dir()
    assert make_storage_dir("s3://bucket/prefix") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_is_not_writable_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SettingError, match="DESKBELL_DATA_DIR: this user cannot write to the folder"):
        load(tmp_path)
