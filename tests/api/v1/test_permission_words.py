"""v1: each permission in words, with the roles that have it."""

import re

from deskbell.kernel.permissions import DESCRIPTIONS, PERMISSIONS_OF, Permission, Role
from tests.support.desk import Organization


def test_no_permission_lacks_words_and_no_two_have_the_same() -> None:
    assert set(DESCRIPTIONS) == set(Permission)
    assert len(set(DESCRIPTIONS.values())) == len(DESCRIPTIONS)
    for words in DESCRIPTIONS.values():
        assert re.fullmatch(r"[A-Z][^.:]+\.", words), f"one sentence, please: {words}"


async def test_every_member_reads_what_permissions_mean_and_who_has_them(shop: Organization) -> None:
    for role in ("customer", "agent", "owner"):
        answer = await (await shop.client(role)).get("/permissions")
        assert answer.status_code == 200, answer.text
        listed = {each["permission"]: each for each in answer.json()["data"]}
        assert list(listed) == [permission.value for permission in Permission]
        assert listed["tickets:delete"]["roles"] == ["admin", "owner"]
        assert listed["tickets:own"]["roles"] == ["customer"]
        assert listed["platform:manage"]["roles"] == []
        for one in Role:
            held = {name for name, each in listed.items() if one in each["roles"]}
            assert held == {permission.value for permission in PERMISSIONS_OF[one]}
    anonymous = shop.desk.client()
    assert (await anonymous.get("/permissions")).status_code == 401
