"""v1: every list sorts in both directions, by pages and by cursors."""

import pytest

from tests.support.desk import PASSWORD, Client, Organization

LISTS = (
    "groups",
    "categories",
    "brands",
    "tags",
    "canned-responses",
    "macros",
    "forms",
    "views",
    "kb/articles",
    "webhooks",
    "audit-logs",
    "api-keys",
)
BODIES: dict[str, dict[str, object]] = {
    "groups": {"name": "{}", "description": ""},
    "categories": {"name": "{}"},
    "brands": {"name": "{}"},
    "tags": {"name": "{}"},
    "canned-responses": {"title": "{}", "content": "x"},
    "forms": {"name": "{}"},
    "macros": {"title": "{}", "comment": {"body": "x"}},
    "views": {"name": "{}", "query": "status:open"},
    "kb/articles": {"title": "{}", "content": "x", "published": True},
    "api-keys": {"name": "{}", "scopes": ["tickets:read"]},
    "webhooks": {"url": "https://hooks.example/{}", "event_types": ["ticket.created"]},
}


async def walked(client: Client, path: str, order: str) -> list[str]:
    """The ids of a list walked by cursors, two at a time."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = await client.get(f"/{path}?limit=2&order={order}{cursor}")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += [str(each.get("id") or each["name"]) for each in body["data"]]
        if not body["pagination"]["hasNextPage"]:
            return found
        cursor = f"&cursor={body['pagination']['nextCursor']}"


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_sorts_in_both_directions(shop: Organization, path: str) -> None:
    admin = await shop.client("admin")
    for word in ("ada", "bea", "cleo", "dora", "eve"):
        if path in BODIES:
            body = {key: each.format(word) if isinstance(each, str) else each for key, each in BODIES[path].items()}
            made = await admin.post(f"/{path}", body)
            assert made.status_code == 201, made.text
        else:
            await admin.post("/tags", {"name": word})
    up, down = await walked(admin, path, "asc"), await walked(admin, path, "desc")
    assert up == list(reversed(down))
    assert len(set(up)) == len(up) >= 5
    whole = (await admin.get(f"/{path}?limit=100&order=asc")).json()["data"]
    assert [str(each["id"]) for each in whole] == up
    assert (await admin.get(f"/{path}?limit=100&order=ASC")).json()["data"] == whole
    refused = await admin.get(f"/{path}?order=sideways")
    assert refused.status_code == 422
    assert "asc, desc" in refused.text
    assert (await admin.get(f"/{path}?sort=nonsense")).status_code == 422


@pytest.mark.parametrize("kind", ["admin", "customer"])
async def test_short_lists_are_returned_whole_or_in_pages_and_in_both_directions(shop: Organization, kind: str) -> None:
    admin, customer = await shop.person("admin"), await shop.client("customer")
    ticket = (await customer.post("/tickets", {"subject": "Late", "description": "Where?"})).json()["data"]["id"]
    await admin.client.put(f"/tickets/{ticket}", {"tags": ["vip"]})  # customers cannot see tags
    for status in ("open", "pending", "hold", "solved"):
        await admin.client.patch(f"/tickets/{ticket}/status", {"status": status})
        await admin.client.post(f"/tickets/{ticket}/comments", {"body": status, "public": status != "hold"})
        article = {"title": status, "content": "x", "category": status, "published": True}
        await admin.client.post("/kb/articles", article)
    client = await shop.client(kind)
    for path in (f"tickets/{ticket}/history", f"tickets/{ticket}/comments", "kb/categories"):
        answer = (await client.get(f"/{path}")).json()
        assert "pagination" not in answer
        whole = [str(each.get("id") or each["name"]) for each in answer["data"]]
        assert len(set(whole)) == len(whole) >= 3
        pages = [(await client.get(f"/{path}?limit=2&page={page}")).json() for page in range(1, len(whole) // 2 + 2)]
        assert [str(each.get("id") or each["name"]) for page in pages for each in page["data"]] == whole, path
        assert {page["pagination"]["total"] for page in pages} == {len(whole)}
        assert await walked(client, path, "asc") == whole
        assert await walked(client, path, "desc") == whole[::-1]
        assert (await client.get(f"/{path}?limit=101")).status_code == 422
        assert (await client.get(f"/{path}?cursor=nonsense")).status_code == 422
    assert (await (await shop.client("customer2")).get(f"/tickets/{ticket}/history?limit=2")).status_code == 404


async def test_sort_parameters_ignore_case_and_others_do_not(
    shop: Organization,
) -> None:
    admin = await shop.client("admin")
    for subject in ("One", "Two", "Ärger OK"):
        await admin.post("/tickets", {"subject": subject, "description": "x", "tags": [subject]})
    path = "/tickets?SORT=x&sort=NUMBER&limit=2&order=Desc"
    listed = (await admin.get(path)).json()["data"]["tickets"]
    assert [each["subject"] for each in listed] == ["Ärger OK", "Two"]
    assert (await admin.get("/tickets?order=ASC&order=DESC")).status_code == 422
    assert (await admin.get("/tickets", params={"order": "DESC", "tag": "Ärger OK"})).json()["data"]["tickets"]


NAMES = ["adam", "Adele", "Ärlig", "Bob", "émile", "Łukasz", "Øre", "Zoe"]


@pytest.mark.parametrize(
    "path", ["groups", "categories", "brands", "tags", "canned-responses", "views", "contacts", "agents"]
)
async def test_lists_by_name_sort_regardless_of_case_and_accents(shop: Organization, path: str) -> None:
    admin = await shop.client("admin")
    for number, name in enumerate(reversed(NAMES)):
        body: dict[str, object] = {"name": name}
        if path == "canned-responses":
            body = {"title": name, "content": "x"}
        elif path == "agents":
            body |= {"email": f"{number}@{shop.domain}", "password": PASSWORD, "role": "agent"}
        elif path == "contacts":
            body |= {"email": f"{number}@{shop.domain}"}
        made = await admin.post(f"/{path}", body)
        assert made.status_code == 201, made.text
    sort = "title" if path == "canned-responses" else "name"
    for order, wanted in (("asc", NAMES), ("desc", NAMES[::-1])):
        seen: list[str] = []
        cursor = ""
        while True:
            answer = (await admin.get(f"/{path}?sort={sort}&order={order}&limit=3{cursor}")).json()
            page = answer["data"] if isinstance(answer["data"], dict) else {path: answer["data"], **answer}
            items = page[path]
            seen += [each.get("name") or each["title"] for each in items]
            if page["pagination"]["nextCursor"] is None:
                break
            cursor = f"&cursor={page['pagination']['nextCursor']}"
        assert [name for name in seen if name in NAMES] == wanted
