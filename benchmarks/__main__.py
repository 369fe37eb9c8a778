"""`python -m benchmarks [NAME …] [--large] [--small]`: runs measurements and keeps each one's results in benchmarks/results."""

import argparse
import importlib
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from deskbell.runtime.programs import programs

RESULTS = Path(__file__).parent / "results"
NAMES = {
    "automations": "Automations and fields at a million tickets",
    "api": "Contract v1 compared with the floor",
    "cost": "The whole cost of an operation",
    "deletion": "Deleting a person with many tickets",
    "endurance": "An hour of load",
    "help": "The help centre",
    "imports": "Importing history",
    "lists": "Costs as a desk grows",
    "mail": "Reading mail",
    "mailflow": "Mail through the whole desk",
    "relevance": "Finding the right article",
    "realtime": "Events to sockets",
    "rules": "Triggers asked of new tickets",
    "web": "The agents' app in a browser",
    "webhooks": "Webhook deliveries",
}
SIZED = ("lists", "rules")
"""The measurements that `--large` makes larger."""
LONG = ("endurance",)
"""The measurements that only their names start."""
REDUCED = ("deletion", "help")
"""The measurements that `--small` makes smaller: to see whether they run."""
PACKAGES = ("asyncpg", "granian", "litestar", "msgspec", "uvloop")


def machine() -> Iterator[str]:
    """The conditions of a measurement: machine and versions."""
    yield f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}"
    memory = psutil.virtual_memory().total / 2**30
    yield f"- {_processor()}, {os.cpu_count()} cores for everything (client, server, PostgreSQL), {memory:.0f} GB RAM"
    yield f"- {platform.system()} {platform.machine()}, load when it began {os.getloadavg()[0]:.1f}"
    yield f"- Python {platform.python_version()}, PostgreSQL {_postgresql()}, " + ", ".join(
        f"{name} {version(name)}" for name in PACKAGES
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown processor"
    )


def _postgresql() -> str:
    said = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=False)
    return said.stdout.split()[-1] if said.stdout else "unknown"


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(Path(__file__).parent), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + (
        " with changes" if git("status", "--porcelain") else ""
    )


def measure(name: str, *, large: bool, small: bool) -> str:
    """Runs one measurement and returns its page."""
    facts = "\n".join(machine())
    began = time.perf_counter()
    module = importlib.import_module(f"benchmarks.{name}")
    size = {"large": large} if name in SIZED else {"small": small} if name in REDUCED else {}
    body = module.report(**size)
    meaning = (module.__doc__ or "").strip()
    option = "".join(f" --{each}" for each, asked in size.items() if asked)
    took = f"Took {time.perf_counter() - began:.0f} s; made by `python -m benchmarks {name}{option}`."
    return f"# {NAMES[name]}\n\n{meaning}\n\n{facts}\n\n{body}\n\n{took}\n"


def main() -> None:
    """The command."""
    there = [name for name in NAMES if (Path(__file__).parent / f"{name}.py").exists()]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=", ".join(there) + "; all of them but " + ", ".join(LONG) + " where none is given",
    )
    parser.add_argument("--large", action="store_true", help="lists, rules: also at a million tickets")
    parser.add_argument("--small", action="store_true", help="deletion, help: much smaller; results are printed alone")
    parser.add_argument("--print-only", action="store_true", help="leave benchmarks/results alone")
    options = parser.parse_args()
    if unknown := set(options.names) - set(there):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    for name in options.names or [name for name in there if name not in LONG]:
        page = measure(name, large=options.large, small=options.small)
        print(page, flush=True)
        if not (options.print_only or (options.small and name in REDUCED)):
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"{name}.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
