"""Routes outside the contracts: readiness, the icon, and unknown paths."""

import asyncio

import asyncpg
import pytest

from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate
from deskbell.web.probes import Readiness
from tests.support.desk import Desk, Organization

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


async def test_readiness_is_asked_once_for_many_and_a_no_is_asked_again(fresh_database_url: str) -> None:
    database = await Database.open(fresh_database_url)
    owner = await asyncpg.connect(fresh_database_url)
    try:
        calm, eager = Readiness(database, fresh_seconds=3600), Readiness(database, fresh_seconds=0)
        assert await asyncio.gather(*(calm.missing() for _ in range(20))) == [[]] * 20
        await owner.execute("update schema_files set checksum = '' where name = 'functions/text'")
        assert await eager.missing() == ["functions/text"]
        assert await calm.missing() == [], "its yes still holds, so the database was not asked"
        await migrate(fresh_database_url)
        assert await eager.missing() == []
    finally:
        await owner.close()
        await database.close()


async def test_a_node_stays_ready_when_a_newer_one_has_changed_the_database(fresh_database_url: str) -> None:
    database = await Database.open(fresh_database_url)
    owner = await asyncpg.connect(fresh_database_url)
    try:
        await owner.execute("insert into schema_files (name, checksum, version) values ('0099_later', '', '99.0.0')")
        assert await Readiness(database).missing() == []
    finally:
        await owner.close()
        await database.close()


@pytest.mark.parametrize("path", ["/app/nonsense", "/help/nothing", "/docs/v9"])
async def test_a_path_that_leads_nowhere_is_a_page_for_people_and_words_for_programs(desk: Desk, path: str) -> None:
    page = await desk.client(base="", accept=HTML).get(path)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in page.text
    answer = await desk.client(base="", accept="application/json").get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "Not Found", "code": "NOT_FOUND", "details": {}}


@pytest.mark.parametrize("path", ["/nonsense", "/nonsense/", "/nonsense/deep"])
async def test_a_path_of_no_contract_is_a_page_for_people(desk: Desk, path: str) -> None:
    page = await desk.client(base="", accept=HTML).get(path)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in page.text
    assert (await desk.client(base="", accept="application/json").get(path)).json()["code"] == "NOT_FOUND"


async def test_a_method_that_a_page_does_not_take_says_which_it_does(desk: Desk) -> None:
    answer = await desk.client(base="").post("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["allow"]


async def test_the_icon_is_there_where_browsers_look(desk: Desk) -> None:
    icon = await desk.client(base="").get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"].split(";")[0]) == (200, "image/svg+xml")
    assert icon.text.startswith("<svg")


async def test_search_engines_are_led_to_articles_alone(desk: Desk, shop: Organization) -> None:
    answer = await desk.client(base="", host=f"help.{shop.domain}").get("/robots.txt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    lines = answer.text.splitlines()
    assert {"Allow: /help", "Disallow: /", "Disallow: /help/*/search"} <= set(lines)
    assert lines[-1] == f"Sitemap: http://help.{shop.domain}/help/sitemap.xml"
