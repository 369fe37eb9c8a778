"""The files of this checkout that are committed, or would be."""

import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def _listed() -> tuple[Path, ...]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in found if path.is_file()))


def committed_files(*patterns: str) -> list[Path]:
    """Every tracked or about-to-be-tracked file whose path matches one of the patterns (`**` allowed); all without one.

    Skips the calling test, aloud, where this is no git checkout (a source archive).
    """
    try:
        files = _listed()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout, so which files are committed is unknown")
    if not patterns:
        return list(files)
    wanted = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return [path for path in files if path in wanted]


def shown(path: Path) -> str:
    """A file's path as messages show it."""
    return path.relative_to(ROOT).as_posix()
