"""Verdicts from `Authentication-Results`: a header proves nothing unless a trusted server wrote it."""

import pytest

from deskbell.kernel.mail.authentication import Verdict, is_aligned, organizational_domain, proof_from_headers
from deskbell.kernel.mail.records import Person, ReadMail

_TRUSTED = frozenset({"mx.example.net"})
_RECEIVED = ("received", "from shop.example by mx.example.net with ESMTPS id 1")
_AR = "authentication-results"


def _verdict(*headers: tuple[str, str], sender: str = "ann@shop.example", microsoft: bool = False) -> Verdict | None:
    mail = ReadMail(headers=headers, authors=(Person("Ann", sender),))
    proof = proof_from_headers(mail, _TRUSTED, from_microsoft=microsoft)
    return None if proof is None else proof.verdict


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("mx.example.net; dmarc=pass (p=REJECT (x)) header.from=shop.example", Verdict.PASS),
        ("mx.example.net 1; dmarc=fail header.from=shop.example; dkim=pass header.d=shop.example", Verdict.FAIL),
        ("mx.example.net; dkim=pass header.d=mail.shop.example", Verdict.PASS),
        ("mx.example.net; dkim=pass header.i=@shop.example", Verdict.PASS),
        ("mx.example.net; dkim=pass header.d=evil.example", Verdict.NONE),
        ("mx.example.net; spf=pass smtp.mailfrom=bounce@shop.example", Verdict.PASS),
        ("mx.example.net; spf=pass smtp.mailfrom=evil.example; dkim=fail header.d=shop.example", Verdict.NONE),
        ("mx.example.net; dmarc=pass header.from=other.example", Verdict.NONE),
        ("mx.example.net; none", Verdict.NONE),
        ("mx.evil.example; dmarc=pass header.from=shop.example", None),
        ("dmarc=pass header.from=shop.example", None),
        ("", None),
        (";;;=;(", None),
    ],
)
def test_the_results_of_a_trusted_server_decide(results: str, expected: Verdict | None) -> None:
    assert _verdict((_AR, results), _RECEIVED) is expected
    assert _verdict(_RECEIVED, (_AR, results)) is expected  # Google writes it below its Received


def test_a_forged_header_below_the_real_one_does_not_count() -> None:
    real = (_AR, "mx.example.net; dmarc=fail header.from=shop.example")
    forged = (_AR, "mx.example.net; dmarc=pass header.from=shop.example")
    assert _verdict(real, _RECEIVED, forged) is Verdict.FAIL
    assert _verdict((_AR, "mx.example.net; spf=none"), _RECEIVED, forged) is Verdict.NONE


def test_a_header_below_another_hosts_received_does_not_count() -> None:
    forged = (_AR, "mx.example.net; dmarc=pass header.from=shop.example")
    assert _verdict(("received", "from x by relay.other.example"), forged) is None


def test_microsofts_form_counts_only_from_its_host() -> None:
    value = (
        "spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=shop.example; dkim=pass header.d=shop.example;"
        "dmarc=pass action=none header.from=shop.example;compauth=pass reason=100"
    )
    results = (_AR, value)
    received = ("received", "from a by b.eurprd01.prod.outlook.com with HTTPS")
    assert _verdict(received, results, microsoft=True) is Verdict.PASS
    assert _verdict(received, results) is None


def test_several_authors_of_several_domains_are_never_proven() -> None:
    mail = ReadMail(
        headers=((_AR, "mx.example.net; dmarc=pass header.from=shop.example"),),
        authors=(Person("", "a@shop.example"), Person("", "b@bank.example")),
    )
    assert proof_from_headers(mail, _TRUSTED) is None


def test_alignment_is_by_organizational_domain_unless_strict() -> None:
    assert is_aligned("mail.shop.co.uk", "shop.co.uk")
    assert not is_aligned("mail.shop.co.uk", "shop.co.uk", strict=True)
    assert not is_aligned("one.co.uk", "two.co.uk")
    assert is_aligned("müller.de", "xn--mller-kva.de")
    assert organizational_domain("a.b.shop.com.au") == "shop.com.au"
