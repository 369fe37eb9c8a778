"""Rules of the layers that import-linter cannot check: SQL in its place, static templates, rows read by name."""

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


def made_templates_in(source: str) -> Iterator[int]:
    """The lines on which `sql` is given text that is not written there: a value may have found its way into it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sql":
            template = node.args[0]
            choices = [template.body, template.orelse] if isinstance(template, ast.IfExp) else [template]
            for each in choices:
                named = isinstance(each, ast.Name) and each.id.isupper()
                if not named and not isinstance(each, ast.Constant):
                    yield node.lineno


def may_hold_sql(path: Path) -> bool:
    """SQL belongs to the runtime and to the `queries` of each feature and channel, be it a module or a package."""
    parts = (
        path.parts[path.parts.index("src") + 1 :] if "src" in path.parts else path.parts
    )  # the checkout has any name
    room = parts[parts.index("deskbell") + 1] if "deskbell" in parts else ""
    return room == "runtime" or (room in ("features", "channels") and (path.stem == "queries" or "queries" in parts))


def test_the_check_distinguishes_statements_from_sentences() -> None:
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


def test_the_check_distinguishes_built_templates_from_literals() -> None:
    source = (
        'sql("a")\nsql("a" if down else "b")\nsql(THEIRS)\nsql(f"limit {n}")\nsql(text)\nsql("a" if down else text)'
    )
    assert list(made_templates_in(source)) == [4, 5, 6]


def test_no_value_is_pasted_into_a_statement() -> None:
    makers = {"sql.py", "pages.py", "directory.py"}  # they take names of columns and a table of limits
    found = [
        f"{shown(path)}:{line}"
        for path in committed_files("src/deskbell/**/*.py")
        if path.name not in makers or path.parent.name != "runtime"
        for line in made_templates_in(path.read_text("utf-8"))
    ]
    assert not found, f"Give `sql` a literal, and values as arguments: {found}"


def positions_in(source: str) -> Iterator[int]:
    """The lines on which a row of a statement's result is read by position: indexed, sliced or taken apart."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _positions_in(function)


def _positions_in(function: ast.AST) -> Iterator[int]:
    nodes = list(ast.walk(function))
    several, single = set[str](), {"row"}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Await):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            several |= names if _calls(node.value, "fetch_all", "fetch") else set()
            single |= names if _calls(node.value, "fetch_one", "fetchrow") else set()
            if _calls(node.value, "fetch_one", "fetchrow") and any(isinstance(t, ast.Tuple) for t in targets):
                yield node.lineno
    for node in nodes:
        if isinstance(node, ast.For | ast.comprehension) and _are_rows(node.iter, several):
            if isinstance(node.target, ast.Tuple):
                yield node.target.lineno
            elif isinstance(node.target, ast.Name):
                single.add(node.target.id)
    for node in nodes:
        if isinstance(node, ast.Subscript) and _is_row(node.value, several, single):
            by_number = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
            if by_number or isinstance(node.slice, ast.Slice):
                yield node.lineno
        elif isinstance(node, ast.Starred) and _is_row(node.value, several, single):
            yield node.lineno


def _calls(node: ast.AST, *methods: str) -> bool:
    called = node.value if isinstance(node, ast.Await) else node
    return isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute) and called.func.attr in methods


def _are_rows(node: ast.AST, several: set[str]) -> bool:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    return _calls(node, "fetch_all") or (isinstance(node, ast.Name) and node.id in several)


def _is_row(node: ast.AST, several: set[str], single: set[str]) -> bool:
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return _are_rows(node.value, several)
    return isinstance(node, ast.Name) and node.id in single


def test_the_check_distinguishes_reading_by_position_from_by_name() -> None:
    source = (
        "async def f(db):\n"
        "    rows = await db.fetch_all('select 1')\n"
        "    a = [each[0] for each in rows]\n"
        "    b = {x: y for x, y in rows}\n"
        "    c = [T(*each) for each in rows[:5]]\n"
        "    d = rows[0][1]\n"
        "    found = await db.fetch_one('select 1')\n"
        "    e = found[2:]\n"
        "    f = [each['id'] for each in rows], rows[0]['n'], found['n'], rows[:3], a[0]\n"
        "def of(row):\n"
        "    return T(row[0])\n"
    )
    assert sorted(positions_in(source)) == [3, 4, 5, 6, 8, 11]


def test_rows_are_read_by_column_name() -> None:
    found = [
        f"{shown(path)}:{line}"
        for path in committed_files("src/deskbell/**/*.py")
        for line in positions_in(path.read_text("utf-8"))
        if may_hold_sql(path)
    ]
    assert not found, (
        'Read these rows by column name, `row["id"]`, or as structs through `Table` or `rows.read`: a position means '
        f"another column as soon as the select list changes: {sorted(set(found))}"
    )
