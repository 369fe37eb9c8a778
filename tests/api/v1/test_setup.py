"""v1: the first owner of a new server, and what a client may know before it signs in."""

import asyncio
from pathlib import Path

from deskbell import __version__
from tests.support.desk import PASSWORD, Desk, Organization, running_desk

BODY = {"organization": "Shop", "domain": "Shop.Example", "name": "Ada", "email": "ada@shop.example"} | {
    "password": PASSWORD
}


async def test_a_new_server_takes_its_first_owner_once(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        anonymous = desk.client()
        assert (await anonymous.get("/setup")).json()["data"] == {"needed": True}
        wrong = await anonymous.post("/setup", {**BODY, "domain": "no domain", "password": "password1"})
        assert wrong.status_code == 422
        assert (await anonymous.get("/setup")).json()["data"] == {"needed": True}
        answer = await anonymous.post("/setup", BODY)
        assert answer.status_code == 201, answer.text
        me = (await desk.client(answer.json()["data"]["token"]).get("/auth/me")).json()["data"]
        assert (me["role"], me["verified"], me["platform_admin"]) == ("owner", True, True)
        assert [each["name"] for each in me["organizations"]] == ["Shop"]
        assert (await anonymous.get("/setup")).json()["data"] == {"needed": False}
        again = await anonymous.post("/setup", {**BODY, "email": "eve@shop.example"})
        assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_SET_UP")


async def test_of_several_concurrent_attempts_one_becomes_the_owner(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        answers = await asyncio.gather(
            *(
                desk.client().post("/setup", {**BODY, "email": f"owner{i}@shop.example", "domain": f"shop{i}.example"})
                for i in range(4)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        async with desk.database.unit(None) as uow:
            assert await uow.db.fetch_value("select count(*) from organizations") == 1
            assert await uow.db.fetch_value("select count(*) from users where platform_admin") == 1


async def test_the_setup_may_sign_the_browser_in(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        body = {**BODY, "session": "cookie"}
        assert (await desk.client().post("/setup", body)).status_code == 403
        headers = {"x-deskbell": "web", "sec-fetch-site": "same-origin"}
        answer = await desk.client().post("/setup", body, headers=headers)
        assert answer.status_code == 201, answer.text
        assert "token" not in answer.json()["data"]
        assert answer.headers["set-cookie"].startswith("deskbell_web=")


async def test_an_owner_by_sign_up_ends_the_setup(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        body = {"name": "Early", "email": "early@bird.example", "password": PASSWORD}
        assert (await desk.client().post("/auth/signup", body)).status_code == 201
        assert (await desk.client().get("/setup")).json()["data"] == {"needed": False}
        assert (await desk.client().post("/setup", BODY)).status_code == 409


async def test_the_limits_are_public(desk: Desk, shop: Organization) -> None:
    meta = (await desk.client().get("/meta")).json()["data"]
    assert meta["version"] == __version__
    assert meta["uploads"] == {"max_bytes": desk.settings.max_upload_bytes, "max_files": 20}
    assert meta["undo"] == {"max_hold_seconds": 30}
    assert meta["languages"] == ["en", "de"]
    assert isinstance(meta["sign_up"]["allowed"], bool)


async def test_meta_says_where_sign_up_is_closed(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        shop = await desk.organization()
        owner = await shop.client("owner")
        assert (await desk.client().get("/meta")).json()["data"]["sign_up"] == {"allowed": True}
        closed = await owner.put("/settings/organization", {"settings": {"signup_allowed": False}})
        assert closed.status_code == 200, closed.text
        assert (await desk.client().get("/meta")).json()["data"]["sign_up"] == {"allowed": False}
