"""How to address a person by the one name field that is kept."""

from typing import Final

_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "msc", "mba"})
_COMPANY_FORMS: Final = frozenset(
    {"inc", "ltd", "llc", "llp", "gmbh", "ag", "plc", "corp", "co", "bv", "sa", "ab", "oy"}
)


def own_name(name: str, email: str) -> str:
    """The name, or "" where it is only the address or its local part, which stand in for a name that nobody gave."""
    return "" if name in (email, email.partition("@")[0]) else name


def first_name(name: str) -> str:
    """The first name as far as the writing shows it: `Maya` of "Maya Lindqvist" and of "Lindqvist, Maya".

    A company with its legal form ("Acme, Inc.") stays whole.
    """
    before, _, after = (part.strip() for part in name.partition(","))
    form = after.replace(".", "").casefold()
    if form in _COMPANY_FORMS:
        return name.strip()
    words = (before if not after or form in _SUFFIXES else after).split()
    return words[0] if words else ""
