"""An owner's first day on a server of its own, from the first form to the rating of the first answered mail."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page
from tools.first_day import walk

from tests.browser.test_account_pages import shoot
from tests.cli.running import served, short_folder
from tests.support.programs import free_port


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as found:
        yield found


@pytest.mark.console(r"the server responded with a status of 4(04|12|22)")
async def test_a_desk_is_set_up_in_the_browser_and_its_first_mail_answered_and_rated(
    page: Page, folder: Path, fresh_database_url: str
) -> None:
    smtp_port = free_port()
    settings = {"DATABASE_URL": fresh_database_url, "INBOUND_SMTP": f"127.0.0.1:{smtp_port}"}
    with served(folder, **settings) as server:
        await walk(page, server.url, smtp_port, lambda page, name: shoot(page, f"desk-{name}"))
        await page.goto("about:blank")
        await asyncio.to_thread(server.stop)
