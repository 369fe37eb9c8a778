"""The wording check finds phrases that slow readers down in prose, names and published texts, and passes code."""

from pathlib import Path

import pytest
from tools.wording import ROOT, findings, glossary_synonyms

SOURCE = ROOT / "src" / "deskbell" / "example.py"


def phrases(path: Path, text: str) -> list[str]:
    return [found.phrase.lower() for found in findings(path, text, {"customer": "contact"})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""What of a filter the counts know."""', ["what of", "what …"]),
        ('def f():\n    """The same for groups."""', ["the same …"]),
        ('def f():\n    """The same as `g`, for groups."""', []),
        ("# it stands beside the row", ["stands", "beside"]),
        ("told = {}", ["told"]),
        ("def f(how_many):\n    pass", ["how_many"]),
        ("_AT_ONCE = 100", ["_at_once"]),
        ("class CustomerView:\n    pass", ["customerview"]),
        ('raise Error("This is told to everybody else")', ["told", "everybody"]),
        ('query = "select told from everybody at once"', []),
        ('"""Returns `told` and `at once` as they are."""', []),
        ('"""Forgot password: mails a link."""', []),
        ("x = 1  # whoever", ["whoever"]),
    ],
)
def test_python(text: str, expected: list[str]) -> None:
    assert sorted(phrases(SOURCE, text)) == sorted(expected)


def test_texts_of_tests_are_data_and_their_docstrings_are_prose() -> None:
    path = ROOT / "tests" / "example.py"
    assert phrases(path, 'ticket = "Nobody told me at once"') == []
    assert phrases(path, '"""Nobody sees it."""') == ["nobody"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("page.md", "Nothing is told.\n\n```\ntold at once\n```\n`told`", ["told"]),
        ("table.sql", "create table told ( -- what of it\n);", ["what of"]),
        ("page.ts", "const told = 1; // by itself", ["by itself"]),
        ("Makefile", "told: ## Tells nobody", ["tells", "nobody"]),
    ],
)
def test_other_files(name: str, text: str, expected: list[str]) -> None:
    assert sorted(phrases(ROOT / name, text)) == sorted(expected)


def test_a_finding_names_its_line_and_the_cure() -> None:
    (found,) = findings(ROOT / "docs" / "page.md", "First.\n\nIt stands.\n")
    assert (found.line, str(found)) == (3, f'docs/page.md:3: "stands" → {found.cure}')


def test_synonyms_come_from_the_glossary() -> None:
    rows = [
        "| noun | meaning | not |",
        "|---|---|---|",
        "| contact | a customer | client, Patron |",
        "| ticket | a request | — |",
    ]
    text = "\n".join([*rows, "", "More."])
    assert glossary_synonyms(text) == {"client": "contact", "patron": "contact"}
