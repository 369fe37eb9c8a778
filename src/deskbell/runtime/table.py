"""A table and the struct of its rows: the select list, inserts and updates follow from the struct's fields.

Lists, joins and conditions stay SQL, written by hand around `columns` and `joins`:

    NOTES = Table("notes", Note, "n", columns={"author_name": "m.name"}, joins="join memberships m on …")

    await NOTES.find(db, sql("n.id = {} for update", note_id))
    await NOTES.fetch(db, sql("n.ticket_id = {} order by n.created_at", ticket_id))
    await db.execute(NOTES.insert(note, organization_id=organization_id))
    await db.execute(NOTES.update(note, "body", "edited_at"))
    await db.execute(NOTES.update_many(notes, "body", "edited_at"))
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final, Generic, Literal, LiteralString, TypeVar, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from deskbell.runtime.rows import is_json, is_struct, read, read_one, without_none
from deskbell.runtime.sql import Db, Fragment

T = TypeVar("T", bound=Struct)

# The first match counts, so a subclass comes before its base class.
_SQL_TYPES: Final[Mapping[type, str]] = {
    UUID: "uuid", str: "text", bool: "boolean", int: "bigint", float: "double precision", bytes: "bytea",
    datetime: "timestamptz", date: "date", timedelta: "interval",
}  # fmt: skip


class Column(Struct, frozen=True):
    """A stored column: its name in the table, its name in results, the path to its value in a record and the value's type."""

    name: str
    selected_as: str
    path: tuple[str, ...]
    kind: Any
    json: bool
    """Whether the value is stored as `jsonb`."""


class Table(Generic[T]):
    """A table, the struct its rows are read as, and how the two correspond.

    Each field is the column of its name. `columns` names the exceptions, by field: another column of the table (`"n.kind"`),
    or an expression, which is read only. The fields of a struct within the record are given one by one, its name before theirs
    (`"author_name": "m.name"`); without them it is a column of `jsonb`. A field in `without` is not read; it has a default.
    `key` identifies a row for `update`.
    """

    def __init__(
        self,
        name: LiteralString,
        record: type[T],
        alias: LiteralString,
        *,
        columns: Mapping[str, LiteralString | Fragment] | None = None,
        joins: LiteralString = "",
        without: Sequence[str] = (),
        key: LiteralString = "id",
    ) -> None:
        self.name = name
        self.alias = alias
        self.record = record
        self.key = key
        selected = dict(_selected(record, alias, dict(columns or {}), without))
        self.stored = tuple(_stored(record, alias, selected))
        self.columns = _list([_named(expression, column, alias) for column, expression in selected.items()]).flattened()
        self.base = _text(f"{name} {alias}")
        self.joins = _text(joins)
        self._alias = _text(alias)
        self._by_name = {column.selected_as: column for column in self.stored}
        self._inserts: dict[tuple[str, ...], tuple[tuple[Column, ...], tuple[str, ...]]] = {}

    def select(self, where: Fragment, *, also: Fragment | None = None) -> Fragment:
        """Selects the rows that match a condition, which may be followed by `order by`, `for update` and so on.

        `also` selects more than the record's columns.
        """
        if also is None:
            return Fragment(("select ", " from ", " ", " where ", ""), (self.columns, self.base, self.joins, where))
        parts = (self.columns, also, self.base, self.joins, where)
        return Fragment(("select ", ", ", " from ", " ", " where ", ""), parts)

    def select_among(self, where: Fragment) -> Fragment:
        """Selects the rows that match a condition on the table alone, optionally with a limit, and joins only these."""
        parts = (self.columns, self._alias, self.base, where, self._alias, self.joins)
        return Fragment(("select ", " from (select ", ".* from ", " where ", ") ", " ", ""), parts)

    async def find(self, db: Db, where: Fragment) -> T | None:
        """The first row where a condition holds."""
        return read_one(self.record, await db.fetch_one(self.select(where), by_name=True))

    async def fetch(self, db: Db, where: Fragment) -> list[T]:
        """All rows where a condition holds."""
        return read(self.record, await db.fetch_all(self.select(where), by_name=True))

    def read(self, rows: Sequence[Any]) -> list[T]:
        """Rows of a statement that selects `columns`."""
        return read(self.record, rows)

    def read_one(self, row: Any | None) -> T | None:
        """A row of a statement that selects `columns`; None for no row."""
        return read_one(self.record, row)

    def values(self, record: T, *names: str) -> list[Any]:
        """A record's values as they are stored, of all stored columns or of some, by their names in results."""
        columns = [self._by_name[name] for name in names] if names else self.stored
        return [_value(record, column) for column in columns]

    def insert(self, record: T, **more: Any) -> Fragment:
        """Writes a record; `more` are values for columns that it does not have, such as `organization_id`, or in its place."""
        columns, texts = self._inserted(tuple(more))
        return Fragment(texts, (*more.values(), *[_value(record, each) for each in columns]))

    def _inserted(self, more: tuple[str, ...]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """The columns of a record that an insert with these further columns writes, and its text."""
        if (found := self._inserts.get(more)) is None:
            columns = tuple(column for column in self.stored if column.name not in more)
            found = self._inserts[more] = columns, _insert_texts(self.name, (*more, *(each.name for each in columns)))
        return found

    def insert_many(self, records: Sequence[T], **more: Any) -> Fragment:
        """Writes records in one statement; `more` are values that all of them have in common."""
        texts = _insert_many_texts(self.name, tuple(more), self.stored)
        columns = [_values(records, column) for column in self.stored]
        return Fragment(texts, (*more.values(), *columns))

    def update(self, record: T, *names: str, **more: Any) -> Fragment:
        """Writes some values of a record to its row, by their names in results; `more` are columns that it does not have."""
        columns = (*(self._by_name[name].name for name in names), *more)
        texts = _update_texts(self.name, columns, self.key)
        return Fragment(texts, (*self.values(record, *names), *more.values(), *self.values(record, self.key)))

    def update_many(
        self,
        records: Sequence[T],
        *names: str,
        also: Fragment | None = None,
        **more: tuple[LiteralString, Sequence[Any]],
    ) -> Fragment:
        """Writes some values of many records to their rows in one statement.

        `more` are columns that the record does not have: their SQL type, and a value for each record. `also` is SQL that
        assigns further columns; the row is `u` there, and `n` holds the new values.
        """
        columns = [self._by_name[name] for name in (self.key, *names)]
        rows = [
            {each.name: _plain(record, each) for each in columns}
            | {name: values[place] for name, (_, values) in more.items()}
            for place, record in enumerate(records)
        ]
        kinds = tuple((name, kind) for name, (kind, _) in more.items())
        texts = _update_many_texts(self.name, self.key, tuple(columns), kinds)
        return Fragment(texts, (_text("") if also is None else also, msgspec.json.encode(rows).decode()))


def _selected(
    record: type[Struct], alias: str, columns: dict[str, LiteralString | Fragment], without: Sequence[str]
) -> Iterator[tuple[str, str | Fragment]]:
    """The columns of the result and the expressions that they are."""
    for field in fields(record):
        kind, _ = without_none(field.type)
        parts = [f"{field.name}_{part.name}" for part in fields(kind)] if is_struct(kind) else []
        if field.name in without:
            continue
        if field.name not in columns and any(part in columns for part in parts):
            for part in parts:
                yield part, columns.pop(part, f"{alias}.{part}")
        else:
            yield field.name, columns.pop(field.name, f"{alias}.{field.name}")
    if columns:
        raise LookupError(f"{record.__name__} has no fields for {sorted(columns)}")


def _stored(record: type[Struct], alias: str, selected: Mapping[str, str | Fragment]) -> Iterator[Column]:
    """The columns of the table itself. One that is selected twice holds what comes first in the record."""
    own = re.compile(rf"{re.escape(alias)}\.(\w+)")
    paths = dict(_paths(record))
    seen = set()
    for name, expression in selected.items():
        place = own.fullmatch(expression) if isinstance(expression, str) else None
        if place is not None and place[1] not in seen:
            seen.add(place[1])
            path, kind = paths[name]
            yield Column(place[1], name, path, kind, is_json(kind))


def _paths(record: type[Struct]) -> Iterator[tuple[str, tuple[tuple[str, ...], Any]]]:
    """The path and the type of each value that a record may have in a result, by its name there."""
    for field in fields(record):
        kind, _ = without_none(field.type)
        for part in fields(kind) if is_struct(kind) else ():
            yield f"{field.name}_{part.name}", ((field.name, part.name), without_none(part.type)[0])
    for field in fields(record):
        yield field.name, ((field.name,), without_none(field.type)[0])


def _named(expression: str | Fragment, name: str, alias: str) -> Fragment:
    if isinstance(expression, Fragment):
        return Fragment(("", f" as {name}"), (expression,))
    return _text(expression if expression == f"{alias}.{name}" else f"{expression} as {name}")


def _values(records: Sequence[Any], column: Column) -> list[Any]:
    if column.json or len(column.path) > 1:
        return [_value(record, column) for record in records]
    return [getattr(record, column.selected_as) for record in records]


def _plain(record: Any, column: Column) -> Any:
    value = record
    for name in column.path:
        value = None if value is None else getattr(value, name)
    return value


def _value(record: Any, column: Column) -> Any:
    if not column.json and len(column.path) == 1:  # most columns: an insert asks for forty of them
        return getattr(record, column.path[0])
    value = _plain(record, column)
    return msgspec.json.encode(value).decode() if column.json and value is not None else value


def _text(text: str) -> Fragment:
    return Fragment((text,), ())


def _list(parts: Sequence[Fragment]) -> Fragment:
    return Fragment(("", *[", "] * (len(parts) - 1), ""), tuple(parts))


def _insert_texts(table: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return _split(f"insert into {table} ({', '.join(names)}) values ({_places(names)})")  # noqa: S608 - names


@cache
def _insert_many_texts(table: str, common: tuple[str, ...], columns: tuple[Column, ...]) -> tuple[str, ...]:
    names = [column.name for column in columns]
    into = ", ".join((*common, *names))
    selected = ", ".join((*("{}" for _ in common), *(f"n.{name}" for name in names)))
    arrays = ", ".join(f"{{}}::{_sql_type(column)}[]" for column in columns)
    return _split(f"insert into {table} ({into}) select {selected} from unnest({arrays}) as n ({', '.join(names)})")  # noqa: S608 - names


@cache
def _update_texts(table: str, names: tuple[str, ...], key: str) -> tuple[str, ...]:
    return _split(f"update {table} set {', '.join(f'{name} = {{}}' for name in names)} where {key} = {{}}")  # noqa: S608 - names


@cache
def _update_many_texts(
    table: str, key: str, columns: tuple[Column, ...], more: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    kinds = {column.name: _sql_type(column) for column in columns} | dict(more)
    given = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    assigned = ", ".join(f"{name} = n.{name}" for name in kinds if name != key)
    return _split(
        f"update {table} u set {assigned}{{}} from jsonb_to_recordset({{}}::jsonb) as n ({given}) where u.{key} = n.{key}"  # noqa: S608 - names
    )


def _places(names: Sequence[str]) -> str:
    return ", ".join("{}" for _ in names)


def _split(template: str) -> tuple[str, ...]:
    """The texts around the parameters of a template that is made of names in the source alone."""
    return tuple(template.split("{}"))


def _sql_type(column: Column) -> str:
    return _sql_type_of(column.name, column.kind)


def _sql_type_of(name: str, kind: Any) -> str:
    if is_json(kind):
        return "jsonb"
    if get_origin(kind) is list:
        return f"{_sql_type_of(name, get_args(kind)[0])}[]"
    plain = type(get_args(kind)[0]) if get_origin(kind) is Literal else kind
    for python, sql_type in _SQL_TYPES.items():
        if isinstance(plain, type) and issubclass(plain, python):
            return sql_type
    raise TypeError(f"{name}: values of {kind} cannot be written for many rows in one statement")
