"""v1: the configuration of the workflow as a text."""

from typing import Annotated, Final

from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.features.configuration import service
from deskbell.features.configuration.reading import MAX_TEXT
from deskbell.features.configuration.records import Differences
from deskbell.kernel.errors import Conflict
from deskbell.kernel.permissions import Permission

TAG: Final = ["Rules"]
_EXAMPLE: Final = "rules:\n- trigger: Mark\n  on: [ticket.created]\n  do: [{add_tags: [new]}]\n"


class WorkflowText(Struct, frozen=True, forbid_unknown_fields=True):
    """Opening hours, fields, statuses and their steps, forms, shared macros and rules as YAML, by names and in their order."""

    text: Annotated[str, Meta(max_length=MAX_TEXT, examples=[_EXAMPLE])]


@get(
    "/workflow/export", permission=service.READ, tags=TAG, summary="Export the configuration",
)  # fmt: skip
async def export_workflow(uow: Uow) -> Success[WorkflowText]:
    """Returns opening hours, fields, statuses, forms, shared macros and rules as one YAML text."""
    return Success(WorkflowText(await service.export(uow)))


@post(
    "/workflow/import",
    permission=service.MANAGE, more=(Permission.ORGANIZATION_MANAGE, Permission.WEBHOOK_MANAGE), tags=TAG,
    summary="Import the configuration", status_code=200, refuses=(Conflict,),
)  # fmt: skip
async def import_workflow(
    uow: Uow,
    data: JSONBody[WorkflowText],
    dry_run: Annotated[bool, QueryParameter(description="Show the difference, change nothing")] = False,
) -> Success[Differences]:
    """Makes the configuration that of a text, in one step, and returns the difference. With `dry_run` nothing is changed.

    A part that the text leaves out, such as `fields`, stays as it is; in a part, the objects that it leaves out are deleted.
    """
    return Success(await service.import_text(uow, data.text, dry_run=dry_run))


ROUTES = [export_workflow, import_workflow]
