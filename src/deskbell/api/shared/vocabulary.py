"""A contract's words for the values of one field, beside the core's."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Generic, TypeAlias, TypeVar

from litestar.params import QueryParameter

from deskbell.kernel.errors import Invalid
from deskbell.kernel.filters import values_of

WordsParam: TypeAlias = Annotated[
    list[str] | None, QueryParameter(description="One word, several divided by commas, or repeated")
]
"""A filter by the words of a vocabulary."""


W = TypeVar("W", bound=StrEnum)


class Words(Generic[W]):
    """One row group of a contract's vocabulary table.

    `shown` says how each core word is shown; `written` what each word that may be written means to the core. Words are
    compared as they are, or without regard to case where the contract says so.
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
        """The word that a core word is shown as."""
        return self._shown[core]

    def write(self, word: str) -> W:
        """The core word that a word means where it is written. Raises `Invalid`, listing the allowed words."""
        core = self._written.get(self._plain(word))
        if core is None:
            raise Invalid.field(self._field, "enum", allowed=self.allowed)
        return core

    def matching(self, given: Sequence[str] | None) -> tuple[W, ...]:
        """A filter given once or repeatedly, each time of one word or several divided by commas.

        Answers with every core word that any of them shows or stands for. Raises `Invalid`, listing the allowed words.
        """
        wanted: dict[W, None] = {}
        for word in map(self._plain, values_of(self._field, given or ())):
            cores = [core for core, shown in self._shown.items() if self._plain(shown) == word]
            wanted |= dict.fromkeys(cores or [self.write(word)])
        return tuple(wanted)

    def _plain(self, word: str) -> str:
        return word.strip().lower() if self._any_case else word.strip()

    def _as_pattern(self, word: str) -> str:
        """The word as a regular expression that JSON Schema's dialect knows, which has no flag for case."""
        if not self._any_case:
            return word
        return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in word)
