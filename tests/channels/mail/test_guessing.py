"""The settings of a mailbox, guessed from its address by a table and by the domain's records."""

import pytest

from deskbell.channels.mail.guessing import guess
from deskbell.features.mail.providers import PROVIDERS, ServerGuess
from deskbell.kernel.errors import Invalid
from tests.support.name_server import running_name_server


async def test_addresses_of_known_providers_need_no_look_up() -> None:
    async with running_name_server() as names:
        names.silent |= {"gmail.com", "outlook.com", "gmx.de"}
        google = await guess("Desk@Gmail.com", names.resolver)
        microsoft = await guess("desk@outlook.com", names.resolver)
        gmx = await guess("desk@gmx.de", names.resolver)
    assert (google.provider, google.source, google.sign_in) == ("Google", "provider", "oauth")
    assert google.imap == ServerGuess(host="imap.gmail.com", port=993, security="tls")
    assert google.smtp == ServerGuess(host="smtp.gmail.com", port=465, security="tls")
    assert google.trusted_server == "mx.google.com"
    assert (microsoft.sign_in, microsoft.per_minute) == ("oauth", 30)
    assert microsoft.smtp == ServerGuess(host="smtp.office365.com", port=587, security="starttls")
    assert (gmx.sign_in, gmx.separator) == ("password", "")


async def test_a_domain_is_known_by_its_mail_servers() -> None:
    async with running_name_server() as names:
        names.records["shop.example", "MX"] = ["20 alt1.aspmx.l.google.com.", "10 aspmx.l.google.com."]
        names.records["works.example", "MX"] = ["0 works-example.mail.protection.outlook.com."]
        names.records["evil.example", "MX"] = ["0 notgoogle.com."]
        shop = await guess("support@shop.example", names.resolver)
        works = await guess("support@works.example", names.resolver)
        evil = await guess("support@evil.example", names.resolver)
    assert (shop.provider, shop.source, shop.domain) == ("Google", "mail_server", "shop.example")
    assert (works.provider, works.source) == ("Microsoft", "mail_server")
    assert (evil.provider, evil.source) == (None, "none")


async def test_other_domains_name_their_servers_in_service_records() -> None:
    async with running_name_server() as names:
        names.records["own.example", "MX"] = ["10 mx.own.example."]
        names.records["_imaps._tcp.own.example", "SRV"] = ["20 0 993 b.own.example.", "10 0 1993 a.own.example."]
        names.records["_submission._tcp.own.example", "SRV"] = ["0 0 587 out.own.example."]
        names.records["_submissions._tcp.own.example", "SRV"] = ["0 0 0 ."]
        found = await guess("support@own.example", names.resolver)
    assert found.source == "service_records"
    assert found.imap == ServerGuess(host="a.own.example", port=1993, security="tls")
    assert found.smtp == ServerGuess(host="out.own.example", port=587, security="starttls")


async def test_nothing_known_says_so_and_bad_addresses_are_refused() -> None:
    async with running_name_server() as names:
        found = await guess("support@unknown.example", names.resolver)
        assert (found.source, found.imap, found.smtp) == ("none", None, None)
        with pytest.raises(Invalid):
            await guess("no address", names.resolver)


def test_every_provider_has_servers_and_names_that_find_it() -> None:
    for each in PROVIDERS:
        assert each.domains or each.servers
        assert each.guess.imap is not None
        assert each.guess.smtp is not None
        assert all(name == name.lower() and not name.startswith(".") for name in (*each.domains, *each.servers))
