"""Which searches of the help centre are counted, and how many are kept."""

from datetime import timedelta

import pytest

from deskbell.features.help_centre import missed
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden
from deskbell.kernel.paging import PageRequest
from tests.support.desk import Desk, Organization


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("  Wash  a JACKET ", "wash a jacket"), ("Größe 42", "größe 42"), ("error 404", "error 404"),
        ("", None), ("ann@shop.example", None), ("order 100 423", None), ("+49 (30) 12-34", None),
        ("https://shop.example", None), ("www.shop.example", None), ("x" * 81, None), ("a b c d e f g h i", None),
    ],
)  # fmt: skip
def test_what_may_be_personal_is_not_counted(typed: str, counted: str | None) -> None:
    assert missed.countable(typed) == counted


def test_of_a_flood_of_words_a_bounded_number_is_gathered() -> None:
    misses = missed.Misses()
    for number in range(missed.MOST + 5):
        misses.add("x" * (number % 40 + 1) + chr(97 + number // 40), "en")
    misses.add("xa", "de")
    assert len(misses) == missed.MOST
    assert (misses["xa"], misses.locales["xa"]) == (2, "de")


async def test_the_rarest_and_the_forgotten_make_room(
    desk: Desk, shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST", 2)
    system = Actor.system(shop.id)
    for searches in ({"often": 3}, {"twice": 2}, {"once": 1, "thrice": 3}):
        async with desk.database.unit(system) as uow:
            await missed.count(uow, searches, dict.fromkeys(searches, "en"))
    async with desk.database.unit(system) as uow:
        found = await missed.list_missed(uow, PageRequest(10, 0))
        assert sorted((each.words, each.searches) for each in found.items) == [("often", 3), ("thrice", 3)]
    monkeypatch.setattr(missed, "KEPT_FOR", timedelta(seconds=-1))
    async with desk.database.unit(system) as uow:
        await missed.count(uow, {"often": 1}, {"often": "en"})
        assert not (await missed.list_missed(uow, PageRequest(10, 0))).items


async def test_visitors_are_counted_and_read_nothing(desk: Desk, shop: Organization, rival: Organization) -> None:
    async with desk.database.unit(Actor.visitor(shop.id)) as uow:
        await missed.count(uow, {"lamp": 1}, {"lamp": "en"})
        assert await uow.db.fetch_value("select count(*) from missed_searches") == 0
        with pytest.raises(Forbidden):
            await missed.list_missed(uow, PageRequest(10, 0))
    async with desk.database.unit(Actor.system(rival.id)) as uow:
        assert not (await missed.list_missed(uow, PageRequest(10, 0))).items
