"""`deskbell import articles`, as a person runs it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from tests.cli.running import run, short_folder

INTO = ("--organization", "shop.example")


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as place:
        yield place


@pytest.fixture
def desk(folder: Path, fresh_database_url: str) -> dict[str, str]:
    """The settings of a desk with an organization and its owner."""
    settings = {"DATABASE_URL": fresh_database_url}
    done = run(
        "create-owner", "--email", "ann@shop.example", "--name", "Ann", "--organization", "Shop", "--domain",
        "shop.example", "--password-stdin", folder=folder, words="correct-horse-battery-1\n", **settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return settings


@pytest.fixture
async def owner(fresh_database_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(fresh_database_url)
    yield connection
    await connection.close()


def files(folder: Path) -> Path:
    """A folder of articles."""
    kb = folder / "kb"
    (kb / "returns").mkdir(parents=True)
    (kb / "returns" / "jacket._en.md").write_text("---\ntitle: Return a jacket\ntags: [returns]\n---\nSend it back.\n")
    (kb / "returns" / "jacket._es.md").write_text("---\ntitle: Devolver una chaqueta\n---\nEnvíela.\n")
    (kb / "returns" / "sizes.rst").write_text("Sizes\n=====\n\nMeasure *first*.\n")
    return kb


async def test_again_it_changes_nothing_and_a_changed_file_brings_its_article_up_to_date(
    folder: Path, desk: dict[str, str], owner: "asyncpg.Connection[Any]"
) -> None:
    kb = files(folder)
    done = run("import", "articles", kb, *INTO, folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert "Imported 3 articles" in done.stdout
    assert "3 new" in done.stdout
    rows = await owner.fetch(
        "select a.locale, a.title, a.category, a.tags, a.published_at is not null, a.content, a.source, m.name "
        "from articles a join memberships m on m.user_id = a.author_id order by a.source, a.locale"
    )
    assert [tuple(row) for row in rows] == [
        ("en", "Return a jacket", "Returns", ["returns"], True, "Send it back.", "kb/returns/jacket.md", "Ann"),
        ("es", "Devolver una chaqueta", "Returns", [], True, "Envíela.", "kb/returns/jacket.md", "Ann"),
        ("en", "Sizes", "Returns", [], True, "Measure *first*.", "kb/returns/sizes.rst", "Ann"),
    ]
    # What people edited stays as long as its file does.
    await owner.execute("update articles set content = 'Measure twice.' where title = 'Sizes'")
    before = await owner.fetch("select * from articles order by id")
    events = await owner.fetchval("select count(*) from events")
    again = run("import", "articles", kb, *INTO, folder=folder, **desk)
    assert "3 unchanged" in again.stdout
    assert await owner.fetch("select * from articles order by id") == before
    assert await owner.fetchval("select count(*) from events") == events
    (kb / "returns" / "jacket._en.md").write_text("# Return a coat\n\nSend it back.\n")
    changed = run("import", "articles", kb, *INTO, folder=folder, **desk)
    assert "1 updated, 2 unchanged" in changed.stdout
    titles = await owner.fetch("select title, version from articles order by source, locale")
    assert [tuple(row) for row in titles] == [("Return a coat", 2), ("Devolver una chaqueta", 1), ("Sizes", 1)]
    assert await owner.fetchval("select count(*) from events where type = 'article.updated'") == 1


async def test_bad_files_are_named_and_the_command_ends_with_one(
    folder: Path, desk: dict[str, str], owner: "asyncpg.Connection[Any]"
) -> None:
    kb = files(folder)
    (kb / "bad.md").write_bytes(b"caf\xe9")
    (kb / "empty.md").write_text("---\ntitle: Nothing yet\n---\n")
    done = run("import", "articles", kb, *INTO, folder=folder, **desk)
    assert done.returncode == 1
    assert "bad.md: is not UTF-8 text (byte 4)" in done.stderr
    assert "empty.md: has no text; left out" in done.stderr
    assert "left out: 1 file" in done.stdout
    assert "skipped: 1 file" in done.stdout
    assert await owner.fetchval("select count(*) from articles") == 3


async def test_drafts_categories_and_a_single_file(
    folder: Path, desk: dict[str, str], owner: "asyncpg.Connection[Any]"
) -> None:
    kb = files(folder)
    options = ("--draft", "--category", "Help", "--locale", "fr")
    done = run("import", "articles", kb / "returns" / "sizes.rst", *INTO, *options, folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    row = await owner.fetchrow("select category, locale, published_at, source from articles")
    assert row is not None
    assert tuple(row) == ("Help", "fr", None, "returns/sizes.rst")


async def test_what_is_for_the_staff_alone_is_published_by_no_later_import(
    folder: Path, desk: dict[str, str], owner: "asyncpg.Connection[Any]"
) -> None:
    kb = files(folder)
    read = "select title, visibility, published_at is not null from articles order by title"
    done = run("import", "articles", kb / "returns" / "sizes.rst", *INTO, "--internal", folder=folder, **desk)
    assert done.returncode == 0, done.stderr
    assert [tuple(row) for row in await owner.fetch(read)] == [("Sizes", "internal", False)]
    done = run("import", "articles", kb / "returns" / "sizes.rst", *INTO, "--publish", folder=folder, **desk)
    assert "1 updated" in done.stdout
    assert [tuple(row) for row in await owner.fetch(read)] == [("Sizes", "internal", False)]
    jacket = kb / "returns" / "jacket._en.md"
    public = run("import", "articles", jacket, *INTO, folder=folder, **desk)
    assert public.returncode == 0, public.stderr
    jacket.write_text("---\ntitle: Return a jacket\nvisibility: internal\n---\nAsk the boss.\n")
    run("import", "articles", jacket, *INTO, folder=folder, **desk)
    assert [tuple(row) for row in await owner.fetch(read)] == [
        ("Return a jacket", "internal", False), ("Sizes", "internal", False),
    ]  # fmt: skip


def test_what_is_not_there_is_said(folder: Path, desk: dict[str, str]) -> None:
    kb = files(folder)
    shutil.copytree(kb, folder / "other", ignore=shutil.ignore_patterns("*.md", "*.rst"))
    for arguments, words in [
        ((kb, "--organization", "other.example"), "There is no organization other.example"),
        ((folder / "other", *INTO), "There is no Markdown"),
        ((folder / "nowhere", *INTO), "does not exist"),
        ((kb, *INTO, "--locale", "english!"), "must be such as en or pt-BR"),
    ]:
        done = run("import", "articles", *arguments, folder=folder, **desk)
        assert done.returncode != 0
        assert words in done.stderr
        assert "Traceback" not in done.stderr


async def test_pictures_beside_the_texts_come_with_their_articles(
    folder: Path, desk: dict[str, str], owner: "asyncpg.Connection[Any]"
) -> None:
    kb = files(folder)
    Image.new("RGB", (40, 30)).save(kb / "returns" / "box.jpg")
    (kb / "returns" / "pack.md").write_text("# Pack it\n\n![The box](box.jpg)\n")
    for words in ("4 new", "4 unchanged"):
        done = run("import", "articles", kb, *INTO, folder=folder, **desk)
        assert done.returncode == 0, done.stderr
        assert words in done.stdout
    [picture] = await owner.fetch("select id, width, height from article_pictures")
    assert (picture["width"], picture["height"]) == (40, 30)
    content = await owner.fetchval("select content from articles where title = 'Pack it'")
    assert content == f"![The box](/api/v1/kb/pictures/{picture['id']})"
    assert await owner.fetchval("select is_present from article_picture_uses where picture_id = $1", picture["id"])
