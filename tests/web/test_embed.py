"""The form on other sites and the contact page: who may show it, what it files, and what it never answers."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from deskbell.web.embed.script import BUILT
from tests.support.accounts import fresh_address
from tests.support.canaries import CANARIES, plant
from tests.support.desk import Client, Desk, Organization, running_desk
from tests.support.mail import mails_to
from tests.support.work import work

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SITE = "https://outfitters.example"
SAME = {"Sec-Fetch-Site": "same-origin"}


async def set_up(shop: Organization, **settings: Any) -> None:
    """Allows the widget on a site."""
    owner = await shop.client("owner")
    answer = await owner.put("/widget", {"enabled": True, "origins": [SITE], **settings})
    assert answer.status_code == 200, answer.text


class Site:
    """A page of another site that shows the widget."""

    def __init__(self, desk: Desk, shop: Organization, origin: str = SITE, **headers: str) -> None:
        self.client: Client = desk.client(base=f"/embed/{shop.domain}", origin=origin, **headers)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(f"/{path}", **options)

    async def ask(self, **fields: Any) -> httpx.Response:
        """Sends the form."""
        given = {"name": "Ann", "email": fresh_address(), "subject": "A tent", "text": "It leaks.", **fields}
        files = given.pop("files", None) or {"files": ("", b"")}
        return await self.client.request("POST", "/requests", data=given, files=files)


async def tickets_of(shop: Organization) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await shop.client("agent")).get("/tickets")).json()["data"]["tickets"]
    return found


async def test_a_visitor_asks_on_another_site_and_gets_a_link_by_mail(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    address = fresh_address()
    files = {"files": ("tent.txt", b"it is blue", "text/plain")}
    answer = await Site(desk, shop).ask(email=address, files=files)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {}
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
    [ticket] = await tickets_of(shop)
    assert (ticket["subject"], ticket["channel"], ticket["requester"]["email"]) == ("A tent", "web", address)
    await work(desk, shop)
    await work(desk, shop)
    [mail] = await mails_to(desk, address)
    assert "/guest?token=" in mail.text
    assert "It leaks" not in mail.text
    page = await desk.client(base="", accept=HTML).get(
        mail.text[mail.text.index("/portal/") :].split()[0].removeprefix(desk.settings.base_url)
    )
    assert "It leaks." in page.text
    assert "tent.txt" in page.text


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://outfitters.example", "null", f"{SITE}.evil.example", ""]
)
async def test_a_site_that_is_not_allowed_gets_nothing(desk: Desk, shop: Organization, origin: str) -> None:
    await set_up(shop)
    site = Site(desk, shop, origin)
    answers = [await site.ask()]
    answers += [await site.get(path) for path in ("settings", "articles?subject=tent")]
    answers.append(await site.client.request("POST", "/links", data={"email": fresh_address()}))
    for answer in answers:
        assert answer.status_code == 403, answer.request.url
        assert "access-control-allow-origin" not in answer.headers
        assert "Outfitters" not in answer.text
    assert await tickets_of(shop) == []


async def test_the_widget_is_off_until_an_admin_sets_it_up(desk: Desk, shop: Organization) -> None:
    site = Site(desk, shop)
    assert (await site.ask()).status_code == 403
    browser = desk.client(base="", accept=HTML)
    assert (await browser.get(f"/help/{shop.domain}/contact")).status_code == 404
    assert "/contact" not in (await browser.get(f"/help/{shop.domain}")).text
    sent = await browser.request("POST", f"/help/{shop.domain}/contact", data={"name": "Ann"}, headers=SAME)
    assert sent.status_code == 404
    await set_up(shop)
    assert f'/help/{shop.domain}/contact"' in (await browser.get(f"/help/{shop.domain}")).text
    await set_up(shop, enabled=False)
    assert (await site.ask()).status_code == 403
    assert (await browser.get(f"/help/{shop.domain}/contact")).status_code == 404
    assert await tickets_of(shop) == []


async def test_origins_are_kept_as_browsers_send_them(shop: Organization) -> None:
    owner = await shop.client("owner")
    given = [
        "HTTPS://Shop.Example/",
        "https://shop.example:443",
        "http://localhost:3000",
        "https://bücher.example",
        "http://[::1]:8080",
    ]
    saved = await owner.put("/widget", {"origins": given})
    kept = ["https://shop.example", "http://localhost:3000", "https://xn--bcher-kva.example", "http://[::1]:8080"]
    assert saved.json()["data"]["origins"] == kept
    for bad in ("*", "null", "shop.example", "https://*.shop.example", "https://a.example/path", "ftp://a.example",
                "https://me@a.example", "https://a.example?x", "javascript://a.example", "https://"):  # fmt: skip
        refused = await owner.put("/widget", {"origins": ["https://shop.example", bad]})
        assert refused.status_code == 422, bad
        assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == ["origins.1"]
    assert (await owner.get("/widget")).json()["data"]["origins"] == kept
    log = (await owner.get("/audit-logs")).json()["data"]
    assert "widget" in str(log)


async def test_refusals_name_the_field_and_write_nothing(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    site = Site(desk, shop)
    for field, bad in (("name", " "), ("subject", ""), ("text", "\0"), ("email", "no address"), ("email", ""),
                       ("subject", "s" * 201), ("text", "t" * 20_001), ("name", "n" * 201)):  # fmt: skip
        answer = await site.ask(**{field: bad})
        assert answer.status_code == 422, (field, answer.text)
        problems = answer.json()["problems"]
        assert list(problems) == [field], problems
        assert answer.headers["access-control-allow-origin"] == SITE
    many = [("files", (f"{i}.txt", b"x", "text/plain")) for i in range(200)]
    assert (await site.ask(files=many)).status_code == 422
    huge = await site.client.request("POST", "/requests", data={"text": "x" * 10_400_000}, files={"files": ("", b"")})
    assert huge.status_code == 413
    plain = await site.client.request("POST", "/requests", json={"name": "Ann"})
    assert plain.status_code == 400
    german = await site.client.request("POST", "/requests?lang=de", data={"name": ""}, files={"files": ("", b"")})
    assert german.json()["problems"]["name"] == "Dieses Feld darf nicht leer sein"
    assert await tickets_of(shop) == []


async def test_a_program_that_fills_every_field_is_thanked_and_not_heard(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    answer = await Site(desk, shop).ask(website="https://spam.example")
    assert (answer.status_code, answer.json()) == (201, {})
    assert await tickets_of(shop) == []


async def test_scripts_in_every_field_stay_text(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    script = "<script>alert(1)</script>"
    answer = await Site(desk, shop).ask(name=script, subject=script, text=script)
    assert answer.status_code == 201
    [ticket] = await tickets_of(shop)
    agent = await shop.client("agent")
    found = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert "<script" not in found["description_html"]


async def test_the_contact_page_files_without_scripts(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    browser = desk.client(base="", accept=HTML)
    place = f"/help/{shop.domain}/contact"
    page = await browser.get(place)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    form = {"name": "Ann", "email": fresh_address(), "subject": "A tent", "text": "It leaks."}
    foreign = await browser.request("POST", place, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    wrong = await browser.request("POST", place, data={**form, "email": "nobody"}, headers=SAME)
    assert wrong.status_code == 422
    assert 'aria-describedby="email-wrong"' in wrong.text
    assert "It leaks." in wrong.text
    assert await tickets_of(shop) == []
    sent = await browser.request("POST", place, data=form, headers=SAME)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{place}?sent=1")
    assert "we have your request" in (await browser.get(sent.headers["location"])).text
    assert [each["subject"] for each in await tickets_of(shop)] == ["A tent"]


async def test_a_link_by_mail_is_promised_for_every_address(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    customer = await shop.person("customer")
    site = Site(desk, shop)
    for address in (customer.email, fresh_address()):
        answer = await site.client.request("POST", "/links", data={"email": address})
        assert (answer.status_code, answer.json()) == (202, {})
    await work(desk, shop)
    await work(desk, shop)
    assert "/link?token=" in (await mails_to(desk, customer.email))[0].text


async def test_no_planted_word_reaches_another_site(desk: Desk, shop: Organization) -> None:
    await plant(shop)
    await set_up(shop)
    site = Site(desk, shop)
    answers = [await site.get("settings"), await site.get("articles?subject=zebra"), await site.ask()]
    for answer in answers:
        assert answer.status_code in (200, 201)
        assert [name for name, word in CANARIES.items() if word in answer.text and name != "brand"] == []


async def test_the_script_is_small_and_may_be_kept(desk: Desk) -> None:
    if not BUILT.is_file():
        pytest.skip("the web assets are not built here: make assets")
    client = desk.client(base="")
    script = await client.get("/embed.js", headers={"accept-encoding": "gzip"})
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert int(script.headers["content-length"]) <= 15_000
    again = await client.get("/embed.js", headers={"if-none-match": script.headers["etag"]})
    assert again.status_code == 304


async def test_a_flood_of_forms_is_stopped(database_url: str, tmp_path: Path) -> None:
    proxy = {"DESKBELL_TRUSTED_PROXIES": "127.0.0.1"}
    async with running_desk(database_url, tmp_path, DESKBELL_RATE_LIMITS="on", **proxy) as desk:
        shop = await desk.organization()
        await set_up(shop)
        site = Site(desk, shop, x_forwarded_for="203.0.113.77")
        answers = [await site.ask() for _ in range(42)]
        statuses = [each.status_code for each in answers]
        assert {each.headers["access-control-allow-origin"] for each in answers} == {SITE}, "the site reads why"
        assert set(statuses) == {201, 429}
        assert statuses.count(201) <= 40, "twenty an hour, and a new hour may have begun"


async def test_forms_in_a_customers_name_do_not_use_up_their_notices(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    customer, agent = await shop.person("customer"), await shop.client("agent")
    own = (await customer.client.post("/tickets", {"subject": "A stove", "description": "It is cold."})).json()["data"]
    for _ in range(4):
        assert (await Site(desk, shop).ask(email=customer.email)).status_code == 201
    assert (await agent.patch(f"/tickets/{own['id']}/status", {"status": "solved"})).status_code == 200
    await work(desk, shop)
    await work(desk, shop)
    subjects = [each.subject for each in await mails_to(desk, customer.email)]
    assert [each.count("A tent") for each in subjects].count(1) == 3, "the fourth acknowledgement is held back"
    assert any("A stove" in each for each in subjects)
