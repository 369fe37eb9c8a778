"""Gates leave out rules whose condition cannot hold, and no other."""

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from msgspec.structs import replace

from deskbell.kernel.rules.facts import CommentFacts, Occasion, RequesterFacts, TicketFacts
from deskbell.kernel.rules.gates import Gates, gate_of
from deskbell.kernel.rules.matching import compiled
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.rules.words import Words
from deskbell.kernel.search.groups import parse_group

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
WORDS = ("Größe", "zip", "IN-104266", "gift", "card", "broken", "straße", "Jacket")
TICKET = TicketFacts(
    number=7, status="open", priority="high", type="question", channel="email", requester_id=UUID(int=1), assignee_id=None,
    group_id=None, category_id=None, tags=("vip",), created_at=NOW, updated_at=NOW, solved_at=None, subject=Words(""),
    description=Words(""),
)  # fmt: skip


def tree(when: Any) -> Any:
    return parse_group(when, now=NOW, vocabulary=RULES)


@pytest.mark.parametrize(
    ("when", "gate"),
    [
        ("subject:invoice channel:web", {("subject", "invoice")}),
        ('subject:"gift cards" body:x,y', {("subject", "cards")}),
        ('body:"gift card*",refund', {("body", "gift"), ("body", "refund")}),
        ("requester.domain:Shop.Example subject:a,b", {("requester.domain", "shop.example")}),
        ({"any": ["subject:a", "requester.email:b@c.example"]}, {("subject", "a"), ("requester.email", "b@c.example")}),
        ({"all": ["status:open", "subject:a"], "none": ["subject:b"]}, {("subject", "a")}),
        ({"any": ["subject:a", "status:open"]}, None),
        ({"none": ["subject:a"]}, None),
        ("-subject:a", None),
        ("subject:invoice*", None),
        ("subject:/IN-[0-9]+/", None),
        ("subject:a,/b/", None),
        ("status:open", None),
    ],
)
def test_the_gate_of_a_condition_is_what_it_cannot_hold_without(when: Any, gate: set[tuple[str, str]] | None) -> None:
    assert gate_of(tree(when)) == gate


def a_text(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(0, 4)))


def a_condition(draw: random.Random, depth: int = 0) -> Any:
    if depth < 2 and draw.random() < 0.4:
        kinds = draw.sample(["all", "any", "none"], draw.randint(1, 2))
        return {kind: [a_condition(draw, depth + 1) for _ in range(draw.randint(1, 2))] for kind in kinds}
    operators = []
    for _ in range(draw.randint(1, 2)):  # no condition has more than 50 operators
        value = draw.choice(WORDS).lower()
        written = draw.choice([value, f"{value[:3]}*", f'"{value} {draw.choice(WORDS)}"', f"{value},zip", "/gif?t/"])
        operators.append(
            draw.choice(["", "", "-"])
            + draw.choice(
                [f"subject:{written}", f"body:{written}", f"description:{written}", "requester.domain:shop.example",
                 "requester.email:ann@shop.example,bo@other.example", "status:open", "tag:vip"]
            )
        )  # fmt: skip
    return " ".join(operators)


@pytest.mark.hypothesis
@pytest.mark.parametrize("count", [5, 60])
def test_every_rule_that_holds_has_passed(count: int) -> None:
    """With few rules long texts are left alone, with many they are gates."""
    draw = random.Random(random.randrange(2**32) if settings().max_examples > 50 else 3)
    asked = left_out = 0
    for _ in range(settings().max_examples):
        trees = [tree(a_condition(draw)) for _ in range(count)]
        gates = Gates([gate_of(each) for each in trees])
        ticket = replace(TICKET, subject=Words(a_text(draw)), description=Words(a_text(draw)))
        comment = None
        if draw.random() < 0.5:
            written = frozenset({"customer"})
            comment = CommentFacts(public=True, author_id=UUID(int=1), written_by=written, body=Words(a_text(draw)))
        email = draw.choice(["ann@shop.example", "Bo@Other.example"])
        requester = None if draw.random() < 0.2 else RequesterFacts(email=email, role="customer")
        occasion = Occasion(kinds=frozenset({"comment.added"}), comment=comment, requester=requester)
        passed = gates.passed(ticket, occasion)
        holding = [place for place, each in enumerate(trees) if compiled(each, {}).holds(ticket, occasion, NOW)]
        assert set(holding) <= set(passed)
        assert passed == sorted(passed)
        asked += len(passed)
        left_out += count - len(passed)
    assert asked
    assert left_out > asked / 10
