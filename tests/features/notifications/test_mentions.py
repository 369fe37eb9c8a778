from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.notifications.mentions import Mentionable, mentioned


def person(number: int, name: str, email: str) -> Mentionable:
    return Mentionable(UUID(int=number), name, email)


JANE = person(1, "Jane Agent", "jane.agent@shop.example")
JO = person(2, "Jo", "jo@shop.example")
JO_ANN = person(3, "Jo Ann  Lee", "j.lee@shop.example")
STROSS = person(4, "Zoë Groß", "zoe@shop.example")
TANAKA = person(5, "田中", "tanaka@shop.example")
OTHER_JO = person(6, "JO", "jo.other@shop.example")
PEOPLE = [JANE, JO, JO_ANN, STROSS, TANAKA]


def names(body: str, people: list[Mentionable] = PEOPLE) -> list[str]:
    by_id = {someone.id: someone.name for someone in people}
    return [by_id[found] for found in mentioned(body, people)]


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ("@Jane Agent please look", ["Jane Agent"]),
        ("ask @jane.agent.", ["Jane Agent"]),
        ('ask @"jane agent"!', ["Jane Agent"]),
        ("ask @“Jane Agent”", ["Jane Agent"]),
        ("@JANE\u00a0 AGENT's view", ["Jane Agent"]),
        ("@Jo Ann Lee, not the other", ["Jo Ann  Lee"]),
        ("@Jo Ann is not Lee", ["Jo"]),
        ("(@jo) and @j.lee then @jo again", ["Jo", "Jo Ann  Lee"]),
        ("@ZOE\u0308 GROSS and @zoe", ["Zoë Groß"]),
        ("謝謝@田中さん", ["田中"]),
        ("＠jo", ["Jo"]),
        ("**@jo**\n- @jane.agent", ["Jo", "Jane Agent"]),
        ("Thanks.@jo", ["Jo"]),
        ("> what does @jane.agent say?\n@jo knows", ["Jo"]),
        ("an unclosed ` tick and @jo", ["Jo"]),
        ("`one` @jo `two`", ["Jo"]),
        ("``a ` b`` @jo ```", ["Jo"]),
        ("~~~\n@jane.agent\n~~~\n@jo", ["Jo"]),
        ("`one\n\ntwo @jo `", ["Jo"]),
    ],
)
def test_who_is_mentioned(body: str, who: list[str]) -> None:
    assert names(body) == who


@pytest.mark.parametrize(
    "body",
    [
        "",
        "@",
        "@nobody",
        "write to x@jo or jo@shop.example or me+@jo",
        "@john @jo_ann @jo-ann @jo.lee @jo@host @@jo \\@jo",
        "https://social.example/@jo",
        "`@jo` and ``x ` @jo``",
        "```\n@jo\n```",
        "```python\n@jo\n\n@jo",
        "> @jo\n  > @jo\n>> @jo",
        '@"Jane" @"Jane Agent',
        "@Jane\nAgent",
        "Jo, Jane Agent",
    ],
)
def test_who_is_not(body: str) -> None:
    assert names(body) == []


def test_all_people_of_a_name_are_mentioned() -> None:
    assert mentioned("@jo", [JO, OTHER_JO]) == (JO.id, OTHER_JO.id)
    assert mentioned("@jo.other", [JO, OTHER_JO]) == (OTHER_JO.id,)


def test_a_person_without_a_name_is_mentioned_by_address_only() -> None:
    nameless = person(9, "  ", "desk@shop.example")
    assert mentioned("@ and @desk", [nameless]) == (nameless.id,)


@given(st.text(alphabet='@jo `>~\n."anlee'))
def test_any_text_mentions_only_people_given_each_once(body: str) -> None:
    found = mentioned(body, PEOPLE)
    assert len(found) == len(set(found))
    assert set(found) <= {someone.id for someone in PEOPLE}
    assert mentioned(body, []) == ()


@given(st.text(), st.lists(st.sampled_from(PEOPLE), min_size=1))
def test_a_quoted_or_fenced_name_is_no_mention(before: str, people: list[Mentionable]) -> None:
    body = "\n".join(f"@{someone.name}" for someone in people)
    quoted = "\n".join(f"> {line}" for line in f"{body}\n{before}".splitlines())
    assert mentioned(quoted, PEOPLE) == ()
    assert mentioned(f"~~~~~\n{body}", PEOPLE) == ()
    assert mentioned(body, PEOPLE) != ()


def test_a_text_made_to_be_slow_is_read_in_one_go() -> None:
    # A bound on work, not on time: a reading that is quadratic would not come back within the test run.
    assert mentioned("@jo ann le" * 20_000 + "`" * 3 + " ``" * 20_000 + "> @" * 20_000, PEOPLE) == (JO.id,)
