"""Structured logs of the program and its libraries, on standard error.

`structlog.contextvars.bound_contextvars(request_id=…)` adds a request's id to each of its lines.
"""

import logging.config
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "***"
SECRET_KEYS = re.compile(
    r"passw(or)?d|token|secret|authorization|cookie|api[_-]?key|credential|dsn$|(database|replica|smtp|storage)_url",
    re.IGNORECASE,
)
# In free text: the password in a URL, and the credential after a scheme in a header.
SECRET_TEXT = re.compile(r"(?<=://)(?P<user>[^\s:/@]*):[^\s/@]+@|(?P<scheme>\b(?:Bearer|Basic))\s+[\w.~+/=-]{8,}")
DEPTH = 6  # values nested deeper are not logged


def configure(form: Literal["json", "console"], level: str = "INFO") -> None:
    """Sends all logs of this process to standard error in the given form. May be called again."""
    logging.config.dictConfig(dict_config(form, level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def dict_config(form: Literal["json", "console"], level: str = "INFO") -> dict[str, Any]:
    """The configuration for the standard library's `dictConfig`, which Granian applies in each of its workers."""
    through_root = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"deskbell": {"()": "deskbell.runtime.logging.formatter", "form": form}},
        "handlers": {
            "deskbell": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "deskbell"}
        },
        "root": {"handlers": ["deskbell"], "level": level},
        "loggers": {
            "_granian": {**through_root, "level": "WARNING"},
            "granian.access": {**through_root, "level": level},
            "litestar": {**through_root, "level": level},
            "pgqueuer": {**through_root, "level": "WARNING"},
            "asyncio": {**through_root, "level": "WARNING"},
        },
    }


def formatter(form: Literal["json", "console"]) -> structlog.stdlib.ProcessorFormatter:
    """Renders a log record of the standard library as one line, after redaction."""
    render: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_common(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # plain text: richer formats print variables, which may hold secrets
            redact,
            render,
        ],
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hides secrets: values under names such as `password`, passwords in URLs, credentials in headers."""
    return {key: _redacted(key, value, DEPTH) for key, value in event.items()}


def _redacted(key: str, value: Any, depth: int) -> Any:
    if isinstance(value, (str, bytes)) and value and key != "event" and SECRET_KEYS.search(key):
        return HIDDEN
    if isinstance(value, str):
        return SECRET_TEXT.sub(_hide, value)
    if depth == 0:
        return HIDDEN if isinstance(value, (Mapping, list, tuple)) else value
    if isinstance(value, Mapping):
        return {name: _redacted(str(name), inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_redacted(key, inner, depth - 1) for inner in value]
    return value


def _hide(found: re.Match[str]) -> str:
    return f"{found['scheme']} {HIDDEN}" if found["scheme"] else f"{found['user']}:{HIDDEN}@"


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
