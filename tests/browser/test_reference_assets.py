"""The API reference renders a document with files from this host only, under a strict content security policy."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

import deskbell

ASSETS = Path(deskbell.__file__).parent / "web" / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Reference</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/reference/swagger-ui.css">
<link rel="stylesheet" href="/assets/reference/reference.css">
<main id="reference"></main>
<script src="/assets/reference/swagger-ui-bundle.js"></script>
<script src="/assets/reference/reference.js" data-document="/openapi.json"></script>
"""
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "A desk", "version": "1"},
    "paths": {
        "/tickets": {
            "get": {"tags": ["Tickets"], "summary": "List tickets", "responses": {"200": {"description": "ok"}}}
        }
    },
}


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        inline = {"/": ("text/html", PAGE), "/openapi.json": ("application/json", json.dumps(DOCUMENT))}
        if self.path not in inline:
            super().do_GET()
            return
        kind, text = inline[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        del format, args


@pytest.fixture
def site() -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(ASSETS.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


async def test_it_draws_a_document_from_this_host_alone(page: Page, site: str) -> None:
    await page.goto(site)
    await page.get_by_text("List tickets").wait_for()
    await page.locator(".opblock-summary").click()
    await page.get_by_role("button", name="Execute").wait_for()


@pytest.mark.console("request to another host: http://outside.invalid/")
@pytest.mark.console("console error: Failed to load resource")
async def test_a_page_that_asks_another_host_is_found_out(page: Page) -> None:
    await page.evaluate("fetch('http://outside.invalid/').catch(() => {})")
