"""The help centre with 5,000 articles of 300 words, one worker: kept articles, articles at their first view, and an edit.

"After an edit" is the first page after an article has changed: brands and the heads of all articles are read again. The purge is
measured with two workers: the time from an edit's answer to the moment when connections that reach both have shown it, and the
answers that still had the text of before. With `--small` there are 500 articles.
"""

import asyncio
import gzip
import http.client
import json
import random
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from benchmarks.filling import SECRET, Organization, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import granian, postgres
from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import NewArticle
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

ARTICLES: Final = 5_000
SMALL: Final = 500
WORDS: Final = 300
FIRST_VIEWS: Final = 200
EDITS: Final = 20
WORKERS: Final = 2
CONNECTIONS: Final = 12
"""Connections that are open while articles are edited: enough that each worker has some."""
LONGEST: Final = 30
"""Seconds after which an edit that a worker does not show is a fault."""


class Filled(Struct, frozen=True):
    """An organization with its articles: their ids and addresses."""

    organization: Organization
    articles: list[tuple[UUID, str]]

    def path(self, number: int) -> str:
        """The page of an article."""
        return f"/help/articles/en/{self.articles[number][1]}"


async def _fill(dsn: str, count: int) -> Filled:
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database)
    dice = random.Random(7)
    articles = []
    for begin in range(0, count, 500):
        async with database.unit(Actor(organization.id, organization.agents[0], Role.AGENT)) as uow:
            for number in range(begin, min(begin + 500, count)):
                words = [f"w{int(dice.random() ** 3 * 20_000)}" for _ in range(WORDS)]
                content = f"# First\n\n{' '.join(words[:150])}\n\n# Second\n\n{' '.join(words[150:])}"
                title = f"Article {number} about {words[0]} and {words[1]}"
                new = NewArticle(title=title, content=content, category=f"Topic {number % 20}", published=True)
                article = await service.create(uow, new)
                articles.append((article.id, article.slug))
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("analyze")
    await connection.close()
    return Filled(organization, articles)


def _timed(url: str) -> float:
    """Milliseconds of one request."""
    begun = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:
        answer.read()
    return (time.perf_counter() - begun) * 1000


def _median_and_p95(times: list[float]) -> str:
    found = sorted(times)
    return f"{found[len(found) // 2]:.1f}, **{found[int(len(found) * 0.95)]:.1f}**"


def _edit(port: int, filled: Filled, article: int, number: int) -> None:
    body = json.dumps({"content": f"Edited {number}."}).encode()
    headers = {"Authorization": f"Bearer {filled.organization.agent_token}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{port}/api/v1/kb/articles/{filled.articles[article][0]}"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT"), timeout=30):
        pass


class _Pages(Struct, frozen=True):
    first: list[float]
    kept: Figures
    searches: list[float]
    edits: list[float]
    page: int
    sheet: int


def _pages(environ: dict[str, str], filled: Filled, *, small: bool) -> _Pages:
    """The costs of pages, by one worker."""
    with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
        base = f"http://127.0.0.1:{port}"
        _timed(f"{base}/help")
        first = [_timed(base + filled.path(number)) for number in range(FIRST_VIEWS)]
        kept = request("GET", filled.path(0))
        measure(port, lambda _: kept, count=500 if small else 2_000)
        figures = measure(port, lambda _: kept, count=2_000 if small else 10_000)
        searches = [_timed(f"{base}/help/search?q=w{number}+w{number + 1}") for number in range(60)]
        edits = []
        for number in range(EDITS):
            _edit(port, filled, 0, number)
            edits.append(_timed(base + filled.path(number)))
        asked = urllib.request.Request(base + filled.path(1), headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as answer:
            page = len(answer.read())
        with urllib.request.urlopen(f"{base}/pages/help.css") as answer:
            sheet = len(gzip.compress(answer.read()))
    return _Pages(first, figures, searches, edits, page, sheet)


def _purge(environ: dict[str, str], filled: Filled) -> str:
    """The milliseconds until every connection shows an edit, the longest of several; and the number of stale answers."""
    slowest, stale = 0.0, 0
    with ExitStack() as opened:
        port = opened.enter_context(
            granian("deskbell.app:application", environ, "/readyz", factory=True, workers=WORKERS)
        )
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
        for each in connections:
            opened.callback(each.close)
        for number in range(EDITS):
            for each in connections:
                _shows(each, filled.path(1), "")
            _edit(port, filled, 1, number)
            begun = time.perf_counter()
            waiting = connections
            while waiting := [each for each in waiting if not _shows(each, filled.path(1), f"Edited {number}.")]:
                stale += len(waiting)
                if time.perf_counter() - begun > LONGEST:
                    raise RuntimeError(f"A worker has not shown an edit for {LONGEST} seconds")
            slowest = max(slowest, time.perf_counter() - begun)
    return f"**{slowest * 1000:.0f}** ({stale} answers had the text of before)"


def _shows(connection: http.client.HTTPConnection, path: str, text: str) -> bool:
    connection.request("GET", path)
    return text.encode() in connection.getresponse().read()


def _environ(dsn: str, folder: Path) -> dict[str, str]:
    return {
        "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
        "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
    }  # fmt: skip


def report(*, small: bool = False) -> str:
    """The table."""
    with postgres() as (dsn, folder):
        filled = asyncio.run(_fill(dsn, SMALL if small else ARTICLES))
        environ = _environ(dsn, folder)
        pages = _pages(environ, filled, small=small)
        purge = _purge(environ, filled)
    rows = [
        ("a kept article, requests/s (p50, p99 ms)",
         f"**{pages.kept.per_second:.0f}** ({pages.kept.p50:.1f}, {pages.kept.p99:.1f})", "2,000"),
        ("an article at its first view, ms (p50, p95)", _median_and_p95(pages.first), "p95 15"),
        ("a search for two words, ms (p50, p95)", _median_and_p95(pages.searches), ""),
        ("an article after an edit, ms (p50, p95)", _median_and_p95(pages.edits), "1,000"),
        (f"until {CONNECTIONS} connections to {WORKERS} workers show an edit, ms", purge, "1,000"),
        ("an article, kB packed (page, style sheet)", f"{pages.page / 1000:.1f}, {pages.sheet / 1000:.1f}", "50"),
        ("failures", str(pages.kept.failures), "0"),
    ]  # fmt: skip
    return "\n".join(["| measured | result | goal |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])
