"""Which words find a ticket, whatever its text is made of."""

import pytest

from tests.support.desk import Client, Organization


async def file(client: Client, text: str) -> None:
    answer = await client.post("/tickets", {"subject": "Please help", "description": text})
    assert answer.status_code == 201, answer.text


async def total(client: Client, text: str, path: str = "/search/tickets", name: str = "q") -> int:
    answer = await client.get(path, params={name: text})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    count: int = (body.get("pagination") or body["data"]["pagination"])["total"]
    return count


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        # words joined by dots, signs and numbers
        ("Host srv01.example.com is down", ["srv01", "example", "srv01.example.com", "com"]),
        ("My order is 4711.Please help", ["4711", "please", "4711.Please"]),
        ("See 1234.pdf and scan_2026.jpg", ["1234", "pdf", "2026", "scan_2026.jpg"]),
        ("It costs 3.5 at 10.0.0.1", ["3.5", "10.0.0.1"]),
        ("Call +46-8-1234567 or +4930", ["46", "1234567", "4930", "+46-8-1234567"]),
        ("Write to ann1@shop2.example", ["ann1", "shop2", "ann1@shop2.example"]),
        ("Ticket 4711.Пожалуйста", ["4711", "пожалуйста"]),
        ("It says <error>E42</error> and <refused>", ["error", "E42", "refused"]),
        # characters without width
        ("re\u00adfund", ["refund", "re\u00adfund"]),
        ("ship\u200bping in\u2060voice", ["shipping", "invoice"]),
        ("\u200eABC-123\u200e \u202a+46 8 765\u202c", ["ABC-123", "765"]),
        ("\ufeffinvoice", ["invoice"]),
        # signs that are not ASCII
        ("„Rückgabe“ – Bestellung–4711…bitte «heute»", ["Rückgabe", "bestellung", "4711", "bitte", "heute"]),
        ("Preis: 50€, §4, ¿qué?", ["50", "4", "que"]),
        ("Thanks🙂", ["thanks"]),
        # other scripts
        ("رقم الطلب ٤٧١١", ["4711", "٤٧١١"]),
        ("کتاب علی ۱۲", ["كتاب", "علي", "12"]),
        ("ऑर्डर ४२", ["42"]),
        ("注文番号１２３の返品", ["123", "返品"]),
        ("طلب ـ رقم", ["طلب ـ رقم", "رقم"]),
    ],
)
async def test_a_ticket_is_found_by_each_part_of_its_text(shop: Organization, text: str, sought: list[str]) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await file(customer, text)
    for words in sought:
        assert await total(agent, words) == 1, words
        assert await total(customer, words) == 1, words


@pytest.mark.parametrize(
    "word", ["refundable", "happiness", "shipping", "organizational", "hoping", "studying", "Größen"]
)
async def test_every_beginning_of_a_word_finds_it(shop: Organization, word: str) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await file(customer, f"About {word} indeed")
    for length in range(2, len(word) + 1):
        beginning = word[:length]
        for client in (agent, customer):
            assert await total(client, f"about {beginning}*") == 1, beginning
        assert await total(agent.at("/api/v2"), f"about {beginning}", "/tickets", "search") == 1, beginning
    assert await total(agent, f"{word[:4]}x*") == 0
    assert await total(agent, f"about -{word[:4]}*") == 0


async def test_the_beginning_of_a_joined_word_finds_it(shop: Organization) -> None:
    agent = await shop.client("agent")
    await file(agent, "The pre-shipping.notice of 東京都")
    for found in ("pre-shippi*", "shipping.not*", "東京*"):
        assert await total(agent, found) == 1, found
    for missed in ("pre-shop*", "京東*"):
        assert await total(agent, missed) == 0, missed


@pytest.mark.parametrize("signs", ["???", "#", "™", "´", "℠", "ـ", "-ـ", "𐐀" * 1_000, "***"])
async def test_a_search_of_nothing_that_can_be_found_finds_nothing(shop: Organization, signs: str) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await file(customer, "Something")
    for client in (agent, customer):
        assert await total(client, signs, "/tickets", "search") == 0
        answer = await client.get("/search/tickets", params={"q": signs})
        assert answer.status_code == 422 or answer.json()["data"]["tickets"] == []
    assert await total(agent.at("/api/v2"), signs[:200], "/tickets", "search") == 0
    assert await total(agent, "  ", "/tickets", "search") == 1


@pytest.mark.parametrize("path", ["/agents", "/contacts", "/tags"])
async def test_other_lists_find_nothing_by_mere_signs_either(shop: Organization, path: str) -> None:
    admin = await shop.client("admin")
    await shop.client("customer")
    await admin.post("/tags", {"name": "vip"})
    whole = await total(admin, "", path, "search")
    assert whole > 0
    assert await total(admin, "™", path, "search") == 0


async def test_a_view_of_nothing_that_can_be_found_is_refused(shop: Organization) -> None:
    agent = await shop.client("agent")
    assert (await agent.post("/views", {"name": "Odd", "query": "???"})).status_code == 422
    kept = (await agent.post("/views", {"name": "Odd", "query": "™"})).json()
    assert "data" not in kept or kept["data"]["count"] == 0
