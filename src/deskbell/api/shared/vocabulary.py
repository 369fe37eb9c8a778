"""Maps a contract's values of a field to those of the services."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Generic, TypeAlias, TypeVar

from litestar.params import QueryParameter

from deskbell.kernel.errors import Invalid
from deskbell.kernel.filters import values_of

WordsParam: TypeAlias = Annotated[
    list[str] | None, QueryParameter(description="One value or a comma-separated list; may be repeated")
]
"""A filter by values of a vocabulary."""


W = TypeVar("W", bound=StrEnum)


class Words(Generic[W]):
    """A contract's values of one field.

    `shown` maps each stored value to the contract's; `written` maps each accepted value to the stored one. With `any_case`,
    comparison ignores case.
    """

    def __init__(self, field: str, shown: Mapping[W, str], written: Mapping[str, W], *, any_case: bool = False):
        self._field = field
        self._shown = dict(shown)
        self._any_case = any_case
        self._written = {self._plain(word): core for word, core in written.items()}
        self.allowed = tuple(written)
        self.refusal = {"messages": {"pattern": "enum"}, "params": {"allowed": self.allowed}}
        self.pattern = f"^(?:{'|'.join(map(self._as_pattern, written))})$"

    def show(self, core: W) -> str:
        """The contract's value for a stored one."""
        return self._shown[core]

    def write(self, word: str) -> W:
        """The value to store. Raises `Invalid` with the allowed values."""
        core = self._written.get(self._plain(word))
        if core is None:
            raise Invalid.field(self._field, "enum", allowed=self.allowed)
        return core

    def matching(self, given: Sequence[str] | None) -> tuple[W, ...]:
        """The stored values that match a filter, which may be repeated or comma-separated.

        Raises `Invalid` with the allowed values.
        """
        wanted: dict[W, None] = {}
        for word in map(self._plain, values_of(self._field, given or ())):
            cores = [core for core, shown in self._shown.items() if self._plain(shown) == word]
            wanted |= dict.fromkeys(cores or [self.write(word)])
        return tuple(wanted)

    def _plain(self, word: str) -> str:
        return word.strip().lower() if self._any_case else word.strip()

    def _as_pattern(self, word: str) -> str:
        """The value as a regular expression for JSON Schema, whose dialect has no case-insensitive flag."""
        if not self._any_case:
            return word
        return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in word)
