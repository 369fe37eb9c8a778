"""v1: rules as a text."""

from typing import Annotated, Final

from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.features.rules import text
from deskbell.features.rules.text import MAX_TEXT, Difference
from deskbell.kernel.permissions import Permission

TAG: Final = ["Rules"]


class RulesText(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules as YAML, by names and in their order."""

    text: Annotated[str, Meta(max_length=MAX_TEXT, examples=["rules:\n- trigger: Mark\n  on: [ticket.created]\n"])]


@get("/workflow/export", permission=Permission.RULE_READ, tags=TAG, summary="Export the rules")
async def export_rules(uow: Uow) -> Success[RulesText]:
    """Returns all rules as one YAML text."""
    return Success(RulesText(await text.export(uow)))


@post("/workflow/import", permission=Permission.RULE_MANAGE, tags=TAG, summary="Import the rules", status_code=200)
async def import_rules(
    uow: Uow,
    data: JSONBody[RulesText],
    dry_run: Annotated[bool, QueryParameter(description="Show the difference, change nothing")] = False,
) -> Success[Difference]:
    """Makes the rules those of a text, in one step, and returns the difference. With `dry_run` nothing is changed."""
    return Success(await text.import_text(uow, data.text, dry_run=dry_run))


ROUTES = [export_rules, import_rules]
