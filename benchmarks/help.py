"""The help centre with 5,000 articles of 300 words, one worker: kept articles, articles at their first view, and an edit.

"After an edit" is the first page after an article has changed: brands and the heads of all articles are read again.
"""

import asyncio
import gzip
import json
import random
import time
import urllib.request
from typing import Final

import asyncpg

from benchmarks.filling import SECRET, Organization, new_organization
from benchmarks.load import measure, request
from benchmarks.servers import granian, postgres
from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import NewArticle
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

ARTICLES: Final = 5_000
WORDS: Final = 300
FIRST_VIEWS: Final = 200
EDITS: Final = 20


async def _fill(dsn: str) -> tuple[Organization, list[str]]:
    """The organization and the slugs of its articles."""
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database)
    dice = random.Random(7)
    slugs = []
    for begin in range(0, ARTICLES, 500):
        async with database.unit(Actor(organization.id, organization.agents[0], Role.AGENT)) as uow:
            for number in range(begin, begin + 500):
                words = [f"w{int(dice.random() ** 3 * 20_000)}" for _ in range(WORDS)]
                content = f"# First\n\n{' '.join(words[:150])}\n\n# Second\n\n{' '.join(words[150:])}"
                title = f"Article {number} about {words[0]} and {words[1]}"
                new = NewArticle(title=title, content=content, category=f"Topic {number % 20}", published=True)
                slugs.append((await service.create(uow, new)).slug)
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("analyze")
    await connection.close()
    return organization, slugs


def _timed(url: str) -> float:
    """Milliseconds of one request."""
    begun = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:
        answer.read()
    return (time.perf_counter() - begun) * 1000


def _median_and_p95(times: list[float]) -> str:
    found = sorted(times)
    return f"{found[len(found) // 2]:.1f}, **{found[int(len(found) * 0.95)]:.1f}**"


def _edit(port: int, token: str, article_id: str, number: int) -> None:
    body = json.dumps({"content": f"Edited {number}"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{port}/api/v1/kb/articles/{article_id}"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT"), timeout=30):
        pass


def report() -> str:
    """The table."""
    with postgres() as (dsn, folder):
        organization, slugs = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            base = f"http://127.0.0.1:{port}"
            _timed(f"{base}/help")
            first = [_timed(f"{base}/help/articles/en/{slug}") for slug in slugs[:FIRST_VIEWS]]
            kept = request("GET", f"/help/articles/en/{slugs[0]}")
            measure(port, lambda _: kept, count=2_000)
            figures = measure(port, lambda _: kept, count=10_000)
            searches = [_timed(f"{base}/help/search?q=w{number}+w{number + 1}") for number in range(60)]
            with urllib.request.urlopen(f"{base}/api/v1/kb/articles?limit=1&organization={organization.id}") as answer:
                article_id = json.loads(answer.read())["data"][0]["id"]
            edits = []
            for number in range(EDITS):
                _edit(port, organization.agent_token, article_id, number)
                edits.append(_timed(f"{base}/help/articles/en/{slugs[number]}"))
            asked = urllib.request.Request(f"{base}/help/articles/en/{slugs[0]}", headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(asked) as answer:
                packed = answer.read()
            with urllib.request.urlopen(f"{base}/pages/help.css") as answer:
                sheet = len(gzip.compress(answer.read()))
    rows = [
        ("a kept article, requests/s (p50, p99 ms)",
         f"**{figures.per_second:.0f}** ({figures.p50:.1f}, {figures.p99:.1f})", "2,000"),
        ("an article at its first view, ms (p50, p95)", _median_and_p95(first), "p95 15"),
        ("a search for two words, ms (p50, p95)", _median_and_p95(searches), ""),
        ("an article after an edit, ms (p50, p95)", _median_and_p95(edits), "1,000"),
        ("an article, kB packed (page, style sheet)", f"{len(packed) / 1000:.1f}, {sheet / 1000:.1f}", "50"),
        ("failures", str(figures.failures), "0"),
    ]  # fmt: skip
    return "\n".join(["| measured | result | goal |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])
