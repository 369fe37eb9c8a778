"""Composable SQL: text and parameters stay separate until execution, so that no value becomes part of the text."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, LiteralString, Protocol

from deskbell.kernel.paging import MAX_LIMIT


class Fragment:
    """A piece of SQL with its parameters. Create it with `sql`; `compile` numbers the parameters."""

    __slots__ = ("_args", "_texts")

    def __init__(self, texts: tuple[str, ...], args: tuple[Any, ...]) -> None:
        self._texts = texts
        self._args = args

    def compile(self) -> tuple[str, list[Any]]:
        """The statement's text with `$1`, `$2`, … and its arguments in that order."""
        out: list[str] = []
        args: list[Any] = []
        self._emit(out, args)
        return "".join(out), args

    def flattened(self) -> "Fragment":
        """The fragment as one text where it has no parameters: cheaper to put in place, for what statements repeat."""
        text, values = self.compile()
        return self if values else Fragment((text,), ())

    def _emit(self, out: list[str], args: list[Any]) -> None:
        out.append(self._texts[0])
        for arg, text in zip(self._args, self._texts[1:], strict=True):
            if isinstance(arg, Fragment):
                arg._emit(out, args)  # noqa: SLF001 - its own kind
            else:
                args.append(arg)
                out.append(f"${len(args)}")
            out.append(text)

    def __repr__(self) -> str:
        return f"Fragment({self.compile()[0]!r})"


@lru_cache(maxsize=4096)
def _split(template: str) -> tuple[str, ...]:
    return tuple(template.split("{}"))


def sql(template: LiteralString, *args: Any) -> Fragment:
    """SQL in which each `{}` is replaced by a parameter or by another fragment.

    >>> sql("select {} from tickets t where t.id = {}", sql("t.subject"), 7).compile()
    ('select t.subject from tickets t where t.id = $1', [7])
    """
    texts = _split(template)
    if len(texts) != len(args) + 1:
        raise TypeError(f"{len(texts) - 1} places for {len(args)} arguments in: {template}")
    return Fragment(texts, args)


_TRUE = sql("true")


def all_of(conditions: Iterable[Fragment | None]) -> Fragment:
    """The conditions joined by `and`. None is skipped; no conditions give `true`."""
    joined: Fragment | None = None
    for condition in conditions:
        if condition is not None:
            joined = condition if joined is None else sql("{} and {}", joined, condition)
    return joined or _TRUE


def any_of(conditions: Sequence[Fragment]) -> Fragment:
    """The conditions, of which there is at least one, joined by `or`."""
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = sql("{} or {}", joined, condition)
    return sql("({})", joined)


_LIMITS = [sql(f"limit {rows}") for rows in range(MAX_LIMIT + 2)]


def at_most(rows: int) -> Fragment:
    """`limit` with its number in the text instead of a parameter.

    For a limit in a parameter PostgreSQL's generic plan expects a tenth of all rows. It then prefers custom plans and plans
    the statement on every execution, which may take longer than running it.
    """
    return _LIMITS[rows] if rows < len(_LIMITS) else sql("limit {}", rows)


class Db(Protocol):
    """Runs statements. Arguments fill `$1`, `$2`, …; a `Fragment` brings its own.

    `by_name`: the columns are read by their names, so that the statement may be part of another one that adds columns.
    """

    async def fetch_all(self, query: str | Fragment, *args: Any, by_name: bool = False) -> list[Any]: ...

    async def fetch_one(self, query: str | Fragment, *args: Any, by_name: bool = False) -> Any | None: ...

    async def fetch_value(self, query: str | Fragment, *args: Any) -> Any: ...

    async def execute(self, query: str | Fragment, *args: Any) -> int: ...
