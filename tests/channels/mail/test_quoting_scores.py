"""Scores of reply cutting on the open sets (mail.md, section 14). None may fall."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deskbell.channels.mail.reading.charsets import decode
from deskbell.channels.mail.reading.pages import Page
from deskbell.channels.mail.reading.splitting import Tree
from deskbell.kernel.mail.quoting import cut_reply, separated
from tests.channels.mail import open_sets

Score = Callable[[str, int, int], None]
# Expect the device line or the signature to stay, which others of these sets expect to go.
_CONTRADICTED = {"standard_replies/iphone.eml", "standard_replies/sparrow.eml"}


def _new_text(text: str) -> str:
    lines = separated(text.replace("\r\n", "\n"))
    return "\n".join(line for line, is_cut in zip(lines, cut_reply(lines), strict=True) if not is_cut)


def _new_text_of_html(html: str) -> str:
    page = Page(html)
    cut = cut_reply([line.text.rstrip() for line in page.lines], [line.contained for line in page.lines])
    return "\n".join(line.text for line, is_cut in zip(page.lines, cut, strict=True) if not is_cut)


def _letters(text: str) -> str:
    """Without blanks and rules, which the sets write differently."""
    return "".join(text.replace("_", "").split())


def _agree(got: str, expected: str) -> bool:
    return _letters(got) == _letters(expected)


def _right_inline_cases(kind: str) -> tuple[int, int]:
    rows = json.loads((open_sets.folder("quoting_talon") / "inline_cases.json").read_text(encoding="utf-8"))
    chosen = [row for row in rows if row["kind"] == kind]
    return sum(_is_right(row) for row in chosen), len(chosen)


def _is_right(row: dict[str, Any]) -> bool:
    if row["kind"] == "text":
        return _agree(_new_text(row["input"]), row["expected_visible"])
    expected = row.get("expected_visible_plain") or row.get("expected_visible") or row.get("expected_html") or ""
    return _agree(_new_text_of_html(row["input"]), Page(expected).text if "<" in expected else expected)


def test_inline_text_cases(score: Score) -> None:
    right, all_cases = _right_inline_cases("text")
    score("new text of a reply, talon text", right, all_cases)
    assert right >= 45


def test_inline_html_cases_and_html_of_clients(score: Score) -> None:
    right, all_cases = _right_inline_cases("html")
    folder = open_sets.folder("quoting_talon")
    for row in open_sets.expectations("quoting_talon"):
        if row["file"].endswith(".html"):
            html = decode((folder / row["file"]).read_bytes(), html=True)
            right += _agree(_new_text_of_html(html), row["expected_visible_plain"])
            all_cases += 1
    score("new text of a reply, talon HTML", right, all_cases)
    assert right >= 26


def test_whole_client_mails(score: Score) -> None:
    folder = open_sets.folder("quoting_talon")
    rows = [row for row in open_sets.expectations("quoting_talon") if row["file"].endswith(".eml")]
    wrong = [row["file"] for row in rows if not _agree(_plain_part(folder / row["file"]), row["expected_visible"])]
    score("new text of a reply, talon mails", len(rows) - len(wrong), len(rows))
    assert set(wrong) <= _CONTRADICTED


def _plain_part(path: Path) -> str:
    leaves = Tree(path.read_bytes()).root.leaves()
    leaf = next(leaf for leaf in leaves if leaf.content_type == "text/plain")
    return _new_text(decode(leaf.content(), leaf.charset))


def test_text_mails_of_zapier(score: Score) -> None:
    folder = open_sets.folder("quoting_zapier")
    wrong: list[str] = []
    for row in open_sets.expectations("quoting_zapier"):
        kept = _new_text(decode((folder / row["file"]).read_bytes()))
        right = "expected_visible" not in row or _agree(kept, row["expected_visible"])
        right &= all(words in kept for words in row.get("visible_contains", []))
        right &= not any(words in kept for words in row.get("visible_excludes", []))
        wrong += [] if right else [row["file"]]
    rows = open_sets.expectations("quoting_zapier")
    score("new text of a reply, zapier", len(rows) - len(wrong), len(rows))
    assert not wrong


def test_nothing_is_lost_in_any_of_them() -> None:
    for path in open_sets.folder("quoting_zapier").glob("emails/*.txt"):
        text = decode(path.read_bytes()).replace("\r\n", "\n")
        lines = separated(text)
        assert len(cut_reply(lines)) == len(lines)
        assert _letters("".join(lines)).startswith(_letters(text)[:20])
        assert _new_text(text).strip() or not text.strip()
