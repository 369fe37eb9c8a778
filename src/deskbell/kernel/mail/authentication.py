"""Whether a mail's From is proven (mail.md, section 6), from what a trusted server wrote about it."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from deskbell.kernel.mail.records import ReadMail, address_key

_COMMENT: Final = re.compile(r"\([^()]{0,500}\)")
_METHOD: Final = re.compile(r"\s*([a-z][a-z0-9-]{1,30})\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\b([a-z]+\.[a-z-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_BY: Final = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)
_MOST_RESULTS: Final = 50
_INSTANCE: Final = re.compile(r"(?:^|;)\s*i\s*=\s*(\d{1,2})\s*(?:;|$)")
_SEALER: Final = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]+)")
_MOST_SEALS: Final = 10


class Verdict(StrEnum):
    """`NONE`: the domain has no policy, or no server that we trust has looked."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NONE = "none"


class Proof(Struct, frozen=True):
    """A verdict with its evidence as a sentence for people, and the method and server that it comes from."""

    verdict: Verdict
    evidence: str = ""
    method: str = ""
    server: str = ""


class Result(Struct, frozen=True):
    """One method's result, as in `dkim=pass header.d=shop.example`."""

    method: str
    result: str
    properties: dict[str, str]


class Seal(Struct, frozen=True):
    """One hop of a mail's ARC chain: the domain that sealed it, and what its server found about the mail."""

    instance: int
    domain: str
    results: str


UNPROVEN: Final = Proof(Verdict.NONE)


def proof_from_headers(mail: ReadMail, trusted: frozenset[str], *, from_microsoft: bool = False) -> Proof | None:
    """The verdict by a trusted `Authentication-Results`, or None where the mail has none.

    `trusted` holds authserv-ids in lower case. `from_microsoft`: the mail was taken from Microsoft's IMAP host, so its
    form without an authserv-id counts. Only the topmost header counts, and others above the first `Received`: what is
    below may come from the sender.
    """
    domain = author_domain(mail)
    found = _trusted_results(mail, trusted, from_microsoft=from_microsoft)
    if found is None or domain is None:
        return None
    server, results = found
    return judge(results, domain, server)


def proof_from_seals(
    mail: ReadMail, sealers: frozenset[str], trusted: frozenset[str], verified: Sequence[Seal]
) -> Proof | None:
    """The verdict of the forwarders that the mailbox believes, where a change on their way broke the author's signature.

    `sealers` and `trusted` hold domains and authserv-ids in lower case. `verified` are the seals that we have verified ourselves,
    the newest first; without them the chain counts if a trusted server says that it has (`arc=pass`). The newest seals must be of
    sealers on the list or of that server; the oldest of them says what proved the mail to them. None where that proves nothing.
    """
    domain = author_domain(mail)
    found = _trusted_results(mail, trusted, from_microsoft=False) if trusted else None
    is_by_server = found is not None and any((each.method, each.result) == ("arc", "pass") for each in found[1])
    seals = verified or (read_seals(mail) if is_by_server else [])
    own = {organizational_domain(found[0])} if found is not None else set()
    believed: Seal | None = None
    for seal in seals:
        if seal.domain not in sealers and (seal.domain not in own and organizational_domain(seal.domain) not in own):
            break
        believed = seal
    if domain is None or believed is None or believed.domain not in sealers:
        return None
    server, results = parse_results(believed.results.partition(";")[2])
    proof = judge(results, domain, server or believed.domain)
    if proof.verdict is not Verdict.PASS:
        return None
    return Proof(Verdict.PASS, f"{proof.evidence}, sealed by {believed.domain} (ARC)", "arc", believed.domain)


def read_seals(mail: ReadMail) -> list[Seal]:
    """The hops of a mail's ARC chain, the newest first; none where a set is incomplete or there are two of a number."""
    seals, results = _by_instance(mail.all("arc-seal")), _by_instance(mail.all("arc-authentication-results"))
    if sorted(seals) != list(range(1, len(seals) + 1)) or seals.keys() != results.keys():
        return []
    return [
        Seal(each, found[1].lower() if (found := _SEALER.search(seals[each])) else "", results[each])
        for each in sorted(seals, reverse=True)
    ]


def _by_instance(values: list[str]) -> dict[int, str]:
    found = {int(number[1]): value for value in values[:_MOST_SEALS] if (number := _INSTANCE.search(value))}
    return found if len(found) == len(values) else {}


def author_domain(mail: ReadMail) -> str | None:
    """The domain of From; None where From names several domains or nothing."""
    domains = {person.key.rpartition("@")[2] for person in mail.authors}
    return domains.pop() if len(domains) == 1 else None


def judge(results: list[Result], domain: str, server: str) -> Proof:
    """The verdict of one server's results for the domain of From."""
    for each in results:
        if each.method == "dmarc" and _same(each.properties.get("header.from", domain), domain):
            if each.result == "pass":
                return Proof(Verdict.PASS, f"DMARC passed for {domain}, according to {server}", "dmarc", server)
            if each.result == "fail":
                return Proof(Verdict.FAIL, f"DMARC failed for {domain}, according to {server}", "dmarc", server)
    for each in results:
        signer = each.properties.get("header.d") or each.properties.get("header.i", "").rpartition("@")[2]
        if each.method == "dkim" and each.result == "pass" and is_aligned(signer, domain):
            return Proof(Verdict.PASS, f"DKIM passed for {signer}, according to {server}", "dkim", server)
    for each in results:
        sender = each.properties.get("smtp.mailfrom", "").rpartition("@")[2]
        if each.method == "spf" and each.result == "pass" and is_aligned(sender, domain):
            return Proof(Verdict.PASS, f"SPF passed for {sender}, according to {server}", "spf", server)
    return Proof(Verdict.NONE, f"Nothing proves {domain}, according to {server}", "", server)


def is_aligned(signer: str, domain: str, *, strict: bool = False) -> bool:
    """DMARC alignment: the same domain, or (relaxed) the same organizational domain."""
    if not signer or not domain:
        return False
    if _same(signer, domain):
        return True
    return not strict and organizational_domain(signer) == organizational_domain(domain)


def organizational_domain(domain: str) -> str:
    """The registrable domain, by the public suffix list; the domain itself where it is a suffix."""
    ascii_domain = address_key(f"x@{domain}").rpartition("@")[2].strip(".")
    return _suffixes().privatesuffix(ascii_domain) or ascii_domain


def parse_results(value: str) -> tuple[str, list[Result]]:
    """The authserv-id (empty in Microsoft's form) and the results of one header."""
    text = value
    for _ in range(5):  # comments may be nested
        text, changed = _COMMENT.subn(" ", text)
        if not changed:
            break
    pieces = text.split(";")[:_MOST_RESULTS]
    server = ""
    if pieces and "=" not in pieces[0]:
        server = (pieces[0].split() or [""])[0].lower()
        pieces = pieces[1:]
    results: list[Result] = []
    for piece in pieces:
        if found := _METHOD.match(piece):
            properties = {name.lower(): word.lower() for name, word in _PROPERTY.findall(piece)}
            results.append(Result(found[1].lower(), found[2].lower(), properties))
    return server, results


def _trusted_results(
    mail: ReadMail, trusted: frozenset[str], *, from_microsoft: bool
) -> tuple[str, list[Result]] | None:
    """The results of the topmost trusted header, with those of others by that server above the first Received."""
    server: str | None = None
    collected: list[Result] = []
    is_above = True
    for name, value in mail.headers:
        if name == "received":
            is_above = False
            if server is None and _is_foreign(value, trusted, from_microsoft=from_microsoft):
                return None
        elif name == "authentication-results" and (server is None or is_above):
            by, results = parse_results(value)
            if by not in trusted and not (from_microsoft and not by):
                continue
            if server is None or by == server:
                server = by
                collected.extend(results)
    return None if server is None else (server or "Microsoft 365", collected)


def _is_foreign(received: str, trusted: frozenset[str], *, from_microsoft: bool) -> bool:
    """Whether the host that wrote this Received belongs to no server that we trust."""
    found = _BY.search(received)
    if found is None:
        return True
    host = found[1].strip("[].").lower()
    if ":" in host or "." not in host or host.endswith((".internal", ".local", ".localdomain", ".lan")):
        return False
    if from_microsoft and host.endswith((".outlook.com", ".office365.com", ".microsoft.com")):
        return False
    return all(organizational_domain(host) != organizational_domain(server) for server in trusted)


def _same(one: str, other: str) -> bool:
    return address_key(f"x@{one.strip('.')}") == address_key(f"x@{other.strip('.')}")


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
