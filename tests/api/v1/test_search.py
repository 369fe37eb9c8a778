"""v1: search over all types and by type, limited to what each caller may see."""

import json

import pytest

from deskbell.features.search import queries
from deskbell.features.transfer.format.reading import decode
from deskbell.features.transfer.importing.loading import load
from deskbell.runtime.storage import Storage
from tests.support.desk import Client, Desk, Organization


async def file(client: Client, subject: str, description: str = "Please help.", **fields: object) -> dict[str, object]:
    answer = await client.post("/tickets", {"subject": subject, "description": description, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, object] = answer.json()["data"]
    return ticket


async def subjects(client: Client, **params: str | int) -> list[str]:
    answer = await client.get("/search/tickets", params=params)
    assert answer.status_code == 200, answer.text
    return [ticket["subject"] for ticket in answer.json()["data"]["tickets"]]


async def test_one_search_finds_tickets_contacts_and_articles(shop: Organization) -> None:
    agent = await shop.client("agent")
    await file(await shop.client("customer"), "My zeppelin is late")
    await agent.post("/contacts", {"name": "Ferdinand", "email": f"f@{shop.domain}", "company": "Zeppelin Works"})
    await agent.post("/kb/articles", {"title": "Flying a zeppelin", "content": "Gently.", "published": True})
    data = (await agent.get("/search?q=zeppelin")).json()["data"]
    assert [each["subject"] for each in data["tickets"]] == ["My zeppelin is late"]
    assert [each["company"] for each in data["contacts"]] == ["Zeppelin Works"]
    assert [each["title"] for each in data["articles"]] == ["Flying a zeppelin"]
    some = (await agent.get("/search?q=zeppelin&types=contacts,articles")).json()["data"]
    assert (len(some["tickets"]), len(some["contacts"]), len(some["articles"])) == (0, 1, 1)
    narrowed = (await agent.get("/search?q=zeppelin status:solved")).json()["data"]
    assert (len(narrowed["tickets"]), len(narrowed["contacts"]), len(narrowed["articles"])) == (0, 1, 1)
    operators = (await agent.get("/search?q=status:new")).json()["data"]
    assert (len(operators["tickets"]), operators["contacts"], operators["articles"]) == (1, [], [])


async def test_customers_find_their_own_tickets_and_published_articles_and_no_contacts(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    own = await file(customer, "A borogove squeaks")
    await file(await shop.client("customer2"), "Another borogove")
    await agent.post(f"/tickets/{own['id']}/comments", {"body": "Looks mimsy to me", "public": False})
    await agent.post("/contacts", {"name": "Borogove Inc", "email": f"b@{shop.domain}"})
    for title, published in (("Borogove care", True), ("Borogove secrets", False)):
        await agent.post("/kb/articles", {"title": title, "content": "…", "published": published})
    found = (await customer.get("/search?q=borogove")).json()["data"]
    assert [each["subject"] for each in found["tickets"]] == ["A borogove squeaks"]
    assert found["contacts"] == []
    assert [each["title"] for each in found["articles"]] == ["Borogove care"]
    assert await subjects(customer, q="mimsy") == []
    assert await subjects(agent, q="mimsy") == ["A borogove squeaks"]
    assert (await customer.get("/search/contacts?q=borogove")).status_code == 403
    titles = [each["title"] for each in (await customer.get("/search/articles?q=borogove")).json()["data"]]
    assert titles == ["Borogove care"]


async def test_the_ranked_newest_give_the_same_pages_and_totals_as_all_matches(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, agent, owner = [await shop.client(role) for role in ("customer", "agent", "owner")]
    for number in range(9):
        ticket = await file(customer, f"Jubjub {number}" if number % 3 else "A bird", "jubjub " * (number % 4 + 1))
        if number % 4 == 0:
            assert (await owner.delete(f"/tickets/{ticket['id']}")).status_code in (200, 204)
    pages = ["q=jubjub", "q=jubjub&limit=2", "q=jubjub&limit=4&offset=4", "q=jubjub&limit=3&page=3", "q=jubjub bird"]

    async def answers() -> list[object]:
        return [(await agent.get(f"/search/tickets?{page}")).json()["data"] for page in pages]

    from_newest = await answers()

    async def never(*_: object) -> None:
        return None

    monkeypatch.setattr(queries, "_best_of_newest", never)
    assert await answers() == from_newest


async def test_tickets_come_best_first_and_page_without_gaps(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    await file(customer, "Snark sighted")
    for number in range(4):
        await file(customer, f"Ship {number}", "We saw a snark on the way.")
    assert (await subjects(agent, q="snark"))[0] == "Snark sighted"
    assert await subjects(agent, q="snark", sort="created_at", order="asc") == [
        "Snark sighted", "Ship 0", "Ship 1", "Ship 2", "Ship 3",
    ]  # fmt: skip
    for client in (agent, customer):
        seen: list[str] = []
        cursor = ""
        while True:
            answer = (await client.get(f"/search/tickets?q=snark&limit=2{cursor}")).json()["data"]
            seen += [ticket["subject"] for ticket in answer["tickets"]]
            if answer["pagination"]["nextCursor"] is None:
                break
            assert answer["pagination"]["total"] == 5
            cursor = f"&cursor={answer['pagination']['nextCursor']}"
        assert seen[0] == "Snark sighted"
        assert sorted(seen) == ["Ship 0", "Ship 1", "Ship 2", "Ship 3", "Snark sighted"]


async def test_a_number_finds_that_ticket_first_and_the_word_as_well(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    for subject in ("One", "Two", "I ordered 2 of them"):
        await file(customer, subject)
    for client in (customer, agent):
        assert await subjects(client, q="#2") == ["Two", "I ordered 2 of them"]
        assert await subjects(client, q="number:3") == ["I ordered 2 of them"]


async def test_operators_filter_the_matches(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.person("agent")
    mine = await file(customer, "Jubjub one", priority="high")
    await file(customer, "Jubjub two")
    await agent.client.patch(f"/tickets/{mine['id']}/assign", {"assignee_id": str(agent.id)})
    assert await subjects(agent.client, q="jubjub assignee:me") == ["Jubjub one"]
    assert await subjects(agent.client, q="jubjub -assignee:me") == ["Jubjub two"]
    assert await subjects(agent.client, q="jubjub priority:high,urgent -two") == ["Jubjub one"]
    assert await subjects(agent.client, q='"jubjub two"') == ["Jubjub two"]
    assert await subjects(agent.client, q="jubj* status:new") == ["Jubjub two"]


async def test_people_groups_and_categories_are_named_by_words_of_their_names(shop: Organization, desk: Desk) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    await admin.put(f"/agents/{agent.id}", {"name": "Chidí Okafor-Weiß"})
    group = (await admin.post("/groups", {"name": "Returns & Réfunds"})).json()["data"]["id"]
    category = (await admin.post("/categories", {"name": "Lost parcels"})).json()["data"]["id"]
    asker = {"email": f"jo.li@{shop.domain}", "name": "Jo-Ann Li O'Neil"}
    await file(admin, "Theirs", assignee_id=str(agent.id), group_id=group, category_id=category, requester=asker)
    await file(admin, "Another", requester={"email": f"li@{shop.domain}", "name": "Lionel Joanna"})
    rival = await (await desk.organization("Rival")).client("agent")
    await file(rival, "Elsewhere", requester=asker)
    for words in (
        "assignee:okafor", "assignee:OKAFOR", "assignee:chidi", 'assignee:"weiss chidi"', "assignee:Okafor-Weiß",
        'assignee:"Chidí Okafor-Weiß"', "requester:ann", 'requester:"o\'neil"', "requester:jo.li",
        f"requester:JO.LI@{shop.domain}", 'requester:nobody,"li jo"', "group:returns", "group:refunds",
        "category:parcels", "-requester:lionel", "group:RÉFUNDS category:lost assignee:okafor",
    ):  # fmt: skip
        assert await subjects(admin, q=words) == ["Theirs"], words
    assert await subjects(admin, q="requester:li", sort="number", order="asc") == ["Theirs", "Another"]
    for words in (
        "assignee:okafo", "assignee:nobody", 'requester:"jo lionel"', "group:ret", "category:found", "requester:test",
        'requester:"!"', 'group:"&"', f"requester:{shop.domain}",
    ):  # fmt: skip
        assert await subjects(admin, q=words) == [], words


@pytest.mark.parametrize("types", ["contacts", "tickets,contacts", "contacts,articles", "articles", "tickets"])
async def test_results_of_a_type_do_not_depend_on_the_others(shop: Organization, types: str) -> None:
    agent = await shop.client("agent")
    await file(agent, "Jubjub")
    await agent.post("/contacts", {"name": "Jubjub", "email": f"j@{shop.domain}"})
    await agent.post("/kb/articles", {"title": "Jubjub", "content": "…", "published": True})
    found = (await agent.get("/search", params={"q": "status:new jubjub -bird", "types": types})).json()["data"]
    assert {kind for kind, items in found.items() if items} == set(types.split(","))
    only = (await agent.get("/search", params={"q": "status:new", "types": types})).json()["data"]
    assert {kind for kind, items in only.items() if items} == set(types.split(",")) & {"tickets"}


@pytest.mark.parametrize("path", ["/search", "/search/tickets"])
@pytest.mark.parametrize(
    ("query", "word"), [("status:shiny", "shiny"), ("asignee:me", "asignee:"), ("created>soon", "soon")]
)
async def test_an_invalid_operator_is_reported_with_its_position(
    shop: Organization, path: str, query: str, word: str
) -> None:
    answer = await (await shop.client("agent")).get(path, params={"q": f"late {query}"})
    assert answer.status_code == 422
    (problem,) = answer.json()["error"]["details"]["fields"]
    assert problem["path"] == "q"
    assert word in problem["message"]
    assert "(at character " in problem["message"]


@pytest.mark.parametrize("path", ["/search", "/search/tickets", "/search/contacts", "/search/articles"])
async def test_an_empty_search_is_refused(shop: Organization, path: str) -> None:
    agent = await shop.client("agent")
    for params in ({}, {"q": ""}, {"q": "  "}, {"q": "--"}, {"q": "x" * 1_001}):
        answer = await agent.get(path, params=params)
        assert answer.status_code == 422, (params, answer.text)
        assert answer.json()["error"]["details"]["fields"][0]["path"] == "q"
    assert (await agent.get(f"{path}?q=x&limit=101")).status_code == 422


async def test_an_unknown_type_and_an_anonymous_search_are_refused(shop: Organization) -> None:
    agent = await shop.client("agent")
    assert (await agent.get("/search?q=x&types=tickets,dreams")).status_code == 422
    assert (await shop.desk.client().get("/search?q=x")).status_code == 401


async def test_another_organization_finds_nothing_of_it(shop: Organization, rival: Organization) -> None:
    agent, stranger = await shop.client("agent"), await rival.client("owner")
    await file(await shop.client("customer"), "Bandersnatch at large")
    await agent.post("/contacts", {"name": "Bandersnatch", "email": f"x@{shop.domain}"})
    await agent.post("/kb/articles", {"title": "Bandersnatch", "content": "Shun it.", "published": True})
    assert (await stranger.get("/search?q=bandersnatch")).json()["data"] == {
        "tickets": [], "contacts": [], "articles": [],
    }  # fmt: skip
    for kind in ("tickets", "contacts"):
        assert (await stranger.get(f"/search/{kind}?q=bandersnatch")).json()["data"]["pagination"]["total"] == 0
    assert (await stranger.get("/search/articles?q=bandersnatch")).json()["data"] == []


async def test_contacts_are_found_by_prefixes_of_words(shop: Organization) -> None:
    agent = await shop.client("agent")
    for name in ("Zoë Quux", "Abel Quuxley", "Quentin"):
        await agent.post("/contacts", {"name": name, "email": f"{name[0].lower()}.c@{shop.domain}"})
    answer = (await agent.get("/search/contacts?q=quux")).json()["data"]
    assert [contact["name"] for contact in answer["contacts"]] == ["Abel Quuxley", "Zoë Quux"]
    assert [each["name"] for each in (await agent.get("/search/contacts?q=zoe qu")).json()["data"]["contacts"]] == [
        "Zoë Quux"
    ]


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Die Straße zum Übergrößenträger ist gesperrt", "STRASSE ubergrossentrager"),
        ("Die Strasse zum Ubergrossentrager ist gesperrt", "Straße Übergrößenträger"),
        ("Meet me at the café, naïve as I am", "cafe naive"),
        ("Send the résumé", "re\u0301sume\u0301"),  # the same letters, typed with accents of their own
        ("Smørrebrød und Łódź", "smorrebrod lodz"),
        ("Ёлка пришла сломанной", "елка"),
        ("注文が届かない", "注文"),
        ("注文が届かない", '"届かない"'),
        ("退款申请:订单问题", "订单*"),
        ("안녕하세요, 주문이 오지 않았어요", "주문"),
        ("ﾊﾝｶｸ order １０４", "ハンカク 104"),
        ("It doesn’t open, says O'Brien", "doesn't O’Brien"),
        ("Order A-10412 is late", "10412"),
        ("Order A-10412 is late", "a-104*"),
        ("Write to jane.doe@mail.acme.example", "acme.example"),
        ("Write to jane.doe@mail.acme.example", "jane.doe@mail.acme.example"),
        ("Invoice INV/2024/001 of 2026-03-31", "inv/2024/001 2026-03"),
    ],
)
async def test_words_are_found_as_people_type_them(shop: Organization, written: str, sought: str) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    await file(customer, "By description", written)
    await file(customer, "Something else", "Nothing of the kind.")
    answered = await file(customer, "By comment")
    assert (await agent.post(f"/tickets/{answered['id']}/comments", {"body": written})).status_code == 201
    for reader in (agent, customer):
        assert sorted(await subjects(reader, q=sought)) == ["By comment", "By description"]
    listed = (await agent.get("/tickets", params={"search": sought})).json()["data"]["tickets"]
    assert sorted(each["subject"] for each in listed) == ["By comment", "By description"]


@pytest.mark.parametrize("sought", ["文注", '"10412 a"', "2024-INV", "acme.example.jane", "-café gesperrt"])
async def test_parts_of_joined_words_must_match_in_order(shop: Organization, sought: str) -> None:
    customer = await shop.client("customer")
    await file(customer, "Joined", "注文 A-10412 INV/2024/001 jane.doe@acme.example cafe gesperrt")
    assert await subjects(customer, q=sought) == []


async def test_nothing_that_is_folded_becomes_a_quote_or_a_backslash(desk: Desk, shop: Organization) -> None:
    """Otherwise a search text could end its operand and be parsed as an operator."""
    async with desk.database.unit(shop.system()) as uow:
        broken = await uow.db.fetch_value(
            "select string_agg(to_hex(n), ' ') from generate_series(128, 1114111) n "
            "where n not between 55296 and 57343 and deskbell_search_text(chr(n)) ~ '[''\\\\]'"
        )
    assert broken is None


async def test_snippets_quote_plain_text_and_mark_words_however_they_are_written(shop: Organization) -> None:
    agent = await shop.client("agent")
    text = (
        '## Refunds\n\nAsk the **Café** [on the corner](https://shop.example/x "y") <b onclick=x>now</b>; 3 < 4 & more.'
    )
    await agent.post("/kb/articles", {"title": "Refunds", "content": text, "published": True})
    (found,) = (await agent.get("/search/articles", params={"q": "cafe"})).json()["data"]
    assert found["snippet"] == "Refunds Ask the <mark>Café</mark> on the corner now; 3 &lt; 4 &amp; more"


async def test_snippets_mark_words_of_scripts_without_spaces(shop: Organization) -> None:
    agent = await shop.client("agent")
    text = "首先打开页面。" * 40 + "然后重设密码，再登录。"
    await agent.post("/kb/articles", {"title": "登录", "content": text, "locale": "zh", "published": True})
    (found,) = (await agent.get("/search/articles", params={"q": "重设密码"})).json()["data"]
    assert "<mark>重设密码</mark>，再" in found["snippet"]
    assert found["snippet"].isprintable(), found["snippet"]


@pytest.mark.parametrize("trick", ["~/", "./", "<!--", "a_", "x"])
async def test_no_text_keeps_the_database_busy(shop: Organization, trick: str) -> None:
    """Without a bound, the first two exceed the statement timeout, and the status is not 201."""
    agent, customer = await shop.client("agent"), await shop.client("customer")
    text = f"Before {trick * (60_000 // len(trick))} quagga"
    await file(customer, "Much ado", text)
    assert await subjects(agent, q="quagga") == ["Much ado"]
    article = {"title": "About nothing", "content": text, "published": True}
    assert (await agent.post("/kb/articles", article)).status_code == 201
    found = (await agent.get("/search/articles?q=quagga")).json()["data"]
    assert [each["title"] for each in found] == ["About nothing"]


async def test_a_long_text_is_split_in_the_index_only(desk: Desk) -> None:
    async with desk.database.unit(None) as uow:

        async def bounded(text: str) -> str:
            return str(await uow.db.fetch_value("select deskbell_bounded($1)", text))

        prose = "See https://example.com/orders/10412?view=all, please. " * 50
        assert await bounded(prose) == prose
        assert await bounded("<!-- short -->") == "<!-- short -->"
        parted = await bounded("x" * 1_000 + "ä" * 1_000 + "<!--")
        assert max(map(len, parted.split())) <= 150
        assert parted.replace(" ", "") == "x" * 1_000 + "ä" * 1_000


@pytest.mark.parametrize("sought", ["weiss", "WEISS muller", "weiß", "トヨタ", "株式会社"])
async def test_contacts_are_found_past_accents_and_without_spaces(shop: Organization, sought: str) -> None:
    agent = await shop.client("agent")
    person = {"name": "Jörg Weiß-Müller", "email": f"jw@{shop.domain}", "company": "株式会社トヨタ"}
    assert (await agent.post("/contacts", person)).status_code == 201
    for place in ("/search/contacts", "/contacts"):
        answer = await agent.get(place, params={"q" if "search" in place else "search": sought})
        assert [each["name"] for each in answer.json()["data"]["contacts"]] == ["Jörg Weiß-Müller"], place


async def test_a_file_of_an_imported_description_is_shown_and_found(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    file = {"filename": "proof.txt", "content": "aGk="}
    line = {"kind": "ticket", "subject": "With a file", "requester": {"email": "ann@x.example"}, "attachments": [file]}
    lines = [
        decode(number, json.dumps(each).encode()) for number, each in enumerate([line, {**line, "attachments": []}])
    ]
    await load(shop.desk.database, shop.id, lines, storage=Storage.open(shop.desk.settings))
    found = (await agent.get("/tickets?search=has:attachment")).json()["data"]["tickets"]
    assert len(found) == 1
    for path in ("/api/v1", "/api/v2"):
        seen = (await agent.at(path).get(f"/tickets/{found[0]['id']}")).json()["data"]["attachments"]
        assert [(each["filename"], each["size"]) for each in seen] == [("proof.txt", 2)]
    content = await agent.at("").get(seen[0]["url"])
    assert content.text == "hi"
    assert (await customer.at("").get(seen[0]["url"])).status_code == 404
