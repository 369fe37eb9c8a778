"""The bound of coverage: which files it holds, and what it says of a group below it."""

from typing import Any

import pytest
from tools.coverage_gate import BOUND, group_of, problems_in


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("src/deskbell/features/tickets/service/changing.py", "features/tickets/service"),
        ("src/deskbell/features/tags/service.py", "features/tags/service"),
        ("src/deskbell/features/mail/policy.py", "features/mail/policy"),
        ("src/deskbell/kernel/search/language.py", "kernel"),
        ("src/deskbell/kernel/ids.py", "kernel"),
        ("src/deskbell/features/tags/queries.py", None),
        ("src/deskbell/api/v1/tags/endpoints.py", None),
    ],
)
def test_services_policies_and_the_kernel_are_held_to_the_bound(path: str, group: str | None) -> None:
    assert group_of(path) == group


def _file(covered: int, total: int, lines: list[int], branches: list[list[int]]) -> dict[str, Any]:
    return {
        "summary": {"covered_lines": covered, "covered_branches": 0, "num_statements": total, "num_branches": 0},
        "missing_lines": lines,
        "missing_branches": branches,
    }


def test_a_group_below_the_bound_is_named_with_its_gaps() -> None:
    good = _file(96, 100, [4], [])
    bad = _file(90, 100, [7, 9], [[7, -1], [9, 10]])
    found = problems_in({
        "src/deskbell/kernel/ids.py": good,
        "src/deskbell/features/tags/service.py": bad,
        "src/deskbell/features/tags/queries.py": _file(0, 100, [1], []),
    })  # fmt: skip
    assert found == [
        "features/tags/service: 90.0 %",
        "  src/deskbell/features/tags/service.py: lines 7, 9; branches 7→exit, 9→10",
    ]


def test_the_files_of_a_group_are_counted_together() -> None:
    weak = _file(80, 100, [1], [])
    strong = _file(1_000, 1_000, [], [])
    assert BOUND < (1_080 / 1_100) * 100
    assert problems_in({"src/deskbell/kernel/a.py": weak, "src/deskbell/kernel/b/c.py": strong}) == []
