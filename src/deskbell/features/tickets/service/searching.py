"""From a search text to what the list understands."""

from deskbell.kernel.search.language import Query, QueryProblem, parse
from deskbell.kernel.errors import Invalid
from deskbell.runtime.database import UnitOfWork

__all__ = ["understand"]


def understand(uow: UnitOfWork, text: str | None, name: str) -> Query | None:
    """The query that a search text means; None for an empty one. Raises `Invalid` that points at what is not understood."""
    if text is None or not text.strip():
        return None
    try:
        return parse(text, now=uow.now)
    except QueryProblem as problem:
        raise Invalid.field(name, str(problem)) from problem
