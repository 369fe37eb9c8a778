"""Postfix in a folder of its own: it relays to the servers that a test names, and touches nothing of the system."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.programs import free_port, program, until_listening

_MAIN: Final = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.counterpart.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtpd_milters = {milters}
recipient_delimiter = +
transport_maps = inline:{{ {transports} }}
# What is held for a moment, or refused for now, is tried again each second, not after the usual five minutes.
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
transport_retry_time = 1s
{more}
"""
_MASTER: Final = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def running_postfix(
    folder: Path, transports: Mapping[str, str], *, milter: int | None = None, settings: str = "", services: str = ""
) -> Iterator[int]:
    """The port of a server that hands the mail of each domain to its transport, such as `lmtp:inet:[127.0.0.1]:2525`.

    `settings` and `services` are further lines of its two files.
    """
    postfix, master = program("postfix", "postfix", as_root=True), program("master", "postfix", as_root=True)
    for name in ("conf", "queue", "data", "log"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    port = free_port()
    listed = ", ".join(f"{{{domain} = {transport}}}" for domain, transport in transports.items())
    milters = "" if milter is None else f"inet:127.0.0.1:{milter}"
    main = _MAIN.format(folder=folder, milters=milters, transports=listed, more=settings)
    (folder / "conf" / "main.cf").write_text(main)
    (folder / "conf" / "master.cf").write_text(_MASTER.format(port=port) + services)
    subprocess.run([postfix, "-c", folder / "conf", "check"], check=True, capture_output=True)
    with (folder / "stderr").open("ab") as errors:
        running = subprocess.Popen([master, "-c", folder / "conf", "-d"], stdout=subprocess.DEVNULL, stderr=errors)
    try:
        until_listening(port, folder / "log" / "mail")
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(120)


def flush(folder: Path) -> None:
    """Has Postfix try all of its waiting mail again now.

    Ask again until the mail arrives: Postfix skips a mail that the last try still holds, and its own next try is minutes away.
    """
    postqueue = program("postqueue", "postfix", as_root=True)
    subprocess.run([postqueue, "-c", folder / "conf", "-f"], check=True, capture_output=True)
