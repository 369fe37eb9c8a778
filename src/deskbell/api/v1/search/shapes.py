"""v1: shapes of search results."""

from msgspec import Struct

from deskbell.api.shared.plain import Problem as FieldProblem
from deskbell.api.v1.contacts.shapes import ContactView
from deskbell.api.v1.knowledge.shapes import ArticleView
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.search.chips import Chip, ChipKind
from deskbell.features.search.suggesting import SuggestionKind, Suggestions
from deskbell.runtime.messages import Say


class SearchResults(Struct, frozen=True):
    """The best matches of each type. Types that were not requested or that you may not read are empty."""

    tickets: list[TicketView]
    contacts: list[ContactView]
    articles: list[ArticleView]


class ChipValueView(Struct, frozen=True):
    """A value of an operator. `label` is the whole name where the value names one thing.

    `matches` is how many things it names, and 0 finds nothing; it is null for values that are no names, or not yours to read.
    """

    text: str
    label: str
    matches: int | None


class ChipView(Struct, frozen=True, kw_only=True):
    """A part of a search text: `length` characters from `position` on. `error` says what is wrong with it."""

    position: int
    length: int
    text: str
    label: str
    kind: ChipKind
    field: str | None
    comparison: str | None
    negated: bool
    values: list[ChipValueView]
    error: FieldProblem | None

    @classmethod
    def of(cls, chip: Chip, say: Say) -> "ChipView":
        problem = chip.problem
        return cls(
            position=chip.position, length=chip.length, text=chip.text, label=chip.label, kind=chip.kind, field=chip.field,
            comparison=chip.comparison, negated=chip.negated,
            values=[ChipValueView(each.text, each.label, each.matches) for each in chip.values],
            error=None if problem is None else FieldProblem("q", say(problem), problem.code),
        )  # fmt: skip


class ParsedQuery(Struct, frozen=True):
    """The parts of a search text in their order. `valid` says whether a search would accept it."""

    valid: bool
    chips: list[ChipView]


class SuggestionView(Struct, frozen=True):
    """A text for the place of the unfinished word. `detail` distinguishes things of one name."""

    text: str
    label: str
    kind: SuggestionKind
    detail: str | None


class SuggestionsView(Struct, frozen=True):
    """Suggestions that replace `length` characters from `position` on."""

    position: int
    length: int
    suggestions: list[SuggestionView]

    @classmethod
    def of(cls, found: Suggestions) -> "SuggestionsView":
        items = [SuggestionView(each.text, each.label, each.kind, each.detail) for each in found.items]
        return cls(found.position, found.length, items)
