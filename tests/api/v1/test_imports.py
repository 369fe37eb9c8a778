"""v1: imports as jobs: uploaded, previewed, mapped, loaded in batches, cancelled, and what bad files do."""

import gzip
import json
import tracemalloc
from datetime import UTC
from typing import Any

import pytest

from deskbell.features.transfer import previewing
from deskbell.features.transfer.importing import batches
from deskbell.features.transfer.runs import Transfer
from deskbell.features.transfer.working import progress
from tests.support.desk import Client, Organization
from tests.support.transfer import comment, ticket
from tests.support.work import run_job, work

HEAD = "Title,Mail,Body,State,Opened,Labels,Order\n"
COLUMNS = ["subject", "requester_email", "description", "status", "created_at", "tags", "field:order_no"]
TABLE = {"columns": COLUMNS, "dates": "day_first"}


def jsonl(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


async def uploaded(client: Client, content: bytes, kind: str = "jsonl", name: str = "old.jsonl") -> str:
    answer = await client.post(f"/imports?format={kind}", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["state"] == "draft"
    return str(answer.json()["data"]["id"])


async def imported(shop: Organization, client: Client, import_id: str, table: dict[str, Any] | None = None) -> Any:
    body = {} if table is None else {"table": table}
    answer = await client.post(f"/imports/{import_id}/start", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["state"] == "waiting"
    await work(shop.desk, shop)
    return (await client.get(f"/imports/{import_id}")).json()["data"]


async def subjects(client: Client) -> list[str]:
    return sorted(each["subject"] for each in (await client.get("/tickets?limit=100")).json()["data"]["tickets"])


async def test_an_uploaded_file_is_previewed_and_then_loaded_by_a_job(shop: Organization) -> None:
    admin = await shop.person("admin")
    content = jsonl(
        {"kind": "person", "email": "sam@shop.example", "name": "Sam", "role": "agent"},
        ticket("Zip", external_id="z:1", comments=[comment("Sent a new one")]), ticket("Bag", tags=["late"]),
    )  # fmt: skip
    import_id = await uploaded(admin.client, gzip.compress(content), name="old.jsonl.gz")
    assert await subjects(admin.client) == []
    preview = (await admin.client.post(f"/imports/{import_id}/preview", {})).json()["data"]
    assert [each["subject"] for each in preview["tickets"]] == ["Zip", "Bag"]
    assert (preview["tickets_read"], preview["staff"], preview["table"]) == (2, ["sam@shop.example"], None)
    done = await imported(shop, admin.client, import_id)
    assert (done["state"], done["percent"], done["counts"]["tickets"], done["counts"]["refused"]) == ("done", 100, 2, 0)
    assert (done["started_by_id"], done["has_file"], done["error"]) == (str(admin.id), False, None)
    assert await subjects(admin.client) == ["Bag", "Zip"]
    listed = (await admin.client.get("/imports")).json()["data"]
    assert [each["id"] for each in listed] == [import_id]
    log = (await admin.client.get("/audit-logs?limit=50")).json()["data"]
    assert {"transfer.started", "transfer.ended"} <= {each["action"] for each in log}
    assert (await admin.client.post(f"/imports/{import_id}/start", {})).status_code == 409
    assert (await admin.client.post(f"/imports/{import_id}/preview", {})).status_code == 409
    assert (await admin.client.get(f"/imports/{import_id}/rejects")).status_code == 404


async def test_a_second_import_of_the_same_file_brings_nothing_twice(shop: Organization) -> None:
    admin = await shop.client("admin")
    content = jsonl(ticket("Zip"), ticket("Bag", external_id="b"))
    await imported(shop, admin, await uploaded(admin, content))
    again = await imported(shop, admin, await uploaded(admin, content))
    assert (again["counts"]["tickets"], again["counts"]["present"]) == (0, 2)
    assert await subjects(admin) == ["Bag", "Zip"]


async def test_broken_lines_are_refused_and_their_file_can_be_imported_once_corrected(shop: Organization) -> None:
    admin = await shop.client("admin")
    content = (
        jsonl(ticket("Good")) + b'{"kind": "ticket", "subject": "Half\n' + b'{"kind":"ticket","subject":"M\xfcll"}\n'
    )
    content += jsonl(ticket("Late", status=7))
    done = await imported(shop, admin, await uploaded(admin, content))
    assert (done["state"], done["counts"]["tickets"], done["counts"]["refused"], done["has_file"]) == (
        "done",
        1,
        3,
        True,
    )
    assert [(each["line"], each["field"]) for each in done["refused"]] == [(2, ""), (3, ""), (4, "status")]
    assert "UTF-8" in done["refused"][1]["message"]
    file = await admin.get(f"/imports/{done['id']}/rejects")
    assert file.headers["content-disposition"].startswith("attachment")
    assert "old.rejects.jsonl" in file.headers["content-disposition"]
    corrected = file.content.replace(b'"status":7', b'"status":"open"').replace(b'"status": 7', b'"status": "open"')
    second = await imported(shop, admin, await uploaded(admin, corrected))
    assert (second["counts"]["tickets"], second["counts"]["refused"]) == (1, 2)
    assert await subjects(admin) == ["Good", "Late"]


async def test_a_table_is_mapped_column_by_column(shop: Organization) -> None:
    admin = await shop.client("admin")
    rows = HEAD + (
        'Zip,ann@example.org,"It broke,\non Monday",Waiting,03/11/2025 14:05,"late, zip",A-1\n'
        "Bag,bob@example.org,Torn,resolved,04/11/2025,,\n"
    )
    import_id = await uploaded(admin, rows.encode(), "csv", "tickets.csv")
    guess = (await admin.post(f"/imports/{import_id}/preview", {})).json()["data"]
    assert guess["columns"] == HEAD.strip().split(",")
    assert guess["table"]["columns"] == [
        "subject",
        "requester_email",
        "description",
        "status",
        "created_at",
        "tags",
        "",
    ]
    assert (guess["table"]["delimiter"], guess["table"]["dates"], len(guess["rows"])) == (",", "day_first", 2)
    table = {**TABLE, "values": {"status": {"Waiting": "pending"}}}
    shown = (await admin.post(f"/imports/{import_id}/preview", {"table": table})).json()["data"]
    assert [(each["subject"], each["status"], each["line"]) for each in shown["tickets"]] == [
        ("Zip", "pending", 2), ("Bag", "solved", 4),
    ]  # fmt: skip
    done = await imported(shop, admin, import_id, table)
    assert done["counts"]["tickets"] == 2
    found = {each["subject"]: each for each in (await admin.get("/tickets")).json()["data"]["tickets"]}
    assert found["Zip"]["created_at"] == "2025-11-03T14:05:00Z"
    assert found["Zip"]["custom_fields"] == [{"name": "order_no", "value": "A-1"}]
    assert (found["Zip"]["tags"], found["Zip"]["description"]) == (["late", "zip"], "It broke,\non Monday")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (["subject", "", ""], "requester_email"),
        (["subject", "requester_email", "colour"], "colour"),
        (["subject", "requester_email", "subject"], "subject"),
    ],
)
async def test_a_mapping_that_makes_no_tickets_is_refused(shop: Organization, columns: list[str], code: str) -> None:
    admin = await shop.client("admin")
    import_id = await uploaded(admin, b"a,b,c\n1,2,3\n", "csv", "t.csv")
    answer = await admin.post(f"/imports/{import_id}/start", {"table": {"columns": columns}})
    assert answer.status_code == 422
    assert code in answer.text
    assert (await admin.post(f"/imports/{import_id}/start", {})).status_code == 422


async def test_a_file_that_is_no_table_has_no_columns_and_one_that_is_gone_is_not_found(shop: Organization) -> None:
    admin = await shop.client("admin")
    import_id = await uploaded(admin, jsonl(ticket("One")))
    mapped = await admin.post(f"/imports/{import_id}/start", {"table": TABLE})
    assert (mapped.status_code, "table" in mapped.text) == (422, True)
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update transfers set storage_key = 'gone' where id = $1", import_id)
    assert (await admin.post(f"/imports/{import_id}/preview", {})).status_code == 404


async def test_rows_that_do_not_fit_come_back_as_a_table_with_the_reason(shop: Organization) -> None:
    admin = await shop.client("admin")
    rows = HEAD.encode() + b"Zip,ann@example.org,M\xfcll,open,,,\n" + b",bob@example.org,No subject,open,,,\n"
    rows += b"Bag,bob@example.org,Torn,open,someday,,\nLamp,jo@example.org,Dark,open,,,A-2,more\n"
    done = await imported(shop, admin, await uploaded(admin, rows, "csv", "t.csv"), TABLE)
    assert [(each["line"], each["field"]) for each in done["refused"]] == [
        (2, "description"), (3, "subject"), (4, "created_at"), (5, ""),
    ]  # fmt: skip
    file = (await admin.get(f"/imports/{done['id']}/rejects")).content
    head, first, *_ = file.splitlines()
    assert head == HEAD.strip().encode() + b",deskbell_line,deskbell_reason"
    assert b"M\xfcll" in first, "a row keeps the bytes that it had"
    corrected = file.replace(b"someday", b"05.11.2025")
    mapped = {**TABLE, "encoding": "windows-1252", "columns": [*COLUMNS, "", ""]}
    second = await imported(shop, admin, await uploaded(admin, corrected, "csv", "t.csv"), mapped)
    assert (second["counts"]["tickets"], second["counts"]["refused"]) == (3, 1)
    assert await subjects(admin) == ["Bag", "Lamp", "Zip"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "written"),
    [("utf-8", ";", "utf-8-sig"), ("windows-1252", "\t", "cp1252"), ("utf-16", ",", "utf-16")],
)
async def test_encoding_and_delimiter_of_a_table_are_guessed(
    shop: Organization, encoding: str, delimiter: str, written: str
) -> None:
    admin = await shop.client("admin")
    rows = (
        delimiter.join(["Betreff", "E-Mail", "Nachricht"]) + "\n" + delimiter.join(["Grüße", "ann@example.org", "Müll"])
    )
    import_id = await uploaded(admin, rows.encode(written), "csv", "t.csv")
    guess = (await admin.post(f"/imports/{import_id}/preview", {})).json()["data"]
    assert (guess["table"]["encoding"], guess["table"]["delimiter"]) == (encoding, delimiter)
    assert [each["subject"] for each in guess["tickets"]] == ["Grüße"]
    assert (await imported(shop, admin, import_id, guess["table"]))["counts"]["tickets"] == 1


async def test_a_cancelled_import_keeps_what_it_brought_and_ends(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_LINES", 2)
    admin = await shop.client("admin")
    import_id = await uploaded(admin, jsonl(*[ticket(f"Lamp {n}") for n in range(6)]))
    note = progress.note
    states: list[str] = []

    async def cancelling(tools: Any, organization_id: Any, transfer: Transfer, *rest: Any) -> None:
        await note(tools, organization_id, transfer, *rest)
        if organization_id == shop.id and not states:
            states.append((await admin.post(f"/imports/{import_id}/cancel")).json()["data"]["state"])

    monkeypatch.setattr(progress, "note", cancelling)
    done = await imported(shop, admin, import_id)
    assert (states, done["state"]) == (["stopping"], "cancelled")
    assert 2 <= done["counts"]["tickets"] < 6
    assert len(await subjects(admin)) == done["counts"]["tickets"]
    assert (await admin.post(f"/imports/{import_id}/cancel")).json()["data"]["state"] == "cancelled"


async def test_a_waiting_import_is_cancelled_and_a_draft_is_deleted(shop: Organization) -> None:
    admin = await shop.client("admin")
    waiting, draft = await uploaded(admin, jsonl(ticket("Zip"))), await uploaded(admin, jsonl(ticket("Bag")))
    assert (await admin.post(f"/imports/{waiting}/start", {})).status_code == 200
    assert (await admin.post(f"/imports/{draft}/start", {})).status_code == 409, "one at a time"
    assert (await admin.post(f"/imports/{waiting}/cancel")).json()["data"]["state"] == "cancelled"
    assert (await admin.post(f"/imports/{draft}/cancel")).json()["data"]["state"] == "cancelled"
    assert (await admin.get(f"/imports/{draft}")).status_code == 404
    await work(shop.desk, shop)
    assert await subjects(admin) == []


async def test_only_an_owner_imports_owners(shop: Organization) -> None:
    lines = jsonl({"kind": "person", "email": f"eve@{shop.domain}", "name": "Eve", "role": "owner"}, ticket("Zip"))
    admin, owner = await shop.client("admin"), await shop.client("owner")
    done = await imported(shop, admin, await uploaded(admin, lines))
    assert [each["field"] for each in done["refused"]] == ["role"]
    assert (await imported(shop, owner, await uploaded(owner, lines)))["counts"]["refused"] == 0


async def test_a_person_who_left_imports_no_more(shop: Organization) -> None:
    admin, owner = await shop.person("admin"), await shop.client("owner")
    import_id = await uploaded(admin.client, jsonl(ticket("Zip")))
    assert (await admin.client.post(f"/imports/{import_id}/start", {})).status_code == 200
    assert (await owner.delete(f"/agents/{admin.id}")).status_code == 200
    await work(shop.desk, shop)
    failed = (await owner.get(f"/imports/{import_id}")).json()["data"]
    assert (failed["state"], failed["counts"]["tickets"]) == ("failed", 0)
    assert failed["error"] == "The person who started it is no longer a member"


async def test_an_export_of_zendesk_is_read_with_people_comments_and_fields(shop: Organization) -> None:
    admin = await shop.client("admin")
    line = {
        "id": 77, "subject": "Printer", "description": "It burns", "status": "hold", "priority": "urgent",
        "requester": {"id": 1, "name": "Ann", "email": "ann@example.org", "role": "end-user"}, "assignee_id": 2,
        "custom_fields": [{"id": 360, "value": "A-1"}, {"id": 361, "value": None}], "tags": ["fire"],
        "created_at": "2024-01-02T03:04:05Z", "satisfaction_rating": {"score": "good"}, "group_id": 9,
        "comments": [
            {"id": 5, "author_id": 1, "body": "It burns", "public": True, "created_at": "2024-01-02T03:04:05Z"},
            {"id": 6, "author_id": 2, "body": "Water!", "public": False, "created_at": "2024-01-02T04:00:00Z",
             "attachments": [{"file_name": "a.log", "content_url": "https://x.example/a.log", "size": 3}]},
        ],
    }  # fmt: skip
    page = {"tickets": [{"id": 78, "subject": "Ink", "requester_id": 1, "status": "closed"}], "next_page": None}
    users = {
        "users": [{"id": 2, "name": "Sam", "email": "sam@shop.example", "role": "admin"}],
        "groups": [{"id": 9, "name": "Fire"}],
    }
    content = jsonl(line, page, users) + b'{"nothing": 1}\n'
    done = await imported(shop, admin, await uploaded(admin, content, "zendesk"))
    assert (done["counts"]["tickets"], done["counts"]["comments"], done["counts"]["refused"]) == (2, 1, 1)
    found = {each["subject"]: each for each in (await admin.get("/tickets")).json()["data"]["tickets"]}
    assert (found["Printer"]["number"], found["Printer"]["status"], found["Ink"]["status"]) == (77, "hold", "closed")
    assert found["Printer"]["custom_fields"] == [{"name": "zendesk_360", "value": "A-1"}]
    comments = (await admin.get(f"/tickets/{found['Printer']['id']}/comments")).json()["data"]
    assert [(each["body"], each["public"]) for each in comments] == [("Water!", False)]


async def test_an_archive_of_github_is_imported(shop: Organization) -> None:
    admin = await shop.client("admin")
    issue = {"number": 3, "subject": "Crash", "created_at": "2020-01-01T00:00:00Z", "state": "open", "requester": "ann"}
    import_id = await uploaded(admin, jsonl(issue), "github")
    preview = (await admin.post(f"/imports/{import_id}/preview", {})).json()["data"]
    assert [each["requester"] for each in preview["tickets"]] == ["ann@github.invalid"]
    assert (await imported(shop, admin, import_id))["counts"]["tickets"] == 1


async def test_files_that_are_none_or_too_large_are_refused_with_a_sentence(shop: Organization) -> None:
    admin = await shop.client("admin")
    empty = await admin.post("/imports?format=csv", files={"file": ("t.csv", b"")})
    assert empty.status_code == 422
    assert (await admin.post("/imports?format=xlsx", files={"file": ("t.csv", b"x")})).status_code == 422
    assert (await admin.post("/imports?format=csv", {})).status_code == 400
    declared = {
        "Content-Length": str(shop.desk.settings.max_import_bytes + 10_000_000),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    large = await admin.post("/imports?format=csv", headers=declared, content=b"")
    assert large.status_code == 413


async def test_agents_and_keys_without_the_scopes_import_nothing(shop: Organization) -> None:
    lead = await shop.client("team_lead")
    assert (await lead.get("/imports")).status_code == 403
    assert (await lead.post("/imports?format=csv", files={"file": ("t.csv", b"x")})).status_code == 403


async def test_a_head_behind_very_many_blank_rows_is_refused(shop: Organization) -> None:
    admin = await shop.client("admin")
    rows = gzip.compress(b"\n" * 3_000_000 + HEAD.encode() + b"Zip,ann@example.org,Broken,open,,,\n")
    import_id = await uploaded(admin, rows, "csv", "t.csv.gz")
    done = await imported(shop, admin, import_id, TABLE)
    assert (done["state"], done["counts"]["tickets"]) == ("done", 0)
    assert "10,000 blank rows" in done["refused"][0]["message"]


async def test_a_row_without_end_is_refused_and_the_next_is_read(shop: Organization) -> None:
    admin = await shop.client("admin")
    rows = HEAD.encode() + b"Zip,ann@example.org," + b"," * 5_000_000 + b"\nBag,bob@example.org,Torn,open,,,\n"
    rows += b"Wide,jo@example.org" + b"," * 500 + b"\n"
    done = await imported(shop, admin, await uploaded(admin, gzip.compress(rows), "csv", "t.csv.gz"), TABLE)
    assert [each["line"] for each in done["refused"]] == [2, 4]
    assert "2,000,000 characters" in done["refused"][0]["message"]
    assert "200 cells" in done["refused"][1]["message"]
    assert await subjects(admin) == ["Bag"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
async def test_a_file_damaged_in_the_middle_says_so(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    long = "x" * 1_000
    table = HEAD + "".join(f"Lamp {n % 5},ann@example.org,{long},open,,,\n" for n in range(300))
    content = (
        table.encode() if kind == "csv" else jsonl(*[ticket(f"Lamp {n % 5}", description=long) for n in range(300)])
    )
    damaged = bytearray(gzip.compress(content, 0))  # blocks that are stored: the length of the second is made wrong
    second = 10 + 5 + int.from_bytes(damaged[11:13], "little")
    damaged[second + 1] ^= 0xFF
    import_id = await uploaded(admin, bytes(damaged), kind, "t.gz")
    assert (await admin.post(f"/imports/{import_id}/preview", {})).status_code == 200
    done = await imported(shop, admin, import_id, TABLE if kind == "csv" else None)
    assert (done["state"], done["error"]) == ("done", None)
    assert "the compressed file is damaged" in done["refused"][-1]["message"]


def test_a_preview_unpacks_a_bounded_part_of_a_file() -> None:
    line = b'{"kind": "ticket", "x": "' + b"a" * (15 * 1024 * 1024) + b'"}\n'
    packed = gzip.compress(line * 4)
    tracemalloc.start()
    shown = previewing.preview(packed, "jsonl", None, UTC)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (shown.tickets, len(shown.refused)) == ([], 1)
    assert peak < 10 * previewing.PLAIN_BYTES


async def test_only_a_job_without_progress_for_a_day_is_given_up(shop: Organization) -> None:
    admin = await shop.client("admin")
    import_id = await uploaded(admin, jsonl(ticket("Zip")))
    assert (await admin.post(f"/imports/{import_id}/start", {})).status_code == 200

    async def after(column: str) -> str:
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute(f"update transfers set {column} = now() - interval '25 hours'")
        await run_job(shop.desk, "transfer.expire_transfers")
        return str((await admin.get(f"/imports/{import_id}")).json()["data"]["state"])

    assert await after("created_at") == "waiting", "an old file, but started just now"
    assert await after("touched_at") == "failed"
