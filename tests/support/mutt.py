"""mutt, as a customer uses it: it sends mails, and shows a folder by threads."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.programs import program

_SETTINGS: Final = """
set folder={folder}
set record=""
set realname="Cleo Customer"
set from={address}
set use_from=yes
set envelope_from=yes
set hostname=elsewhere.example
set smtp_url=smtp://127.0.0.1:{port}/
set ssl_starttls=no
set ssl_force_tls=no
set header_cache=""
set sort=threads
set strict_threads=yes
set collapse_unread=no
set quit=yes
set confirmappend=no
set beep=no
set index_format="<%e/%E>"
"""
_SHOWN: Final = re.compile(rb"<(\d+)/(\d+)>")
_WITHIN: Final = 120.0


class Mutt:
    """A person's program, with its settings in a folder of its own."""

    def __init__(self, folder: Path, address: str, port: int) -> None:
        self._folder = folder
        self._program = program("mutt", "mutt")
        self._settings = folder / "muttrc"
        self._settings.write_text(_SETTINGS.format(folder=folder, address=address, port=port))

    def send(self, draft: str, *files: Path) -> None:
        """Sends a draft: headers, an empty line and words. Raises `CalledProcessError`."""
        place = self._folder / "draft"
        place.write_text(draft)
        attached = [part for file in files for part in ("-a", str(file))]
        subprocess.run(
            [self._program, "-n", "-F", self._settings, "-H", place, *attached], env=self._environment(),
            stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=120,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HOME": str(self._folder),
            "TERM": "vt100",
            "LC_ALL": "C.UTF-8",
            "EMAIL": "cleo@elsewhere.example",
        }

    def threads(self, mails: Sequence[bytes]) -> list[int]:
        """The size of each thread, as the list of a folder with these mails shows it. By ids alone: subjects join nothing."""
        box = self._folder / f"box{time.monotonic_ns()}"
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True)
        for number, raw in enumerate(mails):
            (box / "cur" / f"{number:04}.M1.test:2,S").write_bytes(raw.replace(b"\r\n", b"\n"))
        shown = self._shown(box, len(mails))
        return sorted(int(size) for place, size in shown if place == b"1")

    def _shown(self, box: Path, count: int) -> list[tuple[bytes, bytes]]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", count + 10, 80, 0, 0))
        running = subprocess.Popen(
            [self._program, "-n", "-R", "-F", self._settings, "-f", box], env=self._environment(), stdin=theirs,
            stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        seen = b""
        ends_at = time.monotonic() + _WITHIN
        try:
            while time.monotonic() < ends_at:
                if select.select([ours], [], [], 1)[0]:
                    seen += os.read(ours, 65_536)
                if len(found := _SHOWN.findall(seen)) >= count:
                    return found[:count]
            raise TimeoutError(seen.decode("utf-8", "replace"))
        finally:
            running.kill()
            running.wait(30)
            os.close(ours)


def trees(mails: Sequence[bytes]) -> int:
    """The number of trees that ids make of mails, as programs thread them (JWZ): also by ids of mails that are not here."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    own = []
    for number, raw in enumerate(mails):
        head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
        unfolded = re.sub(r"\n[ \t]+", " ", head)
        ids = re.findall(r"^(?:Message-ID|In-Reply-To|References):.*$", unfolded, re.IGNORECASE | re.MULTILINE)
        named = [each for line in ids for each in re.findall(r"<[^<>\s]+>", line)] or [f"none {number}"]
        for each in named:
            leader[find(each)] = find(named[0])
        own.append(named[0])
    return len({find(each) for each in own})
