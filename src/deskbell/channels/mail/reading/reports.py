"""Delivery reports (RFC 3464) and complaints (ARF, RFC 5965) out of a mail's parts."""

import re
from typing import Final

from deskbell.channels.mail.reading.addresses import read_address
from deskbell.channels.mail.reading.charsets import decode
from deskbell.channels.mail.reading.headers import Header, decoded, read_block
from deskbell.channels.mail.reading.splitting import Node
from deskbell.kernel.mail.records import AbuseReport, DeliveryReport, Person, ReportedRecipient

_MOST_RECIPIENTS: Final = 100
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_BLANK: Final = re.compile(rb"\r?\n[ \t]*\r?\n")


def read_report(root: Node, to: tuple[Person, ...]) -> DeliveryReport | None:
    """The report, or None where the mail holds none."""
    leaves = root.leaves()
    status = next((leaf for leaf in leaves if leaf.content_type in _STATUS_TYPES), None)
    failed = root.raw("x-failed-recipients")
    if status is None and failed is None:
        return None
    recipients = _recipients(status.content()) if status is not None else []
    if not recipients and failed is not None:
        addresses = [read_address(piece) for piece in decode(failed).split(",")[:_MOST_RECIPIENTS]]
        recipients = [ReportedRecipient(address=address, action="failed") for address in addresses if address]
    return DeliveryReport(
        recipients=tuple(recipients),
        original_message_id=_returned_id(leaves),
        original_recipient_words=tuple(person.address for person in to),
    )


def read_abuse_report(root: Node) -> AbuseReport | None:
    """A feedback report, or None."""
    leaves = root.leaves()
    leaf = next((leaf for leaf in leaves if leaf.content_type == "message/feedback-report"), None)
    if leaf is None:
        return None
    fields = read_block(leaf.content(), top=True).headers
    recipient = read_address(_field(fields, "original-rcpt-to").removeprefix("rfc822;"))
    return AbuseReport(
        kind=_field(fields, "feedback-type").lower() or "abuse",
        recipient=recipient,
        original_message_id=_returned_id(leaves),
    )


def _recipients(content: bytes) -> list[ReportedRecipient]:
    found: list[ReportedRecipient] = []
    for group in _BLANK.split(content, _MOST_RECIPIENTS + 1)[: _MOST_RECIPIENTS + 1]:
        fields = read_block(group, top=True).headers
        written = _field(fields, "final-recipient") or _field(fields, "original-recipient")
        address = read_address(written.rpartition(";")[2])
        if address is None:
            continue
        diagnostic = _field(fields, "diagnostic-code")[:500]
        status = _STATUS.search(_field(fields, "status")) or _STATUS.search(diagnostic)
        found.append(
            ReportedRecipient(
                address=address,
                action=_field(fields, "action").lower().partition(" ")[0],
                status=status[1] if status else "",
                diagnostic=diagnostic,
            )
        )
    return found


def _returned_id(leaves: list[Node]) -> str | None:
    for leaf in leaves:
        if leaf.content_type in _RETURNED:
            fields = read_block(leaf.content(), top=True).headers
            if found := re.search(r"<([^<>\s]{1,990})>", _field(fields, "message-id")):
                return found[1]
    return None


def _field(fields: list[Header], name: str) -> str:
    return next((decoded(field.value) for field in fields if field.name == name), "")
