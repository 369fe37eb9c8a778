"""Limits on the customers' side: of network addresses for what costs, and of sessions."""

from pathlib import Path

from tests.support.desk import PASSWORD, running_desk

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME = {"Sec-Fetch-Site": "same-origin"}
PROXY = {"DESKBELL_TRUSTED_PROXIES": "127.0.0.1"}
"""Each test then has an address of its own: those of others count in the same database."""


async def test_searches_are_limited_and_kept_pages_are_not(database_url: str, tmp_path: Path) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS="web=3/hour", **PROXY) as desk:
        shop = await desk.organization()
        reader = desk.client(base=f"/help/{shop.domain}", accept=HTML, x_forwarded_for="203.0.113.62")
        answers = [await reader.get("/search?q=tent") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert "text/html" in answers[-1].headers["content-type"]
        assert [(await reader.get("")).status_code for _ in range(5)] == [200] * 5


async def test_a_session_of_the_portal_is_limited(database_url: str, tmp_path: Path) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS="web=3/hour") as desk:
        shop = await desk.organization()
        person = await shop.person("customer")
        browser = desk.client(base=f"/portal/{shop.domain}", accept=HTML)
        form = {"email": person.email, "password": PASSWORD}
        assert (await browser.request("POST", "/sign-in", data=form, headers=SAME)).status_code == 303
        assert [(await browser.get("/profile")).status_code for _ in range(4)] == [200, 200, 200, 429]


async def test_sign_ups_of_one_address_are_limited(database_url: str, tmp_path: Path) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS="on", **PROXY) as desk:
        shop = await desk.organization()
        browser = desk.client(base=f"/portal/{shop.domain}", accept=HTML, x_forwarded_for="203.0.113.63")
        form = {"name": "Ann", "email": "no address", "password": "x"}
        answers = [await browser.request("POST", "/sign-up", data=form, headers=SAME) for _ in range(21)]
        assert [each.status_code for each in answers] == [*[422] * 20, 429]
