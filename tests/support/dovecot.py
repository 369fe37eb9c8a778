"""Dovecot in a folder of its own, as a counterpart for reading mailboxes; tests skip where it is not installed."""

import getpass
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil

from tests.support.programs import free_port, until_listening

PROGRAM: Final = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
_CONFIG: Final = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
{oauth}
passdb {{
  driver = static
  args = password=correct
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
"""


_OAUTH: Final = """
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth.conf
}}
"""
_OAUTH_ACCOUNTS: Final = """
tokeninfo_url = {url}?access_token=
username_attribute = email
"""


class Dovecot:
    """A running server. Its only mailbox is `ann` with the password `correct`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Puts a mail into a folder, as a delivery agent does."""
        place = self.folder / "mail" if folder == "INBOX" else self.folder / "mail" / f".{folder}"
        for part in ("tmp", "new", "cur"):
            (place / part).mkdir(parents=True, exist_ok=True)
            if getpass.getuser() == "root":
                shutil.chown(place, "dovecot")
                shutil.chown(place / part, "dovecot")
        name = f"{time.time_ns()}.M1.test"
        (place / "tmp" / name).write_bytes(raw)
        (place / "tmp" / name).chmod(0o666)
        (place / "tmp" / name).rename(place / "new" / name)

    def count(self, folder: str = "INBOX") -> int:
        """The number of mails in a folder."""
        place = self.folder / "mail" if folder == "INBOX" else self.folder / "mail" / f".{folder}"
        return sum(len(list((place / part).iterdir())) for part in ("new", "cur") if (place / part).is_dir())

    def start(self) -> None:
        """Starts it, and waits until it listens."""
        assert PROGRAM is not None
        self._process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("ab"),
        )
        until_listening(self.port, self.folder / "log")
        if self._process.poll() is not None:
            raise RuntimeError(f"it ended: {(self.folder / 'stderr').read_text()}{(self.folder / 'log').read_text()}")

    def uidvalidity(self) -> int:
        """The UIDVALIDITY of the inbox: the second in which it was opened first."""
        head = (self.folder / "mail" / "dovecot-uidlist").read_text().split("\n", 1)[0]
        return int(next(word[1:] for word in head.split() if word.startswith("V")))

    def stop(self, *, brutally: bool = False) -> None:
        """Ends it with all of its processes: one that outlived the others would still hold the port."""
        if self._process is None:
            return
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self._process.pid).children(recursive=True)
            self._process.send_signal(signal.SIGKILL if brutally else signal.SIGTERM)
            for each in family if brutally else []:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            _until_gone(family)
        self._process.wait(120)
        self._process = None


def _until_gone(family: list[psutil.Process]) -> None:
    """Waits until processes have ended, at most two minutes; one that its parent has not asked about counts as ended."""
    for each in family:
        for _ in range(1_200):
            with suppress(psutil.NoSuchProcess):
                if each.status() != psutil.STATUS_ZOMBIE:
                    time.sleep(0.1)
                    continue
            break


@contextmanager
def running_dovecot(folder: Path, token_info: str | None = None) -> Iterator[Dovecot]:
    """A server on a free port. `folder` must have a short path; `token_info` is a page that knows the owners of tokens."""
    port = free_port()
    is_root = getpass.getuser() == "root"
    user, login = ("dovecot", "dovenull") if is_root else (getpass.getuser(),) * 2
    group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
    for name in ("home", "mail"):
        (folder / name).mkdir()
        if is_root:
            shutil.chown(folder / name, user, group)
    oauth = "" if token_info is None else _OAUTH.format(folder=folder)
    if token_info is not None:
        (folder / "oauth.conf").write_text(_OAUTH_ACCOUNTS.format(url=token_info))
    (folder / "dovecot.conf").write_text(
        _CONFIG.format(folder=folder, port=port, user=user, login=login, group=group, oauth=oauth)
    )
    server = Dovecot(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
