"""The settings of common providers, by the domain of an address or of its mail server."""

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.mail.imap import Security

SignInKind = Literal["password", "app_password", "oauth"]


class ServerGuess(Struct, frozen=True, kw_only=True):
    """A server."""

    host: str
    port: int
    security: Security


class AccountGuess(Struct, frozen=True, kw_only=True):
    """The servers of an address. `sign_in`: the account's password, an `app_password` made for the purpose, or `oauth`.

    `separator`: the sign before a word that the provider ignores in addresses; empty if there is none. `trusted_server` is the
    name that its servers write into `Authentication-Results`. `signs`: the provider signs outgoing mail (DKIM) itself.
    """

    domain: str
    source: Literal["provider", "mail_server", "service_records", "none"]
    provider: str | None = None
    imap: ServerGuess | None = None
    smtp: ServerGuess | None = None
    sign_in: SignInKind = "password"
    separator: Literal["+", "-", ""] = "+"
    trusted_server: str | None = None
    signs: bool = False
    per_minute: int = 20


class _Provider(Struct, frozen=True, kw_only=True):
    domains: tuple[str, ...]
    """Of addresses."""
    servers: tuple[str, ...]
    """Ends of the names of the mail servers (MX) of domains that are hosted there."""
    guess: AccountGuess


def _known(
    name: str, domains: str, servers: str, imap: str, smtp: str, *, port: int = 465, sign_in: SignInKind = "app_password",
    separator: Literal["+", "-", ""] = "+", trusted: str | None = None, per_minute: int = 20,
) -> _Provider:  # fmt: skip
    guess = AccountGuess(
        domain="", source="provider", provider=name, imap=ServerGuess(host=imap, port=993, security="tls"),
        smtp=ServerGuess(host=smtp, port=port, security="tls" if port == 465 else "starttls"), sign_in=sign_in,
        separator=separator, trusted_server=trusted, signs=True, per_minute=per_minute,
    )  # fmt: skip
    return _Provider(domains=tuple(domains.split()), servers=tuple(servers.split()), guess=guess)


PROVIDERS: Final = (
    _known(
        "Google", "gmail.com googlemail.com", "google.com googlemail.com", "imap.gmail.com", "smtp.gmail.com",
        sign_in="oauth", trusted="mx.google.com",
    ),
    _known(
        "Microsoft", "outlook.com hotmail.com live.com msn.com", "protection.outlook.com mx.microsoft",
        "outlook.office365.com", "smtp.office365.com", port=587, sign_in="oauth", per_minute=30,
    ),
    _known(
        "Fastmail", "fastmail.com fastmail.fm", "messagingengine.com", "imap.fastmail.com", "smtp.fastmail.com",
        trusted="mx.messagingengine.com",
    ),
    _known(
        "Yahoo", "yahoo.com yahoo.de yahoo.fr yahoo.co.uk ymail.com aol.com", "yahoodns.net", "imap.mail.yahoo.com",
        "smtp.mail.yahoo.com", separator="", trusted="mail.yahoo.com",
    ),
    _known(
        "iCloud", "icloud.com me.com mac.com", "mail.icloud.com", "imap.mail.me.com", "smtp.mail.me.com", port=587,
        trusted="icloud.com",
    ),
    _known("Zoho", "zoho.com zohomail.com", "zoho.com", "imap.zoho.com", "smtp.zoho.com", trusted="mx.zohomail.com"),
    _known(
        "Zoho Europe", "zoho.eu zohomail.eu", "zoho.eu", "imap.zoho.eu", "smtp.zoho.eu", trusted="mx.zoho.eu",
    ),
    _known(
        "GMX", "gmx.net gmx.de gmx.at gmx.ch", "gmx.net", "imap.gmx.net", "mail.gmx.net", port=587, sign_in="password",
        separator="", trusted="gmx.net",
    ),
    _known(
        "WEB.DE", "web.de", "web.de", "imap.web.de", "smtp.web.de", port=587, sign_in="password", separator="",
        trusted="web.de",
    ),
    _known(
        "IONOS", "", "kundenserver.de ionos.de ionos.com perfora.net", "imap.ionos.de", "smtp.ionos.de", sign_in="password",
        separator="", trusted="kundenserver.de",
    ),
    _known("mailbox.org", "mailbox.org", "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org", sign_in="password"),
    _known("Posteo", "posteo.de posteo.net", "posteo.de", "posteo.de", "posteo.de", sign_in="password"),
    _known(
        "STRATO", "", "rzone.de", "imap.strato.de", "smtp.strato.de", sign_in="password", separator="",
    ),
    _known(
        "OVHcloud", "", "ovh.net", "ssl0.ovh.net", "ssl0.ovh.net", sign_in="password",
    ),
)  # fmt: skip


def by_domain(domain: str) -> AccountGuess | None:
    """The settings for addresses of a provider's own domains."""
    for each in PROVIDERS:
        if domain in each.domains:
            return replace(each.guess, domain=domain)
    return None


def by_mail_server(domain: str, server: str) -> AccountGuess | None:
    """The settings for a domain whose mail goes to this server."""
    for each in PROVIDERS:
        if any(server == end or server.endswith(f".{end}") for end in each.servers):
            return replace(each.guess, domain=domain, source="mail_server")
    return None
