"""The access log: one line per request. It is written on each request, so its cost matters."""

import sys
from typing import Final

import msgspec
import structlog

from deskbell.kernel.clock import utc_now

_SLOW_SECONDS: Final = 1.0
_encode: Final = msgspec.json.Encoder().encode
_log: Final = structlog.get_logger("deskbell.access")


class AccessLog:
    """Logs every request as a JSON line; in console form only slow and failed ones.

    JSON lines bypass the logging library, which would take a quarter of a request's time, and go to standard error.
    """

    def __init__(self, form: str) -> None:
        self._complete = form == "json"

    def write(self, *, request_id: str, method: str, path: str, status: int, seconds: float) -> None:
        """Logs one request. The query string is left out: it may hold an access token."""
        level = "error" if status >= 500 else "warning" if status >= 400 else "info"
        if self._complete:
            line = {
                "event": "request", "level": level, "logger": "deskbell.access", "method": method,
                "ms": round(seconds * 1000, 1), "path": path, "request_id": request_id, "status": status,
                "timestamp": utc_now(),
            }  # fmt: skip
            sys.stderr.buffer.write(_encode(line) + b"\n")
            sys.stderr.buffer.flush()
        elif status >= 400 or seconds >= _SLOW_SECONDS:
            say = {"error": _log.error, "warning": _log.warning, "info": _log.info}[level]
            say("request", method=method, path=path, status=status, ms=round(seconds * 1000, 1))
