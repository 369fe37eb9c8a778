"""v1: versions of articles: what each saving left, and going back to one."""

from typing import Any

from tests.support.desk import Client, Organization


async def written(client: Client, **more: Any) -> str:
    answer = await client.post("/kb/articles", {"title": "Returns", "content": "Send it back.", **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def versions(client: Client, article_id: str) -> list[Any]:
    return list((await client.get(f"/kb/articles/{article_id}/versions")).json()["data"])


async def test_each_saving_keeps_a_version_that_can_be_restored(shop: Organization) -> None:
    agent, lead = await shop.person("agent"), await shop.client("team_lead")
    article = await written(agent.client, tags=["post"], published=True)
    changes = {"title": "Send it back", "content": "Ask first.\n", "tags": []}
    assert (await lead.put(f"/kb/articles/{article}", changes)).status_code == 200
    assert (await lead.put(f"/kb/articles/{article}", changes)).status_code == 200, "no change is no version"
    latest, first = await versions(lead, article)
    assert (latest["version"], latest["title"], latest["published"]) == (2, "Send it back", True)
    assert (first["version"], first["content"], first["tags"]) == (1, "Send it back.", ["post"])
    assert first["editor"]["id"] == str(agent.id)
    restored = await agent.client.post(f"/kb/articles/{article}/versions/1/restore")
    assert restored.status_code == 200
    data = restored.json()["data"]
    assert (data["title"], data["content"], data["tags"], data["version"]) == ("Returns", "Send it back.", ["post"], 3)
    assert data["published"], "whether it is published stays"
    assert [each["version"] for each in await versions(lead, article)] == [3, 2, 1]


async def test_a_version_has_its_readers_and_restoring_it_publishes_nothing(shop: Organization) -> None:
    agent = await shop.client("agent")
    article = await written(agent, visibility="internal")
    for changes in ({"visibility": "public"}, {"published": True}):
        assert (await agent.put(f"/kb/articles/{article}", changes)).status_code == 200
    found = await versions(agent, article)
    assert [(each["visibility"], each["published"]) for each in found] == [
        ("public", True), ("public", False), ("internal", False),
    ]  # fmt: skip
    withdrawn = (await agent.post(f"/kb/articles/{article}/versions/1/restore")).json()["data"]
    assert (withdrawn["visibility"], withdrawn["published"], withdrawn["version"]) == ("internal", False, 4)
    public = (await agent.post(f"/kb/articles/{article}/versions/3/restore")).json()["data"]
    assert (public["visibility"], public["published"]) == ("public", False)


async def test_a_version_is_not_restored_over_a_change_that_was_not_seen(shop: Organization) -> None:
    agent = await shop.client("agent")
    article = await written(agent)
    for number in range(2):
        assert (await agent.put(f"/kb/articles/{article}", {"content": f"Take {number}"})).status_code == 200
    stale = await agent.post(f"/kb/articles/{article}/versions/1/restore", headers={"If-Match": '"2"'})
    assert stale.status_code == 412


async def test_versions_are_for_those_who_write_articles_in_this_organization(
    shop: Organization, rival: Organization
) -> None:
    agent = await shop.client("agent")
    article = await written(agent, published=True)
    outsider = await rival.client("owner")
    assert (await outsider.get(f"/kb/articles/{article}/versions")).status_code == 404
    assert (await outsider.post(f"/kb/articles/{article}/versions/1/restore")).status_code == 404
    assert (await (await shop.client("customer")).get(f"/kb/articles/{article}/versions")).status_code == 403
    assert (await agent.post(f"/kb/articles/{article}/versions/9/restore")).status_code == 404
