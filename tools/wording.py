"""Checks the wording of code and documentation: `python -m tools.wording [FILE …]`, without files the whole checkout.

Reads docstrings, comments, names, published texts in `src/` and the prose of Markdown files, and prints each phrase that
slows a reader down, with what to write instead. Text in backticks and in fenced blocks is code and passes.
"""

import ast
import io
import itertools
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "CONTRIBUTING.md"
_DEMO_CONTENT = ROOT / "src/deskbell/demo/content"

_PHRASES = {
    r"whoever|whomever|whom": "name the role: the actor, the caller, the user who …",
    r"somebody|anybody|everybody|someone": "name the role: a user, another agent, every member, another request",
    r"nobody": "no user, no agent, unassigned, anonymous",
    r"what of|what has|of what(?! it)|where to,": "name the things: the parts of …, the rows that …",
    r"told|tells?|telling": "reports, returns, records, notifies, shows",
    r"beside": "next to, with, in addition to",
    r"at once": "immediately, concurrently, in one statement, per batch",
    r"by itself|by themselves": "automatically, separately, on its own",
    r"stands?|stood": "is, applies, remains",
    r"hears?|heard|speaks?|spoke|spoken": "receives, sends, answers",
    r"forgets?|forgetting|forgot(?! password)": "deletes, discards, clears",
    r"lets? go|letting go": "releases, removes, unassigns",
    r"hangs? on|hung|hanging": "attaches, belongs to; blocks",
    r"strikes?|struck|wound|unwound": "marks, computes, recomputes",
    r"doors?|doorkeepers?": "name the component: authenticator, endpoint",
    r"(?:the|this|our|its) houses?": "the project, the code base",
    r"had (?:its|their) day": "expired",
    r"slip of the pen": "typo",
    r"in one go|in one sitting": "in one call, in one statement",
    r"anew": "again, from scratch",
    r"affairs?": "say what is internal or shown",
    r"come to be|comes to be|came to be": "is created",
    r"sees? to|looks? after": "provides, maintains, ensures",
    r"as one pleases|as they please|as it likes": "say which values are allowed",
    r"to and fro|hither|thereby|thereof|whereby|wherein|thereupon": "plain words: between, by this, of it",
    r"at hand|to hand": "available, ready, given",
    r"tidings|folk|fellow": "events, users",
}
_CURES = [(re.compile(rf"(?<![\w'-])(?:{phrase})(?![\w'-])", re.IGNORECASE), cure) for phrase, cure in _PHRASES.items()]
_LEADS = [
    (
        re.compile(r"\A\s*The same\b(?! as\b)"),
        "name the thing, or leave the docstring out where it repeats the signature",
    ),
    (re.compile(r"\A\s*(?:Says|Tells|Knows)\b"), "Returns …, Reports …, Raises …"),
    (re.compile(r"\A\s*What\b(?!.*\?)"), "begin with a noun: The fields that …, The result of …"),
    (re.compile(r"\A\s*How\b(?!.*\?)"), "begin with a noun or a verb: The number of …, Formats …"),
]

_NAME_WORDS = {
    "told": "changes, reported",
    "tells": "reports, notifies",
    "telling": "presenting, describing",
    "tell": "report, notify",
    "narrow": "filters, filtered",
    "anothers": "belongs_to_another_…",
    "yours": "own",
    "strike": "mark_due",
    "wound": "recomputed",
    "winding": "recompute",
    "hang": "attach",
    "hung": "attached",
    "hanging": "attaching",
    "leaving": "deleted",
    "doorkeeper": "Authenticator",
    "door": "authenticator, endpoint",
    "brake": "throttle, sign_in_limits",
    "forget": "delete, expire",
    "forgetting": "deleting, expiry",
    "whom": "user, recipient",
    "somebody": "user",
    "nobody": "anonymous, unassigned",
    "everybody": "all members",
    "told_apart": "distinguished",
    "arrival": "new_tickets",
    "gatherer": "BatchReader",
    "company": "PresenceTracker; a contact's company is fine as a field",
    "teller": "presenter",
    "settle": "normalize",
}
_ALLOWED_NAMES = frozenset({"company", "companies"})  # a contact's own company is a field of the contracts
_WORD_SEQUENCES = {
    ("at", "once"): "concurrent, batch_size",
    ("how", "many"): "limit, count",
    ("let", "go"): "release",
    ("letting", "go"): "releasing",
    ("show", "out"): "drain",
    ("get", "whole"): "get_with_conversation",
    ("by", "itself"): "automatically",
}
_WORDS_OF_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SQL = re.compile(
    r"\s*(?:select|insert|update|delete|with|create|alter|exists|case|coalesce|order by|from|and|or|where)\b"
)
_CODE = re.compile(r"`[^`\n]*`|https?://\S+")
_HASH_COMMENT = re.compile(r"(?:^|\s)#+\s(.*)")
_SLASH_COMMENT = re.compile(r"(?:^|\s)(?://|/?\*+)\s(.*)")
_COMMENTS = {
    ".sql": re.compile(r"--(.*)"), ".ts": _SLASH_COMMENT, ".tsx": _SLASH_COMMENT, ".mjs": _SLASH_COMMENT,
    ".js": _SLASH_COMMENT, ".css": _SLASH_COMMENT,
}  # fmt: skip
_SUFFIXES = {".py", ".md", ".sql", ".sh", ".toml", ".ts", ".tsx", ".mjs", ".js", ".css", ".j2", ".html"}
_FENCE = re.compile(r"^\s*(?:```|~~~)")


class Finding(NamedTuple):
    """One phrase to change; `line` counts from 1."""

    path: Path
    line: int
    phrase: str
    cure: str

    def __str__(self) -> str:
        return f'{self.path.relative_to(ROOT).as_posix()}:{self.line}: "{self.phrase}" → {self.cure}'


def findings(path: Path, text: str, synonyms: dict[str, str] | None = None) -> Iterator[Finding]:
    """Every finding in one file. `synonyms` maps a word refused in class names to the glossary's noun."""
    match path.suffix:
        case ".py":
            published = "src" in path.parts and "demo" not in path.parts
            yield from _in_python(path, text, published=published, synonyms=synonyms or {})
        case ".md":
            for line, prose in _markdown_prose(text):
                yield from _in_prose(path, line, prose)
        case suffix:
            comment = _COMMENTS.get(suffix, _HASH_COMMENT)
            for number, prose in enumerate(text.splitlines(), 1):
                if found := comment.search(prose):
                    yield from _in_prose(path, number, found[1])


def glossary_synonyms(text: str) -> dict[str, str]:
    """The glossary's table in CONTRIBUTING.md (`| noun | meaning | not |`): each word in its last column → the noun."""
    table = re.search(r"^\| noun \|.*?\n\n", text + "\n\n", re.MULTILINE | re.DOTALL)
    synonyms: dict[str, str] = {}
    for row in table[0].strip().splitlines()[2:] if table else []:
        noun, _, refused = (cell.strip() for cell in row.strip("|").split("|"))
        for word in refused.split(","):
            if word.strip(" —-"):
                synonyms[word.strip().lower()] = noun
    return synonyms


def _in_prose(path: Path, line: int, prose: str) -> Iterator[Finding]:
    plain = _CODE.sub(lambda code: " " * len(code[0]), prose)
    for pattern, cure in _CURES:
        for found in pattern.finditer(plain):
            yield Finding(path, line + plain.count("\n", 0, found.start()), found[0], cure)


def _in_python(path: Path, text: str, *, published: bool, synonyms: dict[str, str]) -> Iterator[Finding]:
    tree = ast.parse(text)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _in_name(path, node, synonyms)
            if ast.get_docstring(node, clean=False) is not None:
                constant = node.body[0].value  # type: ignore[attr-defined]  # get_docstring saw an expression
                docstrings.add(constant)
                yield from _in_docstring(path, constant)
        elif isinstance(node, ast.arg):
            yield from _in_identifier(path, node.lineno, node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield from _in_identifier(path, node.lineno, node.id)
        elif (constant := _text_of(node)) is not None and constant not in docstrings:
            docstrings.add(constant)
            yield from _in_docstring(path, constant)
    if published:
        yield from _in_texts(path, tree, docstrings)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from _in_prose(path, token.start[0], token.string)


def _text_of(node: ast.AST) -> ast.Constant | None:
    """The text of a statement that is a bare string: the docstring of a field or constant."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value
    return None


def _in_docstring(path: Path, constant: ast.Constant) -> Iterator[Finding]:
    prose = str(constant.value)
    yield from _in_prose(path, constant.lineno, prose)
    for pattern, cure in _LEADS:
        if found := pattern.match(prose):
            yield Finding(path, constant.lineno, found[0].strip() + " …", cure)


def _in_texts(path: Path, tree: ast.Module, docstrings: set[ast.expr]) -> Iterator[Finding]:
    """Errors, summaries, help: every string of at least three words that is not SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            words = len(node.value.split())
            if words > 2 and not _SQL.match(node.value):
                yield from _in_prose(path, node.lineno, node.value)


def _in_name(path: Path, node: ast.AST, synonyms: dict[str, str]) -> Iterator[Finding]:
    if isinstance(node, ast.Module):
        yield from _in_identifier(path, 1, path.stem)
        return
    name, line = str(getattr(node, "name", "")), int(getattr(node, "lineno", 1))
    yield from _in_identifier(path, line, name)
    if isinstance(node, ast.ClassDef):
        for word in _words(name):
            if word in synonyms:
                yield Finding(path, line, name, f"the glossary's noun is {synonyms[word]}")


def _in_identifier(path: Path, line: int, name: str) -> Iterator[Finding]:
    words = _words(name)
    for word in words:
        if word in _NAME_WORDS and word not in _ALLOWED_NAMES:
            yield Finding(path, line, name, _NAME_WORDS[word])
    for pair in itertools.pairwise(words):
        if pair in _WORD_SEQUENCES:
            yield Finding(path, line, name, _WORD_SEQUENCES[pair])


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS_OF_NAME.findall(name)]


def _markdown_prose(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def checked(paths: Iterable[Path]) -> list[Path]:
    """The files whose wording is checked: not this one, which lists the phrases, nor the demo's customers' words."""
    skipped = {Path(__file__).resolve()}
    return [
        path
        for path in paths
        if path.is_file()
        and path not in skipped
        and _DEMO_CONTENT not in path.parents
        and (path.suffix in _SUFFIXES or path.name == "Makefile")
    ]


def main(named: list[str]) -> int:
    """Prints the findings; returns the exit status: 0 where there are none."""
    synonyms = glossary_synonyms(GLOSSARY.read_text("utf-8"))
    found = 0
    for path in checked(Path(name).resolve() for name in named) if named else checked(_committed()):
        for finding in findings(path, path.read_text("utf-8"), synonyms):
            print(finding)
            found += 1
    if found:
        print(f"{found} phrases to reword; the glossary is in CONTRIBUTING.md.", file=sys.stderr)
    return 1 if found else 0


def _committed() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()  # noqa: S607 - git of the PATH
    return [ROOT / name for name in listing.split("\0") if name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
