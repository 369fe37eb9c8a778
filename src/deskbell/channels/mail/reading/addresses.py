"""Address lists (RFC 5322), split before their names are decoded so that no name can add an address."""

import re
from typing import Final

import idna

from deskbell.channels.mail.reading.headers import decode_words, one_line
from deskbell.kernel.mail.records import Person

MAX_PEOPLE: Final = 500

_MAX_ADDRESS: Final = 320
_UNQUOTED: Final = re.compile(r"[^\s<>,;:\"()\[\]@\\]+@(?:\[[^\s\[\]@]+\]|[^\s<>,;:\"()\[\]@\\]+)")
_QUOTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"@[^\s<>,;:\"()\[\]@\\]+")


def read_addresses(header: bytes | None, fallback: str | None = None, limit: int = MAX_PEOPLE) -> tuple[Person, ...]:
    """The people of an address header. Groups, comments, missing brackets and trailing dots are tolerated."""
    if not header:
        return ()
    return tuple(_Scanner(header.decode("latin-1"), fallback, limit).people())


def read_address(text: str) -> str | None:
    """One bare address, cleaned: the domain in Unicode, no blanks or brackets. None where it is none."""
    text = text.strip().strip("<>'`").strip().removeprefix("mailto:").rstrip(".")
    if len(text) > _MAX_ADDRESS:
        return None
    if not _QUOTED.fullmatch(text):
        text = "".join(text.split())
        if not _UNQUOTED.fullmatch(text):
            return None
    local, _, domain = text.rpartition("@")
    return one_line(f"{local}@{_unicode_domain(domain)}", no_bidi=True)


def _unicode_domain(domain: str) -> str:
    if "xn--" not in domain.lower():
        return domain
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


class _Scanner:
    """One pass over a header. Works on Latin-1, one character a byte, so that names can be decoded from bytes later."""

    def __init__(self, text: str, fallback: str | None, limit: int) -> None:
        self._text = text
        self._fallback = fallback
        self._limit = limit
        self._found: list[Person] = []
        self._phrase: list[str] = []
        self._comment: list[str] = []
        self._angle: str | None = None
        self._comments_close = True

    def people(self) -> list[Person]:
        """All of them, at most the limit."""
        at = 0
        while at < len(self._text) and len(self._found) < self._limit:
            at = self._step(at)
        self._flush(last=True)
        return self._found[: self._limit]

    def _step(self, at: int) -> int:
        character = self._text[at]
        if character == '"':
            return self._quoted(at)
        if character == "(" and self._comments_close:
            return self._commented(at)
        if character == "<":
            return self._angled(at)
        if character in ",;":
            self._flush(last=character == ";")
        elif character == ":" and "@" not in "".join(self._phrase[-40:]) and not self._in_word():
            self._phrase.clear()  # the name of a group
        else:
            self._phrase.append(character)
        return at + 1

    def _in_word(self) -> bool:
        """Inside of an encoded word, where a colon is a letter."""
        recent = "".join(self._phrase[-200:])
        return recent.rfind("=?") > recent.rfind("?=")

    def _quoted(self, at: int) -> int:
        end = at + 1
        content: list[str] = []
        while end < len(self._text) and self._text[end] != '"':
            if self._text[end] == "\\":
                end += 1
            content.append(self._text[end : end + 1])
            end += 1
        if end >= len(self._text) and "<" in content:
            return at + 1  # never closed: not a quote
        if self._text[end + 1 : end + 2] == "@":
            self._phrase.append('"' + "".join(content).replace("\\", "\\\\").replace('"', '\\"') + '"')
        else:
            self._phrase.extend(content)
        return end + 1

    def _commented(self, at: int) -> int:
        """Past a comment; comments may be nested to any depth."""
        depth, begin = 0, at
        while at < len(self._text):
            character = self._text[at]
            if character == "\\":
                at += 1
            elif character == "(":
                depth += 1
            elif character == ")":
                depth -= 1
                if depth == 0:
                    self._comment.append(self._text[begin + 1 : at])
                    return at + 1
            at += 1
        if "<" in self._text[begin:]:
            self._comments_close = False  # a bracket that is never closed is a letter, and looked for once only
            return begin + 1
        return at

    def _angled(self, at: int) -> int:
        end = self._text.find(">", at)
        next_comma = self._text.find(",", at)
        if end < 0 or 0 <= next_comma < end:
            end = next_comma if next_comma >= 0 else len(self._text)
            following = end
        else:
            following = end + 1
        content = self._text[at + 1 : end]
        if self._angle is None or read_address(self._angle) is None:
            self._angle = content.rpartition(":")[2] if content.startswith("@") else content
        return following

    def _flush(self, *, last: bool) -> None:
        phrase = "".join(self._phrase).strip()
        address = read_address(self._opened(self._angle)) if self._angle is not None else None
        if address is None:
            address, phrase = self._bare(phrase)
        if address is None and not last and len(phrase) < 300:
            # "Doe, Ann <ann@…>" without quotes: the words belong to the next address.
            self._phrase = [*phrase, ",", " "] if phrase else []
            self._angle = None
            return
        if address is not None:
            name = self._opened(phrase or " ".join(self._comment))
            self._found.append(Person(one_line(name, no_bidi=True).strip("'\" "), self._repaired(address)))
        self._phrase, self._comment, self._angle = [], [], None

    def _bare(self, phrase: str) -> tuple[str | None, str]:
        """The address among the words of an entry without brackets, and the other words."""
        words = phrase.split()
        for number in range(len(words) - 1, -1, -1):
            if "@" in words[number] and (address := read_address(self._opened(words[number]))):
                return address, " ".join(words[:number] + words[number + 1 :])
        return None, phrase

    def _opened(self, text: str | None) -> str:
        """Decoded, if it holds encoded words or 8-bit characters."""
        if not text or (text.isascii() and "=?" not in text and "\x1b" not in text):
            return text or ""
        return decode_words(text.encode("latin-1", "replace"), self._fallback)

    @staticmethod
    def _repaired(address: str) -> str:
        return address.rstrip(".")
