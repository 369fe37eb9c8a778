"""v1: pictures of members, sizes and small copies of pictures, and an opened ticket with one's drafts."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from deskbell.features.files import handlers
from deskbell.runtime import pictures
from tests.support.desk import Client, Organization
from tests.support.work import run_job


def picture(width: int, height: int, kind: str = "PNG", *, sideways: bool = False) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), (23, 100, 95))
    exif = image.getexif()
    if sideways:
        exif[0x0112] = 6
    exif[0x010F] = "Secret camera"
    image.save(out, kind, exif=exif)
    return out.getvalue()


def size(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "WEBP"
        assert not image.getexif()
        return image.size


async def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


async def upload(
    client: Client, content: bytes, name: str = "a.png", path: str = "/upload", method: str = "POST"
) -> Any:
    return await client.request(method, path, files={"file": (name, content, "image/png")})


async def test_a_member_has_a_picture_that_everyone_may_load(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.client("customer")
    profile = await ok(await upload(agent.client, picture(600, 300, "JPEG"), path="/settings/avatar", method="PUT"))
    address = profile["avatar"].removeprefix("/api/v1")
    shown = await shop.desk.client().get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert size(shown.content) == (256, 256)
    ticket = await ok(await customer.post("/tickets", {"subject": "s", "description": "d"}), 201)
    said = await ok(await agent.client.post(f"/tickets/{ticket['id']}/comments", {"body": "b"}), 201)
    assert said["author"]["avatar_url"] == profile["avatar"]
    again = await ok(await upload(agent.client, picture(9, 9), path="/settings/avatar", method="PUT"))
    assert again["avatar"] != profile["avatar"]
    assert (await shop.desk.client().get(address)).status_code == 404
    assert (await ok(await agent.client.delete("/settings/avatar")))["avatar"] is None
    assert (await shop.desk.client().get(again["avatar"].removeprefix("/api/v1"))).status_code == 404


async def test_an_address_elsewhere_is_no_picture_on_a_ticket(shop: Organization) -> None:
    agent = await shop.person("agent")
    await ok(await agent.client.put("/settings/profile", {"avatar": "https://tracker.example/a.png"}))
    ticket = await ok(await agent.client.post("/tickets", {"subject": "s", "description": "d"}), 201)
    assert ticket["requester"]["avatar_url"] is None
    people = await ok(await agent.client.get(f"/people?ids={agent.id}"))
    assert [each["avatar_url"] for each in people] == [None]


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"text", picture(50, 50)[:60]])
async def test_what_is_no_picture_is_refused(shop: Organization, content: bytes) -> None:
    agent = await shop.client("agent")
    refused = await upload(agent, content, path="/settings/avatar", method="PUT")
    assert refused.json()["error"]["details"]["fields"][0]["code"] == "upload.not_a_picture"


async def test_a_picture_that_would_exhaust_memory_is_not_decoded(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 99)
    agent = await shop.client("agent")
    refused = await upload(agent, picture(10, 10), path="/settings/avatar", method="PUT")
    assert refused.status_code == 422
    file = await ok(await upload(agent, picture(10, 10)), 201)
    assert (file["width"], file["thumbnail_url"]) == (None, None)
    assert (await agent.get(f"/uploads/{file['id']}/thumbnail")).status_code == 404


async def test_pictures_have_a_size_and_a_small_copy_for_those_who_may_read_them(
    shop: Organization, rival: Organization
) -> None:
    customer, agent, stranger = await shop.client("customer"), await shop.client("agent"), await rival.client("owner")
    file = await ok(await upload(agent, picture(1_200, 900, "JPEG", sideways=True)), 201)
    assert (file["width"], file["height"]) == (900, 1_200)
    note_file = await ok(await upload(agent, picture(20, 10)), 201)
    text = await ok(await upload(agent, b"plain words", "a.txt"), 201)
    assert (text["width"], text["thumbnail_url"]) == (None, None)
    ticket = await ok(await customer.post("/tickets", {"subject": "s", "description": "d"}), 201)
    place = f"/tickets/{ticket['id']}/comments"
    words = f"See ![it]({file['url']})"
    said = await ok(await agent.post(place, {"body": words, "attachments": [file, text]}), 201)
    note = {"body": "n", "public": False, "attachments": [note_file]}
    await ok(await agent.post(place, note), 201)
    listed = (await ok(await customer.get(place)))[0]["attachments"]
    assert listed == said["attachments"]
    assert [(each["width"], each["height"], each["inline"]) for each in listed] == [
        (900, 1_200, True),
        (None, None, False),
    ]
    small = await customer.get(listed[0]["thumbnail_url"].removeprefix("/api/v1"))
    assert size(small.content) == (360, 480)
    tag = {"if-none-match": small.headers["etag"]}
    assert (await customer.get(f"/uploads/{file['id']}/thumbnail", headers=tag)).status_code == 304
    assert (await agent.get(f"/uploads/{text['id']}/thumbnail")).status_code == 404
    for client in (customer, stranger):
        assert (await client.get(f"/uploads/{note_file['id']}/thumbnail")).status_code == 404
        assert (
            await client.get(f"/uploads/{note_file['id']}/thumbnail", headers={"if-none-match": "*"})
        ).status_code == 404
    assert (await stranger.get(f"/uploads/{file['id']}/thumbnail")).status_code == 404


async def test_uploads_that_are_a_logo_or_a_picture_are_not_swept(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await shop.person("admin")
    files = [(await ok(await upload(admin.client, picture(9, 9)), 201))["url"] for _ in range(3)]
    await ok(await admin.client.post("/brands", {"name": "Demo", "logo": files[0]}), 201)
    await ok(await admin.client.put("/settings/profile", {"avatar": files[1]}))
    monkeypatch.setattr(handlers, "UNUSED_LIFETIME", timedelta(seconds=-5))
    await run_job(shop.desk, "files.sweep")
    found = [(await admin.client.get(each.removeprefix("/api/v1"))).status_code for each in files]
    assert found == [200, 200, 404]


async def test_a_ticket_opens_with_ones_own_drafts(shop: Organization) -> None:
    agent, colleague, customer = await shop.client("agent"), await shop.client("agent2"), await shop.client("customer")
    ticket = await ok(await customer.post("/tickets", {"subject": "s", "description": "d"}), 201)
    for kind in ("reply", "note"):
        await ok(await agent.put(f"/tickets/{ticket['id']}/drafts/{kind}", {"body": kind}))
    place = f"/tickets/{ticket['id']}?include=draft"
    assert [each["kind"] for each in (await ok(await agent.get(place)))["drafts"]] == ["note", "reply"]
    for client in (colleague, customer):
        assert (await ok(await client.get(place)))["drafts"] == []
    assert "drafts" not in await ok(await agent.get(f"/tickets/{ticket['id']}"))
