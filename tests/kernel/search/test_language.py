import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.kernel.errors import Invalid
from deskbell.kernel.filters import MAX_VALUES
from deskbell.kernel.search.groups import Group, parse_group
from deskbell.kernel.search.language import (
    MAX_LENGTH,
    MAX_OPERATORS,
    WORDS,
    Filter,
    Query,
    QueryProblem,
    Term,
    names_dates,
    parse,
    parse_placed,
    plain,
)
from deskbell.kernel.search.tsquery import is_searchable, to_tsquery_text
from deskbell.kernel.search.vocabulary import SEARCH, Vocabulary
from deskbell.kernel.words import CHANNELS, PRIORITIES, STATUSES, TYPES
from deskbell.runtime.messages import sentence

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def read(text: str) -> Query:
    return parse(text, now=NOW)


def refusal(text: str) -> QueryProblem:
    with pytest.raises(QueryProblem) as caught:
        read(text)
    return caught.value


def marked(text: str) -> str:
    """The part of `text` that the refusal points at."""
    problem = refusal(text)
    return text[problem.position : problem.position + problem.length]


# -- words -------------------------------------------------------------------------------------------------------------


def test_words_phrases_and_prefixes_are_distinguished_and_a_minus_excludes() -> None:
    assert read('refund "blue jacket" ship* -paypal -"gift card" -vou*').terms == (
        Term("word", "refund"),
        Term("phrase", "blue jacket"),
        Term("prefix", "ship"),
        Term("word", "paypal", negated=True),
        Term("phrase", "gift card", negated=True),
        Term("prefix", "vou", negated=True),
    )


@pytest.mark.parametrize(
    "word",
    [
        "http://shop.example/a?b=c",
        "10:30",
        "C:\\temp",
        "std::io",
        "group::item",
        "localhost:8000",
        "mailto:a@b.example",
        "e-mail",
        "a:b",
        ":smile:",
        "ok:)",
        "a<b",
        "vector<int>",
        "x>5",
        "--verbose",
        "python:3.11-slim",
        "Re:",
        "jane@shop.example",
        "größe:",
    ],
)
def test_what_only_looks_like_an_operator_stays_a_word(word: str) -> None:
    assert read(word) == Query(terms=(Term("word", word),))


@pytest.mark.parametrize("text", ["", "   ", "-", "*", "!!!", '""', "--", "-*", "\x00\x07", "…"])
def test_mere_punctuation_vanishes(text: str) -> None:
    assert read(text) == Query()


def test_an_unclosed_quote_runs_to_the_end_and_typographic_quotes_are_quotes() -> None:
    assert read('"blue jack').terms == (Term("phrase", "blue jack"),)
    assert read("“blue jacket” tag:„Big order“") == Query(
        terms=(Term("phrase", "blue jacket"),), filters=(Filter("tag", ("Big order",)),)
    )


@pytest.mark.parametrize("text", ["123", "#123", "0123 status:open"])
def test_a_number_alone_is_a_ticket_and_also_a_word(text: str) -> None:
    query = read(text)
    assert query.number == 123
    assert [term.kind for term in query.terms] == ["word"]


@pytest.mark.parametrize("text", ["error 123", "-123", "123*", '"123"', "12.3", "1" * 19])
def test_a_number_among_words_or_excluded_is_only_a_word(text: str) -> None:
    assert read(text).number is None


# -- operators ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("status:open,Pending", [Filter("status", ("open", "pending"))]),
        ("-Status:closed", [Filter("status", ("closed",), negated=True)]),
        ("priority:urgent type:incident", [Filter("priority", ("urgent",)), Filter("type", ("incident",))]),
        ("assignee:me,none", [Filter("assignee", me=True, none=True)]),
        ("assignee:ME,jo@shop.example", [Filter("assignee", ("jo@shop.example",), me=True)]),
        ('assignee:"me"', [Filter("assignee", ("me",))]),
        ('requester:"Jo Li","Max, the 2nd"', [Filter("requester", ("Jo Li", "Max, the 2nd"))]),
        ("requester:none", [Filter("requester", ("none",))]),
        ('group:"Returns desk" -tag:vip', [Filter("group", ("Returns desk",)), Filter("tag", ("vip",), negated=True)]),
        ("has:attachment channel:email", [Filter("has", ("attachment",)), Filter("channel", ("email",))]),
        ("number:7,#0012", [Filter("number", ("7", "12"))]),
        (
            "follower:me,Ann linked:#7,none",
            [Filter("follower", ("Ann",), me=True), Filter("linked", ("7",), none=True)],
        ),
        ("tag:a,a tag:none", [Filter("tag", ("a",)), Filter("tag", none=True)]),
    ],
)
def test_operators_are_read(text: str, filters: list[Filter]) -> None:
    assert read(text) == Query(filters=tuple(filters))


@pytest.mark.parametrize(
    ("text", "part", "said"),
    [
        ("refund status:opne", "opne", "status: takes new, open, pending, hold, solved, closed"),
        ("status:open,bad", "bad", "“bad” is not allowed here; status: takes"),
        ("priority:medium", "medium", "low, normal, high, urgent"),
        ("staus:open", "staus:", "did you mean status:?"),
        ("numbr:12", "numbr:", "did you mean number:?"),
        ("colour:red", "colour:", "the operators are status:,"),
        ('foo:"a b"', "foo:", "in quotes"),
        ("creatd>2026-01-01", "creatd>", "did you mean created>?"),
        ("status: open", "status:", "needs a value"),
        ("a status:open, pending", "status:open,", "needs a value directly after it; status: takes"),
        ('tag:""', 'tag:""', "tag: needs a value"),
        ("priority>low", "priority>", "write priority:"),
        ("number:12x", "12x", "not a ticket number"),
        ("has:wings", "wings", "“wings” is not allowed here; has: takes attachment"),
        ("created>2026-13-01", "2026-13-01", "2026-01-31"),
        ("created>2026-02-30", "2026-02-30", "not a date"),
        ("created>", ">", "needs a value"),
        ("created<soon", "soon", "not a date"),
        ("updated:7d", "7d", "updated<7d for less than 7d ago"),
        ("due:2h", "2h", "due<2h for at most 2h from now"),
        ("staus.since>3d", "staus.since>", "did you mean status.since>?"),
        ("linked:twelve", "twelve", "not a ticket number"),
        ("created>9999", "9999", "not a date"),
        ("created<2026-01-01,x", "2026-01-01,x", "not a date"),
    ],
)
def test_a_wrong_operator_is_refused_pointing_at_it_and_saying_what_is_allowed(text: str, part: str, said: str) -> None:
    assert marked(text) == part
    assert said in sentence(refusal(text).problem)


@pytest.mark.parametrize("word", ["bogus:1", "localhost:8000"])
def test_an_unknown_name_before_a_number_is_a_word_only_where_texts_are_pasted(word: str) -> None:
    assert read(f"refund {word}").terms[-1] == Term("word", word)
    with pytest.raises(QueryProblem) as refused:
        parse(f"refund {word}", now=NOW, ports=False)
    assert "is not a search operator; the operators are status:" in sentence(refused.value.problem)
    assert (refused.value.position, refused.value.length) == (7, word.index(":") + 1)
    assert parse(f'10:30 C:1 tel:555 "{word}"', now=NOW, ports=False).terms[-1] == Term("phrase", word)


def test_the_fixed_words_are_those_of_tickets() -> None:
    words = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES, "channel": CHANNELS}
    assert {name: WORDS[name] for name in words} == words


def test_the_fixed_words_can_be_given() -> None:
    of_fax = msgspec.structs.replace(SEARCH, words={"channel": ("fax",)})
    assert parse("channel:Fax", now=NOW, vocabulary=of_fax).filters == (Filter("channel", ("fax",)),)
    with pytest.raises(QueryProblem) as refused:
        parse("channel:mail", now=NOW, vocabulary=of_fax)
    assert "channel: takes fax" in sentence(refused.value.problem)


def test_a_text_that_is_too_long_is_refused_in_both_languages() -> None:
    assert read("x" * MAX_LENGTH).terms
    for language in (read, plain):
        with pytest.raises(QueryProblem, match=str(MAX_LENGTH)):
            language("x" * (MAX_LENGTH + 1))


def test_plain_takes_everything_as_words() -> None:
    assert plain('status:open -x "a b" c* !!') == Query(
        terms=tuple(Term("word", word) for word in ["status:open", "-x", '"a', 'b"', "c*"])
    )


# -- dates -------------------------------------------------------------------------------------------------------------

DAY, NEXT = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("created>2026-01-01", NEXT, None),
        ("created>=2026-01-01", DAY, None),
        ("created<2026-01-01", None, DAY),
        ("created<=2026-01-01", None, NEXT),
        ("created:2026-01-01", DAY, NEXT),
        ("created:2026-12", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("created:2025", datetime(2025, 1, 1, tzinfo=UTC), DAY),
        ("solved>=2026-01-01T12:05+02:00", datetime(2026, 1, 1, 10, 5, tzinfo=UTC), None),
        ("solved<=2026-01-01t12:05z", None, datetime(2026, 1, 1, 12, 6, tzinfo=UTC)),
        ("solved<=2026-01-01T12:05:07", None, datetime(2026, 1, 1, 12, 5, 8, tzinfo=UTC)),
        ("updated:today", datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)),
        ("updated<yesterday", None, datetime(2026, 11, 19, tzinfo=UTC)),
        ("updated<7d", NOW - timedelta(days=7), None),
        ("updated>12h", None, NOW - timedelta(hours=12)),
        ("updated<=2w", NOW - timedelta(weeks=2), None),
        ("status.since>3d", None, NOW - timedelta(days=3)),
        ("customer.wrote<1h", NOW - timedelta(hours=1), None),
        ("staff.wrote>=2026-01-01", DAY, None),
        ("due<1h", None, NOW + timedelta(hours=1)),
        ("due>2d", NOW + timedelta(days=2), None),
        ("due:2026-01-01", DAY, NEXT),
    ],
)
def test_dates_and_ages_become_half_open_spans(text: str, start: datetime | None, end: datetime | None) -> None:
    (span,) = read(text).spans
    assert (span.field, span.start, span.end, span.negated) == (re.split("[:<>]", text)[0], start, end, False)
    (excluded,) = read(f"-{text}").spans
    assert excluded.negated


def test_a_written_day_is_a_day_where_the_organization_is() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (span,) = parse("created:2026-10-25", now=NOW.astimezone(berlin)).spans
    assert span.start == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert span.end == datetime(2026, 10, 25, 23, tzinfo=UTC)  # the day on which clocks go back has 25 hours


def test_an_age_is_counted_in_true_hours_across_a_change_of_the_clocks() -> None:
    monday = datetime(2026, 10, 25, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    (span,) = parse("updated<12h", now=monday).spans
    assert span.start is not None
    assert monday.astimezone(UTC) - span.start == timedelta(hours=12)


# -- laws --------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "status:",
        "open",
        ",",
        '"',
        "-",
        "created",
        ">",
        "<=",
        "2026-01-01",
        "7d",
        "me",
        "none",
        "*",
        "#12",
        " ",
        "'",
        "\\",
        ":",
        "http://x",
        "tag:",
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
def test_any_text_is_understood_or_refused_within_its_bounds(text: str) -> None:
    try:
        query, refused = read(text), None
    except QueryProblem as problem:
        refused = problem
        query = Query()
    if refused:
        assert refused.length > 0
        assert 0 <= refused.position <= len(text) - refused.length
    else:
        assert all(is_searchable(term.text) for term in query.terms)
        assert all(part.values or part.me or part.none for part in query.filters)
        values = [value for part in query.filters for value in part.values]
        assert not any("\x00" in value for value in values)
        "".join(values).encode()  # no lone surrogate either


TERMS = st.lists(st.builds(Term, st.sampled_from(["word", "phrase", "prefix"]), st.text(), st.booleans()), max_size=5)
OPERAND = r"!?'(?:[^'\\\x00-\x1f]|''|\\\\)*'(?::\*)?"


@given(TERMS)
def test_tsquery_text_is_only_quoted_operands_joined_by_and(terms: list[Term]) -> None:
    text = to_tsquery_text(terms)
    assert text == "" or re.fullmatch(rf"{OPERAND}(?: & {OPERAND})*", text)
    assert (text == "") == (not any(is_searchable(term.text) for term in terms))
    text.encode()  # no lone surrogate is left, so it can travel


def test_tsquery_text_says_exclusion_and_beginning_and_doubles_what_would_end_the_quote() -> None:
    terms = [Term("word", "O'Neil"), Term("phrase", "a\\b c", negated=True), Term("prefix", "ship")]
    assert to_tsquery_text(terms) == "'O''Neil ' & !'a\\\\b c ' & 'ship ':*"


# -- bounds ------------------------------------------------------------------------------------------------------------


def test_a_search_has_a_bounded_number_of_operators_and_of_values_behind_them() -> None:
    fits = " ".join(["tag:a", "created>2026"] * (MAX_OPERATORS // 2))
    assert len(read(fits).filters) == len(read(fits).spans) == MAX_OPERATORS // 2
    assert marked(f"{fits} group:x") == "group:"
    assert f"at most {MAX_OPERATORS} operators" in sentence(refusal(f"{fits} group:x").problem)
    values = ",".join(f"t{number}" for number in range(MAX_VALUES - 1))
    assert len(read(f"tag:{values} group:x").filters) == 2
    assert marked(f"tag:{values} group:x,y") == "y"
    assert f"at most {MAX_VALUES} values" in sentence(refusal(f"tag:{values} group:x,y").problem)


def test_only_dates_and_not_ages_need_a_time_zone() -> None:
    for text in ("created:2026-06-01", "x -SOLVED>=today", "updated<2026", "created>2026-06-01T10:00"):
        assert names_dates(text), text
    for text in ("created<7d", "updated>=12h", "tag:created", "created", "x"):
        assert not names_dates(text), text


# -- vocabularies and groups ---------------------------------------------------------------------------------------------

RULES = Vocabulary(
    fields=("status", "assignee", "body", "requester.open", "by"),
    dates=("created", "status.since"),
    families=("field.",),
    counted=frozenset({"requester.open"}),
    texts=frozenset({"body"}),
    words={"status": ("new", "open")},
    bare_words=False,
)


def read_rule(text: str) -> Query:
    return parse(text, now=NOW, vocabulary=RULES)


def test_names_may_have_dots_and_digits_where_the_vocabulary_knows_them() -> None:
    assert read_rule("field.size_2:xl,none -field.colour:none").filters == (
        Filter("field.size_2", ("xl",), none=True),
        Filter("field.colour", (), none=True, negated=True),
    )
    assert read_rule("status.since>3d").spans[0].field == "status.since"


def test_numbers_and_own_fields_are_compared() -> None:
    assert read_rule('requester.open>3 field.price<="1 000"').filters == (
        Filter("requester.open", ("3",), comparison=">"),
        Filter("field.price", ("1 000",), comparison="<="),
    )


def test_values_of_texts_keep_their_signs() -> None:
    written = r'body:refund,"gift card",ship*,/IN-\d{6}, "x"/'
    assert read_rule(written).filters == (Filter("body", ("refund", '"gift card"', "ship*", r'/IN-\d{6}, "x"/')),)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("status:open refund", "search.word_without_operator", "refund"),
        ('-"gift card"', "search.word_without_operator", "-"),
        ("statsu.since>3d", "search.operator_misspelt", "statsu.since>"),
        ("status>open", "search.not_compared", "status>"),
        ("requester.open>3,4", "search.compared_with_many", "3,4"),
        ("requester.open>many", "search.not_a_number", "many"),
        ("colour:red", "search.operator_unknown", "colour:"),
    ],
)
def test_what_a_vocabulary_does_not_allow_is_marked(text: str, code: str, place: str) -> None:
    with pytest.raises(QueryProblem) as caught:
        parse(text, now=NOW, ports=False, vocabulary=RULES)
    problem = caught.value
    assert (problem.problem.code, text[problem.position : problem.position + problem.length]) == (code, place)


@pytest.mark.parametrize("text", ["example.com:8000", "field.size:xl", "a1>b", "status.after>3d", "utf8:x", "2fa:on"])
def test_names_with_dots_and_digits_stay_words_in_a_search(text: str) -> None:
    assert read(text).terms == (Term("word", text),)


def test_values_know_their_place() -> None:
    placed = parse_placed('status:open by:"Jo Li",bot', now=NOW, vocabulary=RULES)
    assert placed.places == ((7,), (16, 23))


def test_groups_hold_texts_and_groups() -> None:
    group = parse_group(
        {"all": ["status:open", {"any": ["by:jo", "by:li"], "none": ["by:bot"]}]}, now=NOW, vocabulary=RULES
    )
    assert isinstance(group, Group)
    assert [part.query.filters[0].field for part in group.texts()] == ["status", "by", "by", "by"]
    assert [part.path for part in group.texts()] == ["all.0", "all.1.any.0", "all.1.any.1", "all.1.none.0"]


@pytest.mark.parametrize(
    ("written", "code", "path"),
    [
        (
            {"all": [{"any": [{"none": [{"all": ["status:open"]}]}]}]},
            "search.groups_too_deep",
            "when.all.0.any.0.none.0",
        ),
        ({"all": ["status:open"] * 51}, "search.too_many_operators_in_groups", "when"),
        ({"some": ["status:open"]}, "search.not_a_group", "when"),
        ({"all": "status:open"}, "search.not_a_group", "when.all"),
        ({"any": []}, "search.not_a_group", "when.any"),
        ({"any": [3]}, "search.not_a_group", "when.any.0"),
        ({"any": ["status:open", "status:lost"]}, "search.not_a_word_of", "when.any.1"),
        ("", "search.not_a_group", "when"),
    ],
)
def test_a_malformed_group_is_refused_with_its_path(written: object, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_group(written, now=NOW, vocabulary=RULES, path="when")
    assert (caught.value.problems[0].code, caught.value.problems[0].path) == (code, path)
