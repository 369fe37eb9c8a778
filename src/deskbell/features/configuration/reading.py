"""Reading the text: plain YAML, with limits; a mistake is refused with its place."""

import re
from typing import Any, Final

import msgspec
import yaml

from deskbell.features.configuration.records import Document
from deskbell.kernel.errors import Invalid

MAX_TEXT: Final = 500_000
"""The maximum length of a text, in characters. Longer configurations are imported part by part."""
MAX_DEPTH: Final = 100
_LONGEST_PROBLEM: Final = 300
_TAG: Final = "tag:yaml.org,2002:"
_STRING: Final = f"{_TAG}str"
_INT: Final = f"{_TAG}int", re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT: Final = (
    f"{_TAG}float",
    re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,25}|\.[0-9]{1,25})(?:[eE][-+]?[0-9]{1,2})?\Z"),
)
_BOOL: Final = f"{_TAG}bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_NULL: Final = f"{_TAG}null", re.compile(r"(?:~|null|Null|NULL|)\Z")


class _Loader(yaml.CSafeLoader):
    """Reads plain YAML of which `_check` has seen the events."""

    # In YAML 1.1, `on` is a boolean, 2026-01-01 a date, and 1:30 a number to the base 60, which takes quadratic time.
    # Here all words are strings but these. Numbers of unusual length are strings too.
    yaml_implicit_resolvers = {  # noqa: RUF012 - the library declares it so
        **{first: [_INT, _FLOAT] for first in "0123456789+-"},
        ".": [_FLOAT],
        **{first: [_BOOL] for first in "tTfF"},
        **{first: [_NULL] for first in ("~", "n", "N", "")},
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """A mapping whose keys are strings, as in JSON."""
        for key, _ in node.value:
            key.tag = _STRING
        return super().construct_mapping(node, deep)


def read_document(text: str) -> Document:
    """The parts of a text. A long one takes a second: call it in a thread. Raises `Invalid` for `text`."""
    if len(text) > MAX_TEXT:
        raise Invalid.field("text", "rule.text_too_long", limit=MAX_TEXT)
    try:
        _check(text)
        return msgspec.convert(yaml.load(text, _Loader), Document)  # noqa: S506 - the loader is the safe one, narrowed
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        problem = str(error).splitlines()[0][:_LONGEST_PROBLEM]
        raise Invalid.field("text", "rule.text_unreadable", problem=problem) from None


def _check(text: str) -> None:
    """Raises `YAMLError` for what is not read, before anything is built.

    A few lines of aliases can make gigabytes, deep nesting exhausts the stack, and tags ask for conversions that fail.
    """
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            depth += isinstance(event, yaml.CollectionStartEvent)
            if (problem := _refused(event, depth)) is not None:
                assert event.start_mark is not None  # a parsed event has its place
                raise yaml.YAMLError(f"{problem} (line {event.start_mark.line + 1})")


def _refused(event: yaml.NodeEvent, depth: int) -> str | None:
    if isinstance(event, yaml.AliasEvent):
        return "aliases are not read"
    if getattr(event, "tag", None) is not None:
        return "tags are not read"
    if depth > MAX_DEPTH:
        return f"more than {MAX_DEPTH} levels are not read"
    if isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
        return "a null character is not read"
    return None
