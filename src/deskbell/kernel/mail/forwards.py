"""The mail inside a forwarded mail, read from the block that mail programs write. One pass over bounded lines."""

import re
from typing import Final

from deskbell.kernel.mail.quoting.line_classes import (
    is_forward_mark,
    is_original_mark,
    is_signature_mark,
    label_of,
    plain,
)
from deskbell.kernel.mail.records import ForwardedMail, Person

_MAX_LINES: Final = 2_000
_MOST_HEADERS: Final = 20
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s<>()\[\],;:\"@]{1,255}")
_AROUND_ADDRESS: Final = re.compile(r"[<\[(]?(?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\])]?|mailto:|[<>\[\]()\"]")


def forwarded_in(text: str) -> ForwardedMail | None:
    """The mail of the first forwarded block; None for a text without one."""
    lines = text.split("\n")
    bounded = lines[:_MAX_LINES]
    for number, line in enumerate(bounded):
        if is_forward_mark(line) or is_original_mark(line):
            found = _block(lines, number + 1)
            if found is not None:
                return _whole(lines, number, *found)
        elif label_of(line) == "from" and (found := _block(lines, number)) is not None and len(found[0]) > 1:
            return _whole(lines, number, *found)
    return None


def _block(lines: list[str], start: int) -> tuple[dict[str, str], int] | None:
    """The headers from a line on, and the line after them; None where From is not among them."""
    headers: dict[str, str] = {}
    number = start
    blank = False
    for number in range(start, min(len(lines), start + _MOST_HEADERS)):
        line = _unquoted(lines[number])
        kind = label_of(line)
        if kind is not None:
            headers.setdefault(kind, plain(line).replace("：", ":").partition(":")[2].strip())
            blank = False
        elif not line.strip():
            if headers and blank:
                break
            if "from" in headers and len(headers) > 1:
                return headers, number + 1
            blank = bool(headers)
        elif not headers:
            return None  # a mark inside of a sentence
        elif blank:
            break
    return (headers, number) if "from" in headers else None


def _whole(lines: list[str], start: int, headers: dict[str, str], end: int) -> ForwardedMail:
    body = lines[end:]
    if all(not line.strip() or line.startswith(">") for line in body):
        body = [_unquoted(line) for line in body]
    return ForwardedMail(
        author=_person(headers["from"]), subject=headers.get("subject", "")[:500], text="\n".join(body).strip("\n"),
        above=_without_signature(lines[:start]),
    )  # fmt: skip


def _unquoted(line: str) -> str:
    return line.removeprefix(">").removeprefix(" ") if line.startswith(">") else line


def _without_signature(lines: list[str]) -> str:
    for number, line in enumerate(lines):
        if is_signature_mark(line):
            return "\n".join(lines[:number]).strip()
    return "\n".join(lines).strip()


def _person(value: str) -> Person | None:
    found = _ADDRESS.search(value[:500])
    if found is None:
        return None
    name = " ".join(_AROUND_ADDRESS.sub(" ", value[:500]).split()).strip("'\" ")
    return Person(name, found[0].rstrip("."))
