"""Each path is dispatched to its contract or to the site."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.support.desk import Desk, Organization

ENVELOPES = {
    "platform": {"detail"},
    "root": {"error", "code", "details"},
    "v1": {"success", "error"},
}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/tickets", "platform"), ("/v1/nowhere", "platform"), ("/tickets", "root"), ("/webhooks", "root"),
        ("/metrics/tickets", "root"), ("/customers/me/tickets", "root"), ("/customer/tickets", "root"),
        ("/agent/tickets", "root"), ("/agents", "root"), ("/nowhere", "root"), ("/api/v1/tickets", "v1"),
        ("/api/tickets", "v1"),
    ],
)  # fmt: skip
async def test_a_refusal_has_the_format_of_its_paths_contract(desk: Desk, path: str, form: str) -> None:
    answer = await desk.client(base="").get(path)
    assert answer.status_code in {401, 404}
    assert answer.json().keys() == ENVELOPES[form]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi/routes.json", "/docs/portals", "/docs/platform"])
async def test_site_paths_are_served_by_the_site(desk: Desk, path: str) -> None:
    assert (await desk.client(base="").get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/meta", "/tickets", "/nowhere", "/help/nobody.example"])
async def test_each_answer_has_its_time(desk: Desk, path: str) -> None:
    """Browsers with a wrong clock learn the time from it."""
    before = datetime.now(UTC).replace(microsecond=0)
    [date] = (await desk.client(base="").get(path)).headers.get_list("date")
    assert timedelta(0) <= parsedate_to_datetime(date) - before < timedelta(minutes=2)


async def test_the_probe_is_not_the_contracts_metrics(desk: Desk) -> None:
    assert "details" not in (await desk.client(base="").get("/metrics")).text


@pytest.mark.parametrize("path", ["/v1/tickets", "/tickets", "/agent/tickets", "/login"])
async def test_options_and_head_are_answered_without_an_error(desk: Desk, path: str) -> None:
    options = await desk.client(base="").request("OPTIONS", path)
    assert options.status_code == 204
    assert "OPTIONS" in options.headers["allow"]
    assert (await desk.client(base="").request("HEAD", path)).status_code in {401, 405}


async def test_head_answers_as_get_without_the_body(shop: Organization) -> None:
    agent = await shop.client("agent")
    got, head = await agent.get("/tickets"), await agent.request("HEAD", "/tickets")
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
