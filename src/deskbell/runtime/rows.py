"""Rows as structs: columns are matched with fields by name, once for each shape of a statement's result.

asyncpg's records are positional, so the positions of the columns are looked up once and then compiled into an unpacking
list comprehension. Its cost per row is that of `Struct(*row)`, which this replaces.
"""

import enum
import types
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

T = TypeVar("T", bound=Struct)


class MissingColumnError(LookupError):
    """A statement's result has no column for a field."""


def read(record: type[T], rows: Sequence[Any]) -> list[T]:
    """Rows as structs of a type.

    A column fills the field of its name: an enum by its value, a struct, a dictionary or a list of structs from `jsonb`. A field
    that is a struct and has no column of its own is filled by the columns that begin with its name (`requester_name`
    for `requester.name`); if it may be None, it is None where the column of its first field is null. Fields with a default
    need no column, and columns without a field are skipped. Raises `MissingColumnError` for a field without a column.
    """
    if not rows:
        return []
    decoded: list[T] = decoder(record, tuple(rows[0].keys()))(rows)
    return decoded


def read_one(record: type[T], row: Any | None) -> T | None:
    """A row as a struct, as `read` does it; None for no row."""
    return None if row is None else read(record, (row,))[0]


@lru_cache(maxsize=1024)
def decoder(record: type[Struct], columns: tuple[str, ...]) -> Callable[[Sequence[Any]], list[Any]]:
    """The compiled function that turns rows with these columns into structs."""
    writer = _Writer(columns)
    struct = writer.struct(record, "")
    names = ", ".join(f"c{i}" if i in writer.used else "_" for i in range(len(columns)))
    scope = writer.scope
    source = f"lambda rows: [{struct} for {names}{',' if len(columns) == 1 else ''} in rows]"
    made: Callable[[Sequence[Any]], list[Any]] = eval(source, scope)  # noqa: S307 - built from field positions, see _Writer
    return made


class _Writer:
    """Writes the expression that builds a struct from the columns `c0`, `c1`, …

    The text holds nothing but these names, names of fields, which are identifiers, and `o0`, `o1`, …, the objects in `scope`.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = {name: i for i, name in enumerate(columns)}
        self.used: set[int] = set()
        self.scope: dict[str, Any] = {"__builtins__": {}}

    def struct(self, record: type[Struct], prefix: str) -> str:
        """A call of the struct's class; its fields are columns that begin with `prefix`."""
        parts = []
        for field in fields(record):
            value = self._value(field, prefix + field.name)
            if value is not None:
                parts.append(f"{field.name}={value}")
            elif field.required:
                raise MissingColumnError(f"{record.__name__}.{field.name} needs a column {prefix}{field.name}")
        return f"{self._object(record)}({', '.join(parts)})"

    def _value(self, field: FieldInfo, name: str) -> str | None:
        kind, optional = without_none(field.type)
        if name in self._columns:
            return self._converted(self._column(name), field.type)
        if not is_struct(kind):
            return None
        first = name + "_" + fields(kind)[0].name
        if first not in self._columns:
            return None
        struct = self.struct(kind, name + "_")
        return f"(None if {self._column(first)} is None else {struct})" if optional else struct

    def _converted(self, column: str, kind: Any) -> str:
        plain, optional = without_none(kind)
        if isinstance(plain, type) and issubclass(plain, enum.Enum):
            members = {member.value: member for member in plain}
            return f"{self._object(members | {None: None} if optional else members)}[{column}]"
        if plain is msgspec.Raw:
            return f"{self._object(msgspec.Raw)}({column})"
        if is_json(plain):
            decoded = f"{self._object(msgspec.json.Decoder(plain).decode)}({column})"
            if get_origin(plain) is list:
                decoded = f"([] if {column} == '[]' else {decoded})"  # most of them are empty
            return f"(None if {column} is None else {decoded})" if optional else decoded
        if get_origin(plain) is tuple:
            return f"{self._object(tuple)}({column})"
        return column

    def _column(self, name: str) -> str:
        position = self._columns[name]
        self.used.add(position)
        return f"c{position}"

    def _object(self, value: object) -> str:
        name = f"o{len(self.scope)}"
        self.scope[name] = value
        return name


def without_none(kind: Any) -> tuple[Any, bool]:
    """A field's type without None and UNSET, and whether it may be None."""
    if get_origin(kind) not in (Union, types.UnionType):
        return kind, False
    parts = [part for part in get_args(kind) if part not in (types.NoneType, msgspec.UnsetType)]
    return (parts[0] if len(parts) == 1 else Union[tuple(parts)]), types.NoneType in get_args(kind)  # noqa: UP007 - made at run time


def is_struct(kind: Any) -> bool:
    """Whether a field's type is a struct."""
    return isinstance(kind, type) and issubclass(kind, Struct)


def is_json(kind: Any) -> bool:
    """Whether a column of a field's type is `jsonb`: structs, dictionaries and lists of them. Lists of values are arrays."""
    origin = get_origin(kind) or kind
    if origin in (list, tuple):
        return any(is_json(without_none(part)[0]) for part in get_args(kind))
    return is_struct(origin) or origin is dict
