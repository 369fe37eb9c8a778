"""Verdicts about senders and the records of domains, by programs of others: dnsmasq answers, OpenDMARC judges."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from functools import partial
from pathlib import Path
from random import randrange

import pytest

from deskbell.channels.mail.proving import prove
from deskbell.channels.mail.reading.reader import read_mail
from deskbell.features.mail.service import domains
from deskbell.features.mail.signing import SigningKey, new_pair, record_for, signed
from deskbell.kernel.mail.authentication import Verdict, proof_from_headers
from deskbell.kernel.mail.records import ReadMail
from deskbell.runtime.name_servers import DnsResolver
from tests.channels.mail.test_receiver import send
from tests.features.mail.test_domains import mailbox_id
from tests.jobs.test_imap import until
from tests.support.desk import Organization
from tests.support.dnsmasq import running_dnsmasq
from tests.support.postfix import running_postfix
from tests.support.programs import free_port, program, started
from tests.support.sink import running_sink

RAW = (
    b"From: Ann <ann@elsewhere.example>\r\nTo: support@desk.example\r\nSubject: Signed\r\n"
    b"Date: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <signed@elsewhere.example>\r\n\r\nSome words.\r\n"
)
"""As our own mails, it has all that a mail server adds where it is absent: that would break the signature."""
_ADDRESS = f"127.{randrange(1, 250)}.{randrange(1, 250)}.{randrange(1, 250)}"
"""An address of the loopback that no other name server uses: OpenDMARC asks at port 53 alone."""


async def test_the_records_of_a_domain_are_found_in_a_real_name_server(shop: Organization, folder: Path) -> None:
    domain = str(shop.domain)
    texts = {
        domain: "v=spf1 a:relay.example -all",
        f"_dmarc.{domain}": "v=DMARC1; p=reject; rua=mailto:dmarc@shop.example",
    }
    async with shop.desk.database.unit(shop.system()) as uow:
        facts = await domains.facts(uow, await mailbox_id(shop))
    with running_dnsmasq(folder, texts, [(domain, "mx.shop.example")]) as port:
        resolver = DnsResolver(["127.0.0.1"], port)

        async def all_are_right() -> (
            bool
        ):  # an answer counts for three seconds, and a busy machine may need another look
            found = {each.kind: each for each in await domains.look_up(domain, facts.key, "relay.example", resolver)}
            right = {kind: each.state for kind, each in found.items()} == {"mx": "ok", "spf": "ok", "dmarc": "ok"}
            return right and found["mx"].found == ["mx.shop.example"]

        async def all_are_missing() -> bool:
            found = await domains.look_up("none.example", None, None, resolver)
            return {each.kind: each.state for each in found} == dict.fromkeys(("mx", "spf", "dmarc"), "missing")

        await until(all_are_right)
        await until(all_are_missing)


async def test_opendmarc_and_we_judge_our_signatures_alike(folder: Path) -> None:
    private, public = await asyncio.to_thread(new_pair)
    ours = signed(RAW, SigningKey("elsewhere.example", "deskbell1", private))
    forged = ours.replace(b"Subject: Signed", b"Subject: Forged")
    key = record_for(public)
    texts = {
        "deskbell1._domainkey.elsewhere.example": key, "_dmarc.elsewhere.example": "v=DMARC1; p=reject; adkim=s",
    }  # fmt: skip
    with running_dnsmasq(folder, texts, at=_ADDRESS, port=53), _judging(folder, key) as milters:
        async with running_sink() as sink:
            transports = {"desk.example": f"smtp:[127.0.0.1]:{sink.port}"}
            with running_postfix(folder, transports, settings=f"smtpd_milters = {milters}") as postfix:
                for content in (ours, forged):
                    await asyncio.to_thread(send, postfix, ["support@desk.example"], content)

                async def arrived() -> bool:
                    return len(sink.taken) == 2

                await until(arrived)
        theirs = {str(message_from_bytes(each)["Subject"]): each for _, _, each in sink.taken}
        resolver = DnsResolver([_ADDRESS], 53)
        for subject, expected in (("Signed", Verdict.PASS), ("Forged", Verdict.FAIL)):
            mail = read_mail(theirs[subject], folder)
            proof = proof_from_headers(mail, frozenset({"mx.counterpart.example"}))
            assert proof is not None, theirs[subject].decode()
            assert (proof.verdict, proof.method) == (expected, "dmarc"), theirs[subject].decode()
            await until(partial(_is_judged, theirs[subject], mail, resolver, expected))


async def _is_judged(raw: bytes, mail: ReadMail, resolver: DnsResolver, expected: Verdict) -> bool:
    return (await prove(raw, mail, resolver)).verdict is expected


@contextmanager
def _judging(folder: Path, key: str) -> Iterator[str]:
    """OpenDKIM, which verifies, and OpenDMARC, which judges what it finds. Yields them as Postfix names milters."""
    opendkim, opendmarc = program("opendkim", "opendkim"), program("opendmarc", "opendmarc")
    verifier, judge = free_port(), free_port()
    (folder / "keys").write_text(f"deskbell1._domainkey.elsewhere.example {key}\n")
    (folder / "ignored").write_text("203.0.113.1\n")
    (folder / "resolv.conf").write_text(f"nameserver {_ADDRESS}\n")
    (folder / "verify.conf").write_text(
        f"Mode v\nSyslog no\nAuthservID mx.counterpart.example\nAlwaysAddARHeader yes\nTestPublicKeys {folder}/keys\n"
        f"Socket inet:{verifier}@127.0.0.1\n"
    )
    (folder / "judge.conf").write_text(
        "AuthservID mx.counterpart.example\nTrustedAuthservIDs mx.counterpart.example\nSyslog false\n"
        f"IgnoreHosts {folder}/ignored\nSocket inet:{judge}@127.0.0.1\n"
    )
    # OpenDMARC asks the system's name servers alone: it gets a file of its own that names ours, which no other program sees.
    script = f'mount --bind {folder}/resolv.conf "$(readlink -f /etc/resolv.conf)"'
    alone = ["unshare", "--mount", "sh", "-c"]
    if os.geteuid() != 0 or subprocess.run([*alone, script], capture_output=True, check=False).returncode != 0:
        pytest.skip("OpenDMARC needs the right to mount a file for itself, which this machine does not give")
    judging = f"{script} && exec {opendmarc} -f -c {folder}/judge.conf"
    with (
        started(folder / "verify.log", verifier, opendkim, "-f", "-x", str(folder / "verify.conf")),
        started(folder / "judge.log", judge, *alone, judging),
    ):
        yield f"inet:127.0.0.1:{verifier}, inet:127.0.0.1:{judge}"
