"""A receiver may be slow, broken or hostile: it gets its attempt, and no more than that."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from deskbell.features.webhooks import sending
from deskbell.features.webhooks.sending import Answer, Sender, Unreachable
from deskbell.features.webhooks.targets import AllowedHosts
from tests.support.receiver import Receiver, answer, break_off, flood

LOOPBACK = AllowedHosts(["127.0.0.1", "hook.test"])


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    async with Sender(LOOPBACK) as made:
        yield made


async def post(sender: Sender, url: str) -> Answer:
    return await sender.post(url, {"webhook-id": "msg_1"}, b"{}")


async def test_the_answer_is_kept(sender: Sender) -> None:
    async with Receiver(answer(202, b"later", {"X-Request-Id": "7"})) as receiver:
        got = await post(sender, receiver.url)
        assert (got.status, got.excerpt, got.headers["x-request-id"]) == (202, "later", "7")
        (call,) = receiver.calls
        assert call.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_a_redirect_is_an_answer_and_not_followed(sender: Sender) -> None:
    async with Receiver() as elsewhere, Receiver(answer(302, headers={"Location": elsewhere.url})) as receiver:
        assert (await post(sender, receiver.url)).status == 302
        assert elsewhere.calls == []


async def test_ten_megabytes_are_not_read(sender: Sender) -> None:
    async with Receiver(flood) as receiver:
        got = await post(sender, receiver.url)
        assert len(got.excerpt) < 5_000


@pytest.mark.parametrize("raw", [b"\x00\xff\xfe", "é".encode("latin-1")])
async def test_an_answer_that_is_no_text_can_be_kept(sender: Sender, raw: bytes) -> None:
    async with Receiver(answer(200, raw)) as receiver:
        got = await post(sender, receiver.url)
        assert "\0" not in got.excerpt
        assert got.excerpt.encode()


async def test_an_answer_that_breaks_off_is_none(sender: Sender) -> None:
    async with Receiver(break_off) as receiver:
        with pytest.raises(Unreachable, match="breaks off"):
            await post(sender, receiver.url)


async def test_a_receiver_that_hangs_is_left_in_time(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.2)

    async def stall(_call: object, _writer: object) -> None:
        await asyncio.Event().wait()

    async with Receiver(stall) as receiver:
        with pytest.raises(Unreachable, match="No answer within"):
            await post(sender, receiver.url)


async def test_a_closed_port_is_reported(sender: Sender) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="No connection"):
            await post(sender, f"http://127.0.0.1:{unused.getsockname()[1]}/")


async def test_speech_that_is_no_http(sender: Sender) -> None:
    async def gibberish(_call: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()

    async with Receiver(gibberish) as receiver:
        with pytest.raises(Unreachable, match="not HTTP"):
            await post(sender, receiver.url)


async def test_a_receiver_without_tls_is_reported(sender: Sender) -> None:
    async with Receiver() as receiver:
        with pytest.raises(Unreachable):
            await post(sender, receiver.url.replace("http:", "https:"))
        assert receiver.calls == []


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Lets every name have these addresses, as somebody's own name server could say; keeps what was asked for."""
    asked: list[str] = []

    def say(host: str, port: int, **_options: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr("deskbell.features.webhooks.sending.socket.getaddrinfo", say)
    return asked


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"]]
)
async def test_a_name_that_leads_inside_is_refused_as_it_is_connected_to(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    async with Receiver() as receiver:
        names(monkeypatch, *addresses)
        with pytest.raises(Unreachable, match="not on the public internet"):
            await post(sender, f"http://innocent.example:{receiver.port}/")
        assert receiver.calls == []


async def test_the_name_is_asked_once_and_the_checked_address_is_the_one_connected_to(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Receiver() as receiver:
        asked = names(monkeypatch, "127.0.0.1")
        await post(sender, f"http://hook.test:{receiver.port}/path?x=1")
        assert asked == ["hook.test"]
        (call,) = receiver.calls
        assert (call.headers["host"], call.path) == (f"hook.test:{receiver.port}", "/path?x=1")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://[::1]/", "http://localhost:8000/", "http://10.0.0.7/"]
)
async def test_an_address_inside_is_refused_without_the_operators_word(url: str) -> None:
    async with Sender(AllowedHosts()) as strict:
        with pytest.raises(Unreachable, match="not on the public internet"):
            await post(strict, url)


async def test_proxies_of_the_environment_are_not_asked(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as proxy, Receiver() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await post(sender, receiver.url)
        assert (len(proxy.calls), len(receiver.calls)) == (0, 1)


async def test_the_certificate_must_be_that_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A context that trusts no certificate refuses every answer: connections are verified."""
    context = ssl.create_default_context()
    async with Sender(LOOPBACK, ssl_context=context) as strict, Receiver() as receiver:
        with pytest.raises(Unreachable):
            await post(strict, f"https://127.0.0.1:{receiver.port}/")
