"""Mail about a merged ticket lands in the one that remains."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from tests.features.mail.test_filing import comments_of, received, ticket_of, written
from tests.features.mail.test_sending import CLEO, replied, send
from tests.support.desk import Organization
from tests.support.sink import running_sink


async def merged(shop: Organization, ticket_id: UUID | None, into_id: UUID | None) -> None:
    """Merges one ticket into another."""
    answer = await (await shop.client("agent")).post(
        f"/tickets/{ticket_id}/links", {"ticket_id": str(into_id), "kind": "merged"}
    )
    assert answer.status_code == 201, answer.text


async def bodies(shop: Organization, found: Any) -> list[str]:
    """The words of a ticket's conversation."""
    return [each["body"] for each in await comments_of(shop, found)]


async def test_an_answer_to_any_mail_of_a_merged_ticket_lands_in_the_one_that_remains(shop: Organization) -> None:
    opening = written(CLEO, "It broke again.")
    again, first = await received(shop, opening), await received(shop, written(CLEO, "It broke."))
    last = await received(shop, written(CLEO, "Still broken."))
    async with running_sink() as sink:
        await replied(shop, again.ticket_id, "Which one?")
        await send(shop, sink)
        (mail,) = sink.mails_to(CLEO)
    await merged(shop, again.ticket_id, first.ticket_id)
    number = (await ticket_of(shop, again))["number"]
    for answer in (
        written(CLEO, "By our id", answers=(str(mail["Message-ID"]).strip("<>"),)),
        written(CLEO, "By their id", answers=(opening.mail.message_id or "",)),
        written(CLEO, "By number", ticket_numbers=(number,)),
    ):
        filed = await received(shop, answer)
        assert (filed.state, filed.ticket_id) == ("appended", first.ticket_id)
    assert await bodies(shop, first) == ["By our id", "By their id", "By number"]
    assert await bodies(shop, again) == ["Which one?"]
    assert (await ticket_of(shop, again))["status"] == "closed", "no answer opens the merged ticket again"
    await merged(shop, first.ticket_id, last.ticket_id)
    filed = await received(shop, written(CLEO, "Along the chain", ticket_numbers=(number,)))
    assert (filed.state, filed.ticket_id) == ("appended", last.ticket_id)


async def test_a_stranger_with_the_number_of_a_merged_ticket_gets_a_ticket_of_their_own(shop: Organization) -> None:
    again, first = await received(shop, written(CLEO)), await received(shop, written(CLEO))
    await merged(shop, again.ticket_id, first.ticket_id)
    number = (await ticket_of(shop, again))["number"]
    filed = await received(shop, written("eve@elsewhere.example", "Let me in", ticket_numbers=(number,)))
    assert filed.state == "created"
    assert filed.ticket_id not in (again.ticket_id, first.ticket_id)


async def test_staff_who_answer_a_notice_about_a_merged_ticket_are_proven_by_its_token(shop: Organization) -> None:
    agent = await shop.person("agent")
    again, first = await received(shop, written(CLEO)), await received(shop, written(CLEO))
    number = (await ticket_of(shop, again))["number"]
    await merged(shop, again.ticket_id, first.ticket_id)
    answer = written(agent.email, "#note\nAmong us.", ticket_numbers=(number,))
    proven = replace(answer, staff_token=agent.id, staff_answers={number: "reply"}, token_numbers=[number])
    filed = await received(shop, proven)
    assert (filed.state, filed.ticket_id) == ("appended", first.ticket_id)
    (note,) = await comments_of(shop, first)
    assert (note["public"], note["body"]) == (False, "Among us."), "its commands are carried out there"
