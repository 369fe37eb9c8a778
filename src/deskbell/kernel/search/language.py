"""The search language for tickets.

    refund "blue jacket" ship* -paypal       words, phrases, prefixes and excluded words
    status:open,pending -tag:vip             operators; a comma means "or", a leading minus "not"
    assignee:me group:none requester:"Jo Li" `me` and `none` unless quoted; else words of a name, an e-mail address or
                                             its local part
    created>2026-01-01 updated<7d            see `dates` for the meaning of < and >
    status.since>3d staff.wrote<1h due<2h    since when, when last, and how long until the next deadline
    has:attachment number:123                a search for only 123 or #123 means the ticket with this number or the word

All parts must match. Words match anywhere in a ticket's subject, description and comments. Text that only looks like an
operator is a word: http://x, 10:30, C:\\temp, std::io, localhost:8000, "Re:". Case is ignored.
"""

import difflib
import re
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import Struct

from deskbell.kernel.durations import parse_duration
from deskbell.kernel.filters import MAX_VALUES
from deskbell.kernel.forms import RequiredFields
from deskbell.kernel.search.dates import Span, read_span
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.tsquery import Term, is_searchable, to_tsquery_text
from deskbell.kernel.search.values import ValueTest
from deskbell.kernel.search.vocabulary import DESK, SEARCH, WORDS, Vocabulary

__all__ = [
    "MAX_LENGTH",
    "MAX_OPERATORS",
    "WORDS",
    "Filter",
    "Part",
    "Placed",
    "Query",
    "QueryProblem",
    "Span",
    "Term",
    "Vocabulary",
    "names_dates",
    "parse",
    "parse_parts",
    "parse_placed",
    "plain",
    "to_tsquery_text",
]

MAX_LENGTH = 1_000
"""The longest search text, in characters."""
MAX_OPERATORS: Final = SEARCH.max_operators
"""The maximum number of operators in a search text."""

_WITH_WORDS = {
    "search.operator_without_value": "search.operator_without_value_of",
    "search.comma_without_value": "search.comma_without_value_of",
    "search.not_a_word": "search.not_a_word_of",
}
"""The message that lists the allowed words of an operator that has a fixed set."""

_OPERATOR = re.compile(r"(-?)(mail\.header\.[A-Za-z0-9_-]+|[A-Za-z_][A-Za-z0-9_.]*)(:|[<>]=?)", re.IGNORECASE)
_DATE_OPERATOR = re.compile(
    rf"(?:{'|'.join(map(re.escape, DESK.dates))})(?:[:<>](?!=)|[<>]=)(?![0-9]+[a-z])", re.IGNORECASE
)
_VALUE = re.compile(r'"([^"]*)"?|([^\s",]+)')
_PATTERN = re.compile(r"/(?:[^/\\]|\\.)+/(?=[\s,]|$)")
_PHRASE = re.compile(r'(-?)"([^"]*)"?')
_WORD = re.compile(r'[^\s"]+')
_ITEM = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_NUMBER = re.compile(r"#?([0-9]{1,18})")
_NUMBERED = {"number", "was.number", "linked"}
"""The operators whose values are numbers of tickets."""
_SCHEMES = {"mailto", "tel", "sms", "urn", "data", "geo", "magnet"}  # URI schemes that are not followed by //
# Phones and word processors replace plain quotes by these. One character each, so that positions stay correct.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂", '"'))
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # PostgreSQL takes no NUL and no lone surrogate


class Filter(Struct, frozen=True):
    """`field` is one of `values`, or the caller (`me`), or not set at all (`none`).

    Values are lower case for fixed words, digits for numbers and for durations in seconds, and otherwise as they were
    written; those of a text keep their signs. `comparison` is `:`, or `<` `<=` `>` `>=` with one value.
    """

    field: str
    values: tuple[str, ...] = ()
    me: bool = False
    none: bool = False
    negated: bool = False
    comparison: str = ":"


class Query(Struct, frozen=True):
    """A parsed search text. Every part must match; `number`, if set, is an alternative to `terms`."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    spans: tuple[Span, ...] = ()
    number: int | None = None
    values: tuple[ValueTest, ...] = ()
    """The operators on fields, once they are looked up: `parse` leaves them among `filters`."""
    required: RequiredFields | None = None
    """The forms that `has:missing` asks; without them no ticket lacks a value."""

    @property
    def tsquery(self) -> tuple[str, str]:
        """The words and phrases, and the prefixes, as text for `to_tsquery`; "" for none."""
        return (
            to_tsquery_text(term for term in self.terms if term.kind != "prefix"),
            to_tsquery_text(term for term in self.terms if term.kind == "prefix"),
        )


def parse(text: str, *, now: datetime, ports: bool = True, vocabulary: Vocabulary = SEARCH) -> Query:
    """Parses a search text.

    `now` is aware and in the time zone of absolute dates. With `ports`, an unknown name before a number is a word
    (localhost:8000); without, it is an error. Raises `QueryProblem`, with the position of the invalid part and the
    allowed values.
    """
    return _Reader(_sendable(text).translate(_QUOTES), now, vocabulary, ports=ports).read()


class Part(NamedTuple):
    """A part of a text from `start` to before `end`, and its meaning: None for what is wrong, or only signs."""

    start: int
    end: int
    meaning: Term | Filter | Span | None
    problem: QueryProblem | None = None


def parse_parts(text: str, *, now: datetime, vocabulary: Vocabulary) -> list[Part]:
    """The parts of a text with their places, for showing them one by one. Raises `QueryProblem` for a text that is too long."""
    return _Reader(_sendable(text).translate(_QUOTES), now, vocabulary, ports=True).read_parts()


class Placed(NamedTuple):
    """A parsed text with the place in it of each filter's values, in their order, and each operator as it is written."""

    query: Query
    places: tuple[tuple[int, ...], ...]
    filters: tuple[str, ...]
    spans: tuple[str, ...]


def parse_placed(text: str, *, now: datetime, vocabulary: Vocabulary) -> Placed:
    """Parses a text whose values are to be looked up; the places are for messages about those that do not exist."""
    reader = _Reader(_sendable(text).translate(_QUOTES), now, vocabulary, ports=False)
    query = reader.read()
    return Placed(query, tuple(reader.places), tuple(reader.written), tuple(reader.written_spans))


def names_dates(text: str) -> bool:
    """Whether a search text may hold an absolute date, which depends on the time zone."""
    return _DATE_OPERATOR.search(text) is not None


def closed(text: str) -> str:
    """A search with its last quotation closed, so that more can follow it."""
    return f'{text}"' if text.translate(_QUOTES).count('"') % 2 else text


def plain(text: str) -> Query:
    """Parses `text` as words only, without operators, phrases and numbers. Raises `QueryProblem` if it is too long."""
    return Query(terms=tuple(Term("word", word) for word in _sendable(text).split() if is_searchable(word)))


def _sendable(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise QueryProblem("search.too_long", 0, len(text), limit=MAX_LENGTH, count=len(text))
    return _UNSENDABLE.sub(" ", text)


class _Reader:
    """A parser of one text, from left to right."""

    def __init__(self, text: str, now: datetime, vocabulary: Vocabulary, *, ports: bool) -> None:
        self.text = text
        self.ports = ports
        self.now = now
        self.known = vocabulary
        self.places: list[tuple[int, ...]] = []
        self.written: list[str] = []
        self.written_spans: list[str] = []
        self.terms: list[Term] = []
        self.filters: list[Filter] = []
        self.spans: list[Span] = []
        self.value_count = 0

    def read(self) -> Query:
        position = 0
        while position < len(self.text):
            position = position + 1 if self.text[position].isspace() else self._read_part(position)
        return Query(tuple(self.terms), tuple(self.filters), tuple(self.spans), self._number())

    def read_parts(self) -> list[Part]:
        """Each part with its place. One that is wrong is left out of the query, and reading goes on behind it."""
        parts, position = [], 0
        while position < len(self.text):
            if self.text[position].isspace():
                position += 1
                continue
            terms, filters, spans = len(self.terms), len(self.filters), len(self.spans)
            problem = None
            try:
                end = self._read_part(position)
            except QueryProblem as found:
                problem, end = found, self._end_of(position)
            meaning: list[Term | Filter | Span] = [*self.terms[terms:], *self.filters[filters:], *self.spans[spans:]]
            parts.append(Part(position, end, meaning[0] if meaning else None, problem))
            position = end
        return parts

    def _end_of(self, position: int) -> int:
        """Where a part that is wrong ends: at the next space outside of quotes."""
        found = _ITEM.match(self.text, position)
        return max(found.end() if found else 0, position + 1)

    def _read_part(self, position: int) -> int:
        """Reads the part at a position and returns the position after it."""
        if (operator := _OPERATOR.match(self.text, position)) and self._is_operator(operator):
            return self._read_operator(operator)
        if not self.known.bare_words:
            raise self._no_word(position)
        if phrase := _PHRASE.match(self.text, position):
            self._add(Term("phrase", phrase[2], negated=bool(phrase[1])))
            return phrase.end()
        return self._read_word(position)

    def _no_word(self, position: int) -> QueryProblem:
        found = _WORD.match(self.text, position)
        length = len(found[0]) if found else 1
        return QueryProblem("search.word_without_operator", position, length, operators=self.known.shown)

    def _add(self, term: Term) -> None:
        if is_searchable(term.text):
            self.terms.append(term)

    def _read_word(self, position: int) -> int:
        found = _WORD.match(self.text, position)
        assert found  # `position` is at neither a space nor a quote
        word = found[0]
        negated = word.startswith("-") and not word.startswith("--")  # "--verbose" is a word that people look for
        word = word[negated:]
        self._add(Term("prefix", word.rstrip("*"), negated) if word.endswith("*") else Term("word", word, negated))
        return found.end()

    def _number(self) -> int | None:
        if len(self.terms) != 1 or self.terms[0].kind != "word" or self.terms[0].negated:
            return None
        number = _NUMBER.fullmatch(self.terms[0].text)
        return int(number[1]) if number else None

    def _is_operator(self, found: re.Match[str]) -> bool:
        """Whether a name followed by `:`, `<` or `>` is an operator. Raises `QueryProblem` for a misspelt one."""
        name, sign = found[2].lower(), found[3]
        behind = self.text[found.end() : found.end() + 1]
        known = self.known
        if name in known.fields or name in known.dates or known.of_family(name):
            # "status::x" and "tag://x" are not operators; "status: open" is one without a value, an error.
            if known.is_text(name):
                return True
            return behind not in {":", "/", "\\"} if sign == ":" else name not in known.fields or bool(behind.strip())
        if not (behind.isalnum() or behind == '"') or name in _SCHEMES or len(name) == 1:
            return False
        # Hosts have dots too (example.com:8000): such a name is misspelt only if it resembles an operator with a dot.
        dotted = not name.replace("_", "").isalpha()
        among = known.fields + known.dates if sign == ":" else (*known.dates, *known.counted)
        close = difflib.get_close_matches(name, [each for each in among if dotted <= ("." in each)], n=1, cutoff=0.75)
        if not close and (dotted or sign != ":" or (behind.isdigit() and self.ports)):  # a<b, localhost:8000
            return False
        place = found.start(2), found.end() - found.start(2)
        written = f"{found[2]}{sign}"
        if close:
            raise QueryProblem("search.operator_misspelt", *place, operator=written, meant=f"{close[0]}{sign}")
        raise QueryProblem("search.operator_unknown", *place, operator=written, operators=known.shown)

    def _read_operator(self, found: re.Match[str]) -> int:
        name, sign, negated = found[2].lower(), found[3], bool(found[1])
        if len(self.filters) + len(self.spans) == self.known.max_operators:
            raise QueryProblem(
                "search.too_many_operators", found.start(2), found.end() - found.start(2), limit=self.known.max_operators,
                operator=f"{name}{sign}",
            )  # fmt: skip
        if name in self.known.dates:
            date = _WORD.match(self.text, found.end())
            written = date[0] if date else ""
            self.spans.append(read_span(name, sign, written, now=self.now, position=found.end(), negated=negated))
            self.written_spans.append(self.text[found.start() : found.end() + len(written)])
            return found.end() + len(written)
        if sign != ":" and not self.known.takes_numbers(name):
            raise QueryProblem(
                "search.not_compared", found.start(2), found.end() - found.start(2), operator=name, sign=sign
            )
        if sign == ":" and name in self.known.lengths:
            raise QueryProblem("search.length_comparison", found.start(2), found.end() - found.start(2), operator=name)
        values, end = self._read_values(name, found)
        if sign != ":" and len(values) > 1:
            raise QueryProblem("search.compared_with_many", found.end(), end - found.end(), operator=f"{name}{sign}")
        named: dict[str, int] = {}  # in the order written
        me = none = False
        for value, quoted, start in values:
            bare = "" if quoted or sign != ":" else value.lower()
            if bare == "me" and name in self.known.may_be_me:
                me = True
            elif bare == "none" and self.known.takes_none(name):
                none = True
            else:
                named.setdefault(self._checked(name, value, start), start)
        self.filters.append(Filter(name, tuple(named), me=me, none=none, negated=negated, comparison=sign))
        self.places.append(tuple(named.values()))
        self.written.append(self.text[found.start() : end])
        return end

    def _read_values(self, name: str, found: re.Match[str]) -> tuple[list[tuple[str, bool, int]], int]:
        """The comma-separated values of an operator as (value, quoted, position), and the position after the last."""
        values: list[tuple[str, bool, int]] = []
        position = found.end()
        while True:
            pattern = _PATTERN.match(self.text, position) if self.known.is_text(name) else None
            value = pattern or _VALUE.match(self.text, position)
            quoted = pattern is None and value is not None and value[2] is None
            written = (pattern[0] if pattern else value[1] if quoted else value[2]).strip() if value else ""
            if value is None or not written:
                code = "search.comma_without_value" if values else "search.operator_without_value"
                length = (value.end() if value else position) - found.start(2)
                raise self._word_problem(code, name, found.start(2), length)
            if self.value_count == MAX_VALUES:
                raise QueryProblem(
                    "search.too_many_values", value.start(), value.end() - value.start(), limit=MAX_VALUES
                )
            self.value_count += 1
            kept = f'"{written}"' if quoted and self.known.is_text(name) else written
            values.append((kept, quoted, value.start() + quoted))
            position = value.end()
            if not self.text.startswith(",", position):
                return values, position
            position += 1

    def _word_problem(self, code: str, name: str, position: int, length: int, **params: str) -> QueryProblem:
        """A problem with an operator's value; the message lists the allowed words of an operator with a fixed set."""
        if name not in self.known.words:
            return QueryProblem(code, position, length, operator=name, **params)
        words = tuple(self.known.words[name])
        return QueryProblem(_WITH_WORDS[code], position, length, operator=name, allowed=words, **params)

    def _length(self, name: str, value: str, position: int) -> str:
        try:
            return str(round(parse_duration(value).total_seconds()))
        except (ValueError, OverflowError):
            raise QueryProblem("search.not_a_length", position, len(value), operator=name, value=value) from None

    def _checked(self, name: str, value: str, position: int) -> str:
        if name in self.known.lengths:
            return self._length(name, value, position)
        if name in _NUMBERED or name in self.known.counted:
            number = _NUMBER.fullmatch(value)
            if number is None:
                raise QueryProblem("search.not_a_number", position, len(value), value=value)
            return str(int(number[1]))
        if name in self.known.words:
            if value.lower() not in self.known.words[name]:
                raise self._word_problem("search.not_a_word", name, position, len(value), value=value)
            return value.lower()
        return value
