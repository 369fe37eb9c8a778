"""v1: upload, download, permissions and clean-up of files."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest

from deskbell.features.files.handlers import sweep
from deskbell.jobs.worker import tools_for
from deskbell.runtime.storage import Storage
from tests.support.desk import Client, Desk, Organization, running_desk
from tests.support.journal import events_about
from tests.support.transfer import comment, loaded, ticket

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20


async def upload(
    client: Client, name: str = "zip.png", content: bytes = PNG, kind: str = "image/png"
) -> dict[str, object]:
    answer = await client.request("POST", "/upload", files={"file": (name, content, kind)})
    assert answer.status_code == 201, answer.text
    file: dict[str, object] = answer.json()["data"]
    return file


async def attach(client: Client, ticket_id: str, file: dict[str, object], *, public: bool = True) -> str:
    body = {"body": "see the picture", "public": public, "attachments": [file]}
    answer = await client.post(f"/tickets/{ticket_id}/comments", body)
    assert answer.status_code == 201, answer.text
    comment_id: str = answer.json()["data"]["id"]
    return comment_id


async def file_ticket(client: Client) -> str:
    ticket_id: str = (await client.post("/tickets", TICKET)).json()["data"]["id"]
    return ticket_id


def stored(desk: Desk, shop: Organization) -> list[Path]:
    return sorted((desk.settings.data_dir / "files" / str(shop.id)).glob("*"))


async def test_a_file_is_uploaded_and_downloaded_unchanged(shop: Organization) -> None:
    customer = await shop.client("customer")
    content = PNG * 700  # beyond what is kept in memory
    file = await upload(customer, "../../Mein Bär.png", content)
    assert set(file) == {
        "id", "filename", "url", "mime_type", "size", "uploaded_at", "width", "height", "thumbnail_url",
    }  # fmt: skip
    assert (file["filename"], file["mime_type"], file["size"]) == ("Mein Bär.png", "image/png", len(content))
    assert file["url"] == f"/api/v1/uploads/{file['id']}"
    answer = await customer.get(f"/{file['url']}")
    assert (answer.status_code, answer.content) == (200, content)
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(len(content))
    assert headers["etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert headers["cache-control"].startswith("private")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"].startswith("attachment; ")
    assert unquote(headers["content-disposition"].rpartition("''")[2]) == "Mein Bär.png"
    known = await customer.get(f"/uploads/{file['id']}", headers={"If-None-Match": f'"other", W/{headers["etag"]}'})
    assert (known.status_code, known.content) == (304, b"")
    assert [kind for kind, _ in await events_about(shop, str(file["id"]))] == ["file.uploaded"]


async def test_content_decides_the_type_and_executable_types_are_sent_as_octet_stream(shop: Organization) -> None:
    customer = await shop.client("customer")
    page = await upload(customer, "holiday.png", b"<!doctype html><script>alert(1)</script>", "image/png")
    assert page["mime_type"] == "text/html"
    answer = await customer.get(f"/uploads/{page['id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert (await upload(customer, "notes.txt", b"Hello", "text/plain; charset=utf-8"))["mime_type"] == "text/plain"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"files": {"file": ("empty.txt", b"", "text/plain")}}, 422),
        ({"files": {"picture": ("zip.png", PNG, "image/png")}}, 422),
        ({"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]}, 422),
        ({"data": {"file": "zip.png"}, "files": {"other": ("x", b"x")}}, 422),
        ({"json": {"file": "zip.png"}}, 400),
        ({"data": {"file": "zip.png"}}, 400),
        ({"content": b"junk", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"junk", "headers": {"content-type": "multipart/form-data"}}, 422),
        ({"content": b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n\xff\xfe\r\n--x--\r\n',
          "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422),
    ],
)  # fmt: skip
async def test_an_invalid_upload_is_refused_and_stores_nothing(
    desk: Desk, shop: Organization, options: dict[str, object], status: int
) -> None:
    customer = await shop.client("customer")
    answer = await customer.request("POST", "/upload", **options)
    assert answer.status_code == status, answer.text
    assert answer.json()["success"] is False
    assert stored(desk, shop) == []


@pytest.fixture
async def limited_desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk that takes files of a thousand bytes."""
    async with running_desk(database_url, tmp_path, DESKBELL_MAX_UPLOAD_BYTES="1000") as running:
        yield running


async def test_a_file_over_the_limit_is_refused_with_or_without_content_length(limited_desk: Desk) -> None:
    shop = await limited_desk.organization()
    customer = await shop.client("customer")
    assert (await upload(customer, content=PNG[:1000]))["size"] == 1000

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        while True:
            yield b"x" * 10_000

    for options in (
        {"files": {"file": ("f", PNG[:1001], "image/png")}},
        {"files": {"file": ("f", bytes(100_000), "image/png")}},
        {"content": endless(), "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ):
        answer = await customer.request("POST", "/upload", **options)
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"
        assert answer.json()["error"]["details"]["limit"] == 1000
    assert len(stored(limited_desk, shop)) == 1


async def test_an_upload_repeated_with_its_key_is_stored_once(desk: Desk, shop: Organization) -> None:
    customer = await shop.client("customer")

    async def send(boundary: str, name: str = "zip.png", content: bytes = PNG) -> httpx.Response:
        headers = {"Idempotency-Key": "upload-1", "content-type": f"multipart/form-data; boundary={boundary}"}
        return await customer.request("POST", "/upload", files={"file": (name, content, "image/png")}, headers=headers)

    first, again = await send("x"), await send("another")
    assert (first.status_code, again.status_code) == (201, 201)
    for other in (await send("x", "gap.png"), await send("x", content=PNG[:-1] + b"?")):
        assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(stored(desk, shop)) == 1


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("filename=\"=?utf-8?B?R3LDtsOfZS5wZGY=?=\"; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        ("filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        ("filename*=\"UTF-8'de'Gr%C3%B6%C3%9Fe.pdf\"; filename=other.pdf", "Größe.pdf"),
        ("filename*=iso-8859-1''Gr%F6%DFe.pdf", "Größe.pdf"),
        ("filename*=klingon''Gr%F6%DFe.pdf; filename=size.pdf", "size.pdf"),
        ("filename*=utf-8''Gr%F6%DFe.pdf; filename=size.pdf", "size.pdf"),
        ('filename="=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?="', "Größe.pdf"),
        ('filename="=?klingon?Q?size?="', "=_klingon_Q_size_="),
        ('filename="Größe.pdf"', "Größe.pdf"),
        ('filename="a \\"b\\".pdf"', "a _b_.pdf"),
        ('filename="a%22b.pdf"', "a_b.pdf"),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
async def test_a_file_name_is_read_in_every_form_that_clients_send(
    shop: Organization, parameters: str, name: str, charset: str
) -> None:
    customer = await shop.client("customer")
    head = f'--x\r\nContent-Disposition: form-data; name="file"; {parameters}\r\n\r\n'.encode(charset)
    answer = await customer.request(
        "POST",
        "/upload",
        content=head + b"Hello\r\n--x--\r\n",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, answer.json()["data"]["filename"]) == (201, name)


async def test_an_interrupted_upload_is_refused(desk: Desk, shop: Organization) -> None:
    customer = await shop.client("customer")
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nHello'
    answer = await customer.request(
        "POST", "/upload", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 400
    assert stored(desk, shop) == []


@pytest.mark.parametrize(
    ("content", "kind", "served"),
    [
        ("Grüße".encode("utf-16"), "text/plain", "text/plain; charset=utf-16"),
        ("Grüße".encode(), "text/csv", "text/csv; charset=utf-8"),
        (b"A" * 10_000 + "Grüße".encode("latin-1"), "text/plain", "text/plain"),
    ],
)
async def test_a_text_is_served_with_the_charset_that_its_bytes_show(
    shop: Organization, content: bytes, kind: str, served: str
) -> None:
    customer = await shop.client("customer")
    file = await upload(customer, "notes.txt", content, kind)
    answer = await customer.get(f"/{file['url']}")
    assert (answer.headers["content-type"], answer.content) == (served, content)


async def test_an_imported_file_of_no_bytes_is_downloaded(desk: Desk, shop: Organization) -> None:
    agent = await shop.client("agent")
    empty = {"filename": "empty.log", "content": ""}
    summary = await loaded(
        desk.database, shop.id, [ticket(comments=[comment("see", attachments=[empty])])], Storage.open(desk.settings)
    )
    assert summary.problems == []
    listed = (await agent.get("/tickets", params={"limit": 1})).json()["data"]["tickets"]
    (shown,) = (await agent.get(f"/tickets/{listed[0]['id']}/comments")).json()["data"][0]["attachments"]
    for method in ("GET", "HEAD"):
        answer = await agent.request(method, f"/{shown['url']}")
        assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


async def test_an_unattached_file_is_readable_by_its_uploader_only(shop: Organization, rival: Organization) -> None:
    customer = await shop.client("customer")
    file = await upload(customer)
    path = f"/uploads/{file['id']}"
    for other in (await shop.client("customer2"), await shop.client("agent"), await shop.client("admin"),
                  await rival.client("owner")):  # fmt: skip
        assert (await other.get(path)).status_code == 404
    assert (await shop.desk.client().get(path)).status_code == 401
    assert (await shop.desk.client().request("POST", "/upload", files={"file": ("x", b"x")})).status_code == 401
    assert (await customer.get(f"/uploads/{uuid4()}")).status_code == 404


async def test_an_attached_file_is_readable_by_readers_of_its_comment(shop: Organization, rival: Organization) -> None:
    customer, other, agent = await shop.client("customer"), await shop.client("customer2"), await shop.client("agent")
    admin, stranger = await shop.client("admin"), await rival.client("owner")
    ticket_id = await file_ticket(customer)
    reply, note = await upload(agent, "reply.png"), await upload(agent, "note.png")
    await attach(agent, ticket_id, reply)
    await attach(agent, ticket_id, note, public=False)

    async def reads(client: Client, file: dict[str, object]) -> bool:
        status = (await client.get(f"/uploads/{file['id']}")).status_code
        assert status in (200, 404)
        return status == 200

    assert [await reads(each, reply) for each in (customer, agent, admin, other, stranger)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert [await reads(each, note) for each in (customer, agent, admin, other, stranger)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    await admin.delete(f"/tickets/{ticket_id}")
    assert [await reads(each, reply) for each in (customer, agent, admin)] == [False, False, False]


async def test_uploaders_delete_unattached_files_and_admins_any(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    customer, agent, admin = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    loose, attached, forgotten = await upload(customer), await upload(customer), await upload(agent)
    ticket_id = await file_ticket(customer)
    await attach(customer, ticket_id, attached)
    for other in (agent, await shop.client("customer2"), await rival.client("owner")):
        assert (await other.delete(f"/uploads/{loose['id']}")).status_code == 404
    for refused in (customer, agent):
        assert (await refused.delete(f"/uploads/{attached['id']}")).status_code == 403
    assert (await (await rival.client("owner")).delete(f"/uploads/{attached['id']}")).status_code == 404
    assert len(stored(desk, shop)) == 3

    assert (await customer.delete(f"/uploads/{loose['id']}")).status_code == 200
    assert (await customer.get(f"/uploads/{loose['id']}")).status_code == 404
    assert (await customer.delete(f"/uploads/{loose['id']}")).status_code == 404
    assert (await admin.delete(f"/uploads/{forgotten['id']}")).status_code == 200
    assert (await admin.delete(f"/uploads/{attached['id']}")).status_code == 200
    assert (await customer.get(f"/tickets/{ticket_id}/comments")).json()["data"][0]["attachments"] == []
    assert stored(desk, shop) == []
    last = (await events_about(shop, str(attached["id"])))[-1]
    assert (last[0], last[1]["ticket_id"]) == ("file.deleted", ticket_id)


async def test_a_deleted_upload_cannot_be_attached(shop: Organization) -> None:
    customer = await shop.client("customer")
    ticket_id, file = await file_ticket(customer), await upload(customer)
    await customer.delete(f"/uploads/{file['id']}")
    answer = await customer.post(f"/tickets/{ticket_id}/comments", {"body": "see", "attachments": [file]})
    assert answer.status_code == 422


async def test_files_unattached_for_a_day_are_deleted(desk: Desk, shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    ticket_id = await file_ticket(customer)
    old, fresh, attached, orphan, gone = [await upload(customer, f"{i}.png") for i in range(5)]
    await attach(customer, ticket_id, attached)
    comment_id = await attach(customer, ticket_id, orphan)
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update files set created_at = created_at - interval '25 hours' where id <> $1", fresh["id"]
        )
        await uow.db.execute("delete from files where id = $1", gone["id"])
        await uow.db.execute(
            "insert into removed_files (organization_id, storage_key) values ($1, $2)",
            shop.id,
            f"{shop.id}/{gone['id']}",
        )
    assert (await admin.delete(f"/comments/{comment_id}")).status_code == 200
    async with tools_for(desk.settings) as tools:
        await sweep(tools, b"")
        await sweep(tools, b"")
    assert {path.name for path in stored(desk, shop)} == {fresh["id"], attached["id"]}
    assert (await customer.get(f"/uploads/{old['id']}")).status_code == 404
    assert (await customer.get(f"/uploads/{attached['id']}")).content == PNG
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from removed_files") == 0


async def test_missing_content_is_reported_as_not_found(desk: Desk, shop: Organization) -> None:
    customer = await shop.client("customer")
    file = await upload(customer)
    for path in stored(desk, shop):
        path.unlink()
    assert (await customer.get(f"/uploads/{file['id']}")).status_code == 404
    assert (await customer.delete(f"/uploads/{file['id']}")).status_code == 200
