"""Names of objects that the text refers to."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.features.configuration import queries
from deskbell.features.rules.queries.rules import called
from deskbell.kernel.access import step
from deskbell.kernel.errors import Problem
from deskbell.runtime.database import UnitOfWork


class Names(Struct, frozen=True):
    """The present names of categories, groups, canned responses, own statuses and shared macros, by id."""

    by_id: dict[UUID, str]

    def of(self, object_id: UUID | None) -> str | None:
        """The name of an object; None for one that is gone."""
        return None if object_id is None else self.by_id.get(object_id)


@step("exports and imports, which authorise their actor")
async def names(uow: UnitOfWork) -> Names:
    """The names of everything that the text may refer to."""
    return Names(await queries.names(uow.db))


@step("imports, which authorise their actor")
async def meant(
    uow: UnitOfWork, kind: str, wanted: Sequence[tuple[str, str]], problems: list[Problem]
) -> dict[str, UUID]:
    """The object of a kind that each name means; `wanted` are paths and names. Problems are added to the list."""
    values = sorted({name for _, name in wanted})
    found = {each.name: each.ids for each in await called(uow.db, [kind] * len(values), values)} if values else {}
    problems += [
        Problem.at(
            path,
            "rule.name_unknown" if not found[name] else "rule.name_ambiguous",
            name=name,
            at=1,
            count=len(found[name]),
        )
        for path, name in wanted
        if len(found[name]) != 1
    ]
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}
