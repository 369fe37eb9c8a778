"""Mails that a server lists and does not hand out, and the others."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deskbell.channels.mail.imap import Login, LookFailed
from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.channels.mail.watching import MISSING_FOR, Patience, Watcher, is_placeholder
from deskbell.features.mail.imap import Place
from deskbell.features.mail.service import imap as service
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.clock import utc_now
from deskbell.runtime.storage import Storage
from tests.api.v1.test_mail import data, raw_mail
from tests.jobs.test_imap import watched
from tests.support.desk import Organization
from tests.support.imap import REFUSES, ImapServer, running_imap
from tests.support.silence import way_to

PLACEHOLDER = (
    b"MIME-Version: 1.0\r\nFrom: Microsoft Exchange Server 2010\r\nTo: Ann <ann@shop.example>\r\n"
    b"Subject: Retrieval using the IMAP4 protocol failed for the following\r\n message: 2\r\n\r\n"
    b'The server couldn\'t retrieve the following message:\r\n\r\nSubject: "Zip"\r\nFrom: "Cleo"\r\n'
)


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """A server of this test's own."""
    with running_imap() as found:
        yield found


def look(server: ImapServer, place: Place, **more: Any) -> tuple[Place, list[tuple[bytes, bool]]]:
    """Looks once; the place afterwards, and what was taken."""
    taken: list[tuple[bytes, bool]] = []
    places: dict[str, Place] = {}

    def take(raw: bytes, *, is_missing: bool) -> None:
        taken.append((raw, is_missing))

    def looked(found: dict[str, Place]) -> bool:
        places.update(found)
        return False

    login = Login(host="127.0.0.1", port=server.port, security="none", username="ann", password="any", **more)
    allowed = AllowedHosts(["127.0.0.1"])
    Watcher(login, {"INBOX": place}, allowed, 1_000_000, take, looked).run()
    return places["INBOX"], taken


@pytest.mark.parametrize("answer", [PLACEHOLDER, None, REFUSES])
def test_a_mail_that_is_not_handed_out_is_asked_for_again_and_shown_after_a_day(
    server: ImapServer, answer: bytes | str | None
) -> None:
    server.mails = {1: raw_mail("One"), 2: answer, 3: raw_mail("Three")}
    place, taken = look(server, Place(1, 0))
    assert taken == [(raw_mail("One"), False), (raw_mail("Three"), False)], "the others do not wait"
    assert (place.last_uid, list(place.missing)) == (3, [2])
    again, taken = look(server, place)
    assert (taken, again.missing) == ([], place.missing), "the moment stays"
    late = Place(1, 3, {2: utc_now() - MISSING_FOR - timedelta(seconds=1)})
    shown, taken = look(server, late)
    assert [is_missing for _, is_missing in taken] == [True]
    assert (shown.last_uid, shown.missing) == (3, {})
    server.mails[2] = raw_mail("Two")
    back, taken = look(server, place)
    assert (taken, back) == ([(raw_mail("Two"), False)], Place(1, 3, {}))


def test_a_mail_that_another_program_deleted_is_not_waited_for(server: ImapServer) -> None:
    server.mails = {1: raw_mail("One")}
    place, taken = look(server, Place(1, 5, {4: utc_now()}))
    assert (place, taken) == (Place(1, 5, {}), [])


def test_a_move_that_the_server_refuses_is_repeated_until_it_is_done(server: ImapServer) -> None:
    server.mails = {uid: raw_mail(f"Number {uid}") for uid in (1, 2, 3)}
    server.refuses_copies = True
    move: dict[str, Any] = {"after": "move", "move_to": "Done"}
    place, taken = look(server, Place(1, 0), **move)
    assert len(taken) == 3, "what cannot be moved is taken all the same"
    assert (place.last_uid, set(place.untidied), sorted(server.mails)) == (3, {1, 2, 3}, [1, 2, 3])
    del server.mails[2]  # another program has moved it meanwhile
    again, taken = look(server, place, **move)
    assert (taken, set(again.untidied)) == ([], {1, 3})
    server.refuses_copies = False
    done, taken = look(server, again, **move)
    assert (taken, set(done.untidied), server.copied, server.mails) == ([], set(), [1, 3], {})
    kept, _ = look(server, again)
    assert not kept.untidied, "now mails are to stay where they are"


def test_mails_are_fetched_one_by_one_and_each_is_stored_before_the_next(server: ImapServer) -> None:
    server.mails = {uid: raw_mail(f"Number {uid}") for uid in range(1, 60)}
    seen: list[int] = []
    login = Login(host="127.0.0.1", port=server.port, security="none", username="ann", password="any")

    def take(raw: bytes, *, is_missing: bool) -> None:
        assert raw
        assert not is_missing
        seen.append(server.asked[-1])
        assert seen == server.asked, "nothing is fetched ahead"

    Watcher(
        login, {"INBOX": Place(1, 0)}, AllowedHosts(["127.0.0.1"]), 1_000_000, take, lambda found: found["INBOX"].last_uid < 59
    ).run()  # fmt: skip
    assert seen == list(range(1, 60))


async def test_a_server_without_idle_that_is_gone_without_a_word_is_noticed(server: ImapServer) -> None:
    async with way_to(server.port) as way:
        loop = asyncio.get_running_loop()
        login = Login(host="127.0.0.1", port=way.port, security="none", username="ann", password="any")

        def looked(_found: dict[str, Place]) -> bool:
            loop.call_soon_threadsafe(way.cut)
            return True

        watcher = Watcher(
            login, {"INBOX": Place(1, 0)}, AllowedHosts(["127.0.0.1"]), 1_000_000, lambda *_, **__: None, looked,
            Patience(news=0.5, answer=0.5),
        )  # fmt: skip
        with pytest.raises(LookFailed) as failure:
            await asyncio.to_thread(watcher.run)
    assert failure.value.trouble == "connect"


class Killed(Exception):
    """The end of a process."""


@pytest.mark.parametrize("ends_at", [1, 130, 399])
def test_the_first_look_at_a_full_mailbox_goes_on_where_it_was_ended(server: ImapServer, ends_at: int) -> None:
    server.mails = {uid: raw_mail(f"Number {uid}") for uid in range(1, 401)}
    login = Login(
        host="127.0.0.1", port=server.port, security="none", username="ann", password="any", first_days=30
    )  # fmt: skip
    allowed = AllowedHosts(["127.0.0.1"])
    taken: list[bytes] = []
    kept: dict[str, Place] = {}

    def take(raw: bytes, *, is_missing: bool) -> None:
        assert not is_missing
        if len(taken) == ends_at:
            raise Killed
        taken.append(raw)

    def looked(found: dict[str, Place]) -> bool:
        kept.update(found)
        return found["INBOX"].last_uid < 400

    with pytest.raises(Killed):
        Watcher(login, {}, allowed, 1_000_000, take, looked).run()
    again: list[bytes] = []
    Watcher(login, kept, allowed, 1_000_000, lambda raw, **_: again.append(raw), looked).run()
    assert [*taken[: 400 - len(again)], *again] == list(server.mails.values())
    assert len(taken) + len(again) - 400 < 25, "what is fetched again are duplicates"


def test_mail_that_arrives_during_a_look_is_taken_by_it_and_the_place_is_noted_meanwhile(server: ImapServer) -> None:
    server.mails = {1: raw_mail("Number 1")}
    login = Login(host="127.0.0.1", port=server.port, security="none", username="ann", password="any")
    noted: list[int] = []

    def take(raw: bytes, *, is_missing: bool) -> None:
        assert raw
        assert not is_missing
        following = max(server.mails) + 1
        if following <= 60:
            server.mails[following] = raw_mail(f"Number {following}")

    def looked(found: dict[str, Place]) -> bool:
        noted.append(found["INBOX"].last_uid)
        return found["INBOX"].last_uid < 60

    Watcher(login, {"INBOX": Place(1, 0)}, AllowedHosts(["127.0.0.1"]), 1_000_000, take, looked).run()
    assert server.asked == list(range(1, 61))
    assert noted == [25, 50, 60]


def test_a_first_look_takes_from_now_on_however_full_the_mailbox_is(server: ImapServer) -> None:
    server.mails = {uid: raw_mail(f"Number {uid}") for uid in range(1, 301)}
    login = Login(host="127.0.0.1", port=server.port, security="none", username="ann", password="any")
    kept: dict[str, Place] = {}

    def looked(found: dict[str, Place]) -> bool:
        kept.update(found)
        return False

    Watcher(login, {}, AllowedHosts(["127.0.0.1"]), 1_000_000, lambda *_, **__: None, looked).run()
    assert (kept["INBOX"].last_uid, server.asked) == (300, [])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (PLACEHOLDER, True),
        (PLACEHOLDER.replace(b"couldn't", "couldn\u2019t".encode()), True),
        (PLACEHOLDER.replace(b"couldn't", b"could not"), True),
        (PLACEHOLDER.replace(b"Microsoft Exchange Server 2010", b"Cleo <cleo@elsewhere.example>"), False),
        (PLACEHOLDER.replace(b"Retrieval using", b"About retrieval using"), False),
        (raw_mail("Zip"), False),
    ],
)
def test_the_placeholder_of_exchange_is_known_and_no_persons_mail_is_taken_for_one(raw: bytes, expected: bool) -> None:
    assert is_placeholder(raw) is expected


async def test_what_is_missing_is_remembered_and_ends_in_quarantine_with_its_reason(shop: Organization) -> None:
    account = await watched(shop)
    since = utc_now()
    for missing, untidied in (({7: since, 9: since}, {3, 4}), ({9: since}, {4}), ({9: since}, set())):
        place = Place(1, 12, missing, frozenset(untidied))
        async with shop.desk.database.unit(shop.system()) as uow:
            assert await service.looked(uow, account, {"INBOX": place})
        async with shop.desk.database.unit(shop.system()) as uow:
            assert await service.places_of(uow, account) == {"INBOX": place}
    intake = Intake(shop.desk.database, Storage.open(shop.desk.settings), shop.desk.settings)
    mail = Incoming(
        organization_id=shop.id, mailbox_id=account.mailbox_id, source="imap", raw=PLACEHOLDER, is_missing=True
    )
    await intake.accept([mail])
    await intake.close()
    (shown,) = await data(await shop.client("team_lead"), "/quarantine")
    assert (shown["state"], shown["reason"]) == ("quarantined", "not_handed_out")
