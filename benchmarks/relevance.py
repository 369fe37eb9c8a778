"""The relevance of search results in the knowledge base, through the function that the help centre calls.

- CovidFAQ: 67 answers and 1,073 questions by real users, each with the answers that fit. Reported for all questions and
  for two halves, because the ranking's weights were chosen with this set: halves that differ would mean overfitting.
- Titles: each article of three help centres is sought by its own title, and must come first.
- Keywords: a handbook's authors noted by which words they expect its pages to be sought. The words are kept out of the
  articles here, and are the questions.

The data is not part of the repository. `DATA` says where it is looked for; what is not there is skipped, saying so.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.filling import new_organization
from benchmarks.servers import postgres
from deskbell.features.knowledge import service
from deskbell.features.knowledge.importing.loading import load
from deskbell.features.knowledge.importing.reading import Reader
from deskbell.features.knowledge.importing.records import FoundArticle
from deskbell.features.knowledge.records import ArticleFilter
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

DATA = Path(os.environ.get("BENCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
DEPTH = 10


class Question(NamedTuple):
    """A question, and the titles of the answers that fit."""

    text: str
    fitting: frozenset[str]
    locale: str | None = None


class Score(NamedTuple):
    """Shares of questions whose first fitting answer is at place 1, within 5, within 10; and the mean of 1/place."""

    questions: int
    hit1: float
    hit5: float
    hit10: float
    mrr: float
    milliseconds: float


async def places(database: Database, reader: Actor, questions: Sequence[Question]) -> tuple[list[int | None], float]:
    """The place of each question's first fitting answer, None beyond ten; and the mean milliseconds of a search."""
    found: list[int | None] = []
    began = time.perf_counter()
    for question in questions:
        async with database.unit(reader) as uow:
            page = await service.list_articles(
                uow, ArticleFilter(search=question.text, locale=question.locale), PageRequest(DEPTH, 0)
            )
        found.append(next((n for n, each in enumerate(page.items, 1) if each.title in question.fitting), None))
    return found, (time.perf_counter() - began) / max(len(questions), 1) * 1000


def score(found: Sequence[int | None], milliseconds: float) -> Score:
    """The figures of some places."""
    count = len(found)

    def share(within: int) -> float:
        return sum(place is not None and place <= within for place in found) / count

    return Score(count, share(1), share(5), share(10), sum(1 / place for place in found if place) / count, milliseconds)


async def _desk(database: Database, name: str, articles: Iterable[FoundArticle]) -> Actor:
    """An organization with these articles; returns a reader of it."""
    organization = await new_organization(database, name)
    author = Actor(organization.id, organization.agents[0], Role.OWNER)
    summary = await load(database, author, articles, lambda _: None)
    assert not summary.refused, summary
    return Actor.visitor(organization.id)


async def _covid(database: Database) -> list[tuple[str, Score]]:
    folder = DATA / "search_covidfaq"
    docs = json.loads((folder / "docs.json").read_text("utf-8"))
    articles = [
        FoundArticle(
            source=doc["doc_id"], locale="en", title=f"{doc['title']}", content=doc["body"] or doc["title"],
            category="", tags=[], slug=doc["doc_id"], published=True,
        )
        for doc in docs
    ]  # fmt: skip
    reader = await _desk(database, "covid", articles)
    titles = {doc["doc_id"]: doc["title"] for doc in docs}
    questions = [
        Question(each["text"], frozenset(titles[doc] for doc in each["relevant"]))
        for each in json.loads((folder / "queries.json").read_text("utf-8"))
    ]
    found, each = await places(database, reader, questions)
    return [
        ("CovidFAQ", score(found, each)),
        ("CovidFAQ, every other question", score(found[0::2], each)),
        ("CovidFAQ, the others", score(found[1::2], each)),
    ]


def _articles(name: str) -> list[FoundArticle]:
    return [each for each in Reader(DATA / name).read() if isinstance(each, FoundArticle)]


async def _titles(database: Database, name: str) -> list[tuple[str, Score]]:
    articles = _articles(name)
    reader = await _desk(database, name, articles)
    scores = []
    for locale in sorted({article.locale for article in articles}):
        questions = [Question(a.title, frozenset({a.title}), locale) for a in articles if a.locale == locale]
        scores.append((f"{name} ({locale}), by title", score(*await places(database, reader, questions))))
    return scores


async def _keywords(database: Database, name: str) -> list[tuple[str, Score]]:
    articles = _articles(name)
    reader = await _desk(database, f"{name}-keywords", [msgspec.structs.replace(each, tags=[]) for each in articles])
    fitting: dict[str, set[str]] = {}
    for article in articles:
        for tag in article.tags:
            fitting.setdefault(tag.lower(), set()).add(article.title)
    questions = [Question(words, frozenset(titles)) for words, titles in sorted(fitting.items())]
    return [(f"{name}, by its authors' keywords", score(*await places(database, reader, questions)))]


async def _measured(dsn: str) -> list[tuple[str, Score]]:
    await migrate(dsn)
    database = await Database.open(dsn, size=2)
    scores: list[tuple[str, Score]] = []
    if (DATA / "search_covidfaq").is_dir():
        scores += await _covid(database)
    for name in ("kb_login_gov", "kb_18f_handbook", "kb_zammad_user_docs"):
        if (DATA / name).is_dir():
            scores += await _titles(database, name)
    if (DATA / "kb_18f_handbook").is_dir():
        scores += await _keywords(database, "kb_18f_handbook")
    await database.close()
    return scores


def report() -> str:
    """The table."""
    with postgres() as (dsn, _):
        scores = asyncio.run(_measured(dsn))
    if not scores:
        return f"Skipped: there is no test data in {DATA.name}/ (BENCH_DATA= says where)."
    lines = ["| questions | number | hit@1 | hit@5 | hit@10 | MRR | ms a search |", "|---|---|---|---|---|---|---|"]
    baseline = DATA / "search_covidfaq" / "baseline.json"
    if baseline.is_file():
        for name, by_field in json.loads(baseline.read_text("utf-8")).items():
            for field, figures in by_field.items():
                cells = " | ".join(f"{figures[key]:.3f}" for key in ("hit@1", "hit@5", "hit@10", "mrr@10"))
                lines.append(f"| CovidFAQ, baseline: {name}, {field} | | {cells} | |")
    lines += [
        f"| {name} | {s.questions:,} | {s.hit1:.3f} | {s.hit5:.3f} | {s.hit10:.3f} | {s.mrr:.3f} | {s.milliseconds:.1f} |"
        for name, s in scores
    ]
    return "\n".join(lines)
