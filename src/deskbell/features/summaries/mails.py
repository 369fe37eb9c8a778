"""The mail with a summary."""

from typing import Final

from deskbell.features.summaries.queries import Reader, Summary
from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.mail_templates import MailTemplates

_MAILS: Final = MailTemplates("deskbell.features.summaries")


def compose(reader: Reader, summary: Summary, base_url: str, language: str) -> OutgoingMail:
    """The open tickets of a reader, the most urgent first, with links."""
    values = {
        "name": reader.name,
        "summary": summary,
        "more": summary.open - len(summary.lines),
        "base_url": base_url.rstrip("/"),
    }
    return _MAILS.compose("summary", language, reader.email, values)
