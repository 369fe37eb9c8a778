"""DKIM and DMARC for mail that our own receiver took, where no other server has judged it before."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Final

import dkim

from deskbell.kernel.mail.authentication import (
    UNPROVEN,
    Proof,
    Seal,
    Verdict,
    author_domain,
    is_aligned,
    organizational_domain,
)
from deskbell.kernel.mail.records import ReadMail
from deskbell.runtime.name_servers import SECONDS, LookupFailed, TextResolver

_MOST_SIGNATURES: Final = 5
_MOST_SEALS: Final = 10
_TAG: Final = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)


async def prove(raw: bytes, mail: ReadMail, resolver: TextResolver) -> Proof:
    """The verdict for the domain of From by the mail's DKIM signatures and the domain's DMARC record.

    `NONE` where the domain publishes no policy that asks for more, where several domains are in From, and where the
    name servers do not answer in time.
    """
    domain = author_domain(mail)
    if domain is None:
        return UNPROVEN
    try:
        async with asyncio.timeout(SECONDS):
            policy = await _policy(domain, resolver)
            keys = await _keys(mail, resolver)
    except (TimeoutError, LookupFailed):
        return Proof(Verdict.NONE, f"The name servers of {domain} did not answer")
    strict = policy.get("adkim", "r").lower().startswith("s")
    # A signature over the first `l` bytes alone would hold for whatever was added below them later.
    signatures = mail.all("dkim-signature")[:_MOST_SIGNATURES]
    whole = [number for number, value in enumerate(signatures) if "l" not in _tags(value)]
    signers = await asyncio.to_thread(_valid_signers, raw, keys, whole)
    for signer in signers:
        if is_aligned(signer, domain, strict=strict):
            return Proof(Verdict.PASS, f"DKIM passed for {signer}", "dkim")
    asked = policy.get("sp" if policy.get("inherited") and "sp" in policy else "p", "none").lower()
    if asked in {"quarantine", "reject"}:
        return Proof(Verdict.FAIL, f"{domain} asks for a valid signature, and this mail has none", "dmarc")
    return Proof(Verdict.NONE, f"Nothing proves {domain}")


async def verified_seals(raw: bytes, mail: ReadMail, resolver: TextResolver) -> list[Seal]:
    """The seals of a mail's forwarders (ARC, RFC 8617), the newest first; none unless all hold, over the whole mail."""
    headers = [*mail.all("arc-seal"), *mail.all("arc-message-signature")]
    if not headers or len(headers) > 2 * _MOST_SEALS or any("l" in _tags(value) for value in headers):
        return []
    try:
        async with asyncio.timeout(SECONDS):
            keys = await _records(headers, resolver)
    except (TimeoutError, LookupFailed):
        return []
    return await asyncio.to_thread(_valid_seals, raw, keys)


def _valid_seals(raw: bytes, keys: dict[str, list[str]]) -> list[Seal]:
    try:
        verdict, found, _ = dkim.ARC(raw, minkey=1024).verify(dnsfunc=_in(keys))
    except Exception:  # noqa: BLE001 - a chain that cannot be read proves nothing
        return []
    if verdict != dkim.CV_Pass:
        return []
    return [
        Seal(each["instance"], each["as-domain"].decode().lower(), each["aar-value"].decode("utf-8", "replace"))
        for each in found
    ]


async def _policy(domain: str, resolver: TextResolver) -> dict[str, str]:
    """The tags of the domain's DMARC record, or of its organizational domain's; `inherited` is set for the latter."""
    above = organizational_domain(domain)
    for name in dict.fromkeys([domain, above]):
        records = [record for record in await resolver.txt(f"_dmarc.{name}") if _tags(record).get("v") == "DMARC1"]
        if len(records) == 1:
            return _tags(records[0]) | ({"inherited": "yes"} if name != domain else {})
    return {}


async def _keys(mail: ReadMail, resolver: TextResolver) -> dict[str, list[str]]:
    return await _records(mail.all("dkim-signature")[:_MOST_SIGNATURES], resolver)


async def _records(signatures: Sequence[str], resolver: TextResolver) -> dict[str, list[str]]:
    """The records of the keys that some signatures name."""
    names: list[str] = []
    for value in signatures:
        tags = _tags(value)
        names.append(f"{tags.get('s', '')}._domainkey.{tags.get('d', '')}".replace(" ", "").lower())
    unique = list(dict.fromkeys(names))
    answers = await asyncio.gather(*[resolver.txt(name) for name in unique])
    return dict(zip(unique, answers, strict=True))


def _tags(record: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in _TAG.findall(record)}


def _valid_signers(raw: bytes, keys: dict[str, list[str]], numbers: list[int]) -> list[str]:
    """The domains whose signature holds."""
    valid: list[str] = []
    for number in numbers:
        try:
            verifier = dkim.DKIM(raw, minkey=1024)
            if verifier.verify(idx=number, dnsfunc=_in(keys)):
                valid.append(verifier.domain.decode().lower())
        except Exception:  # noqa: BLE001, S112 - a signature that cannot be read proves nothing
            continue
    return valid


def _in(keys: dict[str, list[str]]) -> Callable[..., bytes | None]:
    """The library's way to look up a key, in records that were looked up before."""

    def look_up(name: bytes | str, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - dkimpy's signature
        text = name.decode() if isinstance(name, bytes) else name
        records = keys.get(text.rstrip(".").lower(), [])
        return records[0].encode() if records else None

    return look_up
