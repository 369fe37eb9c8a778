"""A mail that a mailbox sends to itself, and what its way shows. Plain functions, no I/O."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.boxes import MailboxSettings
from deskbell.features.mail.outgoing import Delivery
from deskbell.kernel.mail.authentication import parse_results
from deskbell.kernel.mail.records import ReadMail, address_key

ARRIVES_WITHIN: Final = timedelta(minutes=2)
"""A mail that takes longer is called late; it still counts when it comes."""
_TAKEN_UP_WITHIN: Final = timedelta(minutes=1)
_CODE: Final = re.compile(r"\[deskbell-test ([0-9a-f]{20})(\+?)\]")


class SelfTest(Struct, frozen=True, kw_only=True):
    """The last test of a mailbox. `mail_id` went to its address, `plus_mail_id` to the same address with a word.

    The other fields are those of the mail as it arrived. `servers` are the ids in its Authentication-Results, the topmost first.
    """

    mailbox_id: UUID
    code: str
    started_at: datetime
    mail_id: UUID
    plus_mail_id: UUID | None
    arrived_at: datetime | None = None
    plus_arrived_at: datetime | None = None
    source: str | None = None
    message_id: str | None = None
    from_address: str | None = None
    return_path: str | None = None
    servers: list[str] = []


class SelfTestStep(Struct, frozen=True, kw_only=True):
    """One thing that a test shows. `code` says what is wrong; `detail` has the server's words, or the value that was found.

    `handed_over`: a mail server took the mail (`suppressed`, `refused`, `delayed`, `not_taken_up` where no worker runs).
    `arrived`: it came back (`late`). `plus_word`: so did the mail to the address with a word (`late`: empty `separator`).
    `message_id`, `sender` and `return_path`: they are as they were sent (`changed`). `proof`: the receiving server says who sent
    it, and the mailbox trusts it (`no_server`, `not_trusted` with the id for `trusted_servers`).
    """

    name: Literal["handed_over", "arrived", "plus_word", "message_id", "sender", "return_path", "proof"]
    state: Literal["ok", "waiting", "problem"]
    code: Literal[
        "suppressed", "refused", "delayed", "not_taken_up", "late", "changed", "no_server", "not_trusted"
    ] | None = None  # fmt: skip
    detail: str = ""


class SelfTestReport(Struct, frozen=True, kw_only=True):
    """The findings of the last test of a mailbox. `seconds` is the time from the start to the arrival."""

    mailbox_id: UUID
    address: str
    started_at: datetime
    arrived_at: datetime | None
    seconds: float | None
    finished: bool
    steps: list[SelfTestStep]


def subject_of(words: str, code: str, *, plus: bool) -> str:
    """The subject of a test's mail: relays change much, and hardly ever this."""
    return f"{words} [deskbell-test {code}{'+' if plus else ''}]"


def code_in(subject: str) -> tuple[str, bool] | None:
    """The code in a subject, and whether it is that of the mail to the address with a word."""
    found = _CODE.search(subject)
    return None if found is None else (found[1], bool(found[2]))


def servers_in(mail: ReadMail) -> list[str]:
    """The servers that say in a mail's headers who sent it, the topmost first."""
    values = [value for name, value in mail.headers if name == "authentication-results"]
    return [server for server in dict.fromkeys(parse_results(each)[0] for each in values[:20]) if server]


def report_of(
    test: SelfTest, box: MailboxSettings, deliveries: Sequence[Delivery], sent_id: str | None, now: datetime
) -> SelfTestReport:
    """The findings of a test at a moment."""
    of_mail = {each.mail_id: each for each in deliveries}
    steps = list(_steps(test, box, of_mail.get(test.mail_id), sent_id, now))
    seconds = None if test.arrived_at is None else (test.arrived_at - test.started_at).total_seconds()
    return SelfTestReport(
        mailbox_id=test.mailbox_id, address=box.addresses[0] if box.addresses else "", started_at=test.started_at,
        arrived_at=test.arrived_at, seconds=seconds, finished=all(each.state != "waiting" for each in steps), steps=steps,
    )  # fmt: skip


def _steps(
    test: SelfTest, box: MailboxSettings, delivery: Delivery | None, sent_id: str | None, now: datetime
) -> Iterator[SelfTestStep]:
    handed_over = _handed_over(test, delivery, now)
    yield handed_over
    if handed_over.state == "problem" and test.arrived_at is None:
        return
    since = (delivery.sent_at if delivery is not None else None) or now
    yield _came("arrived", test.arrived_at, since, now)
    if test.plus_mail_id is not None:
        yield _came("plus_word", test.plus_arrived_at, since, now)
    if test.arrived_at is None:
        return
    address = box.addresses[0] if box.addresses else ""
    yield _same("message_id", sent_id, test.message_id)
    yield _same("sender", address_key(address), test.from_address)
    if test.return_path is not None:
        yield _same("return_path", address_key(address), address_key(test.return_path))
    yield _proof(test.servers, [each.lower() for each in box.trusted_servers])


def _handed_over(test: SelfTest, delivery: Delivery | None, now: datetime) -> SelfTestStep:
    words = "" if delivery is None else f"{delivery.answer_code or ''} {delivery.answer or ''}".strip()
    state = "cancelled" if delivery is None else delivery.state
    if state == "sent" or test.arrived_at is not None:
        return SelfTestStep(name="handed_over", state="ok", detail=words)
    if state == "suppressed":
        return SelfTestStep(name="handed_over", state="problem", code="suppressed")
    if state == "delayed":
        return SelfTestStep(name="handed_over", state="problem", code="delayed", detail=words)
    if state != "queued":
        return SelfTestStep(name="handed_over", state="problem", code="refused", detail=words)
    if now - test.started_at > _TAKEN_UP_WITHIN:
        return SelfTestStep(name="handed_over", state="problem", code="not_taken_up", detail=words)
    return SelfTestStep(name="handed_over", state="waiting")


def _came(
    name: Literal["arrived", "plus_word"], arrived_at: datetime | None, since: datetime, now: datetime
) -> SelfTestStep:
    if arrived_at is not None:
        return SelfTestStep(name=name, state="ok")
    if now - since > ARRIVES_WITHIN:
        return SelfTestStep(name=name, state="problem", code="late")
    return SelfTestStep(name=name, state="waiting")


def _same(
    name: Literal["message_id", "sender", "return_path"], expected: str | None, found: str | None
) -> SelfTestStep:
    if found == expected:
        return SelfTestStep(name=name, state="ok")
    return SelfTestStep(name=name, state="problem", code="changed", detail=found or "")


def _proof(servers: Sequence[str], trusted: Sequence[str]) -> SelfTestStep:
    known = next((each for each in servers if each in trusted), None)
    if known is not None:
        return SelfTestStep(name="proof", state="ok", detail=known)
    if not servers:
        return SelfTestStep(name="proof", state="problem", code="no_server")
    return SelfTestStep(name="proof", state="problem", code="not_trusted", detail=servers[0])
