"""E-mail addresses and names as people type them."""

import unicodedata
from typing import Final

import email_validator
from email_validator import EmailNotValidError, validate_email

from deskbell.kernel.errors import Invalid

# The validator refuses special-use domains. Users imported from other systems have addresses under `.invalid`,
# users of a private network under `.local`, so the list, a setting of the library, is emptied.
for _domain in {"invalid", "local"} & set(email_validator.SPECIAL_USE_DOMAIN_NAMES):
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_domain)

_NO_TEXT: Final = frozenset({"Cc", "Zl", "Zp"})


def clean_address(text: str, path: str = "email") -> str:
    """The address in lower case. Checks the form (RFC 5321 and 6531), not the domain. Raises `Invalid`."""
    try:
        # A test environment allows the reserved domain `test`.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid.field(path, "not_an_address") from error
    return found.normalized.lower()


def clean_name(text: str) -> str:
    """The name in one line, without control characters; may be empty.

    Names appear in mails to people who did not request them: a name must not look like a paragraph of the mail.
    """
    return " ".join("".join(" " if unicodedata.category(each) in _NO_TEXT else each for each in text).split())
