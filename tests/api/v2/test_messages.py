"""v2: messages."""

from uuid import uuid4

from tests.api.v2.calling import file_ticket, refused, v2
from tests.support.desk import Organization


async def test_customers_see_replies_only_and_write_nothing_else(shop: Organization) -> None:
    customer, agent = await v2(shop, "customer"), await v2(shop, "agent")
    path = f"/tickets/{(await file_ticket(customer))['id']}/messages"
    note = (await agent.post(path, {"content": "Watch out", "type": "internal_note"})).json()["data"]
    reply = await agent.post(path, {"content": "Have you tried it again?"})
    assert reply.status_code == 201
    assert (note["type"], reply.json()["data"]["type"]) == ("internal_note", "reply")
    refused(await customer.post(path, {"content": "x", "type": "internal_note"}), 403, "Forbidden")
    for_agent, for_customer = (await agent.get(path)).json(), (await customer.get(path)).json()
    assert [message["content"] for message in for_agent["data"]] == ["Watch out", "Have you tried it again?"]
    assert [message["content"] for message in for_customer["data"]] == ["Have you tried it again?"]
    assert for_customer["pagination"] == {"page": 1, "limit": 100, "total": 1, "totalPages": 1, "hasMore": False}
    second = (await agent.get(f"{path}?limit=1&page=2")).json()
    assert ([m["content"] for m in second["data"]], second["pagination"]["hasMore"]) == (
        ["Have you tried it again?"],
        False,
    )
    refused(await customer.patch(f"/messages/{note['id']}", {"content": "mine"}), 404, "NotFound", "Message not found")


async def test_authors_edit_and_delete_their_own_and_admins_any(shop: Organization) -> None:
    customer, agent, admin = await v2(shop, "customer"), await v2(shop, "agent"), await v2(shop, "admin")
    path = f"/tickets/{(await file_ticket(customer))['id']}/messages"
    message = (await customer.post(path, {"content": "Helo"})).json()["data"]
    assert message["sender"]["role"] == "customer"
    own = f"/messages/{message['id']}"
    edited = (await customer.patch(own, {"content": "Hello"})).json()["data"]
    assert (edited["content"], edited["updatedAt"] > edited["createdAt"]) == ("Hello", True)
    refused(await agent.patch(own, {"content": "Hm"}), 403, "Forbidden", "You can only edit your own messages")
    refused(await agent.delete(own), 403, "Forbidden", "You can only delete your own messages")
    assert (await admin.patch(own, {"content": "Hello!"})).status_code == 200
    gone = await customer.delete(own)
    assert (gone.status_code, gone.content) == (204, b"")
    refused(await customer.delete(own), 404, "NotFound", "Message not found")
    refused(await customer.delete(f"/messages/{uuid4()}"), 404, "NotFound", "Message not found")
    assert (await admin.get(path)).json()["data"] == []


async def test_another_organizations_message_is_not_found(shop: Organization, rival: Organization) -> None:
    customer, stranger = await v2(shop, "customer"), await v2(rival, "owner")
    path = f"/tickets/{(await file_ticket(customer))['id']}/messages"
    message = (await customer.post(path, {"content": "Ours"})).json()["data"]
    refused(await stranger.patch(f"/messages/{message['id']}", {"content": "Theirs"}), 404, "NotFound")
    refused(await stranger.delete(f"/messages/{message['id']}"), 404, "NotFound")
    assert [each["content"] for each in (await customer.get(path)).json()["data"]] == ["Ours"]


async def test_an_uploads_stored_size_applies(shop: Organization) -> None:
    agent = await shop.person("agent")
    at_v2 = agent.client.at("/api/v2")
    path = f"/tickets/{(await file_ticket(at_v2))['id']}/messages"
    files = {uuid4(): 10 * 1024 * 1024, uuid4(): 10 * 1024 * 1024 + 1}
    async with shop.desk.database.unit(shop.system()) as uow:
        for file_id, size in files.items():
            await uow.db.execute(
                "insert into files (organization_id, id, filename, mime_type, size, sha256, storage_key, uploaded_by, "
                "created_at) values ($1, $2, 'a.png', 'image/png', $3, '', 'x', $4, now())",
                shop.id,
                file_id,
                size,
                agent.id,
            )
    answers = [
        await at_v2.post(
            path,
            {
                "content": "See there",
                "attachments": [
                    {"filename": "b.png", "url": f"/api/v1/uploads/{file_id}", "mimeType": "image/png", "size": 1}
                ],
            },
        )
        for file_id in files
    ]
    assert [answer.status_code for answer in answers] == [201, 400]
    (kept,) = answers[0].json()["data"]["attachments"]
    assert (kept["filename"], kept["size"]) == ("a.png", 10 * 1024 * 1024)
    assert len((await at_v2.get(path)).json()["data"]) == 1
