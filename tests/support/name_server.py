"""A name server on loopback that answers from a table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from deskbell.runtime.name_servers import DnsResolver


class NameServer(asyncio.DatagramProtocol):
    """`records` has texts as zone files write them, by name and type. A name in `silent` gets no answer."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent: set[str] = set()
        self.resolver = DnsResolver()
        self._transport: Any = None

    def set_txt(self, name: str, *texts: str) -> None:
        """Sets the TXT records of a name; long ones are split as the DNS demands."""
        self.records[name, "TXT"] = [
            " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250)) for text in texts
        ]

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        if name in self.silent:
            return
        found = self.records.get((name, dns.rdatatype.to_text(question.rdtype)))
        if found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *found))
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def running_name_server() -> AsyncIterator[NameServer]:
    """A name server on a free port, with a resolver that asks it alone."""
    server = NameServer()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", 0)
    )
    server.resolver = DnsResolver(["127.0.0.1"], transport.get_extra_info("sockname")[1])
    try:
        yield server
    finally:
        transport.close()
