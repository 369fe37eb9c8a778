"""The operators that a text of the search language may use, where it is read."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["DESK", "SEARCH", "WORDS", "Vocabulary"]

WORDS: Mapping[str, Sequence[str]] = {
    "status": ("new", "open", "pending", "hold", "solved", "closed"),
    "priority": ("low", "normal", "high", "urgent"),
    "type": ("question", "incident", "problem", "task"),
    "channel": ("web", "api", "email", "chat", "phone", "import"),
    "has": ("attachment", "missing"),
}
"""The allowed words of each operator that has a fixed set.

They are not read from the tickets feature, which depends on this module.
"""


class Vocabulary(Struct, frozen=True, kw_only=True, dict=True):
    """Which operators a text may use, and what each takes.

    `fields` are compared with values by `:`, `dates` with moments by `:` `<` `<=` `>` `>=`. `families` are the beginnings
    of names with a part of one's own (`field.` for `field.colour`). Those in `counted` hold numbers and take `<` and its
    like; a family takes them too. Those in `lengths` hold durations and
    take nothing else. Values of `texts`, and of `text_families` among the families, keep their signs: `"a phrase"`, `prefix*`,
    `/pattern/`. Without
    `bare_words` a text has operators only.
    """

    fields: tuple[str, ...]
    dates: tuple[str, ...]
    words: Mapping[str, Sequence[str]]
    families: tuple[str, ...] = ()
    counted: frozenset[str] = frozenset()
    lengths: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    text_families: tuple[str, ...] = ()
    may_be_me: frozenset[str] = frozenset({"assignee", "requester", "follower"})
    may_be_none: frozenset[str] = frozenset({"assignee", "group", "tag", "category", "type", "follower", "linked"})
    bare_words: bool = True
    max_operators: int = 20
    """The maximum number of operators in a text. Each adds a condition, and most of them a look-up by name."""

    @cached_property
    def shown(self) -> str:
        """All operators, for a message."""
        signs = [f"{name}{'<' if name in self.lengths else ':'}" for name in self.fields] + [
            f"{name}<" for name in self.dates
        ]
        return ", ".join(signs + [f"{family}…:" for family in self.families])

    def of_family(self, name: str) -> bool:
        """Whether a name is a family's with a part of its own."""
        return any(name.startswith(family) and len(name) > len(family) for family in self.families)

    def is_text(self, name: str) -> bool:
        """Whether a field's values are words, phrases, beginnings and patterns."""
        return name in self.texts or name.startswith(self.text_families or ("\0",))

    def takes_numbers(self, name: str) -> bool:
        """Whether a field may be compared by `<` and its like."""
        return name in self.counted or name in self.lengths or (self.of_family(name) and not self.is_text(name))

    def takes_none(self, name: str) -> bool:
        """Whether `none` means that the field is not set."""
        return name in self.may_be_none or self.of_family(name)


SEARCH: Final = Vocabulary(
    fields=(
        "status", "priority", "type", "assignee", "group", "requester", "tag", "category", "channel", "has", "number",
        "follower", "linked",
    ),
    dates=("created", "updated", "solved", "status.since", "assigned.since", "customer.wrote", "staff.wrote", "due"),
    words=WORDS,
)  # fmt: skip
"""The operators that a ticket alone answers."""
DESK: Final = replace(
    SEARCH,
    fields=(*SEARCH.fields, "breached", "rating", "first_response", "unread", "mention"),
    dates=(*SEARCH.dates, "rated"),
    words={
        **WORDS, "has": (*WORDS["has"], "draft"), "breached": ("first", "resolution", "now"), "unread": ("me",),
        "mention": ("me",),
    },
    counted=frozenset({"rating"}),
    lengths=frozenset({"first_response"}),
)  # fmt: skip
"""The operators of searches, lists and saved views: those of a ticket, and those that depend on the caller or on others."""
