"""In CI, a test of a program that is not ours (a browser, Postfix, a killed server) gets one second try.

A test that passes only then is a defect: the report shows how its first try failed. More than `LIMIT` of them fail the run.
"""

import os
from pathlib import Path
from typing import Final

import pytest

LIMIT: Final = 3
_FOLDERS: Final = ("browser", "counterparts", "faults", "scenario")


def pytest_configure(config: pytest.Config) -> None:
    """Limits the second tries of the whole run."""
    config.option.max_suite_reruns = LIMIT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Gives the tests of these folders their second try."""
    if os.environ.get("CI") != "true":
        return
    folders = [Path(config.rootpath, "tests", name) for name in _FOLDERS]
    for item in items:
        if any(folder in item.path.parents for folder in folders):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows each first try that failed."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"FIRST TRY FAILED: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
        for name, text in report.sections:
            terminalreporter.section(name, sep="-")
            terminalreporter.write_line(text[-5_000:])
