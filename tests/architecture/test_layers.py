"""What import-linter cannot see: SQL outside its place, and words that the layers forbid."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkout import committed_files, shown

STATEMENT = re.compile(
    r"^\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+\w+(?:\s+\w+)?\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()",
    re.IGNORECASE | re.DOTALL,
)


def statements_in(source: str) -> Iterator[int]:
    """The lines on which a string that is an SQL statement begins; documentation strings do not count."""
    tree = ast.parse(source)
    texts_for_people = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in texts_for_people
            and STATEMENT.match(node.value)
        ):
            yield node.lineno


def may_hold_sql(path: Path) -> bool:
    """SQL belongs to the runtime and to each feature's `queries`, be it a module or a package."""
    parts = path.parts
    room = parts[parts.index("deskbell") + 1] if "deskbell" in parts else ""
    return room == "runtime" or (room == "features" and (path.stem == "queries" or "queries" in parts))


def test_the_check_tells_statements_from_sentences() -> None:
    source = '"""select a from b"""\nx = "select id from tickets"\ny = "update t set a = 1"\n'
    assert list(statements_in(source)) == [2, 3]
    assert not list(statements_in('x = "Select a file"\ny = "Update your profile"\nz = "With kind regards"\n'))


def test_sql_lives_in_queries_and_in_the_runtime_alone() -> None:
    found = [
        f"{shown(path)}:{line}"
        for path in committed_files("src/deskbell/**/*.py")
        if not may_hold_sql(path)
        for line in statements_in(path.read_text("utf-8"))
    ]
    assert not found, f"Move these statements into the feature's queries.py, where a test prepares them: {found}"


def test_opting_out_of_a_check_gives_its_reason() -> None:
    silent = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?)\s*$")
    found = [
        f"{shown(path)}:{number}"
        for path in committed_files("src/**/*.py", "tests/**/*.py", "tools/**/*.py", "benchmarks/**/*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if silent.search(line)
    ]
    assert not found, f"Say after ` - ` why the rule does not hold here: {found}"
