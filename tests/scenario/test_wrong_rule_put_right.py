"""A configuration is imported, tickets are filed while rules route them, and a wrong rule is found, tried, saved and undone."""

import asyncio
import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Organization
from tests.support.whole_rows import whole_rows

ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "tickets_github_rust" / "tickets.jsonl.gz"
COUNT = 90
GROUPS = ("Compiler", "Documentation", "Triage", "Libraries")
OWN = [
    ("Compiler panics on closures", "thread 'rustc' panicked at 1.2.3, internal compiler error"),
    ("Documentation of Vec is wrong", "The example does not compile with 1.9.0."),
    ("Confusing error for lifetimes", "The error names the wrong line."),
    ("Add a method to Option", "A feature request for the standard library."),
    ("rustdoc shows an error page", "It says: error 404."),
    ("Build is slow", "Nightly takes twice as long."),
]
"""Tickets for where the archive is not."""

CONFIGURATION = """
fields:
- {field: version, type: pattern, label: Version, customer: write, limits: {pattern: '\\d+\\.\\d+\\.\\d+', hint: As 1.2.3}}
- {field: channel_of, type: dropdown, label: Channel, customer: write,
   options: [{key: stable, label: Stable}, {key: nightly, label: Nightly}]}
- {field: target, type: text, label: Target, customer: read}
- {field: regression, type: checkbox, label: Regression, customer: write}
- {field: first_seen, type: date, label: First seen}
- {field: reproduced_at, type: datetime, label: Reproduced}
- {field: cost, type: decimal, label: Cost, limits: {places: 2, minimum: 0}}
- {field: duplicates, type: integer, label: Duplicates}
- {field: parts, type: multi_select, label: Parts, options: [{key: lexer, label: Lexer}, {key: parser, label: Parser}]}
- {field: link, type: url, label: Link}
statuses:
- {status: Waiting for a release, category: hold, customer_name: Planned}
forms:
- form: Reports
  default: true
  items: [{field: version}, {field: channel_of}, {field: regression, show: 'field.channel_of:nightly'},
          {field: link, required: solve, show: 'type:incident'}]
macros:
- macro: Ask for the version
  do: [{set: {status: pending}}]
  comment: {body: 'Which version is it, {{requester.name}}?'}
rules:
- {trigger: Crashes, on: [ticket.created], when: {any: ['subject:panic*,ice', 'body:"internal compiler error"']},
   do: [{fill: {group: Compiler}}, {set: {priority: high}}, {add_tags: [crash]}]}
- {trigger: Documentation, on: [ticket.created], when: 'subject:doc*,rustdoc,error*,trait*,type*,macro*,std*',
   do: [{set: {group: Documentation, priority: low}}, {add_tags: [docs]}]}
- {trigger: Crashes are incidents, on: [ticket.created, ticket.updated], when: 'tag:crash', do: [{set: {type: incident}}]}
- {trigger: Documents are tasks, on: [ticket.created], when: 'group:Documentation', do: [{set: {type: task}}]}
- {trigger: Libraries, on: [ticket.created], when: {all: [group:none], any: [subject:add, 'body:feature,vec']},
   do: [{fill: {group: Libraries}}, {add_tags: [library]}]}
- {trigger: The rest, on: [ticket.created], when: 'group:none', do: [{fill: {group: Triage}}, {add_tags: [triage]}]}
- {trigger: Version, on: [ticket.created], when: 'body:/\\b1\\.\\d+\\.\\d+/', do: [{add_tags: [versioned]}]}
- {trigger: Urgent, on: [ticket.updated], when: 'changed:priority priority:urgent', do: [{add_tags: [escalated]}]}
- {trigger: Busy reporter, on: [ticket.created], when: 'requester.open>5', do: [{add_tags: [busy]}]}
- {trigger: Answered, on: [comment.added], when: 'comment.by:staff comment:public', do: [{add_tags: [answered]}]}
- {trigger: Low and answered, on: [comment.added], when: 'priority:low comment.by:staff', do: [{set: {priority: normal}}]}
- {automation: Remind, after: 3d, since: staff.wrote, when: 'status:pending', do: [{add_tags: [reminded]}]}
"""
RIGHT = CONFIGURATION.replace("subject:doc*,rustdoc,error*,trait*,type*,macro*,std*", "subject:doc*,rustdoc")


def reports() -> list[tuple[str, str]]:
    """Subjects and bodies of real tickets, or of our own where the archive is absent."""
    if not ARCHIVE.exists():
        return [(f"{subject} ({n})", body) for n in range(COUNT // len(OWN)) for subject, body in OWN]
    with gzip.open(ARCHIVE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for _, line in zip(range(COUNT), lines, strict=False)]
    return [(each["subject"][:200], (each["body"] or "-")[:20_000]) for each in found]


async def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["data"]


Steps = dict[str, list[datetime]]
"""The times just before each step on a ticket, by its id."""


async def worked(desk: Organization, configuration: str) -> tuple[Client, list[dict[str, Any]], Steps]:
    """Imports a configuration and files the tickets, two at a time."""
    admin = await desk.client("admin")
    for name in GROUPS:
        await ok(await admin.post("/groups", {"name": name, "description": ""}))
    difference = await ok(await admin.post("/workflow/import", {"text": configuration}))
    counts = {part: len(difference[part]["created"]) for part in ("fields", "forms", "macros", "rules", "statuses")}
    assert counts == {"fields": 10, "forms": 1, "macros": 1, "rules": 12, "statuses": 1}
    steps: Steps = {}
    streams = [filed_by(desk, customer, place, steps) for place, customer in enumerate(("customer", "customer2"))]
    return admin, [ticket for stream in await asyncio.gather(*streams) for ticket in stream], steps


async def filed_by(desk: Organization, key: str, stream: int, steps: Steps) -> list[dict[str, Any]]:
    """The tickets of one customer, one after the other, while those of the other are filed; an agent works on some."""
    agent, customer = await desk.client("agent"), await desk.client(key)
    tickets = []
    for n, (subject, body) in enumerate(reports()):
        if n % 2 != stream:
            continue
        filed = {"subject": subject, "description": body, "fields": {"channel_of": ["stable", "nightly"][n // 2 % 2]}}
        before = utc_now()
        ticket = await ok(await customer.post("/tickets", filed))
        tickets.append(ticket)
        path, times = f"/tickets/{ticket['id']}", steps.setdefault(ticket["id"], [before])
        if n % 5 == 0:
            times.append(utc_now())
            await ok(await agent.post(f"{path}/comments", {"body": "We look into it."}))
        if n % 7 == 0:
            times.append(utc_now())
            await ok(await agent.put(path, {"priority": "urgent"}))
        if n % 11 == 0:
            times.append(utc_now())
            await ok(await agent.patch(f"{path}/status", {"status": "hold"}))
    return tickets


async def states(client: Client, tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for each in tickets:
        shown = await ok(await client.get(f"/tickets/{each['id']}"))
        state = {name: shown[name] for name in ("subject", "priority", "type", "status", "fields")}
        found.append({**state, "group": shown["group"]["name"], "tags": sorted(shown["tags"])})
    return found


async def test_a_wrong_rule_is_found_tried_saved_and_its_work_put_right(
    shop: Organization, rival: Organization
) -> None:
    admin, tickets, steps = await worked(shop, CONFIGURATION)
    other, same, others_steps = await worked(rival, RIGHT)
    expected, found = await states(other, same), await states(admin, tickets)
    misrouted = [i for i, (was, should) in enumerate(zip(found, expected, strict=True)) if was != should]
    assert len(misrouted) >= 5

    chain = await ok(await admin.get(f"/tickets/{tickets[misrouted[0]]['id']}/explanation"))
    fired = next(each for each in chain[-1]["rules"] if each["rule"]["name"] == "Documentation")
    assert [each["operator"] for each in fired["held"]] == ["subject:doc*,rustdoc,error*,trait*,type*,macro*,std*"]
    rule = await ok(await admin.get(f"/rules/{fired['rule']['id']}"))

    hour = (utc_now() - timedelta(hours=1)).isoformat()
    draft = {name: rule[name] for name in ("name", "on", "do")} | {"when": "subject:doc*,rustdoc"}
    trial = await ok(await admin.post("/rules/trials", {"rule_id": rule["id"], "rule": draft, "since": hour}))
    assert (trial["tickets"], trial["next_after"]) == (len(tickets), None)
    gone = {each["ticket_id"] for each in trial["tried"] if each["difference"] == "gone"}
    assert gone >= {tickets[i]["id"] for i in misrouted}
    assert await states(admin, tickets) == found, "a trial writes nothing"

    await ok(await admin.put(f"/rules/{rule['id']}", {"when": draft["when"]}))
    operation = await ok(await admin.post(f"/rules/{rule['id']}/undo", {"since": hour, "redo": True}))
    assert operation["refused"] == 0
    for left, right in zip(await states(admin, tickets), expected, strict=True):
        assert left == right
    rows = await whole_rows(shop, [each["id"] for each in tickets], steps)
    for left, right in zip(rows, await whole_rows(rival, [each["id"] for each in same], others_steps), strict=True):
        assert left == right, "column by column, with since when each holds"
    await ok(await admin.post(f"/operations/{operation['id']}/undo"))
    assert await states(admin, tickets) == found, "the undo can be undone"
