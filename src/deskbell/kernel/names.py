"""Parts of a person's name, which is stored in one field."""

from typing import Final

_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "msc", "mba"})
_COMPANY_FORMS: Final = frozenset(
    {"inc", "ltd", "llc", "llp", "gmbh", "ag", "plc", "corp", "co", "bv", "sa", "ab", "oy"}
)


def own_name(name: str, email: str) -> str:
    """The name, or "" if it is only the address or its local part, which are the defaults for a missing name."""
    return "" if name in (email, email.partition("@")[0]) else name


def first_name(name: str) -> str:
    """Guesses the first name: `Maya` of "Maya Lindqvist" and of "Lindqvist, Maya".

    Returns a company's name with its legal form ("Acme, Inc.") unchanged.
    """
    before, _, after = (part.strip() for part in name.partition(","))
    form = after.replace(".", "").casefold()
    if form in _COMPANY_FORMS:
        return name.strip()
    words = (before if not after or form in _SUFFIXES else after).split()
    return words[0] if words else ""
