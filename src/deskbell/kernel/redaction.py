"""Takes the words that identify a person out of texts.

Whole words are compared: "Ann" is not in "planning". Short names count only as they are written, since "an" and "do" are
names, too; longer ones in any case.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

PUT_IN_PLACE: Final = "[deleted]"
_SHORTEST_NAME: Final = 2
_ANY_CASE_FROM: Final = 4
_FEWEST_DIGITS: Final = 6
_FIRST_IDEOGRAPH: Final = "\u2e80"
"""From here on, scripts write no spaces between words."""
_SHARED: Final = frozenset(
    {"admin", "billing", "contact", "hello", "info", "kontakt", "mail", "office", "sales", "service", "support", "team"}
)
"""Local parts of addresses that name no person."""


class Redactor:
    """Replaces a person's names, addresses and telephone numbers. `ids` are replaced where a value is one."""

    def __init__(
        self, names: Iterable[str], addresses: Iterable[str], phones: Iterable[str], ids: Mapping[str, str]
    ) -> None:
        marks = {re.escape(each) for each in addresses if each}
        locals_ = {each for each in map(_local_part, addresses) if each.lower() not in _SHARED}
        marks |= {re.escape(each) for each in locals_ if len(each) >= _ANY_CASE_FROM}
        parts = {part for name in names for part in re.findall(r"[^\W_]+", name) if len(part) >= _SHORTEST_NAME}
        long = {re.escape(part) for part in parts if len(part) >= _ANY_CASE_FROM or part >= _FIRST_IDEOGRAPH}
        short = {form for part in parts if re.escape(part) not in long for form in (part, part.upper())}
        self._any_case = _pattern(marks | long | {each for each in map(_phone, phones) if each}, re.IGNORECASE)
        self._as_written = _pattern({re.escape(each) for each in short}, 0)
        self._ids = dict(ids)
        self._id = re.compile("|".join(map(re.escape, ids)), re.IGNORECASE) if ids else None

    def text(self, text: str) -> str:
        """The text without the person's words."""
        if self._id is not None:
            text = self._id.sub(lambda found: self._ids[found[0].lower()], text)
        for pattern in (self._any_case, self._as_written):
            if pattern is not None:
                text = pattern.sub(PUT_IN_PLACE, text)
        return text

    def value(self, value: Any) -> Any:
        """A value of JSON with each of its texts redacted; names of fields stay."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.value(each) for each in value]
            case dict():
                return {name: self.value(each) for name, each in value.items()}
            case _:
                return value


def _local_part(address: str) -> str:
    return address.partition("@")[0]


def _phone(number: str) -> str | None:
    """Finds the digits however they are grouped."""
    digits = re.findall(r"\d", number)
    return r"\+?" + r"[\s()./-]*".join(digits) if len(digits) >= _FEWEST_DIGITS else None


def _pattern(words: Iterable[str], flags: int) -> re.Pattern[str] | None:
    """Finds the words, the longest first. A word of a script without spaces may have letters around it."""
    ordered = sorted(words, key=len, reverse=True)
    if not ordered:
        return None
    bounded = [each if each >= _FIRST_IDEOGRAPH else rf"(?<!\w){each}(?!\w)" for each in ordered]
    return re.compile("|".join(bounded), flags)
