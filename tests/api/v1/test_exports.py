"""v1: exports as jobs: their files, who may have them, how long, and that an import reads them back."""

import csv
import gzip
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from deskbell.features.transfer.working import progress
from tests.api.v1.test_imports import imported, jsonl, subjects, uploaded
from tests.support.desk import Client, Desk, Organization
from tests.support.transfer import ticket
from tests.support.work import run_job, work


async def exported(shop: Organization, client: Client, body: dict[str, Any]) -> Any:
    answer = await client.post("/exports", body)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["data"]["state"], answer.json()["data"]["has_file"]) == ("waiting", False)
    await work(shop.desk, shop)
    return (await client.get(f"/exports/{answer.json()['data']['id']}")).json()["data"]


async def filed(client: Client, *names: str, **fields: Any) -> None:
    for name in names:
        answer = await client.post("/tickets", {"subject": name, "description": "Broken", **fields})
        assert answer.status_code == 201, answer.text


async def test_everything_is_exported_in_the_open_format_and_reads_back(
    shop: Organization, rival: Organization
) -> None:
    admin = await shop.client("admin")
    await filed(admin, "Zip", "Bag", tags=["late"])
    done = await exported(shop, admin, {"format": "jsonl"})
    assert (done["state"], done["percent"], done["has_file"], done["error"]) == ("done", 100, True, None)
    answer = await admin.get(f"/exports/{done['id']}/file")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/gzip")
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) == done["size"]
    lines = [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]
    assert [each["subject"] for each in lines if each["kind"] == "ticket"] == ["Zip", "Bag"]
    log = (await admin.get("/audit-logs?limit=20")).json()["data"]
    assert {"transfer.started", "transfer.ended", "transfer.downloaded"} <= {each["action"] for each in log}
    owner = await rival.client("owner")
    assert (await imported(rival, owner, await uploaded(owner, answer.content)))["counts"]["tickets"] == 2


async def test_the_tickets_of_a_query_are_exported_as_a_table_that_an_import_reads(
    shop: Organization, rival: Organization
) -> None:
    admin = await shop.client("admin")
    await filed(admin, "Zip, again", "=1+1", tags=["late"], custom_fields=[{"name": "order", "value": "A-1"}])
    await filed(admin, "Bag")
    done = await exported(shop, admin, {"format": "csv", "query": "tag:late"})
    assert (done["state"], done["query"]) == ("done", "tag:late")
    content = (await admin.get(f"/exports/{done['id']}/file")).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [each["subject"] for each in rows] == ["Zip, again", "'=1+1"], "a formula is no formula any more"
    assert (rows[0]["field:order"], rows[0]["tags"], rows[0]["status"]) == ("A-1", "late", "new")
    owner = await rival.client("owner")
    import_id = await uploaded(owner, content, "csv", "t.csv")
    guess = (await owner.post(f"/imports/{import_id}/preview", {})).json()["data"]["table"]
    assert (await imported(rival, owner, import_id, guess))["counts"]["tickets"] == 2
    assert await subjects(owner) == ["'=1+1", "Zip, again"]


async def test_what_is_asked_wrongly_is_refused(shop: Organization) -> None:
    admin = await shop.client("admin")
    assert (await admin.post("/exports", {"format": "pdf"})).status_code == 422
    assert (await admin.post("/exports", {"format": "jsonl", "query": "tag:late"})).status_code == 422
    assert (await admin.post("/exports", {"format": "csv", "query": "status:nonsense"})).status_code == 422
    assert (await admin.post("/exports", {"format": "csv"})).status_code == 201
    assert (await admin.post("/exports", {"format": "csv"})).status_code == 409, "one at a time"


async def test_a_cancelled_export_has_no_file(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await shop.client("admin")
    await filed(admin, "Zip")
    note = progress.note

    async def cancelling(tools: Any, organization_id: Any, transfer: Any, *rest: Any) -> None:
        if organization_id == shop.id:  # another test's export may wait in the same queue
            assert (await admin.post(f"/exports/{transfer.id}/cancel")).json()["data"]["state"] == "stopping"
        await note(tools, organization_id, transfer, *rest)

    monkeypatch.setattr(progress, "note", cancelling)
    done = await exported(shop, admin, {"format": "csv"})
    assert (done["state"], done["has_file"]) == ("cancelled", False)
    assert (await admin.get(f"/exports/{done['id']}/file")).status_code == 404


async def test_a_file_expires_and_leaves_the_storage(
    shop: Organization, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await shop.client("admin")
    await filed(admin, "Zip")
    done = await exported(shop, admin, {"format": "csv"})
    async with desk.database.unit(shop.system()) as uow:
        key = await uow.db.fetch_value("select storage_key from transfers")
        await uow.db.execute("update transfers set expires_at = $1", uow.now - timedelta(minutes=1))
    assert (await admin.get(f"/exports/{done['id']}/file")).status_code == 404, "before the clean-up, too"
    await run_job(desk, "transfer.expire_transfers")
    assert (await admin.get(f"/exports/{done['id']}")).json()["data"]["has_file"] is False
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from removed_files where storage_key = $1", key) == 1


async def test_no_other_organization_and_no_agent_gets_a_file(shop: Organization, rival: Organization) -> None:
    admin = await shop.client("admin")
    done = await exported(shop, admin, {"format": "csv"})
    outsider = await rival.client("owner")
    for path in (f"/exports/{done['id']}", f"/exports/{done['id']}/file"):
        assert (await outsider.get(path)).status_code == 404
        assert (await (await shop.client("agent")).get(path)).status_code == 403
        assert (await (await shop.client("customer")).get(path)).status_code == 403


async def test_an_import_of_a_hundred_thousand_rows_goes_in_batches(shop: Organization) -> None:
    """Most of them are repeated rows, which are recognized: what is measured is that all of them are read and counted."""
    admin = await shop.client("admin")
    rows = "subject,email\n" + "".join(f"Lamp {n % 600},ann@example.org\n" for n in range(100_000))
    import_id = await uploaded(admin, rows.encode(), "csv", "large.csv")
    done = await imported(shop, admin, import_id, {"columns": ["subject", "requester_email"]})
    assert (done["state"], done["percent"]) == ("done", 100)
    assert (done["counts"]["tickets"], done["counts"]["present"], done["counts"]["refused"]) == (600, 99_400, 0)


async def test_a_file_of_broken_gzip_keeps_what_could_be_read(shop: Organization) -> None:
    admin = await shop.client("admin")
    whole = gzip.compress(jsonl(*[ticket(f"Lamp {n}", description="x" * 50) for n in range(50)]))
    done = await imported(shop, admin, await uploaded(admin, whole[: len(whole) - 12], name="old.jsonl.gz"))
    assert done["state"] == "done"
    assert any("damaged" in each["message"] for each in done["refused"])
