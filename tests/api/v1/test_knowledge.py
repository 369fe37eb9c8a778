"""v1: the knowledge base, for anonymous readers and for authors."""

import asyncio

import pytest

from tests.support.desk import Desk, Organization

ARTICLE = {
    "title": "How to return a jacket",
    "content": "Send it **back** within 30 days. The parcel label is in the box & free.",
    "category": "Returns",
    "tags": ["returns"],
    "published": True,
}


async def write(shop: Organization, **fields: object) -> dict[str, object]:
    answer = await (await shop.client("agent")).post("/kb/articles", {**ARTICLE, **fields})
    assert answer.status_code == 201, answer.text
    article: dict[str, object] = answer.json()["data"]
    return article


async def test_a_reader_finds_published_articles_best_first_with_marked_snippets(
    desk: Desk, shop: Organization
) -> None:
    await write(shop, title="Parcel tracking", content="Where is my parcel? Look at the label of the jacket.")
    best = await write(shop)
    await write(shop, title="Return a jacket early (draft)", published=False)
    reader = desk.client()
    answer = await reader.get("/kb/articles", params={"organization": shop.domain, "search": "returning jackets"})
    found = answer.json()
    assert found["data"][0]["id"] == best["id"]
    assert len(found["data"]) == found["pagination"]["total"] == 2
    assert "<mark>" in found["data"][1]["snippet"]
    exact = await reader.get("/kb/articles", params={"organization": shop.domain, "search": "box free"})
    assert "&amp;" in exact.json()["data"][0]["snippet"]


async def test_drafts_are_visible_to_staff_only(desk: Desk, shop: Organization) -> None:
    draft = await write(shop, published=False)
    path = f"/kb/articles/{draft['id']}"
    assert (await desk.client().get(path, params={"organization": str(shop.id)})).status_code == 404
    assert (await (await shop.client("customer")).get(path)).status_code == 404
    assert (await (await shop.client("customer")).get("/kb/articles?search=jacket")).json()["data"] == []
    agent = await shop.client("agent")
    assert (await agent.get(path)).status_code == 200
    published = await agent.put(path, {"published": True})
    assert published.json()["data"]["published_at"] is not None
    assert (await desk.client().get(path, params={"organization": str(shop.id)})).status_code == 200


async def test_internal_articles_are_found_by_the_staff_and_by_no_one_else(desk: Desk, shop: Organization) -> None:
    internal = await write(shop, title="Jackets that we take back anyway", published=False, visibility="internal")
    path, named = f"/kb/articles/{internal['id']}", {"organization": str(shop.id)}
    agent, customer = await shop.client("agent"), await shop.client("customer")
    assert internal["visibility"] == "internal"
    assert internal["published_at"] is None
    assert (await agent.get("/search/articles?q=jackets")).json()["data"][0]["id"] == internal["id"]
    assert (await agent.get("/kb/articles?visibility=public")).json()["data"] == []
    assert [each["id"] for each in (await agent.get("/kb/articles?visibility=internal")).json()["data"]] == [
        internal["id"]
    ]
    for reader in (desk.client(), customer):
        assert (await reader.get(path, params=named)).status_code == 404
        assert (await reader.post(f"{path}/vote?organization={shop.id}", {"helpful": True})).status_code == 404
        for query in ({}, {"search": "jackets"}, {"visibility": "internal"}):
            assert (await reader.get("/kb/articles", params={**named, **query})).json()["data"] == []
        assert (await reader.get("/kb/categories", params=named)).json()["data"] == []
        routes = await reader.at("").get("/kb/articles", params={**named, "search": "jackets"})
        assert (routes.status_code, routes.json()["total"]) == (200, 0)
    assert (await agent.at("").get("/kb/articles")).json()["total"] == 0, "that contract knows public articles alone"


async def test_an_internal_article_is_never_published_at_the_same_time(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    both = await agent.post("/kb/articles", {**ARTICLE, "visibility": "internal"})
    assert (both.status_code, both.json()["error"]["details"]["fields"][0]["path"]) == (422, "published")
    article = await write(shop)
    path, named = f"/kb/articles/{article['id']}", {"organization": str(shop.id)}
    withdrawn = (await agent.put(path, {"visibility": "internal"})).json()["data"]
    assert (withdrawn["published"], withdrawn["published_at"], withdrawn["visibility"]) == (False, None, "internal")
    assert (await desk.client().get(path, params=named)).status_code == 404
    assert (await agent.put(path, {"published": True})).status_code == 422
    assert (await agent.put(path, {"published": True, "visibility": "internal"})).status_code == 422
    assert (await agent.put(path, {"visibility": "public"})).json()["data"]["published"] is False, "a draft again"
    assert (await agent.put(path, {"published": True})).status_code == 200
    assert (await desk.client().get(path, params=named)).status_code == 200


async def test_each_reader_has_one_vote_and_counts_as_a_view(desk: Desk, shop: Organization) -> None:
    article = await write(shop)
    path = f"/kb/articles/{article['id']}"
    customer = await shop.client("customer")
    for helpful in (True, True, False):
        await customer.post(f"{path}/vote", {"helpful": helpful})
    anonymous = desk.client()
    await anonymous.post(f"{path}/vote?organization={shop.id}", {"helpful": True})
    await anonymous.post(f"{path}/vote?organization={shop.id}", {"helpful": True})
    await asyncio.gather(*(customer.get(path) for _ in range(5)))
    seen = (await (await shop.client("agent")).get(path)).json()["data"]
    assert (seen["helpful_votes"], seen["unhelpful_votes"], seen["views"]) == (1, 1, 5)


async def test_writing_is_for_staff_and_stale_writes_are_refused(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    article = await write(shop)
    path = f"/kb/articles/{article['id']}"
    assert (await (await shop.client("customer")).post("/kb/articles", ARTICLE)).status_code == 403
    assert (await desk.client().post("/kb/articles", ARTICLE)).status_code == 401
    stranger = await rival.client("admin")
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.put(path, {"title": "Mine now"})).status_code == 404
    agent = await shop.client("agent")
    assert (await agent.put(path, {"title": "Returning"}, headers={"If-Match": '"1"'})).status_code == 200
    assert (await agent.put(path, {"title": "Again"}, headers={"If-Match": '"1"'})).status_code == 412
    assert (await agent.delete(path)).status_code == 200
    assert (await agent.get(path)).status_code == 404


async def test_categories_count_what_the_reader_may_see(desk: Desk, shop: Organization) -> None:
    await write(shop)
    await write(shop, published=False)
    named = {"organization": shop.domain}
    assert (await desk.client().get("/kb/categories", params=named)).json()["data"] == [
        {"name": "Returns", "articles": 1}
    ]
    assert (await (await shop.client("agent")).get("/kb/categories")).json()["data"][0]["articles"] == 2
    filtered = await desk.client().get("/kb/articles", params={**named, "category": "returns"})
    assert filtered.json()["pagination"]["total"] == 1
    assert (await desk.client().get("/kb/articles?organization=nowhere.example")).status_code == 404


async def test_slugs_are_unique_and_readable(shop: Organization) -> None:
    slugs = [(await write(shop, title="Größen & Maße!"))["slug"] for _ in range(2)]
    assert slugs == ["grossen-masse", "grossen-masse-2"]


async def test_parallel_articles_of_one_title_get_slugs_of_their_own(shop: Organization) -> None:
    written = await asyncio.gather(*(write(shop, title="Shipping abroad") for _ in range(4)))
    assert len({article["slug"] for article in written}) == 4


@pytest.mark.parametrize("text", ["'", "a & | !", "\\", "<script>", "of the", "🧥", "x" * 900])
async def test_any_search_text_is_answered(desk: Desk, shop: Organization, text: str) -> None:
    await write(shop)
    answer = await desk.client().get("/kb/articles", params={"organization": shop.domain, "search": text})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe und Maße", "grosse-und-masse"),
        ("Størrelse", "storrelse"),
        ("Łódź", "lodz"),
        ("Đặt hàng", "dat-hang"),
        ("Returns & refunds!", "returns-refunds"),
        ("如何更改密码", "ru-he-geng-gai-mi-ma"),
        ("???", "article"),
    ],
)
async def test_an_articles_address_is_its_title_in_latin_letters(shop: Organization, title: str, slug: str) -> None:
    agent = await shop.client("agent")
    made = [(await agent.post("/kb/articles", {"title": title, "content": "x"})).json()["data"]["slug"] for _ in "12"]
    assert made == [slug, f"{slug}-2"]


async def test_an_update_is_validated_like_a_new_article(shop: Organization) -> None:
    agent = await shop.client("agent")
    fields = {"title": "  a  ", "content": " x ", "category": "  c  ", "tags": [" t ", "t"]}
    made = (await agent.post("/kb/articles", fields)).json()["data"]
    changed = (await agent.put(f"/kb/articles/{made['id']}", {**fields, "title": " b "})).json()["data"]
    for article, title in ((made, "a"), (changed, "b")):
        kept = [article[name] for name in ("title", "content", "category", "tags")]
        assert kept == [title, " x ", "c", ["t"]]
    same = (await agent.put(f"/kb/articles/{made['id']}", {**fields, "title": "b"})).json()["data"]
    assert same["version"] == changed["version"]
    for name in ("title", "content"):
        assert (await agent.post("/kb/articles", {**fields, name: " \n "})).status_code == 422
        assert (await agent.put(f"/kb/articles/{made['id']}", {name: " \n "})).status_code == 422


async def test_a_snippet_quotes_what_readers_see(shop: Organization) -> None:
    agent = await shop.client("agent")
    content = "Zeppelin R&amp;D and caf&eacute;, **bold** &lt;here&gt; [a link](https://hidden.example)"
    made = await agent.post("/kb/articles", {"title": "Airships", "content": content, "published": True})
    (found,) = (await agent.get("/search/articles?q=zeppelin")).json()["data"]
    assert found["snippet"] == "<mark>Zeppelin</mark> R&amp;D and café, bold &lt;here&gt; a link"
    assert (await agent.get("/search/articles?q=café")).json()["pagination"]["total"] == 1
    assert (await agent.get("/search/articles?q=hidden")).json()["pagination"]["total"] == 0
    await agent.put(f"/kb/articles/{made.json()['data']['id']}", {"content": "A *balloon*"})
    assert (await agent.get("/search/articles?q=zeppelin")).json()["pagination"]["total"] == 0
    (found,) = (await agent.get("/search/articles?q=balloon")).json()["data"]
    assert found["snippet"] == "<mark>balloon</mark>"


async def test_a_preview_is_what_readers_see(desk: Desk, shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    content = "# One\n\nline\nline <kbd>Ctrl</kbd> <script>alert(1)</script>\n\n| a |\n|---|\n| b |"
    previewed = await agent.post("/kb/preview", {"content": content})
    assert previewed.status_code == 200, previewed.text
    article = await write(shop, content=content)
    read = await desk.client().get(f"/kb/articles/{article['id']}?organization={shop.domain}")
    assert previewed.json()["data"] == {"content_html": read.json()["data"]["content_html"]}
    assert "<kbd>Ctrl</kbd>" in previewed.text
    assert "<script" not in previewed.text
    assert (await customer.post("/kb/preview", {"content": content})).status_code == 403
    assert (await agent.post("/kb/preview", {"content": " "})).status_code == 422
