"""Host names."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
HELP_SUBDOMAINS: Final = ("help.", "support.")
"""Names before an organization's domain that lead to its help centre as the domain itself does."""


def is_address(host: str) -> bool:
    """Whether a host name means a network address: browsers read each one whose last part is a number as IPv4."""
    return ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


def of_one_owner(domain: str) -> list[str]:
    """The domain with those that lead to the same help centre: below it as `help.`, or above it where it is one itself."""
    parents = [domain.removeprefix(each) for each in HELP_SUBDOMAINS if domain.startswith(each)]
    return [domain, *parents, *(each + domain for each in HELP_SUBDOMAINS)]
