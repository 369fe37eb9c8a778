"""Staff by mail: commands change the ticket, and forwarded mails become tickets of their original senders."""

from pathlib import Path
from typing import Any

import pytest

from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.records import ForwardedMail, Person
from deskbell.kernel.permissions import Role
from tests.api.v1.test_mail import data
from tests.features.mail.test_filing import received, ticket_of, written
from tests.support.desk import Organization
from tests.support.mail import mails_to
from tests.support.work import work

CLEO = "cleo@elsewhere.example"


async def answered(shop: Organization, text: str, who: str = "agent", **more: Any) -> tuple[Any, Any]:
    """A ticket of Cleo's that a member of the staff answers by mail: the mail, and the ticket."""
    first = await received(shop, written(CLEO))
    number = (await ticket_of(shop, first))["number"]
    person = await shop.person(who)
    found = await received(
        shop, written(person.email, text, new_text=text, verdict="pass", ticket_numbers=(number,), **more)
    )
    return found, await ticket_of(shop, found)


async def comments_of(shop: Organization, ticket: Any) -> list[Any]:
    """The comments of a ticket, as the owner sees them."""
    found: list[Any] = await data(await shop.client("owner"), f"/tickets/{ticket['id']}/comments")
    return found


async def test_commands_change_the_ticket_with_the_words_below_them(shop: Organization) -> None:
    agent = await shop.person("agent")
    found, ticket = await answered(
        shop, "#pending\n#urgent\n#me\n#tag zips\n\nA new one is on its way.", new_html="<p>#pending</p>"
    )
    assert (ticket["status"], ticket["priority"], ticket["assignee_id"]) == ("pending", "urgent", str(agent.id))
    assert ticket["tags"] == ["zips"]
    (comment,) = await comments_of(shop, ticket)
    assert (comment["id"], comment["body"], comment["public"]) == (
        str(found.comment_id), "A new one is on its way.", True,
    )  # fmt: skip
    assert "#pending" not in (comment["body_html"] or "")
    async with shop.desk.database.unit(shop.system()) as uow:
        actors = await uow.db.fetch_all(
            "select distinct actor_id from events where ticket_id = $1 and type in ('ticket.updated', 'comment.added')",
            found.ticket_id,
        )
    assert [row["actor_id"] for row in actors] == [agent.id], "in the writer's name"


async def test_commands_alone_change_the_ticket_and_add_no_comment(shop: Organization) -> None:
    colleague = await shop.person("agent2", role=Role.AGENT)
    found, ticket = await answered(shop, f"#assign {colleague.email}\n#open")
    assert (found.state, found.comment_id) == ("appended", None)
    assert ticket["assignee_id"] == str(colleague.id)
    assert await comments_of(shop, ticket) == []


async def test_a_note_by_command_stays_with_the_staff(shop: Organization) -> None:
    _, ticket = await answered(shop, "#note\nSmells of wear.")
    (comment,) = await comments_of(shop, ticket)
    assert (comment["body"], comment["public"]) == ("Smells of wear.", False)
    await work(shop.desk, shop)
    assert not [mail for mail in await mails_to(shop.desk, CLEO) if "Smells" in mail.text]


@pytest.mark.parametrize("command", ["#frobnicate", "#assign No-One", "#tag " + "x" * 500])
async def test_a_command_that_cannot_be_carried_out_makes_the_whole_mail_a_note(
    shop: Organization, command: str
) -> None:
    agent = await shop.person("agent")
    found, ticket = await answered(shop, f"#solved\n{command}\n\nAll done.")
    assert ticket["status"] != "solved"
    (comment,) = await comments_of(shop, ticket)
    assert (comment["id"], comment["public"]) == (str(found.comment_id), False)
    assert comment["body"].startswith("#solved")
    await work(shop.desk, shop)
    assert not [mail for mail in await mails_to(shop.desk, CLEO) if "All done" in mail.text]
    (notice,) = [mail for mail in await mails_to(shop.desk, agent.email) if "became a note" in mail.text]
    assert "becomes an internal note" in notice.text


async def test_a_status_that_the_writer_may_not_set_changes_nothing(shop: Organization) -> None:
    owner = await shop.person("owner")
    steps = {"steps": [{"from": "open", "to": "pending", "roles": []}]}
    assert (await owner.client.put("/statuses/steps", steps)).status_code == 200
    _, ticket = await answered(shop, "#solved\n#urgent\n\nAll done.")
    assert (ticket["status"] != "solved", ticket["priority"]) == (True, "normal")
    (comment,) = await comments_of(shop, ticket)
    assert comment["public"] is False
    await work(shop.desk, shop)
    (notice,) = [
        mail for mail in await mails_to(shop.desk, (await shop.person("agent")).email) if "became a note" in mail.text
    ]
    assert "#solved was not carried out" in notice.text


async def test_commands_of_a_customer_are_words(shop: Organization) -> None:
    first = await received(shop, written(CLEO))
    number = (await ticket_of(shop, first))["number"]
    await received(shop, written(CLEO, "#solved\nHm", new_text="#solved\nHm", ticket_numbers=(number,)))
    ticket = await ticket_of(shop, first)
    assert ticket["status"] != "solved"
    assert [each["body"] for each in await comments_of(shop, ticket)] == ["#solved\nHm"]


FORWARDED = ForwardedMail(
    author=Person("Cleo C", CLEO), subject="Fwd: Zip broke", text="My zip broke.", above="Please help her.",
    message_id="original@elsewhere.example",
)  # fmt: skip


async def test_a_mail_forwarded_by_proven_staff_is_the_ticket_of_its_original_sender(shop: Organization) -> None:
    agent = await shop.person("agent")
    found = await received(
        shop, written(agent.email, "FYI", verdict="pass", forwarded=FORWARDED, subject="Fwd: Zip broke")
    )
    ticket = await ticket_of(shop, found)
    assert (ticket["subject"], ticket["description"]) == ("Zip broke", "My zip broke.")
    assert (ticket["requester"]["email"], ticket["requester"]["name"]) == (CLEO, "Cleo C")
    (note,) = await comments_of(shop, ticket)
    assert (note["body"], note["public"], note["author_id"]) == ("Please help her.", False, str(agent.id))
    joined = await received(shop, written(CLEO, "Again", answers=("original@elsewhere.example",)))
    assert joined.ticket_id == found.ticket_id, "an answer to the original finds the ticket"


async def test_a_forward_without_proof_waits_and_a_customers_forward_stays_theirs(shop: Organization) -> None:
    agent = await shop.person("agent")
    found = await received(shop, written(agent.email, "FYI", forwarded=FORWARDED))
    assert (found.state, found.reason) == ("quarantined", "unproven_staff")
    theirs = await received(shop, written("friend@elsewhere.example", "FYI", verdict="pass", forwarded=FORWARDED))
    assert (await ticket_of(shop, theirs))["requester"]["email"] == "friend@elsewhere.example"


@pytest.mark.parametrize("forwarded", [None, ForwardedMail(author=None, text="My zip broke.")])
async def test_a_forward_whose_sender_cannot_be_read_says_so(
    shop: Organization, forwarded: ForwardedMail | None
) -> None:
    agent = await shop.person("agent")
    mail = written(agent.email, "FYI", verdict="pass", forwarded=forwarded, subject="WG: Zip")
    ticket = await ticket_of(shop, await received(shop, mail))
    assert ticket["requester"]["email"] == agent.email
    (hint,) = await comments_of(shop, ticket)
    assert (hint["public"], "original sender cannot be read" in hint["body"]) == (False, True)


async def test_a_forward_of_our_own_or_a_colleagues_mail_is_an_ordinary_one(shop: Organization) -> None:
    agent, other = await shop.person("agent"), await shop.person("agent2")
    for address in (f"support@{shop.domain}", other.email, "not an address"):
        inner = ForwardedMail(author=Person("", address), text="Hello", above="See below")
        found = await received(shop, written(agent.email, "FYI", verdict="pass", forwarded=inner))
        assert (await ticket_of(shop, found))["requester"]["email"] == agent.email
        assert await comments_of(shop, await ticket_of(shop, found)) == []


def test_a_mail_attached_to_another_is_read_with_its_files(tmp_path: Path) -> None:
    inner = (
        b'From: "Cleo C" <cleo@elsewhere.example>\r\nSubject: Zip broke\r\nMessage-ID: <o@elsewhere.example>\r\n'
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
        b"--i\r\nContent-Type: text/plain\r\n\r\nMy zip broke.\r\n"
        b"--i\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n\r\na,b\r\n--i--\r\n"
    )
    raw = (
        b"From: agent@shop.example\r\nSubject: Fwd: Zip\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: text/plain\r\n\r\nPlease help.\r\n"
        b"--o\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--o--\r\n"
    )
    mail = read_mail(raw, tmp_path)
    assert mail.forwarded is not None
    assert mail.forwarded.author == Person("Cleo C", CLEO)
    assert (mail.forwarded.text, mail.forwarded.above) == ("My zip broke.", "Please help.")
    assert mail.forwarded.message_id == "o@elsewhere.example"
    assert [part.name for part in mail.parts] == ["Zip broke.eml", "a.csv"]
    assert len({part.number for part in mail.parts}) == 2
    assert mail.forwarded.part_numbers == (mail.parts[1].number,)
    assert (tmp_path / mail.parts[1].stored_as).read_bytes().strip() == b"a,b"
