"""Decisions on mails without a database: by its class, its proof, its sender and the mailbox."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from deskbell.features.mail.policy import (
    Act,
    decide,
    group_of,
    is_network,
    is_robot,
    is_within,
    may_command,
    needs_follow_up,
    text_or_notice,
    unread_forward,
)
from deskbell.features.mail.records import Class, Judged, Mailbox, OwnAddress, Verdict
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.words import Priority, Status

NOW = datetime(2026, 3, 1, tzinfo=UTC)


BILLING, SALES = new_id(), new_id()
OWN = [
    OwnAddress(address="support@shop.example"),
    OwnAddress(address="rechnung@shop.example", group_id=BILLING, group_name="Billing Team"),
    OwnAddress(address="@sales.example", group_id=SALES, group_name="Sales"),
]


@pytest.mark.parametrize(
    ("named", "group"),
    [
        ([], None),
        (["support@shop.example"], None),
        (["rechnung@shop.example"], BILLING),
        (["rechnung+word@shop.example"], BILLING),
        (["support+rechnung@shop.example"], BILLING),
        (["support+billing-team@shop.example"], BILLING),
        (["support-sales@shop.example"], SALES),
        (["support+unknown@shop.example"], None),
        (["anybody@sales.example"], SALES),
        (["cleo+sales@elsewhere.example", "support@shop.example"], None),
        (["support@shop.example", "rechnung@shop.example"], None),
        (["cleo@elsewhere.example", "rechnung@shop.example"], BILLING),
    ],
)
def test_the_first_of_our_addresses_decides_the_group(named: list[str], group: UUID | None) -> None:
    assert group_of(mailbox(own_addresses=OWN), named) == group
    fallback = new_id()
    assert group_of(mailbox(own_addresses=OWN, group_id=fallback), named) == (group or fallback)


def mailbox(**settings: Any) -> Mailbox:
    plain: dict[str, Any] = {
        "id": new_id(), "name": "Support", "enabled": True, "group_id": None, "priority": Priority.NORMAL, "tags": [],
        "language": None, "follow_up_days": 14, "automatic_mail": "ignore", "failed_mail": "ticket",
        "copies_follow": True, "token_admits": True, "internal_networks": [], "exempt_senders": [], "form_senders": [],
        "trusted_servers": [], "trusted_sealers": [], "acknowledge": "proven",
    }  # fmt: skip
    return Mailbox(**{**plain, **settings})


@pytest.mark.parametrize(
    ("kind", "verdict", "sender", "settings", "act"),
    [
        ("person", "pass", "", {}, Act.CREATE),
        ("person", "none", "found", {}, Act.CREATE_LINKED),
        ("person", "none", "found takes_part", {}, Act.APPEND),
        ("person", "fail", "found takes_part", {}, Act.CREATE_LINKED),
        ("person", "fail", "", {"failed_mail": "quarantine"}, Act.QUARANTINE_FAILED),
        ("person", "none", "staff", {}, Act.QUARANTINE_STAFF),
        ("person", "fail", "staff token", {}, Act.QUARANTINE_STAFF),
        ("person", "none", "staff token found takes_part", {}, Act.APPEND),
        ("auto_reply", "none", "found takes_part", {}, Act.APPEND),
        ("auto_reply", "fail", "found takes_part", {}, Act.IGNORE_AUTO_REPLY),
        ("auto_reply", "pass", "", {}, Act.IGNORE_AUTO_REPLY),
        ("automatic", "pass", "", {}, Act.IGNORE_BY_RULE),
        ("automatic", "pass", "", {"automatic_mail": "quarantine"}, Act.QUARANTINE_BY_RULE),
        ("automatic", "pass", "", {"automatic_mail": "ticket"}, Act.CREATE),
    ],
)
def test_the_action_for_a_mail(kind: Class, verdict: Verdict, sender: str, settings: dict[str, Any], act: Act) -> None:
    said = {name: name in sender.split() for name in ("staff", "token", "found", "takes_part")}
    assert decide(kind, verdict, mailbox(**settings), **said) == act


AGENT = new_id()
TOKEN: dict[str, Any] = {"staff_token": AGENT, "staff_answers": {12: "reply"}}


@pytest.mark.parametrize(
    ("fields", "number", "may"),
    [
        ({"verdict": "pass"}, 12, True),
        ({"verdict": "pass", "kind": "auto_reply"}, 12, False),
        ({}, 12, False),
        (TOKEN, 12, True),
        (TOKEN, 13, False),
        ({**TOKEN, "staff_token": new_id()}, 12, False),
    ],
)
def test_commands_need_a_proven_mail_or_the_token_of_their_ticket(
    fields: dict[str, Any], number: int, *, may: bool
) -> None:
    assert may_command(Judged(mail=ReadMail(), **fields), AGENT, number) is may


def test_a_mail_to_a_ticket_closed_long_ago_opens_a_new_one() -> None:
    closed = NOW - timedelta(days=15)
    assert needs_follow_up(Status.CLOSED, closed, NOW, 14)
    assert not needs_follow_up(Status.CLOSED, closed, NOW, 16)
    assert not needs_follow_up(Status.SOLVED, None, NOW, 14)


def test_what_a_mail_lacks_is_said_in_the_language_of_the_organization() -> None:
    assert text_or_notice(" \n", "de-AT") == "(kein Text)"
    assert text_or_notice("Hello", "de") == "Hello"
    assert text_or_notice("", "fr") == "(no text)"
    assert "weitergeleitet" in unread_forward("de")


@pytest.mark.parametrize(
    ("peer", "networks", "within"),
    [
        ("10.1.2.3", ["192.0.2.0/24", "10.0.0.0/8"], True),
        ("2001:db8::1", ["10.0.0.0/8"], False),
        (None, ["10.0.0.0/8"], False),
        ("unknown", ["10.0.0.0/8"], False),
        ("10.1.2.3", ["nonsense"], False),
        ("10.1.2.3", [], False),
    ],
)
def test_a_host_is_internal_by_its_address_alone(peer: str | None, networks: list[str], *, within: bool) -> None:
    assert is_within(peer, networks) is within


def test_networks_and_robots_are_known_by_their_form() -> None:
    assert [is_network(each) for each in ("10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "ten")] == [
        True,
        True,
        True,
        False,
    ]
    assert [is_robot(each) for each in ("No-Reply@a.example", "bounce+x@a.example", "maya@a.example")] == [
        True, True, False,
    ]  # fmt: skip
