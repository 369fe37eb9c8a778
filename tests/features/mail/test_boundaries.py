"""Lines that mail must not cross: from one ticket to another, and from the staff's notes to customers."""

from typing import Any

import pytest
from msgspec.structs import replace

from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.records import Judged, ReceivedMail, StoredPart
from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.ids import TokenKind, make_token
from deskbell.kernel.mail.records import ForwardedMail, Part, Person
from tests.api.v1.test_mail import data
from tests.features.mail.test_corners import default_mailbox
from tests.features.mail.test_filing import comments_of, received, ticket_of, written
from tests.support.desk import Organization
from tests.support.desk import Person as Member

CLEO = "cleo@elsewhere.example"
FRIEND = "friend@elsewhere.example"


async def two_tickets(shop: Organization) -> tuple[ReceivedMail, ReceivedMail]:
    """One ticket whose tokens a stranger has seen, and another one."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await outgoing.add_key(uow.db, shop.id, b"k" * 32, utc_now())
    seen = await received(shop, written(CLEO, message_id="seen@elsewhere.example"))
    other = await received(shop, written(FRIEND, message_id="other@elsewhere.example"))
    return seen, other


async def reply_address(
    shop: Organization, found: ReceivedMail, *people: Member, kind: TokenKind = TokenKind.PUBLIC_BY_STAFF
) -> str:
    """The address with a token that a mail about a ticket has in Reply-To."""
    async with shop.desk.database.unit(shop.system()) as uow:
        keys = await outgoing.keys(uow.db)
    person = next((each.id for each in people), None)
    number = (await ticket_of(shop, found))["number"]
    return f"support+{make_token(keys, kind, number, person=person)}@{shop.domain}"


@pytest.mark.parametrize("words", ["#close\n#me", "#close\n\nPay to this account instead.", "Pay to this account."])
async def test_a_staff_token_of_one_ticket_opens_no_other(shop: Organization, words: str) -> None:
    seen, other = await two_tickets(shop)
    agent = await shop.person("agent")
    to = (await reply_address(shop, seen, agent),)
    number = (await ticket_of(shop, other))["number"]
    for named in (
        {"answers": ("other@elsewhere.example",)},
        {"answers": ("other@elsewhere.example",), "ticket_numbers": (number,)},
    ):
        forged = await received(shop, written(agent.email, words, new_text=words, to=to, **named))
        assert (forged.state, forged.reason, forged.ticket_id) == ("quarantined", "unproven_staff", None)
    ticket = await ticket_of(shop, other)
    assert (ticket["status"], ticket["assignee_id"], await comments_of(shop, other)) == ("new", None, [])


async def test_a_staff_token_is_good_for_answers_and_commands_on_its_own_ticket(shop: Organization) -> None:
    seen, _ = await two_tickets(shop)
    agent = await shop.person("agent")
    to = (await reply_address(shop, seen, agent),)
    words = "#pending\n\nWe are looking."
    found = await received(
        shop, written(agent.email, words, new_text=words, to=to, answers=("seen@elsewhere.example",))
    )
    assert (found.state, found.ticket_id) == ("appended", seen.ticket_id)
    assert (await ticket_of(shop, seen))["status"] == "pending"
    assert [each["body"] for each in await comments_of(shop, seen)] == ["We are looking."]


async def test_of_two_staff_tokens_the_one_for_a_note_decides(shop: Organization) -> None:
    seen, _ = await two_tickets(shop)
    agent = await shop.person("agent")
    note = await reply_address(shop, seen, agent, kind=TokenKind.NOTE_BY_STAFF)
    public = await reply_address(shop, seen, agent)
    for number, to in enumerate(((note, public), (public, note)), 1):
        await received(shop, written(agent.email, "Smells of wear.", to=to))
        assert [each["public"] for each in await comments_of(shop, seen)] == [False] * number


async def test_a_ticket_token_of_one_ticket_admits_to_no_other(shop: Organization) -> None:
    await default_mailbox(shop, token_admits=True)
    seen, other = await two_tickets(shop)
    to = (await reply_address(shop, seen, kind=TokenKind.TICKET),)
    stranger = "mallory@elsewhere.example"
    found = await received(shop, written(stranger, "Me too", to=to, answers=("other@elsewhere.example",)))
    assert (found.state, found.ticket_id == other.ticket_id) == ("created", False)
    assert await comments_of(shop, other) == []
    joined = await received(shop, written(stranger, "Me too", to=to))
    assert (joined.state, joined.ticket_id) == ("appended", seen.ticket_id)


@pytest.mark.parametrize(
    ("words", "followers"),
    [
        ("#note\nSmells of wear.", []),
        ("#notiz\nSmells of wear.", []),
        ("#frobnicate\n\nHello", []),
        ("#assign No-One\n\nHello", []),
        ("#pending", []),
        ("#pending\n\nHello", [FRIEND]),
        ("Hello", [FRIEND]),
    ],
)
async def test_only_a_public_answer_makes_the_people_in_copy_followers(
    shop: Organization, words: str, followers: list[str]
) -> None:
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    agent = await shop.person("agent")
    mail = written(
        agent.email, words, new_text=words, verdict="pass", answers=("first@elsewhere.example",),
        cc=(Person("A Friend", FRIEND),),
    )  # fmt: skip
    assert (await received(shop, mail)).ticket_id == first.ticket_id
    listed = await data(await shop.client("owner"), f"/tickets/{first.ticket_id}/followers")
    assert [each["email"] for each in listed] == followers


@pytest.mark.parametrize(
    ("words", "joins"),
    [
        ("Hello", True),
        ("#pending\n\nHello", True),
        ("#note\nSmells of wear.", False),
        ("#frobnicate\n\nHi", False),
        ("#pending", False),
    ],
)
async def test_an_answer_of_a_person_in_copy_joins_only_what_the_requester_read(
    shop: Organization, words: str, joins: bool
) -> None:
    await default_mailbox(shop, copies_follow=False)
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    agent = await shop.person("agent")
    mail = written(
        agent.email, words, new_text=words, verdict="pass", answers=("first@elsewhere.example",),
        cc=(Person("A Friend", FRIEND),), message_id="staff@elsewhere.example",
    )  # fmt: skip
    assert (await received(shop, mail)).ticket_id == first.ticket_id
    answer = await received(shop, written(FRIEND, "I know about that.", answers=("staff@elsewhere.example",)))
    assert (answer.state, answer.ticket_id == first.ticket_id) == (("appended", True) if joins else ("created", False))


async def test_an_answer_of_a_person_in_copy_of_a_forward_is_a_ticket_of_its_own(shop: Organization) -> None:
    await default_mailbox(shop, copies_follow=False)
    agent = await shop.person("agent")
    inner = ForwardedMail(
        author=Person("Cleo C", CLEO), subject="Zip broke", text="My zip broke.", above="A bad batch?"
    )
    forward = written(
        agent.email, "FYI", verdict="pass", forwarded=inner, cc=(Person("A Friend", FRIEND),),
        message_id="forward@elsewhere.example",
    )  # fmt: skip
    first = await received(shop, forward)
    assert (await ticket_of(shop, first))["requester"]["email"] == CLEO
    answer = await received(shop, written(FRIEND, "Yes, bad.", answers=("forward@elsewhere.example",)))
    assert (answer.state, answer.ticket_id == first.ticket_id) == ("created", False)
    own = await received(shop, written(CLEO, "Any news?", answers=("forward@elsewhere.example",)))
    assert own.ticket_id == first.ticket_id


def with_files(shop: Organization, judged: Judged, *numbers: int) -> Judged:
    """A mail with stored files that are named by their numbers."""
    parts = [
        Part(number=number, content_type="text/plain", name=f"{number}.txt", size=3, sha256="00" * 32, stored_as="1")
        for number in numbers
    ]
    stored = []
    for part in parts:
        file_id = new_id()
        stored.append(
            StoredPart(
                number=part.number, file_id=file_id, storage_key=f"{shop.id}/{file_id}", name=part.name,
                mime_type="text/plain", size=3, sha256=bytes(32), content_id=None, inline=False,
            )
        )  # fmt: skip
    return replace(judged, mail=replace(judged.mail, parts=tuple(parts)), parts=stored)


async def filed_files(shop: Organization, above: str, *, attached: bool) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The files of the ticket that a forward becomes, and its comments with theirs."""
    agent = await shop.person("agent")
    inner = ForwardedMail(
        author=Person("Cleo C", CLEO), subject="Zip broke", text="My zip broke.", above=above,
        part_numbers=(1001,) if attached else (),
    )  # fmt: skip
    judged = written(agent.email, "FYI", verdict="pass", forwarded=inner, forwarded_by_attachment=attached)
    found = await received(shop, with_files(shop, judged, *((1, 1001) if attached else (1, 2))))
    ticket = await ticket_of(shop, found)
    assert ticket["requester"]["email"] == CLEO
    comments = [
        (each["body"], each["public"], [file["filename"] for file in each["attachments"]])
        for each in await comments_of(shop, found)
    ]
    return [each["filename"] for each in ticket["attachments"]], comments


async def test_files_of_a_forward_stay_with_the_words_above_it(shop: Organization) -> None:
    ours = "The internal price list is attached."
    assert await filed_files(shop, ours, attached=True) == (["1001.txt"], [(ours, False, ["1.txt"])])
    assert await filed_files(shop, ours, attached=False) == ([], [(ours, False, ["1.txt", "2.txt"])])


async def test_files_of_a_forward_without_words_are_the_original_senders(shop: Organization) -> None:
    assert await filed_files(shop, " \n", attached=False) == (["1.txt", "2.txt"], [])
    said = "The mail was forwarded as an attachment."
    assert await filed_files(shop, "", attached=True) == (["1001.txt"], [(said, False, ["1.txt"])])
