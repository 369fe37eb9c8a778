"""The agents' app as it is served: one page under a strict policy, and files that are kept for ever."""

import gzip
import re

import pytest

from deskbell.web.desk import BUILT
from tests.support.desk import Desk

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/desk", "/desk/", "/desk/inbox/mine/1042?q=status:open", "/desk/a.b/c"])
async def test_every_address_below_the_desk_is_the_page_with_a_nonce_of_its_own(desk: Desk, path: str) -> None:
    client = desk.client(base="", accept=HTML)
    nonces = []
    for _ in range(2):
        page = await client.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        policy = page.headers["content-security-policy"]
        [nonce] = re.findall(r"style-src 'self' 'nonce-([^']+)'", policy)
        assert "default-src 'none'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert f'<meta property="csp-nonce" nonce="{nonce}"' in page.text
        assert "DESKBELL-NONCE" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "style=" not in page.text
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


async def test_the_files_of_the_app_are_packed_and_kept(desk: Desk) -> None:
    client = desk.client(base="")
    page = await client.get("/desk")
    names = re.findall(r'(?:src|href)="(/assets/desk/[^"]+)"', page.text)
    assert names
    for name in names:
        plain = await client.get(name, headers={"Accept-Encoding": "identity"})
        assert plain.status_code == 200, name
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "content-encoding" not in plain.headers
        packed = await client.get(name, headers={"Accept-Encoding": "gzip, deflate"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert packed.content == plain.content
    assert gzip.decompress((BUILT / "manifest.json.gz").read_bytes()) == (BUILT / "manifest.json").read_bytes()


@pytest.mark.parametrize("name", ["index.html", "nothing.js", "../reference/LICENSE", "%2e%2e/reference/LICENSE"])
async def test_no_other_file_is_served_as_one_of_the_app(desk: Desk, name: str) -> None:
    answer = await desk.client(base="").get(f"/assets/desk/{name}", headers={"Accept": "application/json"})
    assert answer.status_code == 404 or answer.url.path == "/assets/reference/LICENSE"


@pytest.mark.parametrize(("asked", "shown"), [("?q=zip%20status:open", "?q=zip%20status:open"), ("", "")])
async def test_the_address_of_a_search_leads_to_its_list(desk: Desk, asked: str, shown: str) -> None:
    answer = await desk.client(base="", accept=HTML).get(f"/desk/search{asked}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/inbox/all{shown}")
