"""DKIM and DMARC with name servers of the test's own."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deskbell.channels.mail.proving import prove, verified_seals
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.kernel.mail.authentication import Verdict, proof_from_seals
from deskbell.kernel.mail.records import Person, ReadMail
from deskbell.runtime.name_servers import LookupFailed

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = _KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
_RAW = b"From: Ann <ann@shop.example>\r\nTo: support@desk.example\r\nSubject: Hello\r\n\r\nWords\r\n"


class _Records:
    def __init__(self, records: dict[str, list[str]]) -> None:
        self._records = records

    async def txt(self, name: str) -> list[str]:
        if name in self._records.get("silent", []):
            raise LookupFailed
        return self._records.get(name, [])


def _public_key() -> str:
    import base64

    der = _KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def _signed(domain: bytes, *, length: bool = False) -> tuple[bytes, ReadMail]:
    header = dkim.sign(_RAW, b"one", domain, _PEM, include_headers=[b"from", b"subject"], length=length)
    value = header.decode().partition(":")[2].replace("\r\n", "").strip()
    mail = ReadMail(headers=(("dkim-signature", value),), authors=(Person("Ann", "ann@shop.example"),))
    return header + _RAW, mail


async def _verdict(domain: bytes, policy: str | None, *, change: bool = False, length: bool = False) -> Verdict:
    raw, mail = _signed(domain, length=length)
    records = {f"one._domainkey.{domain.decode()}": [_public_key()]}
    if policy is not None:
        records["_dmarc.shop.example"] = [policy]
    if change:
        raw = raw.replace(b"Words", b"Other words")
    return (await prove(raw, mail, _Records(records))).verdict


async def test_a_valid_aligned_signature_proves_the_sender() -> None:
    assert await _verdict(b"shop.example", None) is Verdict.PASS
    assert await _verdict(b"mail.shop.example", "v=DMARC1; p=reject") is Verdict.PASS


async def test_strict_alignment_needs_the_same_domain() -> None:
    assert await _verdict(b"mail.shop.example", "v=DMARC1; p=reject; adkim=s") is Verdict.FAIL


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(None, Verdict.NONE), ("v=DMARC1; p=none", Verdict.NONE), ("v=DMARC1; p=reject", Verdict.FAIL),
     ("v=DMARC1; p=quarantine", Verdict.FAIL), ("nonsense", Verdict.NONE)],
)  # fmt: skip
async def test_without_a_signature_that_holds_the_policy_decides(policy: str | None, expected: Verdict) -> None:
    assert await _verdict(b"shop.example", policy, change=True) is expected
    assert await _verdict(b"evil.example", policy) is expected


async def test_a_signature_over_a_part_of_the_body_proves_nothing() -> None:
    assert await _verdict(b"shop.example", "v=DMARC1; p=reject", length=True) is Verdict.FAIL


async def test_silent_name_servers_prove_nothing() -> None:
    raw, mail = _signed(b"shop.example")
    proof = await asyncio.wait_for(prove(raw, mail, _Records({"silent": ["_dmarc.shop.example"]})), 10)
    assert proof.verdict is Verdict.NONE


_FORWARDED = (
    b"Authentication-Results: mx.forward.example; dmarc=%s header.from=shop.example\r\n"
    + _RAW
    + b"-- the list's footer\r\n"
)


class _Written:
    """One result of a header, as the library for ARC takes it from a parser that is not installed."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.method, _, self.result = words.split(maxsplit=1)[0].partition("=")

    def __str__(self) -> str:
        return self.words


class _Parser:
    """That parser's interface."""

    class core:  # noqa: N801 - its name
        SyntaxError = ValueError

    class AuthenticationResultsHeader:
        @staticmethod
        def parse(header: str) -> SimpleNamespace:
            server, *results = header.partition(":")[2].strip().split("; ")
            return SimpleNamespace(authserv_id=server, results=[_Written(each) for each in results])


@pytest.fixture(autouse=True)
def parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dkim, "authres", _Parser, raising=False)


def _sealed(raw: bytes, domain: bytes, server: bytes) -> bytes:
    """The mail with one more seal."""
    return b"".join(dkim.arc_sign(raw, b"arc", domain, _PEM, server)) + raw


async def _by_seals(
    raw: bytes, folder: Path, *sealers: str, trusted: frozenset[str] = frozenset(), keys: bool = True
) -> tuple[Verdict, str] | None:
    mail = read_mail(raw, folder)
    record = [_public_key()] if keys else []
    records = {f"arc._domainkey.{each}": record for each in ("forward.example", "second.example")}
    records["_dmarc.shop.example"] = ["v=DMARC1; p=reject"]
    assert (await prove(raw, mail, _Records(records))).verdict is Verdict.FAIL, "the signature did not survive"
    seals = await verified_seals(raw, mail, _Records(records))
    proof = proof_from_seals(mail, frozenset(sealers), trusted, seals)
    return None if proof is None else (proof.verdict, proof.evidence)


async def test_a_forwarder_on_the_list_is_believed_about_who_wrote_a_mail(tmp_path: Path) -> None:
    once = _sealed(_FORWARDED % b"pass", b"forward.example", b"mx.forward.example")
    assert await _by_seals(once, tmp_path, "forward.example") == (
        Verdict.PASS,
        "DMARC passed for shop.example, according to mx.forward.example, sealed by forward.example (ARC)",
    )
    assert await _by_seals(once, tmp_path, "other.example") is None, "anybody can seal"
    assert await _by_seals(once, tmp_path) is None
    assert await _by_seals(once, tmp_path, "forward.example", keys=False) is None
    assert await _by_seals(once.replace(b"Words", b"Other"), tmp_path, "forward.example") is None
    failed = _sealed(_FORWARDED % b"fail", b"forward.example", b"mx.forward.example")
    assert await _by_seals(failed, tmp_path, "forward.example") is None
    forged = failed.replace(b"dmarc=fail", b"dmarc=pass")
    assert await _by_seals(forged, tmp_path, "forward.example") is None


async def test_the_newest_seals_must_all_be_of_the_list(tmp_path: Path) -> None:
    once = _sealed(_FORWARDED % b"pass", b"forward.example", b"mx.forward.example")
    twice = _sealed(
        b"Authentication-Results: mx.second.example; dmarc=fail header.from=shop.example; arc=pass\r\n" + once,
        b"second.example", b"mx.second.example",
    )  # fmt: skip
    assert await _by_seals(twice, tmp_path, "forward.example", "second.example") is not None
    assert await _by_seals(twice, tmp_path, "forward.example") is None, "the second could have written anything"
    assert await _by_seals(twice, tmp_path, "second.example") is None, "it says itself that nothing proves the mail"


async def test_a_trusted_server_may_have_verified_the_chain(tmp_path: Path) -> None:
    sealed = _sealed(_FORWARDED % b"pass", b"forward.example", b"mx.forward.example")
    ours = frozenset({"mx.desk.example"})

    async def said(result: str, by: str = "mx.desk.example") -> tuple[Verdict, str] | None:
        words = f"Authentication-Results: {by}; dmarc=fail header.from=shop.example; arc={result}\r\n"
        return await _by_seals(words.encode() + sealed, tmp_path, "forward.example", trusted=ours, keys=False)

    assert await said("pass") is not None
    assert await said("fail") is None
    assert await said("pass", "mx.mallory.example") is None


async def test_a_chain_over_a_part_of_the_mail_or_of_very_many_seals_is_not_verified(tmp_path: Path) -> None:
    sealed = _sealed(_FORWARDED % b"pass", b"forward.example", b"mx.forward.example")
    for changed in (
        sealed.replace(b"c=relaxed/relaxed;", b"l=5; c=relaxed/relaxed;", 1),
        b"ARC-Seal: i=1\r\n" * 30 + sealed,
    ):
        assert await _by_seals(changed, tmp_path, "forward.example") is None
    lost = {"silent": ["arc._domainkey.forward.example"]}
    assert await verified_seals(sealed, read_mail(sealed, tmp_path), _Records(lost)) == []
