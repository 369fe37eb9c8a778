"""`/healthz` and `/readyz`, for load balancers and supervisors."""

import asyncio
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State

from deskbell.runtime.database import Database
from deskbell.runtime.migrate import pending
from deskbell.runtime.schema_files import NewerSchemaError


class Readiness:
    """Whether the database answers and has this version's schema.

    The route is public and each check opens a connection. So checks run one at a time, and success is cached for
    `fresh_seconds`.
    """

    def __init__(self, database: Database, fresh_seconds: float = 1.0) -> None:
        self._dsn = database.dsn
        self._fresh_seconds = fresh_seconds
        self._asking = asyncio.Lock()
        self._holds_until = float("-inf")

    async def missing(self) -> list[str]:
        """The schema files that the database lacks. Raises if it cannot be reached or its schema is incompatible."""
        async with self._asking:
            loop = asyncio.get_running_loop()
            if loop.time() < self._holds_until:
                return []
            try:
                missing = await pending(self._dsn)
            except NewerSchemaError:
                missing = []  # another node runs a newer version; release notes say whether both may run together
            if not missing:
                self._holds_until = loop.time() + self._fresh_seconds
            return missing


@get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/readyz")
async def readyz(request: Request[Any, Any, State]) -> Response[dict[str, Any]]:
    """The database answers and has this version's schema."""
    readiness: Readiness = request.app.state.readiness
    try:
        missing = await readiness.missing()
    except Exception as error:  # noqa: BLE001 - not ready, whatever the reason
        return Response({"status": "unavailable", "reason": type(error).__name__}, status_code=503)
    if missing:
        return Response({"status": "migrating", "missing": missing}, status_code=503)
    return Response({"status": "ready"})


HANDLERS: Final = [healthz, readyz]
