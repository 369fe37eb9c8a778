"""An admin sets up how a mailbox sends and signs in, and sends a test, by keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route, expect

from deskbell.api.v1.mailboxes import endpoints
from deskbell.runtime import name_servers
from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.features.mail.test_own_servers import send
from tests.jobs.test_imap import mailbox_id
from tests.support.desk import Desk, Organization
from tests.support.name_server import running_name_server
from tests.support.sink import running_sink


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_a_mailbox_gets_a_server_to_send_through_and_a_test_says_what_is_wrong(
    page: Page, base: str, shop: Organization
) -> None:
    client, box = await shop.client("admin"), await mailbox_id(shop)
    place = f"/admin/mail-connections/{box}"
    await arrive(page, base, shop, "admin", place)
    parts = page.get_by_role("navigation", name="Parts of the connection")
    await parts.get_by_role("link", name="Sending").press("Enter")
    await page.get_by_label("Server", exact=True).fill("smtp.no-such-host.invalid")
    await page.get_by_label("User name").fill("ann")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Password").fill("planted-secret")
    await save(page)
    await page.get_by_role("button", name="Test the connection").press("Enter")
    await expect(page.get_by_text("The server's name is unknown. Is it spelled right?")).to_be_visible()
    await look(page, "admin-mail-sending")
    saved = (await client.get(f"/mailboxes/{box}/smtp")).json()["data"]
    assert (saved["host"], saved["username"], saved["per_minute"]) == ("smtp.no-such-host.invalid", "ann", 20)
    async with running_sink() as sink:
        body = {"host": "127.0.0.1", "port": sink.port, "security": "none", "username": ""}
        assert (await client.put(f"/mailboxes/{box}/smtp", body)).status_code == 200
        await parts.get_by_role("link", name="Test and DNS").press("Enter")
        sink.answer = lambda _phase, _to: "550 5.7.1 Not from you"
        await page.get_by_role("button", name="Send a test").press("Enter")
        await expect(page.get_by_text("Waits to be sent")).to_be_visible()
        await send(shop)
        await expect(page.get_by_text("A mail server refused the mail:")).to_be_visible()
        await expect(page.get_by_text("550 5.7.1 Not from you")).to_be_visible()
    await look(page, "admin-mail-self-test")


@pytest.mark.console(REFUSED)
async def test_the_records_of_a_domain_are_looked_at_with_what_to_enter(
    page: Page, base: str, shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, domain = await mailbox_id(shop), shop.domain
    async with running_name_server() as names:
        monkeypatch.setattr(endpoints, "DnsResolver", lambda: names.resolver)
        names.records[domain, "MX"] = [f"10 mail.{domain}."]
        names.set_txt(domain, "v=spf1 mx -all", "v=spf1 a -all")
        await arrive(page, base, shop, "admin", f"/admin/mail-connections/{box}")
        parts = page.get_by_role("navigation", name="Parts of the connection")
        await parts.get_by_role("link", name="Test and DNS").press("Enter")
        dns = page.get_by_role("region", name="DNS of the domain")
        await dns.get_by_role("button", name="Look at the records").press("Enter")
        await expect(dns.get_by_text("✓ MX: where mail to you goes: right")).to_be_visible()
        await expect(dns.get_by_text("✗ SPF: who may send for you: there are several")).to_be_visible()
        await expect(dns.get_by_text(f"Enter for _dmarc.{domain}:")).to_be_visible()
        await dns.get_by_role("button", name="Make a key that signs outgoing mail").press("Enter")
        await expect(dns.get_by_text("✗ DKIM: the key of your signature: missing")).to_be_visible()
        report = (await (await shop.client("admin")).post(f"/mailboxes/{box}/dns")).json()["data"]
        [dkim] = [each for each in report["records"] if each["kind"] == "dkim"]
        await expect(dns.get_by_text(f"Enter for {dkim['name']}: {dkim['expected']}")).to_be_visible()
        await look(page, "admin-mail-dns")
        names.set_txt(dkim["name"], dkim["expected"])
        names.set_txt(domain, "v=spf1 mx -all")
        names.set_txt(f"_dmarc.{domain}", "v=DMARC1; p=none")
        await dns.get_by_role("button", name="Look at the records").press("Enter")
        await expect(dns.get_by_text("✓ DKIM: the key of your signature: right")).to_be_visible()
        await expect(dns.get_by_text("✓ DMARC: what to do with forged mail: right")).to_be_visible()
        names.silent = {f"_dmarc.{domain}"}
        monkeypatch.setattr(name_servers, "SECONDS", 0.2)
        await dns.get_by_role("button", name="Look at the records").press("Enter")
        await expect(
            dns.get_by_text("DMARC: what to do with forged mail: the name servers did not answer")
        ).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_a_sign_in_leads_to_the_provider_and_shows_how_it_ended(
    page: Page, base: str, shop: Organization
) -> None:
    box = await mailbox_id(shop)
    place = f"/admin/mail-connections/{box}"
    await arrive(page, base, shop, "admin", place)
    parts = page.get_by_role("navigation", name="Parts of the connection")
    await parts.get_by_role("link", name="Sign-in").press("Enter")
    origin = base.removesuffix("/desk")
    await page.get_by_label("Provider").select_option("other")
    await page.get_by_label("Address of its sign-in page").fill(f"{origin}/authorize")
    await page.get_by_label("Address that gives tokens").fill(f"{origin}/token")
    await page.get_by_label("Scope").fill("mail")
    await page.get_by_label("Client ID of your app").fill("our-app")
    await page.get_by_label("Client secret").fill("planted-secret")
    await save(page)
    await expect(page.get_by_text("Not signed in yet.")).to_be_visible()
    await look(page, "admin-mail-sign-in")

    async def at_provider(route: Route) -> None:
        await route.fulfill(
            status=200, content_type="text/html", body="<html lang=en><title>Provider</title><h1>Sign in</h1>"
        )

    await page.route(f"{origin}/authorize?**", at_provider)
    await page.get_by_role("button", name="Sign in at the provider").press("Enter")
    await page.wait_for_url(f"{origin}/authorize?**")
    assert "client_id=our-app" in page.url
    assert "code_challenge_method=S256" in page.url
    for ended, words in (("failed", "The sign-in failed."), ("done", "The sign-in succeeded.")):
        await page.goto(f"{base}{place}?sign_in={ended}")
        await expect(page.get_by_text(words)).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_the_account_that_reads_a_mailbox_sends_for_it_too_and_its_password_is_typed_once(
    page: Page, base: str, shop: Organization
) -> None:
    client, box = await shop.client("admin"), await mailbox_id(shop)
    await arrive(page, base, shop, "admin", f"/admin/mail-connections/{box}")
    await page.get_by_label("Server", exact=True).fill("imap.shop.example")
    await page.get_by_label("User name").fill("ann")
    await page.get_by_label("Password").fill("planted-secret")
    await page.get_by_label("Send through this account too").check()
    await page.get_by_label("Server that sends").fill("smtp.shop.example")
    await save(page)
    await expect(page.get_by_text("The mailbox sends through this account too")).to_be_visible()
    await look(page, "admin-mail-one-account")
    smtp, imap = [(await client.get(f"/mailboxes/{box}/{kind}")).json()["data"] for kind in ("smtp", "imap")]
    assert (imap["host"], imap["username"]) == ("imap.shop.example", "ann")
    assert (smtp["host"], smtp["port"], smtp["username"]) == ("smtp.shop.example", 465, "ann")
    await page.get_by_label("User name").fill("berta")
    await page.get_by_label("Password").fill("planted-secret-2")
    await save(page)
    await expect(page.get_by_text("The mailbox sends through this account too")).to_be_visible()
    smtp = (await client.get(f"/mailboxes/{box}/smtp")).json()["data"]
    assert smtp["username"] == "berta"
