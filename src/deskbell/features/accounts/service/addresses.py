"""E-mail addresses as people type them."""

from email_validator import EmailNotValidError, validate_email

from deskbell.kernel.errors import Invalid

__all__ = ["clean_address"]


def clean_address(text: str, path: str = "email") -> str:
    """The address in lower case, its form checked (RFC 5321 and 6531; no look-up of the domain). Raises `Invalid`."""
    try:
        # The reserved domains are fine: a demo, a test and an import have no others.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid.field(path, "Must be an e-mail address") from error
    return found.normalized.lower()
