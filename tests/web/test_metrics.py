"""`/metrics`: figures for Prometheus, for the machine itself and for staff alone."""

from typing import Any, cast

import httpx

from deskbell.app import App
from tests.support.desk import Desk, Organization


def at(app: App, address: str, **headers: str) -> httpx.AsyncClient:
    """A client at a network address."""
    transport = httpx.ASGITransport(app=cast(Any, app), client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test", headers=headers)


async def test_only_the_machine_itself_and_staff_may_read_the_figures(desk: Desk, shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    await agent.client.get("/tickets")
    local = await at(desk.app, "127.0.0.1").get("/metrics")
    assert (local.status_code, local.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert 'deskbell_request_seconds_count{contract="v1",method="GET",status="2xx"}' in local.text
    assert "deskbell_relay_behind_seconds" in local.text
    for figure in ('deskbell_mails{state="quarantined"}', 'deskbell_mail_oldest_seconds{state="received"}',
                   'deskbell_mail_deliveries{state="delayed"}', "deskbell_mail_read_seconds_count",
                   'deskbell_mailboxes{state="failing",way="in"}', "deskbell_mailbox_look_seconds"):  # fmt: skip
        assert figure in local.text
    assert (await at(desk.app, "192.0.2.7").get("/metrics")).status_code == 401
    assert (await at(desk.app, "127.0.0.1", **{"X-Forwarded-For": "192.0.2.7"}).get("/metrics")).status_code == 401
    for person, status in ((agent, 200), (customer, 401)):
        answer = await at(desk.app, "192.0.2.7", authorization=f"Bearer {person.token}").get("/metrics")
        assert answer.status_code == status


async def test_the_probes_report_process_and_readiness(desk: Desk) -> None:
    client = at(desk.app, "192.0.2.7")
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
