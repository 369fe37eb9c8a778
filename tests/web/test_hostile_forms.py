"""Bad input on every form of the customers' side: scripts, very long texts, many files, each as every caller."""

from typing import Any, Final

import pytest

from tests.support.desk import Organization
from tests.support.site_walk import SAME, Caller, Page, found_in, pages_of, paths_of, walk
from tests.web.test_planted_words import WORDS, caller, plain_in

CALLERS: Final = ("a visitor", "a site", "the requester", "a guest", "who rates", "a guest of a chat")
SCRIPT: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LONG: Final = "x" * 10_000_000


def forms_of(shop: Organization) -> list[Page]:
    """Every page that takes a form."""
    return [each for each in pages_of(shop.desk) if each.method == "POST"]


def places_in(shop: Organization) -> dict[str, list[str]]:
    return {"organization": [shop.domain], "number": ["1"], "locale": ["en"], "slug": ["x"]}


async def written(shop: Organization) -> dict[str, Any]:
    """The numbers of rows that a form can add. A form without files in it may do its work and leave out those that it gets."""
    async with shop.desk.database.unit(shop.system()) as uow:
        counted = "select (select count(*) from {}) as n"
        tables = ("tickets", "comments", "files", "ticket_feedback", "memberships", "chats")
        return {table: await uow.db.fetch_value(counted.format(table)) for table in tables}


@pytest.mark.parametrize("name", CALLERS)
async def test_scripts_in_every_field_of_every_form_stay_text(shop: Organization, name: str) -> None:
    home = await plain_in(shop)
    at = await caller(home, name)
    words = {**dict.fromkeys(WORDS, SCRIPT), "step": "solve", "rating": "5", "website": ""}
    pages = [each for each in pages_of(shop.desk) if each.path.startswith(("/help", "/portal", "/embed"))]
    places = {**places_in(shop), "file_id": ["00000000-0000-0000-0000-000000000000"]}
    answers = await walk(at, pages, places, words)
    assert [each.asked for each in answers if each.status >= 500] == []
    pages_shown = [each for each in answers if "text/html" in each.text.partition("\n\n")[0]]
    found = found_in(pages_shown, {"a script": "<script>alert", "a handler": "<img src=x onerror"})
    assert found == {}, found


async def sent(at: Caller, path: str, **options: Any) -> tuple[int, str]:
    answer = await at.client.request("POST", path, params=at.query, headers=SAME, **options)
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", CALLERS)
async def test_long_texts_and_many_files_are_refused_and_write_nothing(shop: Organization, name: str) -> None:
    home = await plain_in(shop)
    at, before = await caller(home, name), None
    many = [("files", (f"{number}.txt", b"x", "text/plain")) for number in range(200)]
    for page in forms_of(shop):
        if page.path.endswith("/sign-out"):
            continue
        for path in paths_of(page, places_in(shop)):
            before = await written(shop)
            for options in (
                {"data": {**WORDS, "email": "ann@mail.example", "text": LONG, "body": LONG, "description": LONG}},
                {"data": {"email": "ann@mail.example", "subject": "s", "name": "n", "text": "t"}, "files": many},
            ):
                status, text = await sent(at, path, **options)
                assert status < 500, (path, status)
                assert "Traceback" not in text
            assert await written(shop) == before, path
    assert before is not None
