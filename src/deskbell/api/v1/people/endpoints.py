"""v1: people to assign tickets to or to mention."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar.params import QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.fields import LimitParam
from deskbell.api.v1.people.shapes import PersonView
from deskbell.features.people.service import agents
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT
from deskbell.kernel.permissions import Permission

TAG: Final = ["Agents"]


@get("/people", permission=Permission.AGENT_READ, tags=TAG, summary="Find people")
async def find_people(
    uow: Uow,
    q: Annotated[str | None, QueryParameter(max_length=200, description="Part of a name or an email address")] = None,
    ids: Annotated[str | None, QueryParameter(max_length=4_000, description="Ids, separated by commas")] = None,
    kind: Annotated[Literal["staff"], QueryParameter(description="The kind of people: members of the staff")] = "staff",
    limit: LimitParam = DEFAULT_LIMIT,
) -> Success[list[PersonView]]:
    """Lists members of the staff by name, those first whose name begins with `q`. With `ids`, only these.

    For pickers of assignees and mentions: unlike `GET /agents` it computes no figures.
    """
    del kind
    found = await agents.choose(uow, search=q or None, ids=None if ids is None else _ids(ids), limit=limit)
    return Success([PersonView.of(*each) for each in found])


def _ids(text: str) -> list[UUID]:
    """The ids of a comma-separated list. Raises `Invalid`."""
    try:
        found = [UUID(each.strip()) for each in text.split(",") if each.strip()]
    except ValueError as error:
        raise Invalid.field("ids", "type.uuid") from error
    return found[:MAX_LIMIT]


ROUTES = [find_people]
