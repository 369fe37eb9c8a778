"""DKIM and DMARC with name servers of the test's own."""

import asyncio

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deskbell.channels.mail.proving import prove
from deskbell.kernel.mail.authentication import Verdict
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
