"""Own data at the portal: a file with all of it and nothing of the staff's, and the request for its deletion."""

import io
import json
import zipfile
from typing import Any

from deskbell.kernel.permissions import Role
from tests.support.canaries import CANARIES, plant
from tests.support.desk import Desk, Organization
from tests.support.mail import mails_to
from tests.support.site_walk import HTML, SAME
from tests.support.work import run_job, work
from tests.web.test_portal import HIDDEN, Browser, ask


async def prepared(browser: Browser, shop: Organization) -> tuple[dict[str, Any], zipfile.ZipFile]:
    """The customer's download, once the worker has made it."""
    assert (await browser.post("/profile", {"form": "download"})).status_code == 303
    assert "being prepared" in (await browser.get("/profile")).text
    assert (await browser.get("/data")).status_code == 404
    await work(shop.desk, shop)
    page = await browser.get("/profile")
    assert f'href="{browser.root}/data"' in page.text
    answer = await browser.get("/data")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return json.loads(archive.read("data.json")), archive


async def test_a_download_has_everything_of_the_customer(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    browser = await Browser(desk, shop).sign_in(person)
    path = await ask(browser)
    reply = {"data": {"body": "More"}, "files": {"files": ("leak.txt", b"drops", "text/plain")}}
    sent = await browser.client.request("POST", f"{path}/reply", headers={"Sec-Fetch-Site": "same-origin"}, **reply)
    assert sent.status_code == 303
    data, archive = await prepared(browser, shop)
    assert data["profile"]["email"] == person.email
    [request] = data["requests"]
    assert (request["subject"], request["description"]) == ("My tent leaks", "Since it rained.")
    [comment] = request["comments"]
    assert (comment["body"], comment["is_own"]) == ("More", True)
    assert archive.read(comment["files"][0]["path"]) == b"drops"
    assert data["sessions"][0]["user_agent"]
    assert any("ready" in each.subject for each in await mails_to(desk, person.email))


async def test_a_download_has_nothing_of_the_staff(desk: Desk, shop: Organization) -> None:
    ids = await plant(shop)
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update users set password_hash = $2, email_verified_at = now() where id = $1::uuid",
                             ids["contact_id"], desk.password_hash)  # fmt: skip
        address = await uow.db.fetch_value("select email from users where id = $1::uuid", ids["contact_id"])
    person = await shop.person("customer")
    contact = type(person)(person.id, address, "", Role.CUSTOMER, "", "", person.client)
    data, archive = await prepared(await Browser(desk, shop).sign_in(contact), shop)
    whole = json.dumps(data) + " ".join(archive.namelist())
    for name in archive.namelist():
        whole += archive.read(name).decode("utf-8", "replace")
    assert CANARIES["public comment"] in whole
    assert CANARIES["file content"] in whole
    assert [name for name in HIDDEN if name != "mail" and CANARIES[name] in whole] == []


async def test_a_download_is_its_owners_alone_and_ends(desk: Desk, shop: Organization) -> None:
    browser = await Browser(desk, shop).sign_in(await shop.person("customer"))
    await prepared(browser, shop)
    other = await Browser(desk, shop).sign_in(await shop.person("customer2"))
    assert (await other.get("/data")).status_code == 404
    assert (await Browser(desk, shop).get("/data")).status_code == 303
    async with desk.database.unit(shop.system()) as uow:
        key = await uow.db.fetch_value(
            "update data_downloads set expires_at = now() - interval '1 second' returning storage_key"
        )
    assert (await browser.get("/data")).status_code == 404
    await run_job(desk, "own_data.delete_expired_downloads")
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from data_downloads") == 0
        assert await uow.db.fetch_value("select count(*) from removed_files where storage_key = $1", key) == 1


async def test_asking_again_within_minutes_makes_no_second_file(desk: Desk, shop: Organization) -> None:
    browser = await Browser(desk, shop).sign_in(await shop.person("customer"))
    await prepared(browser, shop)
    await browser.post("/profile", {"form": "download"})
    assert (await browser.get("/data")).status_code == 200


async def test_a_customer_asks_for_deletion_and_takes_it_back(desk: Desk, shop: Organization) -> None:
    admin, person = await shop.person("admin"), await shop.person("customer")
    browser = await Browser(desk, shop).sign_in(person)
    unsure = await browser.post("/profile", {"form": "deletion"})
    assert (unsure.status_code, "Please tick the box" in unsure.text) == (422, True)
    assert (await browser.post("/profile", {"form": "deletion", "sure": "yes"})).status_code == 303
    await work(desk, shop)
    assert any("deletion" in each.subject for each in await mails_to(desk, admin.email))
    [listed] = (await admin.client.get("/deletion-requests")).json()["data"]
    assert (listed["user_id"], listed["state"]) == (str(person.id), "open")
    assert "have not decided yet" in (await browser.get("/profile")).text
    assert (await browser.post("/profile", {"form": "withdrawal"})).status_code == 303
    assert (await admin.client.get("/deletion-requests")).json()["data"] == []
    assert (await admin.client.post(f"/deletion-requests/{person.id}/confirm")).status_code == 409


async def test_members_of_the_staff_are_not_offered_the_deletion(desk: Desk, shop: Organization) -> None:
    browser = await Browser(desk, shop).sign_in(await shop.person("agent"))
    assert "Delete your data" not in (await browser.get("/profile")).text
    assert (await browser.post("/profile", {"form": "deletion", "sure": "yes"})).status_code == 422


async def test_a_person_reads_the_fields_that_customers_may_read(desk: Desk, shop: Organization) -> None:
    owner, person = await shop.client("owner"), await shop.person("customer")
    for key, customer in (("plan", "read"), ("mood", "hidden")):
        body = {"key": key, "type": "text", "label": f"The {key}", "target": "contact", "customer": customer}
        assert (await owner.post("/fields", body)).status_code == 201
    values = {"plan": "Gold", "mood": "Grumpyperson"}
    assert (await owner.put(f"/contacts/{person.id}", {"fields": values})).status_code == 200
    browser = await Browser(desk, shop).sign_in(person)
    shown = (await browser.get("/profile")).text
    assert "<dt>The plan</dt><dd>Gold</dd>" in shown.replace("\n", "")
    data, _ = await prepared(browser, shop)
    assert data["fields"] == {"The plan": "Gold"}
    assert "Grumpyperson" not in shown + json.dumps(data)


async def test_no_form_of_customers_asks_for_or_writes_a_field_of_contacts(desk: Desk, shop: Organization) -> None:
    """Customers read such fields at most: what the staff notes about a person is not theirs to change."""
    owner, person = await shop.client("owner"), await shop.person("customer")
    plan = {"key": "plan", "type": "text", "label": "The plan", "target": "contact"}
    refused = await owner.post("/fields", {**plan, "customer": "write"})
    assert (refused.status_code, [each["path"] for each in refused.json()["error"]["details"]["fields"]]) == (
        422,
        ["customer"],
    )
    assert (await owner.post("/fields", {**plan, "customer": "read"})).status_code == 201
    refused = await owner.post("/forms", {"name": "Returns", "items": [{"field": "plan"}]})
    assert (refused.status_code, [each["path"] for each in refused.json()["error"]["details"]["fields"]]) == (
        422,
        ["items.0.field"],
    )
    assert (await owner.put(f"/contacts/{person.id}", {"fields": {"plan": "Gold"}})).status_code == 200
    assert (await owner.put("/widget", {"enabled": True, "origins": []})).status_code == 200
    browser = await Browser(desk, shop).sign_in(person)
    assert "The plan" not in (await browser.get("/new?subject=Wrong+size")).text
    words = {"subject": "Wrong size", "description": "Too small", "name": "Ann", "field.plan": "Platinum"}
    assert (await browser.post("/new", words)).status_code == 303
    assert (await browser.post("/profile", {"form": "person", **words})).status_code == 303
    contact = {"name": "Ann", "email": person.email, "subject": "A tent", "text": "It leaks", "field.plan": "Platinum"}
    visitor = desk.client(base="", accept=HTML)
    place = f"/help/{shop.domain}/contact"
    assert "The plan" not in (await visitor.get(place)).text
    assert (await visitor.request("POST", place, data=contact, headers=SAME)).status_code == 303
    tickets = (await owner.get("/tickets")).json()["data"]["tickets"]
    assert [(await owner.get(f"/tickets/{each['id']}")).json()["data"]["fields"] for each in tickets] == [{}, {}]
    assert (await owner.get(f"/contacts/{person.id}")).json()["data"]["fields"] == {"plan": "Gold"}


async def test_a_rating_is_in_the_download_also_after_the_request_was_opened_again(
    desk: Desk, shop: Organization
) -> None:
    browser = await Browser(desk, shop).sign_in(await shop.person("customer"))
    path = (await ask(browser)).removeprefix(browser.root)
    for form, given in (("status", {"step": "solve"}), ("rating", {"rating": "2", "comment": "Slow"}),
                        ("status", {"step": "reopen"})):  # fmt: skip
        assert (await browser.post(f"{path}/{form}", given)).status_code == 303
    data, _ = await prepared(browser, shop)
    assert [(each["rating"]["rating"], each["rating"]["comment"]) for each in data["requests"]] == [(2, "Slow")]
