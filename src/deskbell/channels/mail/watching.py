"""Watching a mailbox by IMAP. Runs in a thread: the library blocks.

The place in a folder is the UID. Mails are read with PEEK, one by one, so that neither other programs nor the size of a mailbox
matter; a mail counts as taken once the caller has stored it.
"""

import contextlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from msgspec import Struct

from deskbell.channels.mail.imap import SECONDS, Login, LookFailed, connect, select, trouble_of, words_of
from deskbell.features.mail.imap import Place
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.clock import utc_now

IDLE_SECONDS: Final = 70.0
"""The longest wait for news; then the folder is looked at in any case, and IDLE is renewed."""
ANSWER_SECONDS: Final = 20.0
"""The time in which a server that waited with us must answer. One that does not is gone, without a word."""
MISSING_FOR: Final = timedelta(days=1)
"""The time for which a mail is asked for again that the server does not hand out."""
_NOTED_EVERY: Final = 25
"""Mails after which the place is noted: so many are fetched twice after a crash, and found to be duplicates."""
_NAP_SECONDS: Final = 2.0
"""The time within which a stop is noticed."""
_MOST_MISSING: Final = 200
_MOST_UNTIDIED: Final = 500
_TIDIED_ALONE: Final = 50
"""Refused mails that are moved one by one in a look, where the server refuses to move all of them together."""
_PLACEHOLDER_SUBJECT: Final = re.compile(
    rb"^Subject:\s+Retrieval\s+using\s+the\s+IMAP4\s+protocol\s+failed\b", re.IGNORECASE | re.MULTILINE
)
_PLACEHOLDER_WORDS: Final = re.compile(rb"could(?:n.{1,9}t| not) (?:be )?retrieved?", re.IGNORECASE)


def is_placeholder(raw: bytes) -> bool:
    """Whether a mail is Exchange's answer in place of one that it cannot hand out now."""
    head, _, body = raw[:20_000].replace(b"\r\n", b"\n").partition(b"\n\n")
    from_exchange = re.search(rb"^From:.*Microsoft Exchange", head, re.IGNORECASE | re.MULTILINE)
    return bool(from_exchange and _PLACEHOLDER_SUBJECT.search(head) and _PLACEHOLDER_WORDS.search(body))


class Patience(Struct, frozen=True):
    """The longest waits for news, and then for an answer, in seconds."""

    news: float = IDLE_SECONDS
    answer: float = ANSWER_SECONDS


class Take(Protocol):
    """Stores a mail. With `is_missing` it is what the server gave in place of one, which is shown in quarantine."""

    def __call__(self, raw: bytes, *, is_missing: bool) -> None: ...


_USUAL: Final = Patience()


class Watcher:
    """Looks into a mailbox until it is stopped, or until `looked` says no.

    `take` stores a mail; `looked` gets the place in each folder after each look. Both are called from the watcher's thread and
    may raise.
    """

    def __init__(
        self, login: Login, places: Mapping[str, Place], allowed: AllowedHosts, most_bytes: int,
        take: Take, looked: Callable[[dict[str, Place]], bool], patience: Patience = _USUAL,
    ) -> None:  # fmt: skip
        self._login, self._allowed, self._most_bytes = login, allowed, most_bytes
        self._places = dict(places)
        self._take, self._looked = take, looked
        self._patience = patience
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ends `run` within seconds."""
        self._stopped.set()

    def run(self) -> None:
        """Looks, waits for news and looks again. Raises `LookFailed`, and whatever `take` and `looked` raise."""
        client = connect(self._login, self._allowed)
        try:
            while not self._stopped.is_set():
                for folder in (*self._login.more_folders, self._login.folder):  # the last one stays selected
                    self._look(client, folder)
                if not self._looked(self._places):
                    return
                self._wait(client)
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            raise LookFailed(trouble_of(error), words_of(error)) from error
        finally:
            with contextlib.suppress(Exception):
                client.shutdown()

    def _look(self, client: Any, folder: str) -> None:
        """Takes what is new. A folder that is seen for the first time begins with the next mail, or some days back."""
        found = select(client, folder)
        validity, following = int(found[b"UIDVALIDITY"]), int(found.get(b"UIDNEXT", 1))
        place = self._places.get(folder)
        if place is None:
            place = Place(validity, self._first_uid(client, following) - 1)
        elif place.uidvalidity != validity:
            place = Place(validity, 0)  # every mail is looked at again: digests find those that are here already
        self._places[folder] = place
        uids = [*sorted(place.missing), *self._new(client, folder)]
        count = 0
        while uids:
            for uid in uids:
                if self._stopped.is_set():
                    return
                self._places[folder] = self._after(client, self._places[folder], uid)
                count += 1
                if count % _NOTED_EVERY == 0 and not self._looked(self._places):
                    self.stop()
            # Mail that came meanwhile was announced with the answers to these commands: IDLE does not say it again.
            uids = self._new(client, folder)
        self._tidy_again(client, folder)

    def _new(self, client: Any, folder: str) -> list[int]:
        """The mails of a folder that were not looked at, in order."""
        last = self._places[folder].last_uid
        return sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)

    def _after(self, client: Any, place: Place, uid: int) -> Place:
        """The place after a mail was taken, or noted as missing."""
        missing, untidied = dict(place.missing), set(place.untidied)
        since = missing.pop(uid, None)
        end = self._fetch(client, uid, since, is_room=len(missing) < _MOST_MISSING)
        if end == "missing":
            missing[uid] = since or utc_now()
        elif end == "taken" and not self._tidy(client, [uid]) and len(untidied) < _MOST_UNTIDIED:
            untidied.add(uid)
        return Place(place.uidvalidity, max(place.last_uid, uid), missing, frozenset(untidied))

    def _first_uid(self, client: Any, following: int) -> int:
        if self._login.first_days == 0:
            return following
        since = (utc_now() - timedelta(days=self._login.first_days)).date()
        return min(client.search(["SINCE", since]), default=following)

    def _fetch(
        self, client: Any, uid: int, since: datetime | None, *, is_room: bool
    ) -> Literal["taken", "missing", "given_up"]:
        """Hands one mail over; of one that is too large only so much that this shows.

        A mail is missing that the server has and does not hand out: it is asked again later, for a day.
        """
        part = f"BODY.PEEK[]<0.{self._most_bytes + 1}>"
        try:
            answer = client.fetch([uid], [part]).get(uid) or {}
        except IMAPClientError as error:
            if isinstance(error, IMAPClientAbortError):
                raise
            answer = {}  # the server refuses this mail, and the others must not wait for it
        raw = next((each for name, each in answer.items() if name.startswith(b"BODY[]")), None)
        if not raw and not client.search(["UID", str(uid)]):
            return "given_up"  # another program has deleted it meanwhile
        if not raw or is_placeholder(raw):
            if is_room and (since is None or utc_now() - since < MISSING_FOR):
                return "missing"
            note = f"From: Mail server <>\r\nSubject: Mail {uid} of the mailbox\r\n\r\nThe server gave no content for it.\r\n"
            self._take(raw or note.encode(), is_missing=True)
            return "given_up"
        self._take(raw, is_missing=False)
        return "taken"

    def _tidy(self, client: Any, uids: Sequence[int]) -> bool:
        """Moves or deletes mails that are stored; False if the server refuses, which loses nothing."""
        try:
            if self._login.after == "move":
                self._move(client, uids)
            elif self._login.after == "delete":
                _delete(client, uids)
        except IMAPClientError as error:
            if isinstance(error, IMAPClientAbortError):
                raise
            return False
        return True

    def _tidy_again(self, client: Any, folder: str) -> None:
        """Asks once more for what the server refused: a full or missing folder may be mended by now."""
        place = self._places[folder]
        if not place.untidied:
            return
        named = ",".join(map(str, sorted(place.untidied)))
        left = sorted(place.untidied.intersection(client.search(["UID", named])))  # others may have moved some
        if not left or self._tidy(client, left):
            left = []
        else:
            alone, others = left[:_TIDIED_ALONE], left[_TIDIED_ALONE:]
            left = [uid for uid in alone if not self._tidy(client, [uid])] + others
        self._places[folder] = Place(place.uidvalidity, place.last_uid, place.missing, frozenset(left))

    def _move(self, client: Any, uids: Sequence[int]) -> None:
        if client.has_capability("MOVE"):
            client.move(uids, self._login.move_to)
        else:
            client.copy(uids, self._login.move_to)
            _delete(client, uids)

    def _wait(self, client: Any) -> None:
        """Until the server has news, at most for the time of `Patience`; then it must answer, and soon.

        A connection that was cut without a word looks like a server without news: its answer does not come.
        """
        if not client.has_capability("IDLE"):
            self._stopped.wait(self._patience.news)
            self._ask(client, client.noop)
            return
        client.idle()
        until = time.monotonic() + self._patience.news
        try:
            while not self._stopped.is_set() and (left := until - time.monotonic()) > 0:
                nap, began = min(_NAP_SECONDS, left), time.monotonic()
                # An answer without news before its time is how the library shows that the connection has ended.
                if client.idle_check(timeout=nap) or time.monotonic() - began < nap / 2:
                    return
        finally:
            self._ask(client, client.idle_done)

    def _ask(self, client: Any, command: Callable[[], object]) -> None:
        """A command that every server answers immediately. Raises `OSError` where the answer does not come."""
        client.socket().settimeout(self._patience.answer)
        command()
        client.socket().settimeout(SECONDS)


def _delete(client: Any, uids: Sequence[int]) -> None:
    client.delete_messages(uids)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    else:
        client.expunge()
