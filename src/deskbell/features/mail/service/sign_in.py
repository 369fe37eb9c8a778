"""Sign-ins of mailboxes at their provider: consent in the browser (authorization code with PKCE), and renewal of tokens.

A refresh token that the provider replaces is committed before the access token that came with it is used.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from deskbell.features.mail.events import MailboxFailing, MailboxRecovered, MailboxUpdated
from deskbell.features.mail.queries import keys
from deskbell.features.mail.queries import sign_in as queries
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.features.mail.sign_in import Begun, Renewal, Secrets, SignIn, SignInSettings, Tokens, addresses
from deskbell.kernel.errors import Conflict, Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sealing import Sealer

LEASE: Final = timedelta(seconds=60)
"""The time within which a worker that renews a token must end."""
_CONSENT_WITHIN: Final = timedelta(minutes=15)
_PAUSE: Final = timedelta(minutes=1)
_SHORTEST_LIFE: Final = 60
_SHOWN: Final = ("provider", "flow", "client_id", "tenant", "authorize_url", "token_url", "scope")


async def get(uow: UnitOfWork, mailbox_id: UUID) -> SignIn:
    """The sign-in of a mailbox, without its secrets. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    found = await queries.find(uow.db, mailbox_id)
    if found is None:
        raise NotFound("mail_sign_in")
    return found


async def save(uow: UnitOfWork, mailbox_id: UUID, settings: SignInSettings, sealer: Sealer) -> SignIn:
    """Sets the client that a mailbox signs in with. Tokens of other settings are void. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await uow.begin()
    before = await queries.lock(uow.db, mailbox_id)
    base = before or SignIn(
        mailbox_id=mailbox_id, provider="other", client_id="", authorize_url="", token_url="", scope="",
        updated_at=uow.now,
    )  # fmt: skip
    given = {name: value for name, value in asdict(settings).items() if value is not UNSET and name != "client_secret"}
    after = _with_addresses(replace(base, **given))
    _check(after)
    secret_id = await queries.secret_of(uow.db, mailbox_id) or new_id()
    known = Secrets() if before is None else await _opened(uow, secret_id, sealer)
    secret = known.client_secret if settings.client_secret is UNSET else settings.client_secret
    if before is not None and settings.client_secret is UNSET and secret and before.token_url != after.token_url:
        raise Invalid([Problem.at("client_secret", "missing")])  # it was entered for another provider
    is_same = (
        before is not None
        and before.trouble is None
        and secret == known.client_secret
        and _values(after) == _values(before)
    )
    if is_same:
        return after
    await _seal(uow, secret_id, Secrets(client_secret=secret), sealer)
    if before is None:
        await queries.add(uow.db, uow.actor.organization_id, after, secret_id)
    await queries.change(uow.db, after, uow.now if after.flow == "client" else None, uow.now)
    old = {} if before is None else _values(before)
    changes = {
        f"sign_in.{name}": Change(old.get(name), value)
        for name, value in _values(after).items()
        if old.get(name) != value
    }
    if secret != known.client_secret:
        changes["sign_in.client_secret"] = Change(None, "changed")
    uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes=changes))
    return await get(uow, mailbox_id)


def _values(sign_in: SignIn) -> dict[str, str]:
    return {name: getattr(sign_in, name) for name in _SHOWN}


def _with_addresses(sign_in: SignIn) -> SignIn:
    known = addresses(sign_in.provider, sign_in.flow, sign_in.tenant)
    if known is None:
        return sign_in
    return replace(sign_in, authorize_url=known[0], token_url=known[1], scope=known[2])


def _check(sign_in: SignIn) -> None:
    wanted = ["client_id", "token_url", "scope"] + (["authorize_url"] if sign_in.flow == "code" else [])
    problems = [Problem.at(name, "blank") for name in wanted if not getattr(sign_in, name).strip()]
    if sign_in.provider == "google" and sign_in.flow == "client":
        problems.append(Problem.at("flow", "mail_sign_in.no_client_flow"))
    if sign_in.provider == "microsoft" and sign_in.flow == "client" and not sign_in.tenant.strip():
        problems.append(Problem.at("tenant", "blank"))
    if problems:
        raise Invalid(problems)


async def remove(uow: UnitOfWork, mailbox_id: UUID) -> None:
    """Deletes a sign-in with its tokens. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get(uow, mailbox_id)
    await uow.begin()
    await queries.remove(uow.db, mailbox_id)
    uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes={"sign_in.provider": Change("signed in", None)}))


async def begin(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer, redirect_uri: str) -> Begun:
    """Begins a sign-in in the browser: the page of the provider to go to. Raises `NotFound`, `Conflict`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await uow.begin()
    found = await queries.lock(uow.db, mailbox_id)
    if found is None:
        raise NotFound("mail_sign_in")
    if found.flow != "code" or uow.actor.user_id is None:
        raise Conflict("mail_sign_in.no_person")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    secret_id = await queries.secret_of(uow.db, mailbox_id)
    assert secret_id is not None
    known = await _opened(uow, secret_id, sealer)
    await _seal(uow, secret_id, replace(known, verifier=verifier, redirect_uri=redirect_uri), sealer)
    await queries.begin(uow.db, mailbox_id, _digest(state), uow.actor.user_id, uow.now + _CONSENT_WITHIN)
    asked = {
        "client_id": found.client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": found.scope,
        "state": state, "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
        "access_type": "offline", "prompt": "consent",
    }  # fmt: skip
    separator = "&" if "?" in found.authorize_url else "?"
    return Begun(authorize_url=f"{found.authorize_url}{separator}{urlencode(asked)}", redirect_uri=redirect_uri)


async def returned(uow: UnitOfWork, state: str, code: str, sealer: Sealer) -> Renewal:
    """The request for the first tokens, for the person who began the sign-in with this state. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await uow.begin()
    person = uow.actor.user_id
    found = None if person is None else await queries.lock_state(uow.db, _digest(state), person, uow.now)
    if found is None:
        raise NotFound("mail_sign_in")
    secret_id = await queries.secret_of(uow.db, found.mailbox_id)
    assert secret_id is not None
    known = await _opened(uow, secret_id, sealer)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": known.redirect_uri, "client_id": found.client_id,
        "code_verifier": known.verifier,
    }  # fmt: skip
    return Renewal(mailbox_id=found.mailbox_id, token_url=found.token_url, form=_with_secret(form, known))


async def signed_in(uow: UnitOfWork, mailbox_id: UUID, tokens: Tokens, sealer: Sealer) -> SignIn:
    """Keeps the tokens of a sign-in that a person completed. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await keep(uow, mailbox_id, tokens, sealer, None)
    return await get(uow, mailbox_id)


async def not_signed_in(uow: UnitOfWork, mailbox_id: UUID, detail: str) -> None:
    """Notes that a sign-in which a person began came to nothing; an earlier one stays valid. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await uow.begin()
    found = await queries.lock(uow.db, mailbox_id)
    if found is not None and found.signed_in_at is None:
        await failed(uow, mailbox_id, "refused", detail)


async def current(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> tuple[SignIn, str] | None:
    """A sign-in with its access token, which may be over; None where there is no sign-in. Raises `CannotOpen`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    found = await queries.find(uow.db, mailbox_id)
    secret_id = await queries.secret_of(uow.db, mailbox_id)
    if found is None or secret_id is None:
        return None
    return found, (await _opened(uow, secret_id, sealer)).access_token


async def claim(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> Renewal | None:
    """Claims a renewal that is due; None if another worker renews, or nothing is to be renewed. Raises `CannotOpen`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await uow.begin()
    if not await queries.claim(uow.db, mailbox_id, uow.now, uow.now + LEASE):
        return None
    found = await queries.find(uow.db, mailbox_id)
    secret_id = await queries.secret_of(uow.db, mailbox_id)
    if found is None or secret_id is None:
        return None
    known = await _opened(uow, secret_id, sealer)
    form = {"client_id": found.client_id, "scope": found.scope}
    if found.flow == "client":
        form["grant_type"] = "client_credentials"
    else:
        form |= {"grant_type": "refresh_token", "refresh_token": known.refresh_token}
    return Renewal(
        mailbox_id=mailbox_id, token_url=found.token_url, form=_with_secret(form, known), until=uow.now + LEASE
    )  # fmt: skip


async def keep(uow: UnitOfWork, mailbox_id: UUID, tokens: Tokens, sealer: Sealer, until: datetime | None) -> None:
    """Keeps new tokens; they are renewed after two thirds of their life.

    `until`: the end of the claim that they were asked for under; tokens of a claim that is over are left. None for the tokens
    of a sign-in that a person completed, which count in any case.
    """
    uow.actor.require(Permission.MAIL_MANAGE)
    await uow.begin()
    if await queries.lock(uow.db, mailbox_id) is None:
        return
    if until is not None and not await queries.holds(uow.db, mailbox_id, until):
        return
    secret_id = await queries.secret_of(uow.db, mailbox_id)
    assert secret_id is not None
    known = await _opened(uow, secret_id, sealer)
    if until is None:
        known = replace(known, verifier="", redirect_uri="")
    new = replace(known, access_token=tokens.access_token, refresh_token=tokens.refresh_token or known.refresh_token)
    await _seal(uow, secret_id, new, sealer)
    life = timedelta(seconds=max(tokens.seconds, _SHORTEST_LIFE))
    if await queries.renewed(uow.db, mailbox_id, uow.now + life, uow.now + life * 2 / 3, uow.now):
        uow.record(MailboxRecovered(mailbox_id=mailbox_id))


async def failed(uow: UnitOfWork, mailbox_id: UUID, trouble: str, detail: str, until: datetime | None = None) -> None:
    """Notes that no token was given. A refusal notifies the admins immediately, and so does the third failure in a row."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await uow.begin()
    if until is not None and not await queries.holds(uow.db, mailbox_id, until):
        return
    is_final = trouble != "unreachable"
    again = None if is_final else uow.now + _PAUSE
    if await queries.failed(uow.db, mailbox_id, trouble, detail, again, uow.now, is_final=is_final):
        uow.record(MailboxFailing(mailbox_id=mailbox_id, trouble="token", detail=detail[:500]))


def _with_secret(form: Mapping[str, str], known: Secrets) -> dict[str, str]:
    return {**form, "client_secret": known.client_secret} if known.client_secret else dict(form)


async def _opened(uow: UnitOfWork, secret_id: UUID, sealer: Sealer) -> Secrets:
    sealed = await keys.sealed(uow.db, secret_id)
    return Secrets() if sealed is None else msgspec.json.decode(sealer.open(sealed, str(secret_id)), type=Secrets)


async def _seal(uow: UnitOfWork, secret_id: UUID, known: Secrets, sealer: Sealer) -> None:
    sealed = sealer.seal(msgspec.json.encode(known), str(secret_id))
    await keys.add_secret(uow.db, uow.actor.organization_id, secret_id, "oauth", sealed, uow.now)


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode("utf-8", "replace")).digest()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
