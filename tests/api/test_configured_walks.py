"""The walks through the five documents on a desk that its admins have made their own: all promises hold there too.

Fifty rules are asked of each change, a form of thirty fields is the default, statuses have names of their own. Where rules fire,
the history of a ticket has their steps besides: so they fire on a ticket of their own, after the walk.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.platform import test_document as platform
from tests.api.portals import test_document as portals
from tests.api.routes import test_document as routes
from tests.api.v1 import test_document as v1
from tests.api.v2 import test_document as v2
from tests.support.desk import Desk, Organization

Walk = Callable[[Desk, Organization], Awaitable[None]]
WALKS: dict[str, Walk] = {
    "v1": v1.test_every_operation_answers_as_the_document_says,
    "v2": v2.test_every_operation_of_the_document_answers_as_it_says,
    "platform": platform.test_every_operation_answers_as_the_document_says,
    "routes": routes.test_every_operation_answers_as_the_document_says,
    "portals": portals.test_every_operation_answers_as_the_document_says,
}
FIELDS = [f"f{number}" for number in range(30)]


def configuration() -> dict[str, list[dict[str, Any]]]:
    """Rules that set fields alone: the documents say what becomes of all else."""
    both = ["ticket.created", "ticket.updated"]
    asked = [
        {"trigger": f"Asked in vain {n}", "on": both, "when": f"subject:invoice{n} priority:urgent body:/IN-[0-9]+{n}/",
         "do": [{"add_tags": ["never"]}]}
        for n in range(20)
    ]  # fmt: skip
    setting = [
        {
            "trigger": f"Sets {key}",
            "on": both,
            "when": "subject:configured",
            "do": [{"fill": {"fields": {key: "by a rule"}}}],
        }
        for key in FIELDS
    ]
    own = ("Waiting for parts", "hold"), ("With the customer", "pending"), ("In the workshop", "open")
    items = [{"field": FIELDS[0]}, *({"field": key, "show": f"-field.{FIELDS[0]}:none"} for key in FIELDS[1:])]
    items[-1] |= {"required": "solve"}  # where it is shown
    return {
        "fields": [{"field": key, "type": "text", "label": key.upper()} for key in FIELDS],
        "statuses": [{"status": name, "category": category} for name, category in own],
        "forms": [{"form": "All", "default": True, "items": items}],
        "rules": [*asked, *setting],
    }


@pytest.mark.parametrize("contract", WALKS)
async def test_a_document_holds_on_a_configured_desk(desk: Desk, shop: Organization, contract: str) -> None:
    admin = await shop.client("admin")
    imported = await admin.post("/workflow/import", {"text": json.dumps(configuration())})  # JSON is YAML
    assert imported.status_code == 200, imported.text
    created = imported.json()["data"]
    assert (len(created["rules"]["created"]), len(created["fields"]["created"])) == (50, 30)
    await WALKS[contract](desk, shop)
    filed = await (await shop.client("customer2")).post("/tickets", {"subject": "Configured", "description": "-"})
    assert filed.status_code == 201, filed.text
    async with desk.database.unit(shop.system()) as uow:
        fired = await uow.db.fetch_value("select count(*) from events where type = 'rule.fired'")
    assert fired == 30
