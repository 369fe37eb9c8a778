"""A real help centre in four languages, imported and walked through on a phone: the articles of Login.gov, where they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deskbell.features.knowledge.importing.loading import author_for, load
from deskbell.features.knowledge.importing.reading import Reader
from deskbell.features.knowledge.importing.records import Summary
from tests.browser.test_account_pages import served, shoot
from tests.browser.test_help_centre import AXE, FAULTS
from tests.support.desk import Desk, Organization
from tests.support.shared_data import shared_data

LANGUAGES = {
    "en": ("locked email password", "Why isn’t my email or password working?", "Backup codes"),
    "es": (
        "correo contraseña",
        "¿Por qué no funciona mi correo electrónico o mi contraseña?",
        "Códigos de recuperación",
    ),
    "fr": (
        "reinitialiser mot de passe",
        "Pourquoi mon e-mail ou mon mot de passe ne fonctionne-t-il pas ?",
        "Codes de sauvegarde",
    ),
    "zh": ("电邮 密码", "为什么我的电邮或者密码不管用？", "备用代码"),
}
"""For each language words to search for, the title of the article with them, and that of the article about backup codes."""


async def imported(desk: Desk, shop: Organization, folder: Path) -> Summary:
    """Imports the articles as `deskbell import articles` does."""
    await shop.person("owner")
    author = await author_for(desk.database, shop.id)
    assert author is not None
    return await load(desk.database, author, Reader(folder).read(), lambda _: None)


@pytest.fixture
async def centre(page: Page, desk: Desk, shop: Organization) -> AsyncIterator[str]:
    """The address of the help centre with the articles, on a phone."""
    summary = await imported(desk, shop, shared_data("kb_login_gov"))
    assert (summary.made, summary.refused) == (220, 0)
    await page.set_viewport_size({"width": 390, "height": 844})
    async with served(page, desk) as base:
        yield f"{base}/help/{shop.domain}"
        await page.goto("about:blank")


async def test_articles_are_searched_and_read_in_each_of_their_languages(page: Page, centre: str) -> None:
    for locale, (words, title, _) in LANGUAGES.items():
        await page.goto(f"{centre}?lang={locale}")
        await expect(page.get_by_role("navigation", name="Languages").get_by_role("link")).to_have_count(4)
        await shoot(page, f"login-{locale}-home")
        await page.get_by_label("Search the help centre").fill(words)
        await page.get_by_role("button", name="Search").click()
        await expect(page.locator("mark").first).to_be_visible()
        await shoot(page, f"login-{locale}-search")
        await page.get_by_role("link", name=title, exact=True).click()
        await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        await expect(page.locator(f"article[lang={locale}]")).to_have_count(1)
        related = page.get_by_role("complementary", name="Related articles").get_by_role("link")
        addresses = await related.evaluate_all("links => links.map((each) => new URL(each.href).pathname)")
        assert addresses, locale
        assert [each for each in addresses if f"/articles/{locale}/" not in each] == []
        await shoot(page, f"login-{locale}-article")
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        assert await page.evaluate(FAULTS) == [], locale


async def test_contents_lead_to_their_headings_and_paper_shows_the_text_alone(page: Page, centre: str) -> None:
    for locale, (_, title, _) in LANGUAGES.items():
        await page.goto(f"{centre}/articles/{locale}/forgot-your-password")
        last = page.get_by_role("navigation", name="On this page").get_by_role("link").last
        words = await last.inner_text()
        await last.click()
        heading = page.locator(":target")
        await expect(heading).to_have_text(words)
        await expect(heading).to_be_in_viewport()
        await page.emulate_media(media="print")
        await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        for name in ("On this page", "Languages", "Main", "You are here"):
            await expect(page.get_by_role("navigation", name=name)).to_have_count(0)
        await expect(page.get_by_role("button")).to_have_count(0)
        await shoot(page, f"login-{locale}-print")
        await page.emulate_media(media="screen")


async def test_what_is_missing_in_a_language_is_shown_in_another(page: Page, centre: str, shop: Organization) -> None:
    owner = await shop.client("owner")
    title = LANGUAGES["fr"][2]
    [french] = [
        each
        for each in (await owner.get("/kb/articles", params={"locale": "fr", "search": title})).json()["data"]
        if each["title"] == title
    ]
    assert (await owner.put(f"/kb/articles/{french['id']}", {"published": False})).status_code == 200
    await page.goto(f"{centre}?lang=fr")
    topic = page.get_by_role("link", name="Create account", exact=True)
    await topic.click()
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Backup codes", exact=True))
    await expect(entry).to_have_attribute("lang", "en")
    await expect(entry).to_contain_text("English")
    await expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
    await shoot(page, "login-fr-fallback")
    await entry.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Backup codes", level=1)).to_be_visible()
    switch = page.get_by_role("navigation", name="Languages").get_by_role("link")
    await expect(switch).to_have_count(3)

    await page.goto(f"{centre}/search?lang=fr&q=%E5%A4%87%E7%94%A8%E4%BB%A3%E7%A0%81")
    await expect(page.get_by_role("status")).to_have_text(
        "Nothing was found in this language, but there are articles in others."
    )
    await page.get_by_role("link", name=LANGUAGES["zh"][2], exact=True).click()
    await expect(page.locator("article[lang=zh]")).to_have_count(1)
