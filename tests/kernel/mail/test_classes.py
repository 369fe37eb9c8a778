"""Classes of mails: who is answered, and who never is."""

from typing import Any

import pytest

from deskbell.kernel.mail.classes import MailClass, Ours, classify
from deskbell.kernel.mail.records import AbuseReport, DeliveryReport, Person, ReadMail, ReportedRecipient

_OURS = Ours(frozenset({"support@desk.example"}), lambda message_id: message_id.endswith("@ours"))
_ANN = Person("Ann", "ann@shop.example")


def _class(*headers: tuple[str, str], **fields: Any) -> MailClass:
    return classify(ReadMail(headers=headers, **({"author": _ANN} | fields)), _OURS)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), MailClass.PERSON),
        ((("x-auto-response-suppress", "All"),), MailClass.PERSON),
        ((("auto-submitted", "no"),), MailClass.PERSON),
        ((("auto-submitted", "auto-replied (vacation)"),), MailClass.AUTO_REPLY),
        ((("x-autoreply", "yes"),), MailClass.AUTO_REPLY),
        ((("precedence", "auto_reply"),), MailClass.AUTO_REPLY),
        ((("x-ms-exchange-inbox-rules-loop", "a@b"),), MailClass.AUTO_REPLY),
        ((("auto-submitted", "auto-generated"),), MailClass.AUTOMATIC),
        ((("precedence", "never-bounce"), ("precedence", "bulk")), MailClass.AUTOMATIC),
        ((("feedback-id", "1"),), MailClass.AUTOMATIC),
        ((("precedence", "list"),), MailClass.LIST),
        ((("list-id", "<x.example>"),), MailClass.LIST),
    ],
)
def test_headers_decide_the_class(headers: tuple[tuple[str, str], ...], expected: MailClass) -> None:
    assert _class(*headers) is expected


def test_exchanges_out_of_office_refers_to_our_mail() -> None:
    assert _class(("auto-submitted", "auto-generated"), in_reply_to=("x@ours",)) is MailClass.AUTO_REPLY
    assert _class(("auto-submitted", "auto-generated"), in_reply_to=("x@theirs",)) is MailClass.AUTOMATIC


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Order", "Re: Abwesend: Bestellung", "自动回复: 订单", "Автоответ: заказ"]
)
def test_a_responders_subject_counts_only_in_an_answer(subject: str) -> None:
    assert _class(subject=subject, in_reply_to=("a@b",)) is MailClass.AUTO_REPLY
    assert _class(subject=subject) is MailClass.PERSON


@pytest.mark.parametrize("address", ["noreply@x.example", "no-reply-42@x.example", "donotreply@x.example"])
def test_senders_that_take_no_answer_are_automatic(address: str) -> None:
    assert _class(author=Person("", address)) is MailClass.AUTOMATIC


def test_a_mailbox_address_is_a_person_until_a_header_says_otherwise() -> None:
    mailbox = Person("", "Support@desk.example")
    assert _class(author=mailbox) is MailClass.PERSON
    assert _class(("auto-submitted", "auto-generated"), author=mailbox) is MailClass.OWN_MAIL
    assert _class(message_id="c.1@ours") is MailClass.OWN_MAIL


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("failed", MailClass.BOUNCE),
        ("delayed", MailClass.DELAYED),
        ("relayed", MailClass.RELAYED),
        ("delivered", MailClass.RELAYED),
    ],
)
def test_a_delivery_report_has_the_class_of_its_action(action: str, expected: MailClass) -> None:
    report = DeliveryReport(recipients=(ReportedRecipient(address="a@b.example", action=action),))
    assert _class(report=report) is expected


def test_a_bounce_without_a_report_needs_its_sender_and_its_words() -> None:
    daemon = Person("", "MAILER-DAEMON@mx.example")
    assert _class(author=daemon, subject="Undelivered Mail Returned to Sender") is MailClass.BOUNCE
    assert _class(return_path="", subject="Mail delivery failed") is MailClass.BOUNCE
    assert _class(author=daemon, subject="Warning: message delayed 4 hours") is MailClass.DELAYED
    assert _class(subject="Undelivered Mail Returned to Sender") is MailClass.PERSON
    assert _class(author=daemon, subject="Lunch?") is MailClass.PERSON


def test_a_complaint_is_no_person() -> None:
    assert _class(abuse_report=AbuseReport(kind="abuse")) is MailClass.ABUSE_REPORT
