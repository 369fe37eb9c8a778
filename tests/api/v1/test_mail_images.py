"""v1: pictures of other servers in mails come through ours, signed, bounded, and never from our own network."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import msgspec
import pytest
from PIL import Image

from deskbell.channels.mail.images import MAX_BYTES, load_image
from tests.api.v1.test_mail import data, raw_mail, taken
from tests.support.desk import Organization


def picture() -> bytes:
    """A picture of four pixels."""
    content = BytesIO()
    Image.new("RGB", (2, 2), "teal").save(content, "PNG")
    return content.getvalue()


def answer(content: bytes, status: str = "200 OK", more: str = "") -> bytes:
    """An answer of a web server."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content


@asynccontextmanager
async def serving(answers: Callable[[str, int], bytes]) -> AsyncIterator[tuple[int, list[str]]]:
    """A web server: its port, and what it was asked."""
    asked: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(answers(asked[-1].split()[1], port))
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield port, asked
    finally:
        server.close()


async def shown(shop: Organization, *sources: str) -> tuple[str, list[str]]:
    """The HTML of a mail's ticket, and the addresses of its pictures."""
    html = "".join(f'<p>Look</p><img src="{each}">' for each in sources)
    raw = raw_mail("Zip", text=html).replace(b"\r\n\r\n", b"\r\nContent-Type: text/html\r\n\r\n", 1)
    filed = await taken(shop, raw)
    found: str = (await data(await shop.client("owner"), f"/tickets/{filed.mail.ticket_id}"))["description_html"]
    return found, re.findall(r'data-src="/api/v1([^"]*)"', found)


@pytest.fixture
def here_is_allowed(shop: Organization) -> Iterator[None]:
    """Allows pictures of this machine while a test runs."""
    msgspec.structs.force_setattr(shop.desk.settings, "webhook_allowed_hosts", ("127.0.0.1",))
    yield
    msgspec.structs.force_setattr(shop.desk.settings, "webhook_allowed_hosts", ())


async def test_pictures_wait_under_addresses_of_ours_and_are_loaded_without_a_word_about_their_reader(
    shop: Organization, here_is_allowed: None
) -> None:
    agent, customer = (await shop.person("agent")).client, (await shop.person("customer")).client
    async with serving(lambda path, _: answer(picture() if path == "/a.png?who=1&what=2" else b"<html>")) as (
        port,
        asked,
    ):
        html, (good, bad) = await shown(
            shop, f"http://127.0.0.1:{port}/a.png?who=1&amp;what=2", f"http://127.0.0.1:{port}/b"
        )
        assert f"127.0.0.1:{port}" not in html
        assert asked == []
        found = await agent.get(good)
        assert (found.status_code, found.content, found.headers["content-type"]) == (200, picture(), "image/png")
        assert found.headers["cache-control"] == "private, max-age=86400"
        assert not re.search(r"(?im)^(cookie|referer|authorization|x-forwarded)", asked[0])
        assert (await agent.get(bad)).status_code == 404
        assert (await customer.get(good)).status_code == 403
        for wrong in (
            good[:-1] + ("0" if good[-1] != "0" else "1"),
            "/mail/images/aHR0cDovL2V4YW1wbGU",
            "/mail/images/ü.x",
        ):
            assert (await agent.get(wrong)).status_code == 404
        assert len(asked) == 2


async def test_an_address_of_our_own_network_is_not_asked(shop: Organization) -> None:
    agent = (await shop.person("agent")).client
    async with serving(lambda *_: answer(picture())) as (port, asked):
        _, found = await shown(
            shop, f"http://127.0.0.1:{port}/a.png", f"http://localhost:{port}/a.png", "http://[::1]/a.png"
        )
        assert [(await agent.get(each)).status_code for each in found] == [404, 404, 404]
    assert asked == []


async def test_another_organizations_token_opens_nothing(shop: Organization, rival: Organization) -> None:
    _, (theirs,) = await shown(rival, "http://pictures.example/a.png")
    await shown(shop, "http://pictures.example/a.png")
    assert (await (await shop.person("agent")).client.get(theirs)).status_code == 404


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (lambda _, __: answer(picture()), True),
        (lambda path, _: answer(picture()) if path == "/b" else answer(b"", "302 Found", "Location: /b\r\n"), True),
        (lambda _, __: answer(b"", "302 Found", "Location: /b\r\n"), False),
        (lambda _, __: answer(b"", "301 Moved", "Location: http://192.168.0.1/\r\n"), False),
        (lambda _, __: answer(b"", "301 Moved", "Location: file:///etc/passwd\r\n"), False),
        (lambda _, __: answer(picture(), "404 Not Found"), False),
        (lambda _, __: answer(picture() + bytes(MAX_BYTES)), False),
        (lambda _, __: answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>", more="Content-Type: image/png\r\n"), False),
        (lambda _, __: b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x89PNG", False),
        (lambda _, __: b"nonsense\r\n\r\n", False),
    ],
)  # fmt: skip
async def test_only_pictures_within_bounds_are_shown(answers: Any, expected: bool) -> None:
    async with serving(answers) as (port, asked):
        assert (await load_image(f"http://127.0.0.1:{port}/a", ["127.0.0.1"]) is not None) is expected
        assert 1 <= len(asked) <= 4
