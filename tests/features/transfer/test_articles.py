"""Articles in the open format: every language and version, with pictures, survives export and import."""

import base64
import hashlib
import io
import json
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from deskbell.features.knowledge import service as knowledge
from deskbell.features.knowledge.pictures import service as pictures
from deskbell.features.knowledge.queries import first_owner
from deskbell.features.knowledge.records import ArticleChanges, ArticleFilter, NewArticle
from deskbell.features.transfer.format.reading import read
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.importing.summary import Summary
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.pictures import figure
from deskbell.runtime.storage import Storage
from tests.features.transfer.conftest import NewOrganization
from tests.features.transfer.test_exporting import round_trip
from tests.support.transfer import exported

MOMENT = "2026-05-01T10:00:00Z"
ARTICLE = {
    "kind": "article", "slug": "returns", "locale": "en", "title": "Returns", "content": "Send it back.",
    "author": "gone@shop.example", "created_at": MOMENT, "updated_at": MOMENT,
}  # fmt: skip


def drawn(kind: str = "PNG", colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind)
    return out.getvalue()


def file_line(content: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"kind": "file", "sha256": sha256, "size": len(content), "content": base64.b64encode(content).decode()}


async def loaded(database: Database, organization_id: UUID, *lines: dict[str, Any]) -> Summary:
    stream = io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    return await load(database, organization_id, read(stream))


async def articles_of(database: Database, actor: Actor) -> list[Any]:
    async with database.unit(actor) as uow:
        return (await knowledge.list_articles(uow, ArticleFilter(), PageRequest(100))).items


@pytest.fixture
async def author(database: Database, shop: UUID) -> Actor:
    """The owner, who writes articles."""
    person = {"kind": "person", "email": "amir@shop.example", "name": "Amir", "role": "owner"}
    assert (await loaded(database, shop, person)).problems == []
    async with database.unit(Actor.system(shop)) as uow:
        owner = await first_owner(uow.db)
    assert owner is not None
    return Actor(shop, owner, Role.OWNER)


async def test_articles_with_versions_languages_and_pictures_survive(
    database: Database, shop: UUID, author: Actor, new_organization: NewOrganization, storage: Storage
) -> None:
    async with database.unit(author) as uow:
        shown, dropped = [await pictures.add(uow, *figure(drawn(colour=each))) for each in ("red", "blue")]
        made = await knowledge.create(
            uow,
            NewArticle(
                title="Returns", content=f"![box]({pictures.PLACE}{dropped.id})", tags=["b", "a"], published=True
            ),
        )
    async with database.unit(author) as uow:
        content = f"Send it back.\n\n![box]({pictures.PLACE}{shown.id})"
        await knowledge.update(uow, made.id, ArticleChanges(content=content, category="Orders"))
        german = NewArticle(title="Rückgabe", content="Zurück damit.", locale="de", translation_of=made.id)
        await knowledge.create(uow, german)
        await knowledge.create(uow, NewArticle(title="For us", content="Internal", visibility="internal"))
    lines = [json.loads(line) for line in await round_trip(database, shop, new_organization, storage)]
    articles = [line for line in lines if line["kind"] == "article"]
    assert [(each["slug"], each["locale"]) for each in articles] == [
        ("for-us", "en"), ("returns", "de"), ("returns", "en"),
    ]  # fmt: skip
    english = articles[2]
    assert english["tags"] == ["b", "a"]
    assert f"deskbell:picture/{english['pictures'][0]['sha256']}" in english["content"]
    versions = [
        (each.get("version", 1), each.get("published", False)) for each in lines if each["kind"] == "article_version"
    ]
    assert versions == [(1, False), (1, False), (1, True), (2, True)]
    assert len({line["sha256"] for line in lines if line["kind"] == "file"}) == 2


async def test_the_copy_shows_its_own_pictures_and_is_found(
    database: Database, shop: UUID, author: Actor, new_organization: NewOrganization, storage: Storage
) -> None:
    async with database.unit(author) as uow:
        picture = await pictures.add(uow, *figure(drawn()))
        content = f"Send it back ![box]({pictures.PLACE}{picture.id})"
        await knowledge.create(uow, NewArticle(title="Returns", content=content, published=True))
    lines = await exported(database, shop, storage)
    copy = await new_organization()
    summary = await load(database, copy, read(io.BytesIO(b"".join(lines))), storage=storage)
    assert (summary.problems, summary.counts.articles) == ([], 1)
    reader = Actor.system(copy)
    [article] = await articles_of(database, reader)
    assert str(picture.id) not in article.content
    named = UUID(article.content.rpartition("/")[2].rstrip(")"))
    async with database.unit(reader) as uow:
        assert (await pictures.show(uow, named)).public
        found = await knowledge.list_articles(uow, ArticleFilter(search="send"), PageRequest(10))
    assert [each.title for each in found.items] == ["Returns"]
    again = await load(database, copy, read(io.BytesIO(b"".join(lines))), storage=storage)
    assert (again.problems, again.counts.articles) == ([], 0)
    assert len(await articles_of(database, reader)) == 1


async def test_a_present_article_keeps_what_it_says_and_gets_no_foreign_versions(
    database: Database, shop: UUID, author: Actor
) -> None:
    async with database.unit(author) as uow:
        made = await knowledge.create(uow, NewArticle(title="Returns", content="Ours"))
    version = {
        **ARTICLE, "kind": "article_version", "article_created_at": MOMENT, "saved_at": MOMENT, "version": 7,
    }  # fmt: skip
    for name in ("author", "created_at", "updated_at"):
        del version[name]
    summary = await loaded(database, shop, ARTICLE, version)
    assert (summary.problems, summary.counts.articles, summary.counts.present) == ([], 0, 2)
    [article] = await articles_of(database, author)
    assert (article.id, article.content, article.version) == (made.id, "Ours", 1)


async def test_lines_that_cannot_be_right_are_refused(database: Database, shop: UUID, author: Actor) -> None:
    text = file_line(b"<script>alert(1)</script>")
    broken = {**ARTICLE, "pictures": [{"sha256": text["sha256"]}]}
    lines = (
        text, broken, {**ARTICLE, "pictures": [{"sha256": "0" * 64}]}, {**ARTICLE, "slug": "../x"},
        {**ARTICLE, "visibility": "internal", "published_at": MOMENT}, {**ARTICLE, "content": ""},
        {"kind": "article_version", "slug": "gone", "locale": "en", "title": "a", "content": "b",
         "article_created_at": MOMENT, "saved_at": MOMENT},
    )  # fmt: skip
    summary = await loaded(database, shop, *lines)
    assert sorted(problem.line for problem in summary.problems) == [2, 3, 4, 5, 6, 7]
    assert await articles_of(database, author) == []


async def test_a_picture_of_another_make_is_made_anew(database: Database, shop: UUID, author: Actor) -> None:
    photo = file_line(drawn("JPEG"))
    content = f"![box](deskbell:picture/{photo['sha256']})"
    summary = await loaded(
        database, shop, photo, {**ARTICLE, "content": content, "pictures": [{"sha256": photo["sha256"]}]}
    )
    assert summary.problems == []
    [article] = await articles_of(database, author)
    async with database.unit(author) as uow:
        shown = await pictures.show(uow, UUID(article.content.rpartition("/")[2].rstrip(")")))
    assert Image.open(io.BytesIO(shown.content)).format == "WEBP"
