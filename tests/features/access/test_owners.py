"""The first owners of a server: created by its operator, or by sign-up on a server with a single organization."""

from pathlib import Path

import pytest

from deskbell.features.access import service
from deskbell.features.access.errors import AddressTaken
from deskbell.kernel.errors import Invalid
from deskbell.runtime.database import Database
from deskbell.runtime.messages import sentences
from tests.support.desk import PASSWORD, Desk, running_desk

OWNER = {"name": "Ada", "password": PASSWORD, "organization": "Shop", "domain": "Shop.Example."}


async def me(desk: Desk, email: str) -> dict[str, object]:
    answer = await desk.client().post("/auth/login", {"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = (await desk.client(answer.json()["data"]["token"]).get("/auth/me")).json()["data"]
    return found


async def test_only_the_first_owner_is_operator_of_the_server(fresh_database_url: str, tmp_path: Path) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        await service.create_owner(desk.database, email="ada@shop.example", **OWNER)
        first = await me(desk, "ada@shop.example")
        assert (first["role"], first["verified"], first["platform_admin"]) == ("owner", True, True)
        await service.create_owner(desk.database, email="grace@shop.example", **OWNER)
        second = await me(desk, "grace@shop.example")
        assert second["organizationId"] == first["organizationId"]
        assert second["platform_admin"] is False
        with pytest.raises(AddressTaken):
            await service.create_owner(desk.database, email="ada@shop.example", **{**OWNER, "domain": "two.example"})
        async with desk.database.unit(None) as uow:
            assert await uow.db.fetch_value("select count(*) from organizations") == 1


async def test_a_server_with_one_organization_takes_who_signs_up_as_its_customer(
    fresh_database_url: str, tmp_path: Path
) -> None:
    async with running_desk(fresh_database_url, tmp_path) as desk:
        body = {"name": "Early", "email": "early@bird.example", "password": PASSWORD}
        founder = (await desk.client().post("/auth/signup", body)).json()["data"]["user"]
        assert founder["role"] == "owner"
        late = (await desk.client().post("/auth/signup", {**body, "email": "late@bird.example"})).json()["data"]["user"]
        assert (late["role"], late["organization_id"]) == ("customer", founder["organization_id"])


async def test_all_problems_of_an_owner_are_reported_together(database_url: str) -> None:
    database = await Database.open(database_url, size=1)
    try:
        with pytest.raises(Invalid) as refused:
            await service.create_owner(
                database, email="ada", name=" ", password="short", organization="", domain="not a domain"
            )
    finally:
        await database.close()
    paths = {problem.path for problem in refused.value.problems}
    assert paths == {"email", "name", "password", "organization", "domain"}
    assert "domain: Must be a domain" in sentences(refused.value)
