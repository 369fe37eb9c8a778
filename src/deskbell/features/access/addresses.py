"""E-mail addresses and names as people type them."""

import unicodedata
from typing import Final

import email_validator
from email_validator import EmailNotValidError, validate_email

from deskbell.kernel.errors import Invalid

# People of other systems come with addresses under `.invalid`, people of a company's own network under `.local`.
# The library names this list as its setting.
for _domain in {"invalid", "local"} & set(email_validator.SPECIAL_USE_DOMAIN_NAMES):
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_domain)

_NO_TEXT: Final = frozenset({"Cc", "Zl", "Zp"})


def clean_address(text: str, path: str = "email") -> str:
    """The address in lower case, its form checked (RFC 5321 and 6531; no look-up of the domain). Raises `Invalid`."""
    try:
        # A test environment allows the reserved domain `test`.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid.field(path, "not_an_address") from error
    return found.normalized.lower()


def clean_name(text: str) -> str:
    """The name in one line, without control characters; may be empty.

    Names stand in mails to people who did not ask for them: a name must not look like a paragraph of the mail.
    """
    return " ".join("".join(" " if unicodedata.category(each) in _NO_TEXT else each for each in text).split())
