"""From a search text to what the list understands."""

from datetime import UTC, tzinfo

from msgspec.structs import replace

from deskbell.features.organizations.calendar import organization_zone
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Invalid
from deskbell.kernel.search.language import Query, QueryProblem, Term, names_dates, parse, plain
from deskbell.runtime.database import UnitOfWork

__all__ = ["beginnings", "understand", "understand_in"]


@anyone("reads nothing but the organization's time zone: it parses a text")
async def understand(uow: UnitOfWork, text: str | None, name: str) -> Query | None:
    """The query that a search text means; None for an empty one. A text of mere signs finds nothing.

    Dates are days of the organization's time zone. Raises `Invalid` that points at what is not understood.
    """
    calendar = (await organization_zone(uow.db))[1] if text and names_dates(text) else UTC
    return understand_in(calendar, uow, text, name)


@anyone("reads nothing: it parses a text")
def understand_in(
    calendar: tzinfo, uow: UnitOfWork, text: str | None, name: str, *, to_keep: bool = False
) -> Query | None:
    """Parses a query with dates in a time zone.

    A query to keep is read more strictly than what is pasted into a search: `bogus:1` is a mistake there and no word, and
    mere signs are refused.
    """
    if text is None or not text.strip():
        return None
    try:
        query = parse(text, now=uow.now.astimezone(calendar), ports=not to_keep)
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path=name)]) from problem
    if to_keep and query == Query():
        raise Invalid.field(name, "search.nothing")
    return query


def beginnings(text: str | None, name: str) -> Query | None:
    """A search without operators: every word, or what begins with it. None for an empty text, `Invalid` for a long one."""
    if text is None or not text.strip():
        return None
    try:
        return Query(
            terms=tuple(Term("prefix", word) for word in dict.fromkeys(term.text for term in plain(text).terms))
        )
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path=name)]) from problem
