"""Filters with several values match any of them in every contract; the number of values is limited."""

import pytest

from deskbell.kernel.filters import MAX_VALUES
from tests.support.desk import Organization

MANY = ",".join(f"t{number}" for number in range(MAX_VALUES + 1))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//api/v1/tickets?tag={}", 422),
        ("//api/v1/tickets?status={}", 422),
        ("//api/v1/tickets?priority={}", 422),
        ("//api/v1/tickets?type={}", 422),
        ("//api/v1/tickets?channel={}", 422),
        ("//api/v1/audit-logs?action={}", 422),
        ("//api/v1/search?q=x&types={}", 422),
        ("//api/v2/tickets?status={}", 400),
        ("//api/v2/tickets?priority[]={}", 400),
        ("//api/v2/users?role={}", 400),
        ("//v1/tickets?status={}", 400),
        ("//tickets?priority={}", 400),
        ("//agent/tickets?status={}", 400),
    ],
)
async def test_a_filter_of_too_many_values_is_refused(shop: Organization, path: str, status: int) -> None:
    admin = await shop.client("admin")
    name = path.partition("?")[2].split("&")[-1].partition("=")[0]
    repeated = MANY.replace(",", f"&{name}=")
    for values in (MANY, repeated):
        answer = await admin.get(path.format(values))
        assert answer.status_code == status, answer.text
        assert f"at most {MAX_VALUES} values" in answer.text


async def tagged(shop: Organization, *tag_lists: list[str]) -> None:
    agent = await shop.client("agent")
    for tags in tag_lists:
        answer = await agent.post("/tickets", {"subject": " and ".join(tags), "description": "…", "tags": tags})
        assert answer.status_code == 201, answer.text


async def found(shop: Organization, **query: str | int) -> set[str]:
    page = (await (await shop.client("agent")).get("/tickets", params=query)).json()["data"]
    assert page["pagination"]["total"] >= len(page["tickets"])
    return {each["subject"] for each in page["tickets"]}


async def test_several_tags_match_any_of_them_in_lists_searches_and_views(shop: Organization) -> None:
    await tagged(shop, ["red"], ["blue"], ["red", "blue"], ["green"])
    either = {"red", "blue", "red and blue"}
    assert await found(shop, tag="red,blue") == await found(shop, search="tag:red,blue") == either
    assert await found(shop, search="tag:red tag:blue") == {"red and blue"}
    agent = await shop.client("agent")
    view = (await agent.post("/views", {"name": "Warm", "filter": {"tags": ["red", "blue"]}})).json()["data"]
    assert view["count"] == 3


async def test_a_tag_with_a_comma_is_found_by_its_whole_name_and_in_quotes_alone(shop: Organization) -> None:
    await tagged(shop, ["late, lost"], ["lost"], ["other"])
    assert await found(shop, tag="late, lost") == {"late, lost", "lost"}
    assert await found(shop, tag='"late, lost"') == {"late, lost"}
    assert await found(shop, tag='"late, lost",other') == {"late, lost", "other"}
    assert await found(shop, search='tag:"late, lost"') == {"late, lost"}


async def test_tags_match_regardless_of_case_and_accents_and_count_once(shop: Organization) -> None:
    await tagged(shop, ["VIP"], ["Café"], ["none of these"])
    for written in ("VIP", "vip", "Vip"):
        assert await found(shop, tag=written) == await found(shop, search=f"tag:{written}") == {"VIP"}
    assert await found(shop, tag="cafe") == {"Café"}
    assert await found(shop, search="-tag:vip -tag:CAFÉ") == {"none of these"}
    await tagged(shop, ["vip"], ["VIP", "vip"])
    agent = await shop.client("agent")
    for query in ({"tag": "vip"}, {"search": "tag:Vip"}):
        page = (await agent.get("/tickets", params={**query, "limit": 1})).json()["data"]
        assert page["pagination"]["total"] == 3
    assert await found(shop, search="-tag:vip") == {"Café", "none of these"}
