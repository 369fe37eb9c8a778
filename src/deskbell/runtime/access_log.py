"""One line for each request, made as cheaply as possible: it is the only log that grows with traffic."""

import sys
from typing import Final

import msgspec
import structlog

from deskbell.kernel.clock import utc_now

_SLOW_SECONDS: Final = 1.0
_encode: Final = msgspec.json.Encoder().encode
_log: Final = structlog.get_logger("deskbell.access")


class AccessLog:
    """Writes requests: all of them as JSON lines; for a person at a console only what deserves a look.

    JSON lines go to standard error past the logging machinery, whose general path costs a quarter of a request.
    """

    def __init__(self, form: str) -> None:
        self._complete = form == "json"

    def tell(self, *, request_id: str, method: str, path: str, status: int, seconds: float) -> None:
        """Notes one request. The query string stays out: it may hold an access token."""
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
