"""The rendered pages that a worker keeps: bounded by their bytes, not by their number."""

from pathlib import Path

from deskbell.web.answers import Rendered
from deskbell.web.help.snapshot import Shelf
from tests.support.desk import running_desk

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def page(size: int) -> Rendered:
    return Rendered("text/html", b"x" * size, None, "", {})


def test_the_page_that_was_asked_for_longest_ago_makes_room() -> None:
    shelf = Shelf(budget=33_000)
    for key in "abc":
        shelf.keep((key,), page(10_000))
    assert shelf.find(("a",)) is not None
    shelf.keep(("d",), page(10_000))
    assert [key for key in "abcd" if shelf.find((key,))] == ["a", "c", "d"]
    shelf.keep(("d",), page(20_000))
    assert [key for key in "abcd" if shelf.find((key,))] == ["c", "d"]
    for number in range(3):
        shelf.keep(("d",), page(10_000))
        shelf.keep((number,), page(9_000))
    assert shelf.find(("d",)) is not None, "a page that is kept anew counts once"


def test_a_long_page_is_not_kept() -> None:
    shelf = Shelf()
    shelf.keep(("long",), page(100_001))
    shelf.keep(("short",), page(100_000))
    assert (shelf.find(("long",)), shelf.find(("short",)) is not None) == (None, True)


async def test_pages_that_are_not_kept_are_limited(database_url: str, tmp_path: Path) -> None:
    limits = {"DESKBELL_RATE_LIMITS": "web=3/hour", "DESKBELL_TRUSTED_PROXIES": "127.0.0.1"}
    async with running_desk(database_url, tmp_path, **limits) as desk:
        shop = await desk.organization()
        agent = await shop.client("agent")
        made = await agent.post("/kb/articles", {"title": "Tents", "content": "About tents.", "published": True})
        path = f"/articles/en/{made.json()['data']['slug']}"
        # An address of its own: other tests count for theirs in the same database.
        reader = desk.client(base=f"/help/{shop.domain}", accept=HTML, x_forwarded_for="203.0.113.61")
        assert [(await reader.get(path)).status_code for _ in range(5)] == [200] * 5
        assert [(await reader.get(f"{path}?voted={n}")).status_code for n in range(3)] == [200, 200, 429]
        assert (await reader.get("/feed.atom")).status_code == 429
        assert (await reader.get(path)).status_code == 200
