"""Tables and rows: what is written comes back, matched by name and never by position."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import PageRequest
from deskbell.runtime.connection import Connection
from deskbell.runtime.pages import Order, page
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import sql
from deskbell.runtime.table import Table
from tests.support.postgres import TestPostgres

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


class Mood(StrEnum):
    CALM = "calm"
    CROSS = "cross"


class Writer(Struct, frozen=True):
    id: UUID
    name: str
    mood: Mood


class Line(Struct, frozen=True):
    text: str


class Note(Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    writer: Writer
    reader: Writer | None
    words: list[str]
    lines: list[Line]
    best: Line | None
    mood: Mood | None
    took: timedelta
    written_at: datetime
    pages: tuple[int, ...] = ()
    seen: int = 0

    @property
    def reader_id(self) -> UUID | None:
        return self.reader.id if self.reader else None


NOTES = Table(
    "notes",
    Note,
    "n",
    columns={
        "title": "n.heading",
        "writer_id": "n.writer_id",
        "writer_name": "w.name",
        "writer_mood": "w.mood",
        "reader_name": "r.name",
        "reader_mood": "r.mood",
        "seen": sql("n.sight + {}::int", 1),
    },
    joins="join writers w on w.id = n.writer_id left join writers r on r.id = n.reader_id",
)
BY_TITLE = Order[Note](
    "lower(n.heading)", "n.id", shape=tuple[str, UUID], key=lambda note: (note.title, note.id), places="lower({}), {}"
)
ANN = Writer(UUID(int=1), "Ann", Mood.CALM)
BO = Writer(UUID(int=2), "Bo", Mood.CROSS)


def note(number: int, **fields: Any) -> Note:
    return Note(
        **{
            "id": UUID(int=number), "title": f"Note {number}", "writer": ANN, "reader": None, "words": [], "lines": [],
            "best": None, "mood": None, "took": timedelta(seconds=3), "written_at": AT, "seen": 1, **fields,
        }
    )  # fmt: skip


@pytest.fixture
async def db(postgres: TestPostgres) -> AsyncIterator[Connection]:
    raw = await asyncpg.connect(postgres.url("postgres"), server_settings={"timezone": "UTC"})
    await raw.execute(
        "create temporary table writers (id uuid primary key, name text, mood text);"
        "create temporary table notes (took interval, id uuid, heading text, writer_id uuid, reader_id uuid, words text[], "
        "lines jsonb, best jsonb, mood text, written_at timestamptz, pages int[], sight int default 0, shelf text)"
    )
    await raw.executemany("insert into writers values ($1, $2, $3)", [(w.id, w.name, w.mood) for w in (ANN, BO)])
    yield Connection(raw)
    await raw.close()


FULL = note(
    7, reader=BO, words=["a", "b"], lines=[Line("x"), Line("y")], best=Line("z"), mood=Mood.CROSS, pages=(3, 4)
)  # fmt: skip


@pytest.mark.parametrize("each", [note(1), FULL], ids=["empty", "full"])
async def test_a_record_that_is_written_is_read_alike(db: Connection, each: Note) -> None:
    assert await db.execute(NOTES.insert(each, shelf="top")) == 1
    assert await NOTES.find(db, sql("n.id = {} for update of n", each.id)) == each
    assert await NOTES.fetch(db, sql("n.shelf = {}", "top")) == [each]
    assert await NOTES.find(db, sql("n.shelf = {}", "low")) is None


async def test_an_update_writes_what_it_names_and_nothing_else(db: Connection) -> None:
    await db.execute(NOTES.insert(note(1)))
    await db.execute(NOTES.insert(note(2)))
    changed = replace(note(1), title="New", reader=BO, lines=[Line("x")], words=["not", "named"])
    assert await db.execute(NOTES.update(changed, "title", "reader_id", "lines", shelf="low")) == 1
    assert await NOTES.fetch(db, sql("true order by n.id")) == [replace(changed, words=[]), note(2)]
    assert await db.fetch_value("select count(*) from notes where shelf = 'low'") == 1


class Plain(Struct, frozen=True):
    id: UUID
    heading: str
    mood: Mood | None
    best: Line | None
    took: timedelta
    written_at: datetime


async def test_many_records_are_one_statement(db: Connection) -> None:
    plain = Table("notes", Plain, "n")
    records = [
        Plain(UUID(int=1), "A", Mood.CALM, Line("x"), timedelta(days=40), AT),
        Plain(UUID(int=2), "B", None, None, timedelta(0), AT),
    ]
    assert await db.execute(plain.insert_many(records, shelf="top")) == 2
    assert await plain.fetch(db, sql("n.shelf = 'top' order by n.id")) == records
    assert await db.execute(plain.insert_many(records)) == 2
    assert await db.execute(plain.insert_many([], shelf="top")) == 0


def test_lists_cannot_be_written_for_many_rows() -> None:
    with pytest.raises(TypeError, match="cannot be written for many rows"):
        NOTES.insert_many([note(1)])


async def test_columns_are_matched_by_name_whatever_their_order(db: Connection) -> None:
    rows = await db.fetch_all("select 'x' as text, 1 as number union all select 'y', 2 order by 2")
    turned = await db.fetch_all("select 1 as number, 'x' as text")
    assert read(Line, rows) == [Line("x"), Line("y")]
    assert read_one(Line, turned[0]) == Line("x")
    assert read(Line, []) == []
    assert read_one(Line, None) is None


async def test_a_field_without_a_column_is_named(db: Connection) -> None:
    rows = await db.fetch_all("select 'x' as txt")
    with pytest.raises(LookupError, match=r"Line.text needs a column text"):
        read(Line, rows)


def test_a_column_without_a_field_is_named() -> None:
    with pytest.raises(LookupError, match="titel"):
        Table("notes", Plain, "n", columns={"titel": "n.heading"})


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_follow_one_another_by_cursor_and_by_number(db: Connection, order: Any) -> None:
    titles = ["b", "A", "a", "C", "B", "c", "Ä"]
    for number, title in enumerate(titles):
        await db.execute(NOTES.insert(note(number, title=title), shelf="top"))
    await db.execute(NOTES.insert(note(99), shelf="low"))
    where = sql("n.shelf = {}", "top")
    whole = await page(db, NOTES, BY_TITLE, PageRequest(limit=50, order=order), where=where)
    assert len(whole.items) == whole.total == len(titles)
    assert whole.next_cursor is None
    assert [each.title.lower() for each in whole.items] == sorted(map(str.lower, titles), reverse=order == "desc")
    gathered, cursor, number = [], None, 1
    while True:
        part = await page(db, NOTES, BY_TITLE, PageRequest(limit=3, cursor=cursor, order=order), where=where)
        numbered = await page(db, NOTES, BY_TITLE, PageRequest.numbered(number, 3, order=order), where=where)
        assert part.items == numbered.items
        assert part.total == len(titles)
        gathered += part.items
        cursor, number = part.next_cursor, number + 1
        if cursor is None:
            break
    assert gathered == whole.items


async def test_a_page_takes_its_total_from_the_given_source(db: Connection) -> None:
    await db.execute(NOTES.insert(note(1)))
    assert (await page(db, NOTES, BY_TITLE, PageRequest(), total=41)).total == 41
    assert (await page(db, NOTES, BY_TITLE, PageRequest(), total=sql("select {}::int", 5))).total == 5
    with pytest.raises(Invalid):
        await page(db, NOTES, BY_TITLE, PageRequest(cursor="bm90IG9uZQ"))
