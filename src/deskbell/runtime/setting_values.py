"""Readers of settings: each converts a text to a value, or raises ValueError with the allowed values ("must be …")."""

import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from deskbell.runtime.limits import DEFAULT_LIMITS, HOUR, MINUTE, Limit, RateLimits

SECRET_KEY_MIN = 32
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Address(NamedTuple):
    """A host and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def one_of(*words: str) -> Callable[[str], str]:
    """One of the words; case is ignored."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return text.lower()

    return read


def password_cost(text: str) -> str:
    """standard; or test in a run of pytest, which sets PYTEST_VERSION."""
    if text.lower() == "standard" or (text.lower() == "test" and "PYTEST_VERSION" in os.environ):
        return text.lower()
    raise ValueError("must be standard; test is for the test suite only")


def switch(text: str) -> bool:
    """on or off."""
    words = {"on": True, "1": True, "true": True, "yes": True, "off": False, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError("must be on or off")
    return words[text.lower()]


def networks(text: str) -> tuple[Network, ...]:
    """IP addresses and networks, separated by commas."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas") from None


_LIMIT = re.compile(r"([a-z_]+)=([0-9]{1,9})/(minute|hour)")


def rate_limits(text: str) -> RateLimits:
    """off (no limits), on (the documented limits), or changes to them: `user=5000/hour, anonymous=50/minute`."""
    try:
        return RateLimits(dict(DEFAULT_LIMITS) if switch(text) else {})
    except ValueError:
        limits = dict(DEFAULT_LIMITS)
    for part in text.split(","):
        found = _LIMIT.fullmatch(part.strip())
        if found is None or found[1] not in limits or int(found[2]) == 0:
            names = ", ".join(DEFAULT_LIMITS)
            raise ValueError(f"must be on, off, or limits such as user=1000/hour; the names are {names}") from None
        limits[found[1]] = Limit(int(found[2]), HOUR if found[3] == "hour" else MINUTE)
    return RateLimits(limits)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def url(*schemes: str, example: str, needs_host: bool = True) -> Callable[[str], str]:
    """A URL with one of the schemes; `example` is for the error message."""

    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            usable = parts.scheme in schemes and (bool(parts.hostname) or not needs_host) and parts.port != 0
            usable = usable and not re.search(r"\s", text)  # urlsplit silently drops some white space and keeps other
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"must be a URL like {example}")
        return text

    return read


def storage_url(text: str) -> str:
    """The URL of a folder, by its absolute path, or of a bucket."""
    example = "s3://bucket/prefix or file:///srv/deskbell/files"
    checked = url("file", "s3", example=example, needs_host=False)(text)
    parts = urlsplit(checked)
    if parts.scheme == "s3" and not parts.hostname:
        raise ValueError(f"must name a bucket in a URL like {example}")
    whole = parts.netloc in {"", "localhost"} and parts.path.startswith("/") and parts.path.strip("/")
    if parts.scheme == "file" and not whole:
        raise ValueError(f"must name a folder of this machine by its absolute path, in a URL like {example}")
    return checked


def base_url(text: str) -> str:
    """The address of a web server, without a trailing slash."""
    checked = url("http", "https", example="https://support.example.com")(text)
    parts = urlsplit(checked)
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be a URL like https://support.example.com, without ?, # or a user")
    return checked.rstrip("/")


def address(text: str) -> Address:
    """host:port; an IPv6 address is in brackets."""
    found = re.fullmatch(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>[0-9]{1,5})", text)
    if not found or not 1 <= int(found["port"]) <= 65535:
        raise ValueError("must be host:port, like 127.0.0.1:2525")
    return Address(found["six"] or found["host"], int(found["port"]))


def mail_sender(text: str) -> str:
    """A mail address, with or without a display name."""
    plain = r"[^\s@<>\"]+@[^\s@<>\"]+"
    if not re.fullmatch(rf"{plain}|[^<>\r\n]*<{plain}>", text):
        raise ValueError("must be an address like support@example.com or Support <support@example.com>")
    return text


def host_names(text: str) -> tuple[str, ...]:
    """Host names separated by commas."""
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not all(re.fullmatch(r"[a-z0-9_.:-]+|\[[0-9a-f:.]+\]", host) for host in hosts):
        raise ValueError("must be host names separated by commas, like hooks.example.com,10.0.0.7")
    return hosts


def secret_key(text: str) -> str:
    """A key of at least SECRET_KEY_MIN characters."""
    if len(text) < SECRET_KEY_MIN:
        raise ValueError(f"must have at least {SECRET_KEY_MIN} characters")
    return text


def folder(text: str) -> Path:
    """The path of a folder; `~` is the home directory."""
    if "\0" in text:
        raise ValueError("must be the path of a folder")
    return Path(text).expanduser()
