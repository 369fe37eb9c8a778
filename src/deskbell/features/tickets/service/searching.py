"""From a search text to what the list understands."""

from datetime import UTC, tzinfo
from typing import Final

from msgspec.structs import replace

from deskbell.features.fields.configuration import NOTHING, Configuration, current
from deskbell.features.organizations.calendar import organization_zone
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Invalid
from deskbell.kernel.search.language import (
    Filter,
    Part,
    Query,
    QueryProblem,
    Term,
    names_dates,
    parse,
    parse_parts,
    plain,
)
from deskbell.kernel.search.values import ValueTest, Written, value_test
from deskbell.kernel.search.vocabulary import DESK, Vocabulary
from deskbell.kernel.words import STATUSES
from deskbell.runtime.database import UnitOfWork

__all__ = ["VOCABULARY", "beginnings", "fields_of", "parts_of", "understand", "understand_in"]

_FAMILY: Final = "field."
_MISSING: Final = "missing"
_CONFIGURED: Final = (_FAMILY, _MISSING, "status:")
"""Parts of a text that may name what an organization configures."""
VOCABULARY: Final = replace(DESK, families=(_FAMILY,))


@anyone("reads nothing but definitions, of which a query may name those that the actor may read")
async def fields_of(uow: UnitOfWork, *texts: str | None) -> Configuration:
    """The fields that search texts may name; without an operator on one there is no query."""
    if not any(text and any(each in text.lower() for each in _CONFIGURED) for text in texts):
        return NOTHING
    return await current(uow.db, uow.actor.organization_id)


@anyone("reads nothing but the organization's time zone: it parses a text")
async def understand(uow: UnitOfWork, text: str | None, name: str) -> Query | None:
    """The query that a search text means; None for an empty one. A text of mere signs finds nothing.

    Dates are days of the organization's time zone. Raises `Invalid` that points at what is not understood.
    """
    configuration = await fields_of(uow, text)
    dated = text and (configuration.fields or names_dates(text))
    calendar = (await organization_zone(uow.db))[1] if dated else UTC
    return understand_in(calendar, uow, text, name, configuration=configuration)


@anyone("reads nothing: it parses a text")
def understand_in(
    calendar: tzinfo,
    uow: UnitOfWork,
    text: str | None,
    name: str,
    *,
    to_keep: bool = False,
    configuration: Configuration = NOTHING,
) -> Query | None:
    """Parses a query with dates in a time zone.

    A query to keep is read more strictly than what is pasted into a search: `bogus:1` is a mistake there and no word, and
    mere signs are refused. `configuration` comes from `fields_of`.
    """
    if text is None or not text.strip():
        return None
    try:
        query = parse(
            text, now=uow.now.astimezone(calendar), ports=not to_keep, vocabulary=_vocabulary(uow, configuration)
        )
        values = [_test(part, text, uow, configuration, calendar) for part in query.filters if _is_field(part)]
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path=name)]) from problem
    if configuration.statuses:
        query = replace(query, filters=tuple(_with_ids(part, uow, configuration) for part in query.filters))
    if values:
        filters = tuple(part for part in query.filters if not _is_field(part))
        query = replace(query, filters=filters, values=tuple(values))
    if uow.actor.is_staff and any(part.field == "has" and _MISSING in part.values for part in query.filters):
        query = replace(query, required=configuration.required)
    if to_keep and query == Query():
        raise Invalid.field(name, "search.nothing")
    return query


def _vocabulary(uow: UnitOfWork, configuration: Configuration) -> Vocabulary:
    """The operators, with the organization's own statuses by their names."""
    if not configuration.statuses:
        return VOCABULARY
    names = _own_statuses(uow, configuration)
    return replace(VOCABULARY, words={**VOCABULARY.words, "status": (*VOCABULARY.words["status"], *names)})


def _own_statuses(uow: UnitOfWork, configuration: Configuration) -> dict[str, list[str]]:
    """The ids of own statuses by the names that the actor knows them by, in lower case."""
    found: dict[str, list[str]] = {}
    for status in configuration.statuses:
        found.setdefault(status.name_for(staff=uow.actor.is_staff).lower(), []).append(str(status.id))
    return found


def _with_ids(part: Filter, uow: UnitOfWork, configuration: Configuration) -> Filter:
    if part.field != "status":
        return part
    own = _own_statuses(uow, configuration)
    values = [each for value in part.values for each in ([value] if value in STATUSES else own[value])]
    return replace(part, values=tuple(values))


@anyone("reads nothing but the organization's time zone and definitions: it parses a text")
async def parts_of(uow: UnitOfWork, text: str) -> list[Part]:
    """The parts of a search text with their places. Each that is wrong has its problem. Raises `Invalid` for a long text."""
    configuration = await fields_of(uow, text)
    dated = configuration.fields or names_dates(text)
    calendar = (await organization_zone(uow.db))[1] if dated else UTC
    try:
        parts = parse_parts(text, now=uow.now.astimezone(calendar), vocabulary=_vocabulary(uow, configuration))
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path="q")]) from problem
    return [_looked_up(part, text, uow, configuration, calendar) for part in parts]


def _looked_up(part: Part, text: str, uow: UnitOfWork, configuration: Configuration, calendar: tzinfo) -> Part:
    """The part, with its problem where it is an operator on a field that does not take this value."""
    if isinstance(part.meaning, Filter) and _is_field(part.meaning):
        try:
            _test(part.meaning, text, uow, configuration, calendar)
        except QueryProblem as problem:
            return part._replace(problem=problem)
    return part


def _is_field(part: Filter) -> bool:
    return part.field.startswith(_FAMILY)


def _test(part: Filter, text: str, uow: UnitOfWork, configuration: Configuration, calendar: tzinfo) -> ValueTest:
    key = part.field.removeprefix(_FAMILY)
    position = max(text.lower().find(part.field), 0)
    field = configuration.by_key.get(key)
    if field is None or not configuration.may_search(key, staff=uow.actor.is_staff):
        raise QueryProblem("search.field_unknown", position, len(part.field), key=key)
    written = Written(part.field, part.comparison, part.values, part.none, part.negated, position)
    return value_test(field, written, uow.now, calendar)


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
