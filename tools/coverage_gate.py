"""Branch coverage of the code that decides: services, policies and the kernel.

As a pytest plugin (`-p tools.coverage_gate`) it measures the test processes. As a program it combines what they measured
and fails if a group is below the bound. Servers that tests start as programs of their own are not measured: what they
execute before they are stopped depends on the load of the machine.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import coverage
import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = "src/deskbell/"
BOUND: Final = 95.0
"""Percent of the statements and branches of a group, as coverage counts them, to the nearest whole percent."""

_GATED: Final = re.compile(rf"{SOURCE}(features/\w+/(?:service|policy)|kernel)(?:/.+)?\.py")
_CURE: Final = (
    "Test the behaviour that these lines have, in the test folder of the feature, or delete them if nothing can reach "
    "them. An arrow is a branch that was never taken. After `make test`, `.venv/bin/coverage html` shows the lines."
)
_measurement: coverage.Coverage | None = None


def group_of(path: str) -> str | None:
    """The group of a file: a feature's service, its policy, or the kernel; None for a file that is not held to the bound."""
    found = _GATED.fullmatch(path)
    return found[1] if found else None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Measures this process from here on, before the first `conftest.py` imports any of the code."""
    global _measurement  # noqa: PLW0603 - pytest calls the hooks of a module, which keeps the state between them
    _measurement = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    _measurement.start()


def pytest_unconfigure() -> None:
    """Saves what was measured."""
    if _measurement is not None:
        _measurement.stop()
        _measurement.save()


def problems_in(files: dict[str, Any]) -> list[str]:
    """A message for each group below the bound. `files` is what `coverage json` reports, by path."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path in files:
        if (group := group_of(path)) is not None:
            groups[group].append(path)
    found = []
    for group, paths in sorted(groups.items()):
        covered = sum(_count(files[path], "covered_lines", "covered_branches") for path in paths)
        total = sum(_count(files[path], "num_statements", "num_branches") for path in paths)
        if total and round(percent := 100 * covered / total) < BOUND:
            found.append(f"{group}: {percent:.1f} %")
            found.extend(f"  {path}: {missing}" for path in sorted(paths) if (missing := _missing(files[path])))
    return found


def _count(file: dict[str, Any], *names: str) -> int:
    return sum(file["summary"][name] for name in names)


def _missing(file: dict[str, Any]) -> str:
    lines = ", ".join(map(str, file["missing_lines"]))
    arrows = ", ".join(f"{start}→{'exit' if end < 0 else end}" for start, end in file["missing_branches"])
    return "; ".join(part for part in (lines and f"lines {lines}", arrows and f"branches {arrows}") if part)


def main() -> int:
    """Combines the measured data, prints the groups below the bound, returns the exit status."""
    measured = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.combine()
    measured.save()
    gated = [path for path in (ROOT / SOURCE).rglob("*.py") if group_of(path.relative_to(ROOT).as_posix())]
    report = ROOT / ".coverage.json"
    measured.json_report(morfs=[str(path) for path in gated], outfile=str(report))
    files = json.loads(report.read_text())["files"]
    report.unlink()
    unseen = [path for path in gated if path.relative_to(ROOT).as_posix() not in files]
    found = [*problems_in(files), *(f"{path.relative_to(ROOT)}: no test imports it" for path in unseen)]
    if found:
        print(f"Branch coverage below {BOUND:g} %:", *found, _CURE, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
