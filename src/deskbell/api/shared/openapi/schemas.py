"""JSON Schemas of what a contract takes and answers, made by the library that reads and writes it: they cannot disagree."""

import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import msgspec
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from msgspec import NODEFAULT, inspect

REF: Final = "#/components/schemas/"

Nameable: TypeAlias = inspect.StructType | inspect.EnumType
_PLAIN_MODULES: Final = frozenset({"deskbell", "api", "endpoints", "features", "records", "routes", "shapes", "shared"})


class StructsElsewhere(OpenAPISchemaPlugin):
    """Keeps the framework from describing objects in its own way, which knows less of them and fails on some."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Objects, bare or of a certain content."""
        kind = typing.get_origin(value) or value
        return isinstance(kind, type) and issubclass(kind, msgspec.Struct)

    def to_openapi_schema(self, field_definition: Any, schema_creator: Any) -> Schema:
        """Something to be replaced."""
        del field_definition, schema_creator
        return Schema(type=OpenAPIType.OBJECT)


class Schemas:
    """The schemas of some types: `components` by name, and a reference to each type's own."""

    def __init__(self, taken: Iterable[Any], answered: Iterable[Any]) -> None:
        taken, answered = list(taken), list(answered)
        in_bodies = {info.cls for info in _nameable(taken)}
        infos = {info.cls: info for info in _nameable([*taken, *answered])}
        self._names = _names(infos)
        components = {
            self._names[cls]: _tidy(self._schema(info, answered_only=cls not in in_bodies))
            for cls, info in infos.items()
        }
        self.components: dict[str, Any] = dict(sorted(components.items()))

    def of(self, shape: Any) -> dict[str, Any]:
        """The schema of a type: a reference to an object's, else the type's own."""
        if (name := self._names.get(shape)) is not None:
            return {"$ref": REF + name}
        if typing.get_origin(shape) is list:
            return {"type": "array", "items": self.of(typing.get_args(shape)[0])}
        return msgspec.json.schema(shape, schema_hook=_anything)

    def _schema(self, info: Nameable, *, answered_only: bool) -> dict[str, Any]:
        within = [each.cls for each in _nameable([info.cls])]
        references, components = msgspec.json.schema_components(
            within, schema_hook=_anything, ref_template=REF + "{name}"
        )
        theirs = [each["$ref"].removeprefix(REF) for each in references]
        ours = {REF + name: REF + self._names[cls] for name, cls in zip(theirs, within, strict=True)}
        found: dict[str, Any] = _renamed(components[theirs[0]], ours)
        if isinstance(info, inspect.StructType):
            _describe(found, info, answered_only=answered_only)
        return found


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: names[each] if key == "$ref" and isinstance(each, str) else _renamed(each, names)
        for key, each in schema.items()
    }


def _anything(shape: type) -> dict[str, Any]:
    if shape is object:
        return {"description": "Any JSON value"}
    raise NotImplementedError  # so msgspec is told that there is no schema for a type; it then names the type


def _nameable(shapes: Iterable[Any]) -> Iterator[Nameable]:
    """Every object and enumeration that a type of the list holds, the types themselves first."""
    seen: set[Any] = set()

    def walk(info: Any) -> Iterator[Nameable]:
        if isinstance(info, inspect.StructType | inspect.EnumType):
            if info.cls in seen:
                return
            seen.add(info.cls)
            yield info
        for field in getattr(info, "fields", ()):
            yield from walk(field.type)
        for name in ("type", "item_type", "value_type"):
            if (inner := getattr(info, name, None)) is not None:
                yield from walk(inner)
        for part in (*getattr(info, "types", ()), *getattr(info, "item_types", ())):
            yield from walk(part)

    for info in inspect.multi_type_info(list(shapes)):
        yield from walk(info)


def _names(shapes: Iterable[Any]) -> dict[Any, str]:
    """`TicketView`, `Success_list_CommentView`; where two objects are called alike, their modules tell them apart.

    Raises `ValueError` where that does not help.
    """
    shapes = list(shapes)
    bare = [shape for shape in shapes if isinstance(shape, type)]
    times = Counter(shape.__name__ for shape in bare)
    own = {
        shape: f"{_module(shape)}{shape.__name__}" if times[shape.__name__] > 1 else shape.__name__ for shape in bare
    }

    def name(shape: Any) -> str:
        if (origin := typing.get_origin(shape)) is not None:
            return "_".join((origin.__name__, *map(name, typing.get_args(shape))))
        return own.get(shape) or str(getattr(shape, "__name__", shape))

    found = {shape: name(shape) for shape in shapes}
    if twice := sorted(each for each, count in Counter(found.values()).items() if count > 1):
        raise ValueError(f"Types of different meaning have the same name in this contract; rename one: {twice}")
    return found


def _module(shape: type) -> str:
    parts = [part for part in shape.__module__.split(".") if part not in _PLAIN_MODULES]
    return parts[-1].title().replace("_", "") if parts else "Shared"


def _describe(schema: dict[str, Any], info: inspect.StructType, *, answered_only: bool) -> None:
    """Says more of an object than the library does: which texts are times, and which fields an answer never leaves out."""
    struct: Any = typing.get_origin(info.cls) or info.cls
    config = struct.__struct_config__
    required = list(schema.get("required", ()))
    for field in info.fields:
        _mark_times(field.type, schema["properties"][field.encode_name])
        has_default = field.default is not NODEFAULT or field.default_factory is not NODEFAULT  # UNSET counts as none
        if answered_only and not config.omit_defaults and has_default:
            required.append(field.encode_name)
    schema["required"] = [name for name in schema["properties"] if name in required]


def _mark_times(info: Any, schema: dict[str, Any]) -> None:
    if isinstance(info, inspect.Metadata):
        _mark_times(info.type, schema)
    elif isinstance(info, inspect.DateTimeType):
        schema["format"] = "date-time"
    elif isinstance(info, inspect.UnionType):
        for part, shape in zip(schema.get("anyOf", ()), info.types, strict=False):
            _mark_times(shape, part)
    elif isinstance(info, inspect.ListType):
        _mark_times(info.item_type, schema["items"])


def _tidy(schema: Any) -> Any:
    """Without what says nothing: titles, nulls as defaults, empty lists of required fields."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {name: each if name == "default" else _tidy(each) for name, each in schema.items() if name != "properties"}
    if "properties" in schema:
        tidied["properties"] = {name: _tidy(each) for name, each in schema["properties"].items()}
    if isinstance(tidied.get("title"), str):
        del tidied["title"]
    if tidied.get("default", ...) is None:
        del tidied["default"]
    if tidied.get("required") == []:
        del tidied["required"]
    return tidied
