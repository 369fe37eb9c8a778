"""v1: the checklist of a new organization ticks itself."""

from tests.support.desk import Organization


async def test_each_step_is_ticked_once_it_is_done(shop: Organization) -> None:
    owner = await shop.client("owner")

    async def done() -> set[str]:
        answer = await owner.get("/dashboard/first-steps")
        assert answer.status_code == 200, answer.text
        return {name for name, ticked in answer.json()["data"].items() if ticked}

    assert await done() == set()
    settings = {"settings": {"business_name": "Lamps and more"}}
    assert (await owner.put("/settings/organization", settings)).status_code == 200
    assert await done() == {"named"}
    bodies: dict[str, dict[str, object]] = {
        "/brands": {"name": "Lamps", "logo": "https://lamps.example/logo.svg"},
        "/mailboxes": {"name": "Help", "addresses": [f"help@{shop.domain}"]},
        "/invitations": {"name": "Ada", "email": f"ada@{shop.domain}", "role": "agent"},
        "/canned-responses": {"title": "Thanks", "content": "Thank you."},
        "/forms": {"name": "Lamps"},
        "/tickets": {"subject": "Dark", "description": "It is dark."},
    }
    for number, (path, body) in enumerate(bodies.items(), start=2):
        made = await owner.post(path, body)
        assert made.status_code == 201, made.text
        assert len(await done() - {"done"}) == number, path
    assert "done" in await done()


async def test_the_checklist_is_for_those_who_may_set_up_and_can_be_hidden(shop: Organization) -> None:
    assert (await (await shop.client("agent")).get("/dashboard/first-steps")).status_code == 403
    admin = await shop.client("admin")
    assert (await admin.get("/dashboard/first-steps")).status_code == 200
    changed = await admin.put("/settings/preferences", {"first_steps_hidden": True})
    assert changed.json()["data"]["first_steps_hidden"] is True
