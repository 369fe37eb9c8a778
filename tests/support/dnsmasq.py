"""dnsmasq as a name server with records of the test's own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.programs import free_port, program, started


@contextmanager
def running_dnsmasq(
    folder: Path,
    texts: Mapping[str, str],
    mail_servers: Sequence[tuple[str, str]] = (),
    *,
    at: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[int]:
    """A name server; `texts` are TXT records by name, `mail_servers` MX records. Yields its port, a free one for 0."""
    dnsmasq = program("dnsmasq", "dnsmasq-base")
    port = port or free_port()
    lines = [
        f"port={port}",
        f"listen-address={at}",
        "bind-interfaces",
        "no-resolv",
        "no-hosts",
        "user=root",
        "no-daemon",
        "local=/example/",
    ]
    lines += [f"mx-host={name},{server},10" for name, server in mail_servers]
    lines += [f"txt-record={name},{_pieces(text)}" for name, text in texts.items()]
    (folder / "dnsmasq.conf").write_text("\n".join(lines) + "\n")
    with started(folder / "dnsmasq.log", port, dnsmasq, "-C", str(folder / "dnsmasq.conf"), host=at):
        yield port


def _pieces(text: str) -> str:
    """A text as the DNS demands it: in strings of at most 255 bytes."""
    return ",".join(f'"{text[place : place + 200]}"' for place in range(0, len(text), 200))
