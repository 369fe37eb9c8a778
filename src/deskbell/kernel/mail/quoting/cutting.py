"""Which lines of a reply are quoted text or signature. One pass over bounded lines, so linear in the mail."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from deskbell.kernel.mail.quoting.line_classes import (
    ends_attribution,
    has_address,
    has_date,
    has_inner_label,
    has_said,
    is_device_line,
    is_forward_mark,
    is_old_gmail_attribution,
    is_original_mark,
    is_quoted,
    is_rule,
    is_signature_mark,
    is_wrapped_link,
    label_of,
    separate_attribution,
)

MAX_LINES: Final = 2_000
MAX_CHARACTERS: Final = 200_000
_MOST_ATTRIBUTION: Final = 5
_MOST_SIGNATURE: Final = 15
_MOST_CANDIDATES: Final = 200  # lines that end like an attribution; a mail with more of them is no reply
_MOST_HEADERS: Final = 12


class _Block(NamedTuple):
    """A run of quoted lines, with its attribution. `end` is after its last line."""

    start: int
    end: int
    is_attributed: bool


def separated(text: str) -> list[str]:
    """The lines of a text mail; an attribution gets a line of its own."""
    return [piece for line in text.split("\n") for piece in separate_attribution(line)]


def cut_reply(lines: Sequence[str], contained: Sequence[bool] | None = None) -> list[bool]:
    """True for each line that is no new text.

    `contained` marks lines that HTML itself says are quoted. All are False where nothing new would be left, where
    answers are between quoted lines, and below a forward mark.
    """
    looked_at = _bound(lines)
    cut = _Cutter(lines[:looked_at], contained[:looked_at] if contained is not None else None).cut()
    cut += [bool(cut) and cut[-1] and looked_at < len(lines)] * (len(lines) - looked_at)
    if not any(line.replace(">", "").strip() and not is_cut for line, is_cut in zip(lines, cut, strict=True)):
        return [False] * len(lines)
    return cut


def _bound(lines: Sequence[str]) -> int:
    characters = 0
    for number, line in enumerate(lines[:MAX_LINES]):
        characters += len(line)
        if characters > MAX_CHARACTERS:
            return number
    return min(len(lines), MAX_LINES)


class _Cutter:
    def __init__(self, lines: Sequence[str], contained: Sequence[bool] | None) -> None:
        self._lines = lines
        self._contained = contained or [False] * len(lines)
        self._quoted = [
            bool(line.strip()) and (mark or is_quoted(line)) for line, mark in zip(lines, self._contained, strict=True)
        ]

        for number in range(1, len(lines) - 1):
            if self._quoted[number - 1] and self._quoted[number + 1] and is_wrapped_link(lines[number]):
                self._quoted[number] = True

        self._tried = 0
        numbers = range(len(lines))
        self._last_written = max((n for n in numbers if lines[n].strip()), default=-1)
        self._last_quoted = max((n for n in numbers if self._quoted[n]), default=-1)
        self._first_new = next((n for n in numbers if self._is_new(n)), len(lines))

    def cut(self) -> list[bool]:
        """The decision for each line."""
        lines = self._lines
        cut = [False] * len(lines)
        forward = next((n for n, line in enumerate(lines) if self._is_forward(line)), len(lines))
        rest = self._rest_begins(forward)
        if rest is None or self._first_new >= rest:
            rest = forward
        else:
            cut[rest:] = [True] * (len(lines) - rest)
        for block in self._blocks_to_cut(rest):
            cut[block.start : block.end] = [True] * (block.end - block.start)
        if forward == len(lines) or rest < forward:
            self._cut_signature(cut, rest)
        return cut

    def _is_forward(self, line: str) -> bool:
        return not is_quoted(line) and is_forward_mark(line)

    def _is_new(self, number: int) -> bool:
        line = self._lines[number]
        return bool(line.strip()) and not self._quoted[number] and not is_rule(line)

    def _rest_begins(self, end: int) -> int | None:
        """The first line from which on everything is an older mail, or None."""
        for number in range(end):
            line = self._lines[number]
            if not line.strip() or (self._quoted[number] and not self._contained[number]):
                continue
            if is_original_mark(line) and number < self._last_written:
                return number
            if self._is_header_block(number):
                return self._with_rule(number)
            if self._is_bare_attribution(number):
                return self._attribution_begins(number)
        return None

    def _with_rule(self, number: int) -> int:
        """A header block's beginning, including a rule or separator above it."""
        above = number - 1
        while above >= 0 and above >= number - 2 and not self._lines[above].strip():
            above -= 1
        if above >= 0 and (is_rule(self._lines[above]) or is_original_mark(self._lines[above])):
            return above
        return number

    def _is_header_block(self, number: int) -> bool:
        """Known labels in a row, among them From and one of To, Subject and date."""
        first = label_of(self._lines[number])
        if first not in {"from", "date", "subject", "to"}:
            return False
        if first == "from" and has_address(self._lines[number]) and has_inner_label(self._lines[number]):
            return True
        kinds = [first]
        others = 0
        for line in self._lines[number + 1 : number + _MOST_HEADERS]:
            kind = label_of(line)
            if kind is not None:
                kinds.append(kind)
                others = 0
            elif line.strip():
                others += 1
                if others > 1:
                    break
        if kinds[:2] == ["date", "to"] and has_address(self._lines[number + 1]):
            return True
        if first != "from" and "from" not in kinds[:3]:
            return False
        return len(kinds) >= 2 and "from" in kinds and bool({"to", "subject", "date"} & set(kinds))

    def _is_bare_attribution(self, number: int) -> bool:
        """An attribution without any quotation marks below it: new text above, an older mail to the end below."""
        if not ends_attribution(self._lines[number]) or number >= self._last_written or self._last_quoted > number:
            return False
        self._tried += 1
        if self._tried > _MOST_CANDIDATES:
            return False
        begin = self._attribution_begins(number)
        text = " ".join(self._lines[begin : number + 1])
        return has_said(text) and (has_address(text) or has_date(text)) and self._first_new < begin

    def _attribution_begins(self, number: int) -> int:
        """The first line of the attribution that ends at `number`."""
        begin = number
        whole = self._lines[number]
        for above in range(number - 1, max(-1, number - _MOST_ATTRIBUTION), -1):
            line = self._lines[above].strip()
            if (
                not line
                or (self._quoted[above] and not self._contained[above])
                or line.endswith((".", "!", "?", "。", ",,"))
            ):
                break
            if is_rule(line) or is_signature_mark(line) or is_device_line(line):
                break
            if has_date(whole) and not (has_address(line) or has_date(line)) and has_said(whole):
                break
            begin = above
            whole = f"{line} {whole}"
        return begin

    def _blocks(self, end: int) -> list[_Block]:
        """Runs of quoted lines before `end`; blank lines between two of them belong to the run."""
        found: list[_Block] = []
        number = 0
        while number < end:
            if not self._quoted[number]:
                number += 1
                continue
            last = number
            for later in range(number + 1, end):
                if self._quoted[later]:
                    last = later
                elif self._lines[later].strip():
                    break
            found.append(self._attributed(number, last + 1, found[-1].end if found else 0))
            number = last + 1
        return found

    def _attributed(self, start: int, end: int, after: int) -> _Block:
        """The run with the attribution above it, which may be inside of an HTML container."""
        above = start - 1
        while above >= after and not self._lines[above].strip():
            above -= 1
        if above < after or start - above > 4:
            return _Block(start, end, self._begins_with_attribution(start, end))
        begin = max(after, self._attribution_begins(above))
        text = " ".join(self._lines[begin : above + 1])
        signs = [has_said(text), has_address(text), has_date(text)]
        if is_original_mark(self._lines[above]) or (ends_attribution(self._lines[above]) and any(signs)):
            return _Block(begin, end, True)
        if is_old_gmail_attribution(self._lines[above]):
            return _Block(above, end, True)
        if has_said(text) and (signs[1] or signs[2]) and len(text) < 300:
            return _Block(begin, end, True)
        return _Block(start, end, self._begins_with_attribution(start, end))

    def _begins_with_attribution(self, start: int, end: int) -> bool:
        return any(self._contained[start:end])

    def _blocks_to_cut(self, end: int) -> list[_Block]:
        blocks = self._blocks(end)
        if not blocks:
            return []
        last = blocks[-1]
        follows = any(self._is_new(n) and not self._is_closing(n) for n in range(last.end, end))
        if len(blocks) == 1:
            return blocks if last.is_attributed or not follows else []
        between = any(self._is_new(n) for one, other in pairwise(blocks) for n in range(one.end, other.start))
        if not between:
            first = next((n for n, block in enumerate(blocks) if block.is_attributed), 0)
            return blocks[first:]
        if follows or not last.is_attributed or blocks[0].is_attributed:
            return []
        return [last]

    def _is_closing(self, number: int) -> bool:
        return is_signature_mark(self._lines[number]) or is_device_line(self._lines[number])

    def _cut_signature(self, cut: list[bool], end: int) -> None:
        """The signature of the new text: after `-- `, or a line about the device."""
        kept = [n for n in range(end) if not cut[n] and self._lines[n].strip()]
        for position, number in enumerate(kept):
            if is_signature_mark(self._lines[number]) and not self._quoted[number]:
                below = len(kept) - position - 1
                if position and below <= _MOST_SIGNATURE:
                    cut[number:end] = [True] * (end - number)
                    break
        kept = [n for n in kept if not cut[n]]
        if len(kept) > 1 and is_device_line(self._lines[kept[-1]]):
            cut[kept[-1]] = True
