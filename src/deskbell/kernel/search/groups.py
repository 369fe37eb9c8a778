"""Groups of conditions: texts of the search language of which all, any or none must hold.

    "status:open channel:email"
    {"all": ["channel:email", {"none": ["tag:vip", "priority:urgent"]}], "any": ["subject:invoice*", "body:/IN-[0-9]+/"]}

A text holds if all its parts do. A group with several keys holds if each of them does.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.search.language import Query, QueryProblem, parse_placed
from deskbell.kernel.search.vocabulary import Vocabulary

MAX_DEPTH: Final = 3
"""The greatest depth of groups within groups."""
MAX_OPERATORS: Final = 50
"""The maximum number of operators in all texts of a group together."""

Kind: TypeAlias = Literal["all", "any", "none"]
_KINDS: Final[tuple[Kind, ...]] = ("all", "any", "none")


class Text(Struct, frozen=True):
    """A text of a group as it was written, parsed; `places` has the place in it of each filter's values.

    `filters` and `spans` are its operators as they are written. `path` leads to it from the outermost group
    (`all.1.any.0`); "" for a text alone.
    """

    written: str
    query: Query
    places: tuple[tuple[int, ...], ...]
    filters: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    path: str = ""

    def texts(self) -> Iterator["Text"]:
        """Itself."""
        yield self


class Group(Struct, frozen=True):
    """Parts of which all, any or none must hold."""

    kind: Kind
    parts: tuple["Group | Text", ...]

    def texts(self) -> Iterator[Text]:
        """The texts, in the order written."""
        for part in self.parts:
            yield from part.texts()


Tree: TypeAlias = Group | Text


def parse_group(written: Any, *, now: datetime, vocabulary: Vocabulary, path: str = "") -> Tree:
    """Parses a text or a group of texts. Raises `Invalid` naming each invalid part below `path`, with its position."""
    reader = _Groups(now, vocabulary, path)
    tree = reader.read(written, "", 0)
    if reader.problems:
        raise Invalid(reader.problems)
    count = sum(len(text.query.filters) + len(text.query.spans) for text in tree.texts())
    if count > MAX_OPERATORS:
        raise Invalid.field(path, "search.too_many_operators_in_groups", limit=MAX_OPERATORS, count=count)
    return tree


class _Groups:
    def __init__(self, now: datetime, vocabulary: Vocabulary, path: str) -> None:
        self.now = now
        self.vocabulary = vocabulary
        self.path = path
        self.problems: list[Problem] = []

    def read(self, written: Any, path: str, depth: int) -> Tree:
        if isinstance(written, str) and written.strip():
            return self._text(written, path)
        if not isinstance(written, Mapping) or not written or any(kind not in _KINDS for kind in written):
            return self._refuse(path, "search.not_a_group")
        if depth == MAX_DEPTH:
            return self._refuse(path, "search.groups_too_deep", limit=MAX_DEPTH)
        groups = [self._group(kind, written[kind], _joined(path, kind), depth) for kind in _KINDS if kind in written]
        return groups[0] if len(groups) == 1 else Group("all", tuple(groups))

    def _group(self, kind: Kind, parts: Any, path: str, depth: int) -> Tree:
        if not isinstance(parts, list | tuple) or not parts:
            return self._refuse(path, "search.not_a_group")
        return Group(kind, tuple(self.read(part, _joined(path, str(i)), depth + 1) for i, part in enumerate(parts)))

    def _text(self, written: str, path: str) -> Tree:
        try:
            return Text(written, *parse_placed(written, now=self.now, vocabulary=self.vocabulary), path=path)
        except QueryProblem as problem:
            self.problems.append(replace(problem.problem, path=_joined(self.path, path)))
            return Text(written, Query(), ())

    def _refuse(self, path: str, code: str, **params: int) -> Tree:
        self.problems += Invalid.field(_joined(self.path, path), code, **params).problems
        return Text("", Query(), ())


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
