"""Security headers of every response: caching, MIME sniffing, HTTPS."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import Desk, Organization, running_desk

PRIVATE = {
    "v1": "//api/v1/auth/me",
    "v2": "//api/v2/auth/session",
    "platform": "//v1/tickets",
    "routes": "//tickets",
    "portals": "//agent/tickets",
}


@pytest.mark.parametrize("path", PRIVATE.values(), ids=PRIVATE.keys())
async def test_private_responses_must_not_be_cached(desk: Desk, shop: Organization, path: str) -> None:
    for client, status in ((await shop.client("agent"), 200), (desk.client(), 401)):
        answer = await client.get(path)
        assert answer.status_code == status, answer.text
        assert "no-store" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_explicit_cache_control_is_kept(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    file = (await agent.post("/upload", files={"file": ("a.txt", b"text")})).json()["data"]
    kept = await agent.get(f"/uploads/{file['id']}")
    assert kept.headers.get_list("cache-control") == ["private, max-age=0, must-revalidate"]
    assert "cache-control" not in (await desk.client(base="").get("/openapi/v1.json")).headers


@pytest.fixture
async def behind_tls(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running_desk(database_url, tmp_path, DESKBELL_TRUSTED_PROXIES="127.0.0.0/8") as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/tickets"])
async def test_responses_over_https_have_hsts(behind_tls: Desk, path: str) -> None:
    async def policy_after(scheme: str) -> str | None:
        answer = await behind_tls.client(base="", x_forwarded_proto=scheme).get(path)
        header: str | None = answer.headers.get("strict-transport-security")
        return header

    assert await policy_after("https") == "max-age=31536000"
    assert await policy_after("http") is None
