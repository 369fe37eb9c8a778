"""E-mail addresses and names as people type them."""

import unicodedata
from typing import Final

from email_validator import EmailNotValidError, validate_email

from deskbell.kernel.errors import Invalid

_NO_TEXT: Final = frozenset({"Cc", "Zl", "Zp"})


def clean_address(text: str, path: str = "email") -> str:
    """The address in lower case, its form checked (RFC 5321 and 6531; no look-up of the domain). Raises `Invalid`."""
    try:
        # The reserved domains are fine: a demo, a test and an import have no others.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid.field(path, "Must be an e-mail address") from error
    return found.normalized.lower()


def clean_name(text: str) -> str:
    """The name in one line, without control characters; may be empty.

    Names stand in mails to people who did not ask for them: a name must not look like a paragraph of the mail.
    """
    return " ".join("".join(" " if unicodedata.category(each) in _NO_TEXT else each for each in text).split())
