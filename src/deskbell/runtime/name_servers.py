"""Look-ups in the DNS."""

import asyncio
from typing import Final, Protocol

import dns.asyncresolver
import dns.exception
import dns.resolver

SECONDS: Final = 3.0
"""For one look-up."""
_RESERVED: Final = frozenset({"example", "invalid", "localhost", "test"})
"""Top-level domains that no public name server knows (RFC 6761): the demo's and the tests' names are not asked for."""


class LookupFailed(Exception):
    """The name servers did not answer."""


class TextResolver(Protocol):
    """Looks up TXT records."""

    async def txt(self, name: str) -> list[str]:
        """The TXT records of a name; empty where it has none. Raises `LookupFailed` when no answer came."""
        ...


class Resolver(TextResolver, Protocol):
    """Looks up records."""

    async def mx(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred ones first; as `txt`."""
        ...

    async def srv(self, name: str) -> list[tuple[str, int]]:
        """Host and port of a service, the preferred ones first; as `txt`. A service that is said not to exist has none."""
        ...


class DnsResolver:
    """The system's name servers, or those at given addresses."""

    def __init__(self, nameservers: list[str] | None = None, port: int = 53) -> None:
        self._nameservers, self._port = nameservers, port

    async def txt(self, name: str) -> list[str]:
        """The TXT records of a name."""
        answer = await self._resolve(name, "TXT")
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    async def mx(self, name: str) -> list[str]:
        """The mail servers of a domain."""
        answer = await self._resolve(name, "MX")
        ordered = sorted(answer, key=lambda record: (record.preference, str(record.exchange)))
        return [str(record.exchange).rstrip(".").lower() for record in ordered]

    async def srv(self, name: str) -> list[tuple[str, int]]:
        """Host and port of a service."""
        answer = await self._resolve(name, "SRV")
        ordered = sorted(answer, key=lambda record: (record.priority, -record.weight))
        found = [(str(record.target).rstrip(".").lower(), int(record.port)) for record in ordered]
        return [(host, port) for host, port in found if host]

    async def _resolve(self, name: str, kind: str) -> list:  # type: ignore[type-arg]  # records of the library, without types
        if self._nameservers is None and name.rpartition(".")[2].lower() in _RESERVED:
            return []
        try:
            resolver = dns.asyncresolver.Resolver(configure=self._nameservers is None)
            if self._nameservers is not None:
                resolver.nameservers = self._nameservers
                resolver.port = self._port
            async with asyncio.timeout(SECONDS):
                return list(await resolver.resolve(name, kind, lifetime=SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, TimeoutError, ValueError) as error:
            raise LookupFailed from error
