"""The settings of a mailbox, guessed from its address."""

import asyncio

from deskbell.features.access.addresses import clean_address
from deskbell.features.mail.imap import Security
from deskbell.features.mail.providers import AccountGuess, ServerGuess, by_domain, by_mail_server
from deskbell.kernel.mail.records import address_key
from deskbell.runtime.name_servers import LookupFailed, Resolver


async def guess(address: str, resolver: Resolver) -> AccountGuess:
    """The servers of an address. No server but name servers is asked. Raises `Invalid` for a text that is no address."""
    domain = address_key(clean_address(address)).rpartition("@")[2]
    found = by_domain(domain)
    if found is not None:
        return found
    for server in await _mx(resolver, domain):
        found = by_mail_server(domain, server)
        if found is not None:
            return found
    services = await asyncio.gather(*(_srv(resolver, f"_{each}._tcp.{domain}") for each in _SERVICES))
    imaps, imap, submissions, submission = services
    way_in = _server(imaps, "tls") or _server(imap, "starttls")
    way_out = _server(submissions, "tls") or _server(submission, "starttls")
    if way_in is None and way_out is None:
        return AccountGuess(domain=domain, source="none")
    return AccountGuess(domain=domain, source="service_records", imap=way_in, smtp=way_out)


_SERVICES = ("imaps", "imap", "submissions", "submission")
"""RFC 6186 and RFC 8314."""


def _server(found: list[tuple[str, int]], security: Security) -> ServerGuess | None:
    if not found:
        return None
    host, port = found[0]
    return ServerGuess(host=host, port=port, security=security)


async def _mx(resolver: Resolver, name: str) -> list[str]:
    try:
        return await resolver.mx(name)
    except LookupFailed:
        return []


async def _srv(resolver: Resolver, name: str) -> list[tuple[str, int]]:
    try:
        return await resolver.srv(name)
    except LookupFailed:
        return []
