"""A whole desk, as `deskbell serve --demo` starts it, at rest and under a steady load: CPU at rest, and memory over time.

Memory is that of all processes, PostgreSQL's included, with shared pages divided among those that share them (PSS), so that the
sum is what the machine gives. Ten requests a second come in turns: a ticket, a list, a search, the dashboard, a new ticket, a
reply.
"""

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from benchmarks.servers import cpu_seconds, free_port
from deskbell.demo.content import PASSWORD

PER_SECOND: Final = 10
REST_SECONDS: Final = 60
MINUTES: Final = int(os.environ.get("BENCH_MINUTES", "60"))
MOST_MB: Final = 350
MOST_GROWTH: Final = 0.05
"""From the tenth minute to the last: caches fill in the first ones."""
_SHOWN: Final = (1, 2, 5, 10, 20, 30, 40, 50, 60)


@contextmanager
def _desk(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    port = free_port()
    command = [
        sys.executable, "-m", "deskbell.cli", "serve", "--demo", "--port", str(port), "--data-dir", str(folder / "data"),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "DESKBELL_RATE_LIMITS": "off"})
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(1_200):
            try:
                httpx.get(f"{base}/readyz", timeout=1).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            raise RuntimeError((folder / "log").read_text("utf-8"))
        yield base, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _megabytes(root: psutil.Process) -> float:
    total = 0
    for each in [root, *root.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def _requests(client: httpx.Client) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    tickets = [each["id"] for each in client.get("/tickets", params={"limit": 100}).json()["data"]["tickets"]]
    for number in itertools.count():
        ticket = tickets[number % len(tickets)]
        yield "GET", f"/tickets/{ticket}", None
        yield "GET", "/tickets?status=open&limit=25", None
        yield "GET", f"/tickets?search={'order' if number % 2 else 'return'}", None
        yield "GET", "/dashboard/stats", None
        yield "POST", "/tickets", {"subject": f"Endurance {number}", "description": "The zip of my new jacket broke."}
        yield "POST", f"/tickets/{ticket}/comments", {"body": f"Reply {number}", "public": True}


def report() -> str:
    """The page."""
    with tempfile.TemporaryDirectory(prefix="dbend", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _desk(folder) as (base, root):
            time.sleep(REST_SECONDS)  # the first start fills caches and plans
            before, began = cpu_seconds(root), time.monotonic()
            time.sleep(REST_SECONDS)
            rest = (cpu_seconds(root) - before) / (time.monotonic() - began)
            at_rest = _megabytes(root)
            memory, sent, failed = _load(base, root)
    first, last = memory[min(9, len(memory) - 1)], memory[-1]
    growth, begin, end = last / first - 1, min(10, len(memory)), len(memory)
    lines = [
        "| | measured | goal | |\n|---|---|---|---|",
        f"| CPU at rest, of one core | {rest:.2%} | < 1 % | {_met(rest < 0.01)} |",
        f"| memory at rest | {at_rest:.0f} MB | ≤ {MOST_MB} MB | {_met(at_rest <= MOST_MB)} |",
        f"| growth, minutes {begin} to {end} | {growth:+.1%} | ≤ {MOST_GROWTH:.0%} | {_met(growth <= MOST_GROWTH)} |",
        f"\n{sent:,} requests in {len(memory)} minutes, {failed} of them failed. Memory under load:\n",
        "| minute | MB |\n|---|---|",
        *(f"| {minute} | {memory[minute - 1]:.0f} |" for minute in _SHOWN if minute <= len(memory)),
    ]
    return "\n".join(lines)


def _load(base: str, root: psutil.Process) -> tuple[list[float], int, int]:
    """The memory after each minute in MB, the requests, and those that failed."""
    memory: list[float] = []
    sent = failed = 0
    with httpx.Client(base_url=f"{base}/api/v1", timeout=30) as client:
        _sign_in(client)
        work = _requests(client)
        began = time.monotonic()
        while len(memory) < MINUTES:
            method, path, body = next(work)
            answer = client.request(method, path, json=body)
            if answer.status_code == httpx.codes.UNAUTHORIZED:  # access tokens are short-lived
                _sign_in(client)
                answer = client.request(method, path, json=body)
            sent, failed = sent + 1, failed + answer.is_error
            time.sleep(max(0.0, began + sent / PER_SECOND - time.monotonic()))
            if time.monotonic() - began >= 60 * (len(memory) + 1):
                memory.append(_megabytes(root))
    return memory, sent, failed


def _sign_in(client: httpx.Client) -> None:
    account = {"email": "agent@demo.example", "password": PASSWORD}
    found = client.post("/auth/login", json=account).raise_for_status().json()["data"]
    client.headers["Authorization"] = f"Bearer {found['token']}"


def _met(goal: bool) -> str:
    return "met" if goal else "**not met**"
