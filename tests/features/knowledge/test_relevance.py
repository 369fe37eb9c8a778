"""The search of articles puts the one that is meant first. A larger measure is benchmarks/relevance.py."""

import pytest

from deskbell.features.knowledge import service
from deskbell.features.knowledge.records import ArticleChanges, ArticleFilter, NewArticle
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import PageRequest
from tests.support.desk import Desk, Organization

LONG = "We write about orders, parcels, jackets, colours, sizes and the post. " * 30
ARTICLES = {
    "Return a jacket": "Put it into its box and send it back within 30 days. " + LONG,
    "Change your password": "Open your profile, choose Security and enter a new password twice.",
    "Requirements for passwords": "A password has twelve characters. A password that leaked elsewhere is refused. " * 8,
    "Where is my parcel?": "Parcels take three days. The tracking link is in the mail that we sent when it left.",
    "Sign in with SMS/phone": "We call your phone, or send a code.",
    "Login.gov and other providers": "Choose the provider. Returning visitors are remembered.",
    "COVID-19 rules in our shops": "Keep a distance.",
    "如何更改密码": "打开您的个人资料，然后选择安全。",
    "我的包裹在哪里": "包裹需要三天时间。",
}


async def fill(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with desk.database.unit(Actor(shop.id, agent.id, agent.role)) as uow:
        for title, content in ARTICLES.items():
            await service.create(uow, NewArticle(title=title, content=content, published=True))
        await service.create(uow, NewArticle(title="Zebra stripes (draft)", content="Password.", published=False))


async def found(desk: Desk, shop: Organization, text: str, actor: Actor | None = None) -> list[str]:
    async with desk.database.unit(actor or Actor.visitor(shop.id)) as uow:
        page = await service.list_articles(uow, ArticleFilter(search=text), PageRequest(20, 0))
        assert page.total == len(page.items)
        return [each.title for each in page.items]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        *((title, title) for title in ARTICLES),
        ("how do I change my password?", "Change your password"),
        ("returning jackets", "Return a jacket"),  # stems
        ("when will the parcel be there", "Where is my parcel?"),
        ("phone", "Sign in with SMS/phone"),  # joined words are taken apart
        ("login", "Login.gov and other providers"),
        ("covid 19", "COVID-19 rules in our shops"),
        ("密码", "如何更改密码"),  # there are no spaces to find words by
        ("requi", "Requirements for passwords"),  # as one types
        ("requirem", "Requirements for passwords"),  # the same, past the stem
    ],
)
async def test_the_article_that_is_meant_comes_first(desk: Desk, shop: Organization, question: str, first: str) -> None:
    await fill(desk, shop)
    assert (await found(desk, shop, question))[0] == first


async def test_what_is_found_follows_the_text_and_keeps_drafts_and_others_apart(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    await fill(desk, shop)
    agent = await shop.person("agent")
    staff = Actor(shop.id, agent.id, agent.role)
    assert await found(desk, shop, "zebra") == []
    assert await found(desk, shop, "zebra", staff) == ["Zebra stripes (draft)"]
    assert await found(desk, rival, "password") == []
    assert await found(desk, shop, "... ' | & !", staff) == []
    async with desk.database.unit(staff) as uow:
        (zebra,) = (await service.list_articles(uow, ArticleFilter(search="zebra"), PageRequest(5, 0))).items
        await service.update(uow, zebra.id, ArticleChanges(title="Okapi", published=True))
    assert await found(desk, shop, "zebra") == []
    assert await found(desk, shop, "okapi") == ["Okapi"]
    async with desk.database.unit(staff) as uow:
        await service.delete(uow, zebra.id)
    assert await found(desk, shop, "okapi") == []


async def test_pages_of_a_search_hold_everything_once(desk: Desk, shop: Organization) -> None:
    await fill(desk, shop)
    titles = []
    page = PageRequest(2, 0)
    async with desk.database.unit(Actor.visitor(shop.id)) as uow:
        while True:
            part = await service.list_articles(uow, ArticleFilter(search="password parcel phone"), page)
            titles += [each.title for each in part.items]
            assert part.total == 5
            if part.next_cursor is None:
                break
            page = PageRequest(2, 0, part.next_cursor)
        beyond = await service.list_articles(uow, ArticleFilter(search="password parcel phone"), PageRequest(2, 50))
    assert len(titles) == len(set(titles)) == 5
    assert (beyond.items, beyond.total) == ([], 5)
