"""Tests of programs that are not ours get a second try in CI, which the report shows and which is limited."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = """
import pytest
from pathlib import Path

@pytest.mark.parametrize("number", range({tests}))
def test_fails_first(number):
    mark = Path(__file__).with_name(f"mark{{number}}")
    if not mark.exists():
        mark.touch()
        raise AssertionError("the first try")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without tests whose test run has the second tries."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(project: Path, folder: str, *, tests: int = 1, ci: str = "true") -> subprocess.CompletedProcess[str]:
    """Runs tests that fail at their first try."""
    (project / "tests" / folder).mkdir(parents=True)
    (project / "tests" / folder / "test_it.py").write_text(_TESTS.format(tests=tests))
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.second_tries", "-n", "1", str(project)]
    paths = {"PYTHONPATH": str(Path(__file__).parents[2]), "CI": ci}
    return subprocess.run(
        command, cwd=project, env={**os.environ, **paths}, capture_output=True, text=True, check=False
    )


def test_a_test_of_a_browser_gets_a_second_try_and_the_report_shows_the_first(project: Path) -> None:
    done = run(project, "browser")
    assert done.returncode == 0
    assert "FIRST TRY FAILED: tests/browser/test_it.py::test_fails_first[0]" in done.stdout
    assert "AssertionError: the first try" in done.stdout
    assert "1 passed, 1 rerun" in done.stdout


def test_other_tests_get_none(project: Path) -> None:
    assert run(project, "features").returncode == 1


def test_only_ci_gives_second_tries(project: Path) -> None:
    assert run(project, "browser", ci="").returncode == 1


def test_many_second_tries_fail_the_run(project: Path) -> None:
    done = run(project, "browser", tests=5)
    assert done.returncode == 1
    assert "2 failed, 3 passed, 3 rerun" in done.stdout
