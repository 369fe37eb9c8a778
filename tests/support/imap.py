"""A mail server that says by IMAP what a test wants: what a real one does only when it is in trouble."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

REFUSES: Final = "refuses"
"""In place of a mail: the server answers NO."""


class ImapServer:
    """One folder, whose mails are chosen by the test: bytes, None for an empty answer, or `REFUSES`."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes | str | None] = {}
        self.uidvalidity = 1
        self.asked: list[int] = []
        """The UIDs that were fetched, in order."""
        self.port = 0
        self.refuses_copies = False
        self.copied: list[int] = []
        self._deleted: set[int] = set()

    def answer(self, words: str) -> tuple[list[bytes], str]:
        """The untagged answers to a command, and its end."""
        command = words.upper()
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1"], "OK done"
        if command.startswith("SELECT"):
            following = max(self.mails, default=0) + 1
            return [
                f"* {len(self.mails)} EXISTS".encode(), f"* OK [UIDVALIDITY {self.uidvalidity}] valid".encode(),
                f"* OK [UIDNEXT {following}] next".encode(),
            ], "OK [READ-WRITE] done"  # fmt: skip
        if command.startswith("UID SEARCH"):
            return [b"* SEARCH " + " ".join(map(str, self._found(command))).encode()], "OK done"
        if command.startswith("UID FETCH"):
            return self._fetched(int(command.split()[2]))
        if command.startswith(("UID COPY", "UID STORE", "EXPUNGE")):
            return [], self._tidied(command)
        return [], "OK done"

    def _tidied(self, command: str) -> str:
        if command.startswith("EXPUNGE"):
            self.mails = {uid: each for uid, each in self.mails.items() if uid not in self._deleted}
            return "OK done"
        uids = [int(each) for each in command.split()[2].split(",")]
        if command.startswith("UID STORE"):
            self._deleted.update(uids)
        elif self.refuses_copies:
            return "NO [TRYCREATE] there is no such folder"
        else:
            self.copied += uids
        return "OK done"

    def _found(self, command: str) -> list[int]:
        if " SINCE " in command:
            return sorted(self.mails)
        if listed := re.search(r"UID ([\d,]+)$", command):
            return [uid for uid in sorted(self.mails) if uid in map(int, listed[1].split(","))]
        range_ = re.search(r"UID (\d+)(:\*)?$", command)
        assert range_ is not None, command
        first = int(range_[1])
        return [uid for uid in sorted(self.mails) if (uid >= first if range_[2] else uid == first)]

    def _fetched(self, uid: int) -> tuple[list[bytes], str]:
        self.asked.append(uid)
        found = self.mails.get(uid)
        if found == REFUSES:
            return [], "NO the message could not be retrieved"
        if not isinstance(found, bytes):
            return [], "OK done"
        place = sorted(self.mails).index(uid) + 1
        head = f"* {place} FETCH (UID {uid} BODY[]<0> {{{len(found)}}}\r\n".encode()
        return [head + found + b")"], "OK done"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, words = line.decode().strip().partition(" ")
            untagged, end = self.server.chosen.answer(words)  # type: ignore[attr-defined]  # set below
            self.wfile.write(b"".join(each + b"\r\n" for each in untagged) + f"{tag} {end}\r\n".encode())


@contextmanager
def running_imap() -> Iterator[ImapServer]:
    """A server on a free port of this machine; any name and password sign in."""
    chosen = ImapServer()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        started: Any = server
        started.chosen = chosen
        chosen.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield chosen
        finally:
            server.shutdown()
            thread.join()
