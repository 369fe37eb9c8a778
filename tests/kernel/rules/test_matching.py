"""Conditions in memory: each operator of a change, and what is left out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid
from deskbell.kernel.rules.change_operators import MAX_PATTERN
from deskbell.kernel.rules.facts import CommentFacts, MailFacts, Occasion, RequesterFacts, TicketFacts
from deskbell.kernel.rules.matching import compiled, names_in
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.rules.words import Words
from deskbell.kernel.search.groups import parse_group

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ANN, BO, MAYA, BILLING, KEY = (UUID(int=n) for n in range(1, 6))
IDS = {
    ("person", "ann"): ANN, ("person", "Bo Li"): BO, ("person", "Maya"): MAYA, ("by", "Maya"): MAYA,
    ("by", "Importer"): KEY, ("group", "Billing"): BILLING,
}  # fmt: skip

TICKET = TicketFacts(
    number=7, status="open", priority="high", type="question", channel="email", requester_id=MAYA, assignee_id=ANN,
    group_id=None, category_id=None, tags=("Réfund", "vip"), created_at=NOW - timedelta(days=3), updated_at=NOW,
    solved_at=None, subject=Words("Invoice IN-104266 is wrong"), description=Words("Die STRASSE stimmt nicht."),
)  # fmt: skip
COMMENT = CommentFacts(
    public=True, author_id=MAYA, written_by=frozenset({"customer", "requester"}), body=Words("Gift card, please")
)
MAIL = MailFacts(
    sender="maya@boots.example", recipients=frozenset({"support@shop.example", "ann@shop.example"}), verdict="pass",
    automatic=False, headers={"list-id": "<orders.boots.example>", "x-spam-flag": "YES"},
)  # fmt: skip
OCCASION = Occasion(
    kinds=frozenset({"comment.added"}), woken_by=frozenset({"person", "customer"}), actor_id=MAYA, comment=COMMENT, mail=MAIL,
    was=replace(TICKET, status="closed", assignee_id=None), changed=frozenset({"status"}),
    requester=RequesterFacts(email="maya@shop.example", role="customer", company="Brøndby Boots", open=4),
)  # fmt: skip


def holds(written: Any, ticket: TicketFacts = TICKET, occasion: Occasion = OCCASION) -> bool:
    tree = parse_group(written, now=NOW, vocabulary=RULES)
    return compiled(tree, IDS).holds(ticket, occasion, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "status:open,new priority:high channel:email number:7",
        "assignee:ann requester:Maya group:none category:none -group:Billing",
        "tag:refund tag:VIP -tag:late",
        "created>2d created<4d updated:today -solved<1d",
        "was.status:closed was.assignee:none -was.status:open",
        "changed:status -changed:priority",
        "by:customer by:Maya -by:rule,api -by:Importer auto:no",
        "comment:public comment.by:requester comment.by:Maya -comment.has:attachment",
        'subject:invoice* subject:"is wrong" subject:104266 -subject:voice',
        "description:straße body:card,refund",
        r"subject:/\bIN-\d{6}\b/ -subject:/^IN/",
        'requester.company:"brondby boots" requester.domain:shop.example requester.role:customer',
        "organization.hours:open -organization.hours:closed",
        "mail.from:maya@boots.example mail.from:@boots.example,x.example mail.from:BOOTS.example -mail.from:shop.example",
        "mail.to:Support@shop.example -mail.to:billing@shop.example mail.verdict:pass,none -mail.verdict:fail",
        r"mail.header.list-id:orders mail.header.X-Spam-Flag:yes mail.header.list-id:/^<orders/ mail.header.x-loop:none",
        '-mail.header.list-id:none -mail.header.x-loop:x mail.header.list-id:"orders boots" -mail.header.x-spam-flag:no',
        "requester.email:MAYA@shop.example requester.open>3 requester.open<=4 -requester.open:3",
    ],
)
def test_each_operator_holds_and_each_of_its_opposites_fails(text: str) -> None:
    assert holds(text)
    for part in parse_group(text, now=NOW, vocabulary=RULES).texts():
        assert len(part.query.filters) + len(part.query.spans) > 0
    assert not holds({"none": [text]})


@pytest.mark.parametrize(
    "text",
    [
        "comment:public",
        "was.status:closed",
        "requester.open<9",
        "requester.company:none",
        "mail.from:x.example",
        "mail.verdict:none",
        "mail.header.list-id:none",
    ],
)
def test_where_there_is_nothing_to_compare_only_the_negated_operator_holds(text: str) -> None:
    bare = Occasion(kinds=frozenset({"ticket.created"}))
    assert not holds(text, occasion=bare)
    assert holds(f"-{text}", occasion=bare)


def test_the_body_of_a_creation_is_the_description() -> None:
    assert holds("body:strasse", occasion=Occasion(kinds=frozenset({"ticket.created"})))
    assert not holds("body:strasse")


def test_groups_hold_as_their_names_say() -> None:
    assert holds({"all": ["status:open", {"any": ["tag:late", "tag:vip"]}], "none": ["priority:low"]})
    assert not holds({"all": ["status:open"], "any": ["tag:late", "priority:low"]})
    assert not holds({"none": ["tag:late", "tag:vip"]})


def test_a_pattern_that_would_take_for_ever_elsewhere_is_answered() -> None:
    text = replace(TICKET, subject=Words("a" * 90_000 + "!"))
    assert not holds("subject:/(a+)+$/", text)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(", "rule.pattern_invalid"),
        (r"(a)\1", "rule.pattern_invalid"),
        ("a" * (MAX_PATTERN + 1), "rule.pattern_too_long"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str, code: str) -> None:
    tree = parse_group({"all": [f"subject:/{pattern}/"]}, now=NOW, vocabulary=RULES)
    with pytest.raises(Invalid) as caught:
        compiled(tree, {})
    assert (caught.value.problems[0].code, caught.value.problems[0].path) == (code, "all.0")


def test_names_to_look_up_have_their_place() -> None:
    tree = parse_group({"any": ['by:rule,"Bo Li" group:Billing', "was.assignee:ann,none"]}, now=NOW, vocabulary=RULES)
    assert [(name.kind, name.value, name.path, name.at) for name in names_in(tree)] == [
        ("by", "Bo Li", "any.0", 9),
        ("group", "Billing", "any.0", 22),
        ("person", "ann", "any.1", 13),
    ]


def test_a_condition_knows_which_changes_may_change_its_answer() -> None:
    tree = parse_group({"any": ["tag:vip group:none", "was.status:closed -solved<1d"]}, now=NOW, vocabulary=RULES)
    assert compiled(tree, IDS).reads() == {"tags", "group", "was", "status"}
