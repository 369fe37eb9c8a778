"""The speed of an import: a whole archive of GitHub tickets with `deskbell import github` into a new data folder.

The time is that of the whole command. Creating the data folder, which includes creating PostgreSQL, is a separate row.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.relevance import DATA

TARGET = 20.0  # seconds for 10,917 tickets with 47,606 comments
ROUNDS = 3


def _run(folder: Path, *arguments: str, words: str = "") -> tuple[float, str]:
    """The seconds that a command took, and what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKBELL_")}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "deskbell.cli", *arguments, "--data-dir", str(folder)],
        input=words, capture_output=True, text=True, env=kept, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return time.perf_counter() - began, done.stdout


def _once(archive: Path) -> tuple[float, float, str]:
    """The seconds to make the data folder, those of the import, and the import's own words."""
    with tempfile.TemporaryDirectory(prefix="dbbench", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        made, _ = _run(
            folder, "create-owner", "--email", "owner@bench.example", "--name", "Owner", "--organization", "Bench",
            "--domain", "bench.example", "--password-stdin", words="correct-horse-battery-1\n",
        )  # fmt: skip
        took, said = _run(folder, "import", "github", str(archive), "--organization", "bench.example")
        return made, took, " ".join(said.split())


def report() -> str:
    """The table."""
    archives = sorted((DATA / "tickets_github_rust").glob("*.jsonl.gz"))
    if not archives:
        return f"Skipped: there is no tickets_github_rust/*.jsonl.gz in {DATA.name}/ (BENCH_DATA= says where)."
    rounds = sorted((_once(archives[0]) for _ in range(ROUNDS)), key=lambda each: each[1])
    made, took, said = rounds[ROUNDS // 2]
    others = ", ".join(f"{each[1]:.1f} s" for each in rounds)
    return "\n".join(
        [
            "| step | seconds |",
            "|---|---|",
            f"| a fresh data folder with its owner | {made:.1f} |",
            f"| the import, whole command (target: under {TARGET:.0f}) | **{took:.1f}** |",
            f"\nAll rounds: {others}. The command's own words in the middle one: {json.dumps(said)}.",
        ]
    )
