"""v1: pictures of articles, from an upload to the pages of readers."""

from datetime import timedelta
from typing import Any

from deskbell.features.knowledge import handlers
from tests.api.v1.test_pictures import ok, picture, size, upload
from tests.support.desk import Client, Organization
from tests.support.work import run_job

PATH = "/kb/pictures"


async def drawn(client: Client, width: int = 40, height: int = 20) -> dict[str, Any]:
    made: dict[str, Any] = await ok(await upload(client, picture(width, height), path=PATH), 201)
    return made


async def written(client: Client, content: str, **more: Any) -> dict[str, Any]:
    article: dict[str, Any] = (await client.post("/kb/articles", {"title": "Zips", "content": content, **more})).json()[
        "data"
    ]
    return article


async def status(client: Client, made: dict[str, Any]) -> int:
    return (await client.get(made["url"].removeprefix("/api/v1"))).status_code


async def test_a_picture_is_made_small_and_without_the_notes_of_a_camera(shop: Organization) -> None:
    agent = await shop.client("agent")
    made = await ok(await upload(agent, picture(3000, 1500, "JPEG", sideways=True), path=PATH), 201)
    assert (made["width"], made["height"]) == (800, 1600)
    shown = await agent.get(made["url"].removeprefix("/api/v1"))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert size(shown.content) == (800, 1600)


async def test_everyone_sees_pictures_of_published_articles_alone(shop: Organization, rival: Organization) -> None:
    agent, visitor = await shop.client("agent"), shop.desk.client()
    customer, stranger = await shop.client("customer"), await rival.client("owner")
    made = await drawn(agent)
    article = await written(agent, f"![A zip]({made['url']})")
    for client, expected in ((agent, 200), (visitor, 404), (customer, 404), (stranger, 404)):
        assert await status(client, made) == expected
    path = f"/kb/articles/{article['id']}"
    await ok(await agent.put(path, {"published": True}))
    for client in (agent, visitor, customer, stranger):
        assert await status(client, made) == 200
    shown = await visitor.get(made["url"].removeprefix("/api/v1"))
    assert shown.headers["cache-control"] == "public, max-age=3600"
    again = await visitor.get(made["url"].removeprefix("/api/v1"), headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    page = await shop.desk.client(base="").get(f"/help/{shop.domain}/articles/en/{article['slug']}")
    assert f'src="{made["url"]}"' in page.text
    await ok(await agent.put(path, {"content": "No picture any more"}))
    assert (await status(visitor, made), await status(agent, made)) == (404, 200)
    await ok(await agent.post(f"{path}/versions/1/restore"))
    assert await status(visitor, made) == 200
    await ok(await agent.put(path, {"visibility": "internal", "published": False}))
    assert (await status(visitor, made), await status(agent, made)) == (404, 200)


async def test_only_those_who_write_articles_upload_and_only_pictures(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    assert (await upload(customer, picture(9, 9), path=PATH)).status_code == 403
    assert (await upload(shop.desk.client(), picture(9, 9), path=PATH)).status_code == 401
    for content in (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"\x89PNG",
    ):
        assert (await upload(agent, content, path=PATH)).status_code == 422
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from article_pictures") == 0


async def test_a_picture_that_no_article_names_is_deleted_after_a_day(shop: Organization) -> None:
    agent = await shop.client("agent")
    unused, earlier, present, young = [await drawn(agent) for _ in range(4)]
    article = await written(agent, f"![x]({earlier['url']})")
    await ok(await agent.put(f"/kb/articles/{article['id']}", {"content": f"![x]({present['url']})"}))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update article_pictures set created_at = created_at - $1::interval where id <> $2::uuid",
            handlers.UNUSED_LIFETIME + timedelta(minutes=1), young["id"],
        )  # fmt: skip
    for _ in range(2):
        await run_job(shop.desk, "knowledge.delete_unused_pictures")
    assert [await status(agent, each) for each in (unused, earlier, present, young)] == [404, 200, 200, 200]
    assert (await agent.delete(f"/kb/articles/{article['id']}")).status_code == 200
    await run_job(shop.desk, "knowledge.delete_unused_pictures")
    assert [await status(agent, each) for each in (earlier, present, young)] == [404, 404, 200]
