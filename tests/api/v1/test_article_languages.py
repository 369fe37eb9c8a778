"""v1: articles in several languages, and the searches that found none."""

from typing import Any

from deskbell.features.knowledge import queries
from deskbell.kernel.actor import Actor
from tests.support.desk import Client, Desk, Organization

TEXT = {"title": "Returns", "content": "Send it back."}


async def written(client: Client, **more: Any) -> dict[str, Any]:
    answer = await client.post("/kb/articles", {**TEXT, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def locales(client: Client, article_id: str) -> list[tuple[str, str]]:
    found = (await client.get(f"/kb/articles/{article_id}/translations")).json()["data"]
    return [(each["locale"], each["title"]) for each in found]


async def test_a_translation_is_listed_from_either_side_and_read_by_its_readers(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    english = await written(agent, published=True)
    assert await locales(agent, english["id"]) == [("en", "Returns")]
    german = await written(agent, title="Rückgabe", locale="de", translation_of=english["id"], published=True)
    assert german["slug"] == english["slug"], "by it the help centre leads from one to the other"
    for each in (english, german):
        assert await locales(agent, each["id"]) == [("de", "Rückgabe"), ("en", "Returns")]
    reader = desk.client(base=f"/help/{shop.domain}", accept="text/html", accept_language="de")
    page = (await reader.get(f"/articles/de/{german['slug']}")).text
    assert f"/articles/en/{english['slug']}" in page


async def test_a_language_gets_one_translation(shop: Organization, rival: Organization) -> None:
    agent = await shop.client("agent")
    english = await written(agent)
    again = await agent.post("/kb/articles", {**TEXT, "locale": "en", "translation_of": english["id"]})
    assert again.status_code == 422
    assert "locale" in again.text
    elsewhere = {**TEXT, "locale": "de", "translation_of": english["id"]}
    other = await (await rival.client("agent")).post("/kb/articles", elsewhere)
    assert other.status_code == 422
    assert (await (await rival.client("agent")).get(f"/kb/articles/{english['id']}/translations")).status_code == 404
    customer = await shop.client("customer")
    assert (await customer.get(f"/kb/articles/{english['id']}/translations")).status_code == 403


async def test_a_translation_of_an_imported_article_shares_its_file(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    english = await written(agent)
    async with desk.database.unit(Actor.system(shop.id)) as uow:
        await queries.set_source(uow.db, english["id"], "returns.md", b"1")
    german = await written(agent, title="Rückgabe", locale="de", translation_of=english["id"])
    assert german["slug"] == "ruckgabe"
    assert await locales(agent, german["id"]) == [("de", "Rückgabe"), ("en", "Returns")]


async def test_a_search_that_finds_nothing_is_counted_and_dismissed(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    await written(agent, published=True)
    reader = desk.client(base=f"/help/{shop.domain}", accept="text/html", accept_language="de")
    assert (await reader.get("/search?q=returns")).status_code == 200
    assert (await reader.get("/search?q=Zebra%20Crossing")).status_code == 200
    [missed] = (await agent.get("/kb/missed-searches")).json()["data"]
    assert (missed["words"], missed["searches"], missed["locale"]) == ("zebra crossing", 1, "en")
    assert (await (await shop.client("customer")).get("/kb/missed-searches")).status_code == 403
    assert (await agent.delete(f"/kb/missed-searches/{missed['id']}")).status_code == 200
    assert (await agent.delete(f"/kb/missed-searches/{missed['id']}")).status_code == 404
    assert (await agent.get("/kb/missed-searches")).json()["data"] == []
