"""A host name that is no organization's: a clear page, and nothing of any organization, where the server has several."""

from pathlib import Path

import pytest

from tests.support.desk import Desk, Organization, running_desk

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
UNKNOWN = "stranger.example"
READ = (
    "/help", "/help/search?q=tents", "/help/suggest?q=tents", "/help/categories?name=Camping", "/help/articles/en/tents",
    "/help/sitemap.xml", "/help/feed.atom", "/help/brand.css", "/help/contact", "/help/contact/suggest?subject=tents",
    "/portal", "/portal/sign-in", "/portal/sign-up", "/portal/mail-link", "/portal/new", "/portal/tickets/1",
    "/portal/profile", "/portal/guest?token=x", "/portal/rate?token=x",
    f"/help/{UNKNOWN}", f"/help/{UNKNOWN}/sitemap.xml", f"/help/{UNKNOWN}/feed.atom", f"/portal/{UNKNOWN}",
    f"/portal/{UNKNOWN}/guest?token=x", f"/embed/{UNKNOWN}", f"/embed/{UNKNOWN}/articles?subject=tents",
)  # fmt: skip
WRITTEN = ("/help/contact", "/portal/sign-in", "/portal/sign-up", "/portal/mail-link", "/portal/new", "/portal/guest/reply",
           "/help/articles/en/tents", f"/embed/{UNKNOWN}/requests", f"/embed/{UNKNOWN}/links")  # fmt: skip
FORM = {"name": "Ann", "email": "ann@mail.example", "subject": "Tents", "text": "They leak.", "description": "They leak.",
        "password": "long enough, surely", "body": "They leak.", "helpful": "yes"}  # fmt: skip


async def counted(desk: Desk) -> list[int]:
    """The numbers of everything that a form could add."""
    async with desk.database.unit(None) as uow:
        return [
            await uow.db.fetch_value(f"select count(*) from {table}")
            for table in ("users", "tickets", "comments", "article_votes")
        ]


async def test_no_page_feed_or_form_of_any_organization_is_there(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    for each in (shop, rival):
        article = {"title": "Tents", "content": f"Of {each.domain}", "category": "Camping", "published": True}
        assert (await (await each.client("owner")).post("/kb/articles", article)).status_code == 201
        assert (await (await each.client("owner")).put("/widget", {"enabled": True, "origins": []})).status_code == 200
    browser = desk.client(base="", accept=HTML, host=UNKNOWN)
    before = await counted(desk)
    for path in READ:
        answer = await browser.get(path)
        assert (answer.status_code, "There is nothing here" in answer.text) == (404, True), path
        assert "set-cookie" not in answer.headers, path
        for each in (shop, rival):
            assert each.domain not in answer.text, path
    for path in WRITTEN:
        answer = await browser.request("POST", path, data=FORM, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404, (path, answer.text)
    assert await counted(desk) == before
    assert (await browser.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("host", [UNKNOWN, "localhost", "127.0.0.1:8000", "desk.example"])
async def test_the_only_organization_is_found_under_every_name(
    fresh_database_url: str, tmp_path: Path, host: str
) -> None:
    async with running_desk(fresh_database_url, tmp_path, DESKBELL_BASE_URL="https://desk.example") as desk:
        shop = await desk.organization("Only Shop")
        browser = desk.client(base="", accept=HTML, host=host)
        assert "Only Shop" in (await browser.get("/help")).text
        second = await desk.organization("Second Shop")
        answer = await browser.get("/help")
        assert answer.status_code == (404 if host == UNKNOWN else 200)
        assert ("Only Shop" in answer.text, "Second Shop" in answer.text) == (host != UNKNOWN, False)
        assert "Second Shop" in (await desk.client(base="", accept=HTML, host=second.domain).get("/help")).text
        assert shop.domain not in (await desk.client(base="", accept=HTML, host=second.domain).get("/help")).text
