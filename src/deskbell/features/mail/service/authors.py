"""The person who wrote a mail that another one hands on: a list that writes in people's names, or a web form."""

import re
from email.utils import parseaddr
from typing import Final

from msgspec.structs import replace

from deskbell.features.mail.policy import without_plus_word
from deskbell.features.mail.queries import mailboxes
from deskbell.features.mail.records import Judged, Mailbox
from deskbell.kernel.access import step
from deskbell.kernel.mail.records import Person, ReadMail
from deskbell.runtime.database import UnitOfWork

_VIA: Final = re.compile(r"""^["']?(.{1,150}?)["']?\s+(?:via|über|por|par|tramite|przez)\s+\S""", re.IGNORECASE)
_LIST_HEADERS: Final = ("list-id", "list-post", "x-google-group-id", "mailing-list")


@step("`file_mail`")
async def with_author(uow: UnitOfWork, judged: Judged, mailbox: Mailbox) -> Judged:
    """The mail with the person who wrote it as its author, who counts as unproven then.

    That of a list which the mailbox does not know joins no ticket: such headers are easily forged.
    """
    mail = judged.mail
    if mail.author is None or judged.verdict == "fail":
        return judged
    key = mail.author.key
    is_form = key in mailbox.form_senders or "@" + key.rpartition("@")[2] in mailbox.form_senders
    if is_form:
        person = next((each for each in mail.reply_to if each.key != key), None)
        if person is None:
            return judged
        words = f"{key} handed it on, a sender that the mailbox knows"
        kind = "person" if judged.kind == "automatic" else judged.kind
        return replace(judged, mail=replace(mail, author=person), kind=kind, verdict="none", evidence=words)
    person = _behind_list(mail)
    if person is None:
        return judged
    is_known = bool(await mailboxes.own_addresses(uow.db, [without_plus_word(key)]))
    return replace(
        judged, mail=replace(mail, author=person), verdict="none", is_by_unknown_list=not is_known,
        evidence=f"The list {key} wrote it in their name",
    )  # fmt: skip


def _behind_list(mail: ReadMail) -> Person | None:
    """The person in whose name a list writes: "Ann via list", with Ann in X-Original-From or Reply-To."""
    author = mail.author
    if author is None or not any(mail.header(each) is not None for each in _LIST_HEADERS):
        return None
    original = parseaddr(mail.header("x-original-from") or "")
    named = _VIA.match(author.name)
    if original[1].count("@") == 1:
        return Person(original[0] or (named[1] if named else ""), original[1])
    posts = (mail.header("list-post") or "").lower()
    people = [each for each in mail.reply_to if each.key != author.key and each.key not in posts]
    return Person(named[1], people[0].address) if named is not None and len(people) == 1 else None
