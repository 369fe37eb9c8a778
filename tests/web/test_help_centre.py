"""The help centre as visitors see it: what is published, in their language, immediately after an edit, and nothing else."""

import asyncio
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from deskbell.features.help_centre import service
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database
from deskbell.web.help import visiting
from tests.support.canaries import CANARIES, plant
from tests.support.desk import Client, Desk, Organization, running_desk

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME = {"Sec-Fetch-Site": "same-origin"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


def visitor(desk: Desk, shop: Organization, language: str = "en", **headers: str) -> Client:
    """A browser on the help centre of an organization."""
    return desk.client(base=f"/help/{shop.domain}", accept=HTML, accept_language=language, **headers)


async def article(shop: Organization, title: str, **fields: Any) -> dict[str, Any]:
    """An article, published unless said otherwise."""
    agent = await shop.client("agent")
    body = {"title": title, "content": f"About {title}.", "published": True, **fields}
    answer = await agent.post("/kb/articles", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


async def test_home_lists_topics_and_leads_to_an_article(desk: Desk, shop: Organization) -> None:
    await article(
        shop, "Reset a password", category="Accounts", content="# First\n\ntext\n\n## Second\n\n<script>x</script>"
    )
    await article(shop, "Without a topic")
    reader = visitor(desk, shop)
    home = await reader.get("")
    assert home.status_code == 200
    assert "Accounts" in home.text
    assert "Without a topic" in home.text
    [address] = set(re.findall(r'href="(/help/[^"]+/reset-a-password)"', home.text))
    shown = await desk.client(base="", accept=HTML).get(address)
    assert shown.status_code == 200
    assert '<h2 id="article-first">First</h2>' in shown.text
    assert '<a href="#article-second">Second</a>' in shown.text
    assert "<script>x" not in shown.text
    assert shown.text.count("<h1") == 1
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown.text)
    assert json.loads(data)["headline"] == "Reset a password"
    category = await reader.get("/categories?name=accounts")
    assert (category.status_code, "Reset a password" in category.text) == (200, True)


async def test_a_title_ends_no_data_block_and_is_no_markup(desk: Desk, shop: Organization) -> None:
    made = await article(shop, "</script><script>alert(1)</script>", category='"><img src=x onerror=alert(1)>')
    reader = visitor(desk, shop)
    for path in ("", f"/articles/en/{made['slug']}", "/search?q=script", "/feed.atom", "/sitemap.xml"):
        answer = await reader.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


async def test_search_finds_and_marks_and_says_when_there_is_nothing(desk: Desk, shop: Organization) -> None:
    await article(shop, "Billing", content="Where your invoice is, and how to pay it.")
    reader = visitor(desk, shop)
    found = await reader.get("/search?q=invoices")
    assert "<mark>invoice</mark>" in found.text
    assert "Nothing was found" not in found.text
    nothing = await reader.get("/search?q=%3Cb%3Ezebra")
    assert "Nothing was found for “&lt;b&gt;zebra”." in nothing.text
    assert (await reader.get("/search?q=invoice&cursor=nonsense")).status_code == 404


async def test_articles_are_suggested_while_a_search_is_typed(desk: Desk, shop: Organization) -> None:
    await article(shop, "Returning something")
    await article(shop, "Returning nothing (draft)", published=False)
    reader = visitor(desk, shop)
    assert f'data-from="/help/{shop.domain}/suggest' in (await reader.get("")).text
    part = await reader.get("/suggest?q=retu")
    assert part.status_code == 200
    assert "/articles/en/returning-something" in part.text
    assert "draft" not in part.text
    assert "<html" not in part.text
    for words in ("", "%00", "zebra"):
        assert (await reader.get(f"/suggest?q={words}")).text.strip() == ""
    missed = (await (await shop.client("owner")).get("/kb/missed-searches")).json()["data"]
    assert missed == [], "words that are still being typed are no search"


async def test_a_reader_gets_their_language_and_where_it_lacks_an_article_another(
    desk: Desk, shop: Organization
) -> None:
    english = await article(shop, "Delivery", locale="en")
    await article(shop, "Delivery!", content="Lieferung", locale="de")
    await article(shop, "Only English", locale="en")
    german = await visitor(desk, shop, "de-AT, en;q=0.5").get("")
    assert '<html lang="de">' in german.text
    assert "Delivery!" in german.text
    assert "Only English" in german.text
    assert german.text.count("Delivery") == german.text.count("Delivery!") > 0
    asked = await visitor(desk, shop, "de").get("?lang=en")
    assert '<html lang="en">' in asked.text
    assert "Delivery!" not in asked.text
    page = await visitor(desk, shop, "de").get(f"/articles/en/{english['slug']}")
    assert '<html lang="en">' in page.text
    assert 'hreflang="de" href="' in page.text


async def test_an_edit_shows_immediately_and_an_unchanged_page_is_not_sent_again(
    desk: Desk, shop: Organization
) -> None:
    made = await article(shop, "Returns", content="Within ten days.")
    reader, path = visitor(desk, shop), f"/articles/en/{made['slug']}"
    first = await reader.get(path)
    assert first.headers["cache-control"] == "public, no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    again = await reader.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    agent = await shop.client("agent")
    assert (await agent.put(f"/kb/articles/{made['id']}", {"content": "Within thirty days."})).status_code == 200
    edited = await reader.get(path, headers=known)
    assert edited.status_code == 200
    assert "thirty days" in edited.text
    assert (await agent.put(f"/kb/articles/{made['id']}", {"published": False})).status_code == 200
    assert (await reader.get(path)).status_code == 404
    assert "Returns" not in (await reader.get("")).text


async def test_a_kept_article_costs_one_small_statement(
    desk: Desk, shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await article(shop, "Often read")
    reader, path = visitor(desk, shop), f"/articles/en/{made['slug']}"
    await reader.get(path)
    statements: list[str] = []
    check_out = Database.check_out

    async def check_out_logged(self: Database) -> Any:
        raw = await check_out(self)
        raw.add_query_logger(note)
        return raw

    def note(entry: Any) -> None:
        statements.append(entry.query)

    monkeypatch.setattr(visiting, "_FLUSHED_AFTER", float("inf"))
    monkeypatch.setattr(Database, "check_out", check_out_logged)
    assert (await reader.get(path)).status_code == 200
    await asyncio.sleep(0)  # the last statement is reported after the request
    assert len(set(statements)) == 1, statements


async def test_callers_cannot_vary_the_addresses_by_which_pages_are_kept(desk: Desk, shop: Organization) -> None:
    made = await article(shop, "Kept once")
    path = f"/articles/en/{made['slug']}"
    for host in (shop.domain, f"{shop.domain}:4711", f"help.{shop.domain}:99"):
        page = await desk.client(base="/help", accept=HTML, host=host).get(path)
        [canonical] = re.findall(r'rel="canonical" href="([^"]+)"', page.text)
        assert canonical == f"http://{host.partition(':')[0]}/help{path}"
    shouted = await desk.client(base="", accept=HTML).get(f"/help/{shop.domain.upper()}{path}")
    assert f"{desk.settings.base_url}/help/{shop.domain}{path}" in shouted.text
    by_id = await desk.client(base="", accept=HTML).get(f"/help/{shop.id}{path}")
    assert f"{desk.settings.base_url}/help/{shop.id}{path}" in by_id.text


async def test_views_are_counted(desk: Desk, shop: Organization) -> None:
    made = await article(shop, "Read once")
    await visitor(desk, shop).get(f"/articles/en/{made['slug']}")
    agent = await shop.client("agent")
    assert (await agent.get(f"/kb/articles/{made['id']}")).json()["data"]["views"] == 1


async def test_a_vote_counts_from_the_page_itself_alone(desk: Desk, shop: Organization) -> None:
    made = await article(shop, "Voted on")
    reader, path = visitor(desk, shop), f"/articles/en/{made['slug']}"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await reader.request("POST", path, data={"helpful": "yes"}, headers=foreign)).status_code == 403
    assert (await reader.request("POST", path, data={"helpful": "maybe"}, headers=SAME)).status_code == 404
    voted = await reader.request("POST", path, data={"helpful": "yes"}, headers=SAME)
    assert voted.status_code == 303
    assert "Thank you" in (await desk.client(base="", accept=HTML).get(voted.headers["location"])).text
    agent = await shop.client("agent")
    shown = (await agent.get(f"/kb/articles/{made['id']}")).json()["data"]
    assert (shown["helpful_votes"], shown["unhelpful_votes"]) == (1, 0)


async def test_brand_name_logo_and_colour_are_the_organizations_and_legible(desk: Desk, shop: Organization) -> None:
    owner = await shop.client("owner")
    brand = {"name": "Bright & Co", "color": "#ffee00", "logo": "https://cdn.bright.example/logo.svg"}
    assert (await owner.post("/brands", brand)).status_code == 201
    home = await visitor(desk, shop).get("")
    assert "Bright &amp; Co" in home.text
    assert "img-src 'self' data: https://cdn.bright.example;" in home.headers["content-security-policy"]
    [address] = re.findall(r'href="(/help/[^"]+/brand\.css\?v=[^"]+)"', home.text)
    style = await desk.client(base="").get(address)
    assert style.headers["content-type"].startswith("text/css")
    assert "--accent:#ffee00" in style.text.partition("@media")[2], "legible on the dark ground as it is"
    assert "--accent:#ffee00" not in style.text.partition("@media")[0]


async def test_site_map_and_feed_name_published_articles_in_every_language(desk: Desk, shop: Organization) -> None:
    await article(shop, "Delivery & returns", locale="en")
    await article(shop, "Delivery, returns!", locale="de")
    await article(shop, "A draft", published=False)
    reader = visitor(desk, shop)
    sitemap = await reader.get("/sitemap.xml")
    places = [each.text or "" for each in ET.fromstring(sitemap.text).iter(f"{SITEMAP}loc")]
    base = f"{desk.settings.base_url}/help/{shop.domain}"
    assert f"{base}/articles/de/delivery-returns" in places
    assert not [place for place in places if "draft" in place]
    feed = ET.fromstring((await reader.get("/feed.atom?lang=en")).text)
    titles = [each.findtext(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")]
    assert titles == ["Delivery & returns"]


async def test_the_host_name_chooses_the_organization(desk: Desk, shop: Organization) -> None:
    made = await article(shop, "Found by host")
    client = desk.client(base="/help", accept=HTML, host=f"help.{shop.domain}")
    home = await client.get("")
    assert "Found by host" in home.text
    shown = await client.get(f"/articles/en/{made['slug']}")
    assert f'<link rel="canonical" href="http://help.{shop.domain}/help/articles/en/' in shown.text


@pytest.mark.parametrize(
    "path", ["/articles/en/nothing", "/articles/xx/nothing", "/categories?name=nothing", "/categories"]
)
async def test_an_address_that_leads_nowhere_is_a_page_of_the_help_centre(
    desk: Desk, shop: Organization, path: str
) -> None:
    answer = await visitor(desk, shop).get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert 'role="search"' in answer.text


async def test_no_page_shows_drafts_or_anything_else_that_is_not_published(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    await plant(shop)
    await article(shop, "Published zebra")
    await article(rival, "Rivalsecret zebra")
    secret = [word for name, word in CANARIES.items() if name != "brand"]
    token = (await shop.person("agent")).token
    for headers in ({}, {"authorization": f"Bearer {token}", "cookie": f"deskbell_session={token}"}):
        for path in ("", "/search?q=zebra", "/search?q=Canarydraft", "/search?q=Canaryinternal", "/feed.atom", "/sitemap.xml",
                     "/categories?name=c",
                     "/articles/en/zebra-canarydraft", "/articles/en/zebra-canaryinternal", "/articles/en/published-zebra",
                     "/articles/en/rivalsecret-zebra"):  # fmt: skip
            text = (await visitor(desk, shop).get(path, headers=headers)).text
            typed = path.rpartition("=")[2]
            leaked = [word for word in [*secret, "Rivalsecret"] if word.lower() in text.lower() and word != typed]
            assert not leaked, (path, leaked)
            assert "/articles/en/zebra-canarydraft" not in text
            assert "/articles/en/zebra-canaryinternal" not in text


async def test_an_organization_is_named_by_its_id_too_and_a_text_must_be_published(
    desk: Desk, shop: Organization
) -> None:
    assert (await desk.client(base="", accept=HTML).get(f"/help/{shop.id}")).status_code == 200
    async with desk.database.unit(shop.system()) as uow:
        with pytest.raises(NotFound):
            await service.text_of(uow, new_id())


async def test_hostile_addresses_are_refused_without_a_fault(desk: Desk, shop: Organization) -> None:
    reader = visitor(desk, shop)
    for path in ("/articles/en/%00", "/search?q=%00", "/search?q=" + "x" * 5_000, "/categories?name=%00", "?lang=%00",
                 "/categories?name=x&page=-1", "/categories?name=x&page=y", "/search?q=a&cursor=%00"):  # fmt: skip
        assert (await reader.get(path)).status_code < 500, path
    for named in ("%00", "..", "a" * 5_000, "%ff"):
        assert (await desk.client(base="", accept=HTML).get(f"/help/{named}")).status_code < 500


async def _place_of(desk: Desk, host: str, own_host: str) -> Any:
    async with desk.database.unit(None) as uow:
        return (await service.find_place(uow, None, host, own_host)).id


async def test_no_domain_takes_the_servers_own_host_nor_an_address(desk: Desk, shop: Organization) -> None:
    """Nothing proves a domain. One that was stored before it was refused counts for nothing, either."""
    async with desk.database.unit(None) as uow:
        first = await uow.db.fetch_value(
            "select id from organizations where deleted_at is null order by created_at, id limit 1"
        )
        if first == shop.id:
            await desk.organization()
            await uow.db.execute("update organizations set created_at = now() where id = $1", shop.id)
            first = await uow.db.fetch_value(
                "select id from organizations where deleted_at is null order by created_at, id limit 1"
            )
    assert first != shop.id
    for domain in ("desk.example.net", "127.0.0.1", "localhost", "0x7f.1"):
        async with desk.database.unit(None) as uow:
            await uow.db.execute("update organizations set domain = $2 where id = $1", shop.id, domain)
        for host in (domain, f"{domain}:8000", f"{domain}."):
            assert await _place_of(desk, host, "desk.example.net") == first, host
    async with desk.database.unit(None) as uow:
        await uow.db.execute("update organizations set domain = $2 where id = $1", shop.id, shop.domain)
    assert await _place_of(desk, f"help.{shop.domain}", "desk.example.net") == shop.id


async def test_the_owner_of_a_domain_keeps_the_help_centre_below_it(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    owner = await rival.client("owner")
    for prefix in ("help", "support"):
        taken = await owner.put(f"/organizations/{rival.id}", {"domain": f"{prefix}.{shop.domain}"})
        assert taken.status_code == 409, taken.text
        async with desk.database.unit(None) as uow:
            domain = f"{prefix}.{shop.domain}"
            await uow.db.execute("update organizations set domain = $2 where id = $1", rival.id, domain)
        assert await _place_of(desk, domain, "desk.example.net") == shop.id
    back = await (await shop.client("owner")).put(f"/organizations/{shop.id}", {"domain": rival.domain})
    assert back.status_code == 200, "a domain that is free again"


async def test_a_domain_is_neither_an_address_nor_the_servers_host(desk: Desk, shop: Organization) -> None:
    owner, path = await shop.client("owner"), f"/organizations/{shop.id}"
    for address in ("127.0.0.1", "10.1", "0x7f.0x1"):
        refused = await owner.put(path, {"domain": address})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), address


async def test_only_operators_assign_the_servers_host(database_url: str, tmp_path: Path) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_BASE_URL="https://support.desk.example") as desk:
        shop = await desk.organization()
        owner, runner = await shop.client("owner"), await shop.person("admin2", platform_admin=True)
        for domain in ("support.desk.example", "desk.example", "SUPPORT.desk.example"):
            for place in (f"/organizations/{shop.id}", "/settings/organization"):
                assert (await owner.put(place, {"domain": domain})).status_code == 409, (domain, place)
        allowed = await runner.client.put(f"/organizations/{shop.id}", {"domain": "desk.example"})
        assert allowed.status_code == 200, allowed.text
