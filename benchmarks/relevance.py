"""The relevance of found articles and of similar tickets, through the functions that the help centre and v1 call.

- CovidFAQ: 67 answers and 1,073 questions by real users, each with the answers that fit. Reported for all questions and
  for two halves, because the ranking's weights were chosen with this set: halves that differ would mean overfitting.
- Titles: each article of three help centres is sought by its own title, and must come first.
- Keywords: a handbook's authors noted by which words they expect its pages to be sought. The words are kept out of the
  articles here, and are the questions.
- Duplicates: tickets of the Rust project that its maintainers closed as the same as an earlier or later one. Each is compared by
  its subject with all other tickets, and the one that it was called the same as must be among the first. Plain BM25 over subject
  and description, and over the comments as well, is computed here for comparison.

The data is not part of the repository. `DATA` says where it is looked for; what is not there is skipped, saying so.
"""

import asyncio
import gzip
import json
import math
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from benchmarks.filling import new_organization
from benchmarks.servers import postgres
from deskbell.features.knowledge import service
from deskbell.features.knowledge.importing.loading import load
from deskbell.features.knowledge.importing.reading import Reader
from deskbell.features.knowledge.importing.records import FoundArticle
from deskbell.features.knowledge.records import ArticleFilter
from deskbell.features.tickets.service.similar import similar_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
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


class Duplicates(NamedTuple):
    """Tickets as the data set has them, and the places of those that were called the same."""

    tickets: list[dict[str, Any]]
    pairs: list[tuple[int, int]]


def _duplicates() -> Duplicates:
    folder = DATA / "tickets_github_rust"
    with gzip.open(folder / "tickets.jsonl.gz", "rt", encoding="utf-8") as lines:
        tickets = [json.loads(line) for line in lines]
    place = {ticket["number"]: n for n, ticket in enumerate(tickets)}
    pairs = [
        (place[each["ticket"]], place[each["duplicate_of"]])
        for each in json.loads((folder / "duplicate_pairs.json").read_text("utf-8"))["pairs"]
    ]
    return Duplicates(tickets, [(one, other) for one, other in pairs if one != other])


async def _tickets(database: Database, found: Duplicates) -> list[tuple[str, Score]]:
    organization = await new_organization(database, "rust")
    agent = Actor(organization.id, organization.agents[0], Role.OWNER)
    ids = await _filed(database, agent, found.tickets)
    number = {ticket_id: n for n, ticket_id in enumerate(ids)}
    places: list[int | None] = []
    began = time.perf_counter()
    for one, other in found.pairs:
        async with database.unit(agent) as uow:
            like = [number[each.id] for each in await similar_to(uow, ids[one])]
        places.append(next((n for n, each in enumerate(like, 1) if each == other), None))
    each = (time.perf_counter() - began) / len(found.pairs) * 1000
    return [
        ("duplicates of 10,917 tickets", score(places, each)),
        ("duplicates, every other", score(places[0::2], each)),
        ("duplicates, the others", score(places[1::2], each)),
    ]


async def _filed(database: Database, agent: Actor, tickets: Sequence[dict[str, Any]]) -> list[UUID]:
    """Adds the tickets with their comments, in batches; returns their ids in order."""
    ids = [new_id() for _ in tickets]
    for start in range(0, len(tickets), 500):
        some = list(zip(ids, tickets, strict=True))[start : start + 500]
        comments = [
            (i, c) for i, ticket in some for c in ticket["comments"] if (c["body"] or "").replace("\0", "").strip()
        ]
        async with database.unit(agent) as uow:
            await uow.db.execute(
                "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, updated_at) "
                "select $1, t.id, t.number, t.subject, t.description, $2, t.at, t.at "
                "from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[]::timestamptz[]) "
                "t (id, number, subject, description, at)",
                agent.organization_id, agent.id, [i for i, _ in some], [t["number"] for _, t in some],
                [t["subject"] for _, t in some], [(t["body"] or "").replace("\0", "") for _, t in some],
                [t["created_at"] for _, t in some],
            )  # fmt: skip
            await uow.db.execute(
                "insert into comments (organization_id, id, ticket_id, author_id, body, public, created_at) "
                "select $1, c.id, c.ticket_id, $2, c.body, true, c.at "
                "from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]::timestamptz[]) c (id, ticket_id, body, at)",
                agent.organization_id, agent.id, [new_id() for _ in comments], [i for i, _ in comments],
                [c["body"].replace("\0", "") for _, c in comments], [c["created_at"] for _, c in comments],
            )  # fmt: skip
    return ids


def _plain(name: str, found: Duplicates, texts: Sequence[str]) -> tuple[str, Score]:
    """Plain BM25 (k1 = 1.2, b = 0.75) over one text for each ticket, words as they are written."""
    counts = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
    lengths = [count.total() for count in counts]
    usual = sum(lengths) / len(lengths)
    having: defaultdict[str, list[int]] = defaultdict(list)
    for n, count in enumerate(counts):
        for word in count:
            having[word].append(n)
    places: list[int | None] = []
    began = time.perf_counter()
    for one, other in found.pairs:
        scores: defaultdict[int, float] = defaultdict(float)
        for word in set(re.findall(r"\w+", found.tickets[one]["subject"].lower())):
            rows = having[word]
            rarity = math.log(1 + (len(texts) - len(rows) + 0.5) / (len(rows) + 0.5))
            for n in rows:
                scores[n] += rarity * counts[n][word] * 2.2 / (counts[n][word] + 0.3 + 0.9 * lengths[n] / usual)
        scores.pop(one, None)
        mine = scores.get(other, 0.0)
        place = 1 + sum(each > mine for each in scores.values())
        places.append(place if mine and place <= DEPTH else None)
    return name, score(places, (time.perf_counter() - began) / len(found.pairs) * 1000)


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
    if (DATA / "tickets_github_rust").is_dir():
        found = _duplicates()
        whole = [f"{each['subject']} {each['body'] or ''}" for each in found.tickets]
        talk = [" ".join(c["body"] or "" for c in each["comments"]) for each in found.tickets]
        scores.append(_plain("duplicates, baseline: plain BM25, subject and description", found, whole))
        scores.append(
            _plain(
                "duplicates, baseline: with the comments", found, [f"{a} {b}" for a, b in zip(whole, talk, strict=True)]
            )
        )
        scores += await _tickets(database, found)
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
