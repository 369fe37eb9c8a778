"""The domain that a mailbox sends from: its DNS records, and the key that signs its mail."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.events import (
    DkimKeyAdded,
    DkimKeyConfirmed,
    DkimKeyLost,
    DkimKeyRemoved,
    MailDomainFailing,
)
from deskbell.features.mail.queries import domains as domain_queries
from deskbell.features.mail.queries import keys, mailboxes
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.features.mail.signing import SigningKey, new_pair, publishes, record_for
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.name_servers import LookupFailed, Resolver
from deskbell.runtime.sealing import Sealer

SELECTOR: Final = "deskbell1"

RecordState = Literal["ok", "missing", "wrong", "several", "unclear", "unknown"]


class Signing(Struct, frozen=True, kw_only=True):
    """The key of a domain. Mail is signed from `confirmed_at` on; null while the record was not found."""

    selector: str
    confirmed_at: datetime | None
    checked_at: datetime | None


class DnsRecord(Struct, frozen=True, kw_only=True):
    """A record of the domain: what to enter, and what was found.

    `state`: `ok`, `missing`, `wrong` (another value), `several` (only one may exist), `unclear` (it does not name our mail
    server, but may include it), `unknown` (the name servers did not answer).
    """

    kind: Literal["mx", "spf", "dkim", "dmarc"]
    name: str
    expected: str | None
    found: list[str]
    state: RecordState


class DomainReport(Struct, frozen=True, kw_only=True):
    """The records of the domain that a mailbox sends from."""

    domain: str
    records: list[DnsRecord]
    signing: Signing | None


class DomainFacts(Struct, frozen=True, kw_only=True):
    """The facts that the records are compared with."""

    domain: str
    key: keys.DkimKey | None


async def facts(uow: UnitOfWork, mailbox_id: UUID) -> DomainFacts:
    """The domain of a mailbox, and its key. Raises `NotFound`, `Conflict` for a mailbox without an address."""
    uow.actor.require(Permission.MAIL_MANAGE)
    domain = await _domain(uow, mailbox_id)
    return DomainFacts(domain=domain, key=await keys.find(uow.db, domain))


async def _domain(uow: UnitOfWork, mailbox_id: UUID) -> str:
    await get_mailbox(uow, mailbox_id)
    address = await mailboxes.own_address(uow.db, mailbox_id)
    if address is None:
        raise Conflict("mailbox.no_address")
    return address.rpartition("@")[2]


async def look_up(domain: str, key: keys.PublicKey | None, server: str | None, resolver: Resolver) -> list[DnsRecord]:
    """A domain's records, looked up at the same time. `server` is the host that mail goes out through, if any."""
    mx, own, dmarc = await asyncio.gather(
        _mx(domain, resolver), _txt(domain, resolver), _txt(f"_dmarc.{domain}", resolver)
    )
    records = [
        DnsRecord(kind="mx", name=domain, expected=None, found=mx or [], state=_present(mx)),
        _spf(domain, own, server),
    ]
    if key is not None:
        name = f"{key.selector}._domainkey.{domain}"
        records.append(_dkim(name, key.public_key, await _txt(name, resolver)))
    return [*records, _dmarc(domain, dmarc)]


async def _txt(name: str, resolver: Resolver) -> list[str] | None:
    try:
        return await resolver.txt(name)
    except LookupFailed:
        return None


async def _mx(name: str, resolver: Resolver) -> list[str] | None:
    try:
        return await resolver.mx(name)
    except LookupFailed:
        return None


def _present(found: list[str] | None) -> RecordState:
    return "unknown" if found is None else "ok" if found else "missing"


def _spf(domain: str, records: list[str] | None, server: str | None) -> DnsRecord:
    found = [each for each in records or [] if each.lower().split(" ")[0] == "v=spf1"]
    state = _present(None if records is None else found)
    if len(found) > 1:
        state = "several"
    elif found and server is not None and server.lower() not in found[0].lower():
        state = "unclear"
    expected = f"v=spf1 a:{server} ~all" if server is not None else "v=spf1 mx ~all"
    return DnsRecord(kind="spf", name=domain, expected=expected, found=found, state=state)


def _dkim(name: str, public_key: str, records: list[str] | None) -> DnsRecord:
    state = _present(records)
    if records and not any(publishes(each, public_key) for each in records):
        state = "wrong"
    elif records and len(records) > 1:
        state = "several"
    return DnsRecord(kind="dkim", name=name, expected=record_for(public_key), found=records or [], state=state)


def _dmarc(domain: str, records: list[str] | None) -> DnsRecord:
    found = [each for each in records or [] if each.replace(" ", "").lower().startswith("v=dmarc1")]
    state = "several" if len(found) > 1 else _present(None if records is None else found)
    expected = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    return DnsRecord(kind="dmarc", name=f"_dmarc.{domain}", expected=expected, found=found, state=state)


async def report(uow: UnitOfWork, mailbox_id: UUID, records: list[DnsRecord]) -> DomainReport:
    """Notes what a look-up found of the key, and returns the whole. Signing begins or ends with it. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    domain = await _domain(uow, mailbox_id)
    await uow.begin()
    key = await note(uow, domain, records)
    signing = None
    if key is not None:
        signing = Signing(selector=key.selector, confirmed_at=key.confirmed_at, checked_at=key.checked_at)
    return DomainReport(domain=domain, records=records, signing=signing)


@step("`report`, and the daily look at domains")
async def note(uow: UnitOfWork, domain: str, records: list[DnsRecord]) -> keys.DkimKey | None:
    """Notes a look at a domain's records. The admins are notified once of those that were right before.

    Begins or ends signing by what was found. Without an answer of the name servers everything stays.
    """
    before = await domain_queries.lock_right(uow.db, domain)
    right = right_after(before, records)
    await domain_queries.save(uow.db, uow.actor.organization_id, domain, right, uow.now)
    if lost := sorted(str(each.kind) for each in records if each.kind in before - right):
        uow.record(MailDomainFailing(organization_id=uow.actor.organization_id, domain=domain, records=lost))
    return await _note_key(uow, domain, records)


def right_after(before: Collection[str], records: list[DnsRecord]) -> set[str]:
    """The kinds of records that are right after a look, where those of `before` were."""
    found = {each.kind for each in records if each.state in ("ok", "unclear")}
    kept = {each.kind for each in records if each.state == "unknown" and each.kind in before}
    return found | kept


async def _note_key(uow: UnitOfWork, domain: str, records: list[DnsRecord]) -> keys.DkimKey | None:
    key = await keys.lock(uow.db, domain)
    found = next((each for each in records if each.kind == "dkim"), None)
    if key is None or found is None or found.state == "unknown":
        return key
    confirmed_at = (key.confirmed_at or uow.now) if found.state == "ok" else None
    await keys.mark(uow.db, domain, confirmed_at, uow.now)
    if (key.confirmed_at is None) != (confirmed_at is None):
        kind = DkimKeyLost if confirmed_at is None else DkimKeyConfirmed
        uow.record(kind(key_id=key.secret_id, domain=domain, selector=key.selector))
    return await keys.find(uow.db, domain)


async def add_key(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> DomainFacts:
    """Makes the key that signs the mail of a mailbox's domain, once. Raises `NotFound`, `Conflict`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    domain = await _domain(uow, mailbox_id)
    await uow.begin()
    if await keys.lock(uow.db, domain) is None:
        private, public = await asyncio.to_thread(new_pair)
        secret_id = new_id()
        sealed = sealer.seal(private, str(secret_id))
        await keys.add_secret(uow.db, uow.actor.organization_id, secret_id, "dkim", sealed, uow.now)
        new = keys.DkimKey(domain=domain, selector=SELECTOR, secret_id=secret_id, public_key=public, created_at=uow.now)
        await keys.add(uow.db, uow.actor.organization_id, new)
        uow.record(DkimKeyAdded(key_id=secret_id, domain=domain, selector=SELECTOR))
    return DomainFacts(domain=domain, key=await keys.find(uow.db, domain))


async def remove_key(uow: UnitOfWork, mailbox_id: UUID) -> None:
    """Deletes the key of a mailbox's domain: its mail is no longer signed. Raises `NotFound`, `Conflict`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    domain = await _domain(uow, mailbox_id)
    await uow.begin()
    key = await keys.lock(uow.db, domain)
    if key is None or not await keys.remove(uow.db, domain):
        raise NotFound("dkim_key")
    uow.record(DkimKeyRemoved(key_id=key.secret_id, domain=domain, selector=key.selector))


@step("the dispatcher of mail")
async def signing_key(uow: UnitOfWork, domain: str, sealer: Sealer) -> SigningKey | None:
    """The key that signs the mail of a domain; None before its record was found. Raises `CannotOpen`."""
    key = await keys.find(uow.db, domain)
    if key is None or key.confirmed_at is None:
        return None
    sealed = await keys.sealed(uow.db, key.secret_id)
    return None if sealed is None else SigningKey(domain, key.selector, sealer.open(sealed, str(key.secret_id)))
