"""Files and functions stay below their size limits; the message names those to split."""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkout import committed_files, shown

FILE_WARNS, FILE_FAILS = 300, 500
FUNCTION_WARNS, FUNCTION_FAILS = 40, 60

PYTHON = ("src/**/*.py", "tools/**/*.py", "benchmarks/**/*.py")
TESTS = ("tests/**/*.py",)
FRONTEND = ("frontend/**/*.ts", "frontend/**/*.tsx", "frontend/**/*.mjs", "frontend/**/*.js", "frontend/**/*.css")


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions_of(source: str) -> Iterator[tuple[str, int, int]]:
    """Each function's name, first line and length in lines, from `def` to its last line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def test_the_measure_counts_nested_and_async_functions_without_decorators() -> None:
    source = "@cached\n@typed\nasync def outer():\n    def inner():\n        return 1\n    return inner\n"
    assert sorted(functions_of(source)) == [("inner", 4, 2), ("outer", 3, 4)]


def test_no_file_outgrows_its_room() -> None:
    too_long = []
    for path in committed_files(*PYTHON, *TESTS, *FRONTEND):
        length = lines_of(path)
        generated = "DO NOT EDIT" in path.read_text("utf-8")[:500]
        if length > FILE_FAILS and not generated:
            too_long.append(f"{shown(path)}: {length} lines")
        elif length > FILE_WARNS and not generated and "tests" not in path.parts:
            warnings.warn(f"{shown(path)} has {length} lines; split it before {FILE_FAILS}", stacklevel=1)
    assert not too_long, f"Split by use case into a package with the same public names (over {FILE_FAILS}): {too_long}"


def test_no_function_outgrows_a_screen() -> None:
    too_long = []
    for path in committed_files(*PYTHON, *TESTS):
        for name, line, length in functions_of(path.read_text("utf-8")):
            where = f"{shown(path)}:{line} {name}: {length} lines"
            if length > FUNCTION_FAILS:
                too_long.append(where)
            elif length > FUNCTION_WARNS:
                warnings.warn(f"{where}; name its steps before {FUNCTION_FAILS}", stacklevel=1)
    assert not too_long, f"Give the steps names of their own (over {FUNCTION_FAILS} lines): {too_long}"
