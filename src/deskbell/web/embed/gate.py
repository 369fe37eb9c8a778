"""The gate of calls from other sites: only sites that the organization allows get an answer, and no cookie is looked at."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.enums import MediaType
from msgspec import Struct, json

from deskbell.features.widget import service
from deskbell.features.widget.records import Widget
from deskbell.kernel.errors import DeskbellError, Forbidden, Invalid, TooManyRequests
from deskbell.runtime.limits import Limit
from deskbell.runtime.messages import language_of, sentence
from deskbell.web.help.limits import demand_allowance
from deskbell.web.help.visiting import HelpRequest, visit


class Caller(Struct, frozen=True):
    """A page of an allowed site, and the organization whose widget it shows."""

    organization_id: UUID
    widget: Widget
    language: str


Work = Callable[[Caller], Awaitable[Any]]


async def answered(
    request: HelpRequest, organization: str, work: Work, *, limit: tuple[str, Limit] | None = None, status: int = 200
) -> Response[bytes]:
    """The answer of `work` as JSON, for an allowed site. `limit` names the count that the request is added to."""
    language = language_of(request.query_params.get("lang") or request.headers.get("accept-language"))
    origin = ""
    try:
        async with visit(request, organization) as at:
            await at.enter()
            caller = Caller(at.place.id, await service.shown(at.uow), language)
            given = request.headers.get("origin", "")
            if not caller.widget.allows(given):
                raise Forbidden("widget.site")
            origin = given  # from here on also refusals may be read by the site
            await demand_allowance(request, at.uow, *(limit or ("embed",)))
        return _json(await work(caller), status, origin)
    except DeskbellError as error:
        body: dict[str, Any] = {"error": sentence(error.first_problem, language), "code": error.code, "problems": {}}
        if isinstance(error, Invalid):
            body["problems"] = {each.path: sentence(each, language) for each in reversed(error.problems)}
        answer = _json(body, error.status, origin)
        if isinstance(error, TooManyRequests):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer


def _json(body: Any, status: int, origin: str) -> Response[bytes]:
    headers = {"Cache-Control": "no-store", "Vary": "Origin", "X-Content-Type-Options": "nosniff"}
    if origin:
        headers["Access-Control-Allow-Origin"] = origin
    return Response(json.encode(body), status_code=status, media_type=MediaType.JSON, headers=headers)
