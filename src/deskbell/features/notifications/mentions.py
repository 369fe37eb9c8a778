"""Mentions in a comment: `@Jane Agent`, `@jane.agent`, `@"Jane Agent"`.

Names are compared without regard to case and Unicode composition. The longest match wins, so "@Jo Ann Lee" means Jo
Ann Lee even if there is a Jo. Code, quoted lines (`> …`) and e-mail addresses contain no mentions. People with equal
names are all mentioned: the intended one is unknown, and one notification too many does less harm than one too few.

Reads line by line instead of using the Markdown parser, which counts an answer directly below a quote as part of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from uuid import UUID

from msgspec import Struct

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_SPACES = re.compile(r"[^\S\n]+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟", '"'))
_UNSPACED_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")


class Mentionable(Struct, frozen=True):
    """A user who can be mentioned by `name` or by the part of `email` before the @."""

    id: UUID
    name: str
    email: str


def mentioned(body: str, people: Iterable[Mentionable]) -> tuple[UUID, ...]:
    """The ids of all `people` that `body` (plain text or Markdown) mentions, each once, in order of first mention."""
    text = _readable(body)
    if "@" not in text:
        return ()
    known = _Names(people)
    found: dict[UUID, None] = {}
    position = text.find("@")
    while position >= 0:
        ids = known.at(text, position + 1) if _begins_mention(text, position) else ()
        found.update(dict.fromkeys(ids))
        position = text.find("@", position + 1)
    return tuple(found)


class _Names:
    """All names and their prefixes, so that reading stops at the first character that no name has there."""

    def __init__(self, people: Iterable[Mentionable]) -> None:
        self.full: dict[str, list[UUID]] = {}
        for person in people:
            keys = {_folded(person.name), _folded(person.email.rpartition("@")[0])}
            for key in keys - {""}:
                self.full.setdefault(key, []).append(person.id)
        self.beginnings = {name[:length] for name in self.full for length in range(1, len(name) + 1)}

    def at(self, text: str, start: int) -> list[UUID]:
        """The people with the longest name, quoted or not, that `text` contains at `start`."""
        if text.startswith('"', start):
            end = text.find('"', start + 1, start + 202)
            return self.full.get(text[start + 1 : end].strip(), []) if end > 0 else []
        best: list[UUID] = []
        end = start + 1
        while end <= len(text) and (name := text[start:end]) in self.beginnings:
            if name in self.full and _ends_mention(text, end):
                best = self.full[name]
            end += 1
        return best


def _folded(text: str) -> str:
    return _SPACES.sub(" ", _same(text)).strip()


def _same(text: str) -> str:
    """One form for all Unicode spellings of a text; composed again, because folding the case can decompose it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _readable(body: str) -> str:
    """`body` folded as names are, with a full stop for each part that is code or a quote."""
    paragraphs = "\n".join(_own_lines(_same(body).translate(_QUOTES))).split("\n\n")
    return _SPACES.sub(" ", "\n\n".join(_without_code(paragraph) for paragraph in paragraphs))


def _own_lines(text: str) -> Iterator[str]:
    """The lines outside code fences (an open one runs to the end) that are not quotes."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and line.strip() == mark[1]:
                fence = ""
            yield "."
        elif mark:
            fence = mark[1]
            yield "."
        else:
            yield "." if line.lstrip().startswith(">") else line.rstrip()


def _without_code(paragraph: str) -> str:
    """Removes `code`, which ends with as many backticks as it begins with."""
    runs = list(_TICKS.finditer(paragraph))
    last = {len(run[0]): run.start() for run in runs}  # avoids a search for each run without a partner
    kept, done = [], 0
    opening: re.Match[str] | None = None
    for run in runs:
        if opening is None and last[len(run[0])] > run.start():
            opening = run
        elif opening and len(run[0]) == len(opening[0]):
            kept += [paragraph[done : opening.start()], "."]
            opening, done = None, run.end()
    return "".join(kept) + paragraph[done:]


def _begins_mention(text: str, at: int) -> bool:
    """Whether the @ begins a mention and no longer token: jo@shop.example, https://social.example/@jo, @@jo."""
    before = text[at - 1 : at] if at else " "
    return before not in "@+%/\\" and (not _is_letter(before) or _is_unspaced(before))


def _ends_mention(text: str, end: int) -> bool:
    """Whether no word or handle continues at `end`.

    "@jo." and "@jo's" mention Jo; "@jo.lee", "@jo@host" and "@john" do not.
    """
    after, next_after = text[end : end + 1], text[end + 1 : end + 2]
    if after == "@" or (after in {".", "-"} and _is_letter(next_after)):
        return False
    return not _is_letter(after) or _is_unspaced(text[end - 1])


def _is_letter(character: str) -> bool:
    return character == "_" or (character != "" and unicodedata.category(character)[0] in "LNM")


def _is_unspaced(character: str) -> bool:
    """Whether it belongs to a script without spaces between words, or with endings attached to names."""
    return unicodedata.name(character, "").startswith(_UNSPACED_SCRIPTS)
