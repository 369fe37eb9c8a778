"""An organization in which each kind of data holds a word of its own, so that an answer shows what it reveals."""

import hashlib
from typing import Any, Final
from uuid import UUID

from deskbell.api.v1.webhooks.bodies import SHAPES
from deskbell.features.access.service.api_keys import create_api_key
from deskbell.features.mail.records import NewMail
from deskbell.features.mail.service import accept
from deskbell.features.webhooks.gathering import READER, gather
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.journal.following import read_batch
from tests.support.desk import Client, Organization
from tests.support.work import work

CANARIES: Final[dict[str, str]] = {
    "ticket subject": "Canarysubject",
    "ticket description": "Canarydescription",
    "public comment": "Canaryreply",
    "internal note": "Canarynote",
    "file name on a comment": "canaryreplyfile",
    "file name on a note": "canarynotefile",
    "file content": "Canarycontent",
    "rating": "Canaryrating",
    "contact name": "Canarycontactname",
    "contact mail": "canarycontactmail",
    "contact phone": "Canarycontactphone",
    "contact field": "Canarycontactlabel",
    "contact field value": "Canarycontactvalue",
    "agent name": "Canaryagentname",
    "agent mail": "canaryagentmail",
    "agent phone": "Canaryagentphone",
    "group": "Canarygroup",
    "tag": "Canarytag",
    "category": "Canarycategory",
    "brand": "Canarybrand",
    "field": "Canaryfield",
    "field value": "Canaryvalue",
    "rule": "Canaryrule",
    "canned response": "Canarycanned",
    "macro": "Canarymacro",
    "form": "Canaryform",
    "status": "Canarystatus",
    "article draft": "Canarydraft",
    "internal article": "Canaryinternal",
    "missed search": "canarymissed",
    "view": "Canaryview",
    "webhook address": "canaryhook",
    "API key": "Canarykey",
    "mail": "Canarymail",
    "mailbox": "Canaryletterbox",
    "suppressed address": "canarysuppressed",
    "mail account": "canarymailaccount",
    "mail template": "Canarytemplate",
}
SEARCHED: Final = "zebra"
"""A word that the ticket, the contact, the draft and the internal article have, to search for."""


async def made(client: Client, path: str, body: dict[str, Any], expected: int = 201) -> Any:
    """The response body of a POST."""
    answer = await client.post(path, body)
    assert answer.status_code == expected, (path, answer.text)
    return answer.json()["data"]


async def plant(shop: Organization) -> dict[str, str]:
    """Fills the organization; returns an id for each parameter of a path."""
    admin, agent = await shop.person("owner", platform_admin=True), await shop.person("agent")
    word = CANARIES
    hook = {"url": f"https://{word['webhook address']}.example.com/in", "event_types": [], "include_internal": True}
    webhook = await made(admin.client, "/webhooks", hook)
    contact = await _contact(shop, admin.client)
    colleague = await made(
        admin.client, "/agents",
        {"name": word["agent name"], "email": f"{word['agent mail']}@{shop.domain}", "phone": word["agent phone"],
         "role": "agent"},
    )  # fmt: skip
    group = await made(admin.client, "/groups", {"name": word["group"], "description": ""})
    await made(admin.client, f"/groups/{group['id']}/members", {"user_id": colleague["id"]})
    tag = await made(admin.client, "/tags", {"name": word["tag"]})
    category = await made(admin.client, "/categories", {"name": word["category"]})
    brand = await made(admin.client, "/brands", {"name": word["brand"]})
    await made(admin.client, "/fields", {"key": "order_number", "type": "text", "label": word["field"]})
    idle = {"name": word["rule"], "on": ["ticket.created"], "enabled": False, "do": [{"add_tags": [word["rule"]]}]}
    rule = await made(admin.client, "/rules", idle)
    canned = await made(
        admin.client, "/canned-responses", {"title": word["canned response"], "content": "About {{ticket.subject}}"}
    )
    macro = await made(admin.client, "/macros", {"title": word["macro"], "shared": True, "do": [{"assign": "me"}]})
    configured = await _configured(admin.client, category["id"])
    draft = {"title": f"{SEARCHED} {word['article draft']}", "content": word["article draft"], "category": "c"}
    article = await made(admin.client, "/kb/articles", draft)
    internal = {**draft, "title": f"{SEARCHED} {word['internal article']}", "content": word["internal article"]}
    await made(admin.client, "/kb/articles", {**internal, "visibility": "internal"})
    missed = await _missed(shop, admin.client)
    view = await made(admin.client, "/views", {"name": word["view"]})
    key = await made(admin.client, "/api-keys", {"name": word["API key"], "scopes": ["sla:read"]})
    filed = {
        "subject": f"{SEARCHED} {word['ticket subject']}", "description": word["ticket description"],
        "requester_id": contact["id"], "group_id": group["id"], "category_id": category["id"], "brand_id": brand["id"],
        "tags": [word["tag"]], "fields": {"order_number": word["field value"]},
    }  # fmt: skip
    await made(admin.client, "/tickets", {**filed, "assignee_id": colleague["id"]})
    ticket = await made(admin.client, "/tickets", {**filed, "assignee_id": str(admin.id)})
    reply, _ = await _comment(agent.client, ticket["id"], "comment", public=True)
    note, file = await _comment(agent.client, ticket["id"], "note", public=False)
    assert (await admin.client.put(f"/tickets/{ticket['id']}/drafts/reply", {"body": "Later"})).status_code == 200
    await _rate(shop, ticket["id"], contact["id"])
    transfers = await _transfers(shop, admin.client)
    notifications = (await admin.client.get("/notifications")).json()["data"]
    policy, *_ = (await admin.client.at("/api/v2").get("/sla-policies")).json()["data"]
    return {
        "ticket_id": ticket["id"], "comment_id": reply, "message_id": reply, "note_id": note, "file_id": file,
        "contact_id": contact["id"], "user_id": contact["id"], "member_id": colleague["id"],
        "agent_id": colleague["id"], "group_id": group["id"], "team_id": group["id"], "tag_id": tag["id"],
        "category_id": category["id"], "brand_id": brand["id"], "response_id": canned["id"], "article_id": article["id"],
        "missed_id": missed,
        "view_id": view["id"], "key": "order_number", "rule_id": rule["id"], "macro_id": macro["id"], **configured,
        "webhook_id": webhook["id"], "key_id": key["id"], "organization_id": str(shop.id),
        "delivery_id": await _delivery(admin.client, webhook["id"]),
        "notification_id": next(each["id"] for each in notifications if each["comment_id"] == note),
        "policy_id": policy["id"], "priority": "high", "kind": "reply", "language": "en",
        "mail_delivery_id": await _sent(admin.client, reply), **await _mails(shop, admin.client, ticket["id"]),
        "operation_id": await _operation(admin.client, ticket["id"]), **transfers,
    }  # fmt: skip


async def _contact(shop: Organization, client: Client) -> Any:
    """A contact with a value of a field of contacts."""
    word = CANARIES
    number = {"key": "customer_number", "type": "text", "label": word["contact field"], "target": "contact"}
    await made(client, "/fields", number)
    return await made(
        client, "/contacts",
        {"name": f"{SEARCHED} {word['contact name']}", "email": f"{word['contact mail']}@{shop.domain}",
         "phone": word["contact phone"], "fields": {"customer_number": word["contact field value"]}},
    )  # fmt: skip


async def _missed(shop: Organization, client: Client) -> str:
    """A search of the help centre that found nothing."""
    search = f"/help/{shop.domain}/search?q={CANARIES['missed search']}"
    assert (await shop.desk.client(base="").get(search)).status_code == 200
    return str((await client.get("/kb/missed-searches")).json()["data"][0]["id"])


async def _operation(client: Client, ticket_id: str) -> str:
    """A command on many tickets that this ticket is one of."""
    urgent = {"ticket_ids": [ticket_id], "updates": {"priority": "urgent"}}
    return str((await made(client, "/tickets/bulk-update", urgent, 200))["operation_id"])


async def _transfers(shop: Organization, client: Client) -> dict[str, str]:
    """An import with a refused row, and an export, both done: all jobs have run."""
    file = {"file": ("old.csv", b"subject,email\n,bo@example.org\n")}
    import_id = (await client.post("/imports?format=csv", files=file)).json()["data"]["id"]
    await made(client, f"/imports/{import_id}/start", {"table": {"columns": ["subject", "requester_email"]}}, 200)
    export = await made(client, "/exports", {"format": "csv"})
    await _catch_up(shop)
    other = await made(client, "/contacts", {"name": "Bo", "email": f"bo@{shop.domain}"})
    return {"import_id": import_id, "export_id": export["id"], "other_id": other["id"]}


async def _configured(client: Client, category_id: str) -> dict[str, str]:
    """A form and a status of the organization's own."""
    form = await made(client, "/forms", {"name": CANARIES["form"], "category_ids": [category_id]})
    status = await made(client, "/statuses", {"name": CANARIES["status"], "category": "hold"})
    return {"form_id": form["id"], "status_id": status["id"]}


async def _catch_up(shop: Organization) -> None:
    await work(shop.desk, shop)
    while await read_batch(shop.desk.database, READER, gather(SHAPES)):
        pass


async def _comment(client: Client, ticket_id: str, kind: str, *, public: bool) -> tuple[str, str]:
    """A comment or note with a file; returns the ids of both."""
    word = "public comment" if public else "internal note"
    name, content = CANARIES[f"file name on a {kind}"], CANARIES["file content"]
    sent = await client.request("POST", "/upload", files={"file": (f"{name}.txt", content.encode(), "text/plain")})
    file = sent.json()["data"]
    mention = "" if public else "@Owner "
    body = {"body": f"{mention}{CANARIES[word]}", "public": public, "attachments": [file]}
    comment = await made(client, f"/tickets/{ticket_id}/comments", body)
    return comment["id"], file["id"]


async def _delivery(admin: Client, webhook_id: str) -> str:
    """A delivery of an added comment to a webhook."""
    found = (await admin.get(f"/webhooks/{webhook_id}/deliveries", params={"limit": 100})).json()["data"]
    return next(str(each["id"]) for each in found if each["type"] == "comment.added")


async def _sent(admin: Client, comment_id: str) -> str:
    """The delivery of a reply's mail."""
    found = (await admin.get(f"/comments/{comment_id}/deliveries")).json()["data"]
    return str(found[0]["id"])


async def _mails(shop: Organization, admin: Client, ticket_id: str) -> dict[str, str]:
    """A mailbox, a suppressed address and a received mail."""
    word = CANARIES
    template = {"text": f"{word['mail template']} {{{{reply.words}}}}", "html": "<p>{{reply.words}}</p>"}
    assert (await admin.put("/mail-templates/reply/en", template)).status_code == 200
    box = await made(admin, "/mailboxes", {"name": word["mailbox"], "addresses": [f"box@{shop.domain}"]})
    account = {
        "host": "imap.example",
        "username": word["mail account"],
        "password": "imap-password-1",
        "enabled": False,
    }
    assert (await admin.put(f"/mailboxes/{box['id']}/imap", account)).status_code == 200
    assert (await admin.put(f"/mailboxes/{box['id']}/smtp", account)).status_code == 200
    client = {"provider": "google", "client_id": word["mail account"]}
    assert (await admin.put(f"/mailboxes/{box['id']}/sign-in", client)).status_code == 200
    assert (await admin.post(f"/mailboxes/{box['id']}/test-mail")).status_code == 201
    address = f"{word['suppressed address']}@x.example"
    await made(admin, "/suppressed-addresses", {"address": address})
    assert (await admin.put(f"/mail-senders/{address}", {"standing": "blocked"})).status_code == 200
    return {"mail_id": await _mail(shop, ticket_id), "mailbox_id": box["id"], "address": address}


async def _mail(shop: Organization, ticket_id: str) -> str:
    """A mail of a ticket."""
    raw = f"From: x@elsewhere.example\r\nSubject: {CANARIES['mail']}\r\n\r\n{CANARIES['mail']}\r\n".encode()
    new = NewMail(id=new_id(), source="command", size=len(raw), raw_digest=hashlib.sha256(raw).digest(), raw=raw)
    async with shop.desk.database.unit(shop.system()) as uow:
        await accept(uow, new)
        await uow.db.execute(
            "update received_mails set state = 'created', next_try_at = null, done_at = now(), ticket_id = $3, "
            "subject = $2, from_address = 'x@elsewhere.example' where id = $1", new.id, CANARIES["mail"], UUID(ticket_id),
        )  # fmt: skip
    return str(new.id)


async def _rate(shop: Organization, ticket_id: str, contact_id: str) -> None:
    """The contact's rating of the ticket, which is solved for the purpose and then opened again."""
    admin = await shop.client("owner")
    for status in ("solved", "open"):
        if status == "open":
            key = await customer_key(shop, contact_id, "feedback:create")
            rating = {"rating": 5, "comment": CANARIES["rating"]}
            await made(shop.desk.client(key), f"/feedback/tickets/{ticket_id}", rating)
        answer = await admin.patch(f"/tickets/{ticket_id}/status", {"status": status})
        assert answer.status_code == 200, answer.text


async def customer_key(shop: Organization, contact_id: str, *scopes: str) -> str:
    """An API key that acts as a customer: what a key becomes whose owner is no longer of the staff."""
    async with shop.desk.database.unit(Actor(shop.id, UUID(contact_id), Role.OWNER)) as uow:
        await uow.db.execute("update users set email_verified_at = now() where id = $1", UUID(contact_id))
        _, text = await create_api_key(uow, "of a customer", list(scopes), None)
    return text
