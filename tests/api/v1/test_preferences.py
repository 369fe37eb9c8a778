"""v1: preferences in the web app."""

import asyncio

import pytest

from tests.support.desk import Client, Organization

DEFAULTS: dict[str, object] = {
    "theme": "system", "density": "cosy", "language": None, "after_solve": "next", "undo_seconds": 10,
    "sounds": False, "single_keys": True, "first_steps_hidden": False, "keys": {}, "signature": "",
}  # fmt: skip
PATH = "/settings/preferences"


async def changed(client: Client, **fields: object) -> dict[str, object]:
    answer = await client.put(PATH, fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()["data"]
    return found


@pytest.mark.parametrize("role", ["agent", "customer"])
async def test_preferences_are_kept_for_each_member(role: str, shop: Organization) -> None:
    mine, other = await shop.client(role), await shop.client(f"{role}2")
    assert (await mine.get(PATH)).json()["data"] == DEFAULTS
    wanted = {"theme": "dark", "undo_seconds": 0, "keys": {"ticket.solve": "e", "ticket.take": ""}}
    assert await changed(mine, **wanted) == DEFAULTS | wanted
    assert await changed(mine, keys={"ticket.solve": "s"}, language="de") == DEFAULTS | wanted | {
        "keys": {"ticket.solve": "s"}, "language": "de",
    }  # fmt: skip
    assert (await changed(mine, language=None))["language"] is None
    assert (await other.get(PATH)).json()["data"] == DEFAULTS


async def test_concurrent_changes_of_two_devices_are_both_kept(shop: Organization) -> None:
    mine = await shop.client("agent")
    await asyncio.gather(changed(mine, theme="light"), changed(mine, density="compact"), changed(mine, sounds=True))
    found = (await mine.get(PATH)).json()["data"]
    assert found == DEFAULTS | {"theme": "light", "density": "compact", "sounds": True}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"theme": "pink"}, "theme"),
        ({"undo_seconds": 31}, "undo_seconds"),
        ({"undo_seconds": -1}, "undo_seconds"),
        ({"language": "xx"}, "language"),
        ({"colour": "red"}, "colour"),
        ({"keys": {"a": "x" * 41}}, "keys.a"),
        ({"keys": {str(number): "x" for number in range(201)}}, "keys"),
    ],
)
async def test_wrong_preferences_name_their_field(body: dict[str, object], path: str, shop: Organization) -> None:
    answer = await (await shop.client("agent")).put(PATH, body)
    assert answer.status_code == 422
    assert [each["path"].split("[")[0] for each in answer.json()["error"]["details"]["fields"]] == [path]
