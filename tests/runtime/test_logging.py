"""Logs are one line each, carry the request's id, and hold no secrets."""

import json
import logging

import pytest
import structlog

from deskbell.runtime.logging import formatter

SECRETS = {
    "password": "hunter2",
    "refresh_token": "hunter2",
    "headers": {"Authorization": "Bearer hunter2", "Cookie": "session=hunter2", "accept": "text/html"},
    "list": [{"client_secret": "hunter2"}],
    "X-API-Key": "hunter2",
    "smtp_url": "smtp://me:hunter2@mail.example.com",
    "address": "postgresql://me:hunter2@db/desk",
    "said": "sent Bearer hunter2hunter2 along",
    "has_token": True,
}


def line(form: str, message: str, /, *args: object, error: bool = False, **extra: object) -> str:
    """The rendered line of a log record of the standard library."""
    record = logging.LogRecord("asyncpg", logging.WARNING, "file.py", 1, message, args, None)
    if error:
        try:
            raise RuntimeError("no way to postgresql://me:hunter2@db/desk")
        except RuntimeError as raised:
            record.exc_info = (type(raised), raised, raised.__traceback__)
    for name, value in extra.items():
        setattr(record, name, value)
    return formatter("json" if form == "json" else "console").format(record)


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_is_written(form: str) -> None:
    text = line(form, "connecting to %s", "postgresql://me:hunter2@db/desk", error=True, **SECRETS)
    assert "hunter2" not in text
    for kept in ("connecting to postgresql://me:***@db/desk", "text/html", "RuntimeError", "has_token", "True"):
        assert kept.lower() in text.lower()


def test_a_line_of_json_says_when_who_what_and_for_which_request() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        entry = json.loads(line("json", "gone after %s tries", 3, host="db"))
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {
        "event": "gone after 3 tries",
        "level": "warning",
        "logger": "asyncpg",
        "host": "db",
        "request_id": "r-1",
    }
    assert "\n" not in line("json", "two\nlines", error=True)
