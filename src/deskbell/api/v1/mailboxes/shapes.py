"""v1: shapes of mailboxes."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name, Tags, Text
from deskbell.features.mail.boxes import MailboxChanges, MailRule
from deskbell.features.mail.imap import After, Auth, ImapSettings, Security
from deskbell.features.mail.service.domains import DomainFacts
from deskbell.features.mail.sign_in import Flow, Provider, SignInSettings
from deskbell.features.mail.signing import record_for
from deskbell.features.mail.smtp import SmtpSettings
from deskbell.kernel.words import Priority

Addresses: TypeAlias = Annotated[
    list[Annotated[str, Meta(min_length=3, max_length=254)]],
    Meta(max_length=50, examples=[["support@shop.example", "help@shop.example", "@old-shop.example"]]),
]
AddressGroups: TypeAlias = Annotated[
    dict[str, UUID],
    Meta(max_length=50, examples=[{"billing@shop.example": "0193a5b0-7e2c-7cc3-9a55-6a4d3b0c1a2e"}]),
]
Names: TypeAlias = Annotated[list[Annotated[str, Meta(min_length=1, max_length=254)]], Meta(max_length=100)]
Days: TypeAlias = Annotated[int, Meta(ge=0, le=3_650)]
Language: TypeAlias = Annotated[str, Meta(min_length=2, max_length=35, examples=["de"])]


class UpdateMailbox(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields to change; omitted fields keep their values, `addresses` are replaced as a whole.

    `address_groups`: mail to these addresses, or to a word after `+` that is their name or their group's, becomes tickets of
    that group. `trusted_sealers`: domains of forwarders that are believed about who wrote a mail (ARC). `quote`: a reply's mail
    quotes nothing, the `one` message that it answers, or `all` of the public conversation. `each_mailbox`: a mail that is
    sent to several mailboxes becomes a ticket of this one, too, and not only of the first. `tickets_per_hour`: further mails of
    one sender wait in quarantine; those of `exempt_senders` do not. `report_tickets`: delivery reports about mails that Deskbell
    did not send become tickets.
    """

    name: Name | UnsetType = UNSET
    addresses: Addresses | UnsetType = UNSET
    address_groups: AddressGroups | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    separator: Literal["+", "-", ""] | UnsetType = UNSET
    follow_up_days: Days | UnsetType = UNSET
    automatic_mail: MailRule | UnsetType = UNSET
    failed_mail: Literal["ticket", "quarantine"] | UnsetType = UNSET
    copies_follow: bool | UnsetType = UNSET
    token_admits: bool | UnsetType = UNSET
    each_mailbox: bool | UnsetType = UNSET
    trusted_servers: Names | UnsetType = UNSET
    trusted_sealers: Names | UnsetType = UNSET
    exempt_senders: Names | UnsetType = UNSET
    tickets_per_hour: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType = UNSET
    report_tickets: bool | UnsetType = UNSET
    form_senders: Names | UnsetType = UNSET
    internal_networks: Names | UnsetType = UNSET
    sender_form: Literal["person", "mailbox"] | UnsetType = UNSET
    acknowledge: Literal["never", "proven", "always"] | UnsetType = UNSET
    signature: Text | UnsetType = UNSET
    quote: Literal["none", "one", "all"] | UnsetType = UNSET
    subject_tag: Literal["auto", "always", "never"] | UnsetType = UNSET

    def command(self) -> MailboxChanges:
        """The changes for the service."""
        return MailboxChanges(**{name: getattr(self, name) for name in self.__struct_fields__})


class CreateMailbox(UpdateMailbox, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new mailbox. Mail goes out under the first address; `@example.com` receives mail for a whole domain."""

    name: Name
    addresses: Addresses


class SigningKeyView(Struct, frozen=True, kw_only=True):
    """The key of a domain: the record to enter. Its private half is never shown."""

    domain: str
    record_name: str
    record: str
    confirmed_at: datetime | None

    @classmethod
    def of(cls, found: DomainFacts) -> "SigningKeyView":
        """The view of a domain with its key."""
        assert found.key is not None
        return cls(
            domain=found.domain, record_name=f"{found.key.selector}._domainkey.{found.domain}",
            record=record_for(found.key.public_key), confirmed_at=found.key.confirmed_at,
        )  # fmt: skip


Line: TypeAlias = Annotated[str, Meta(max_length=254, pattern=r"^[^\x00-\x1f\x7f]*$")]
Password: TypeAlias = Annotated[str, Meta(max_length=1_000)]


class SetImapAccount(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The IMAP account of a mailbox. Omitted fields keep their values; the password is written and never read.

    `auth` is `oauth` for an account that signs in with the mailbox's sign-in at its provider. Mail in `more_folders` is looked
    for every two minutes. The first look into a folder takes the mail of the last `first_days` days.

    `after` says what happens to a mail on the server once it is stored: it is kept, moved to the folder `move_to`, or deleted.
    """

    host: Line | UnsetType = UNSET
    port: Annotated[int, Meta(ge=1, le=65_535)] | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    username: Line | UnsetType = UNSET
    auth: Auth | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    folder: Line | UnsetType = UNSET
    more_folders: Annotated[list[Line], Meta(max_length=20)] | UnsetType = UNSET
    first_days: Days | UnsetType = UNSET
    after: After | UnsetType = UNSET
    move_to: Line | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET

    def settings(self) -> ImapSettings:
        """The settings for the service."""
        return ImapSettings(**{name: getattr(self, name) for name in self.__struct_fields__})


class SetSmtpAccount(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mail server that a mailbox sends through. Omitted fields keep their values; the password is written and never read.

    `per_minute` and `connections` (of each worker) are the provider's limits: Microsoft takes 30 mails a minute.
    """

    host: Line | UnsetType = UNSET
    port: Annotated[int, Meta(ge=1, le=65_535)] | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    username: Line | UnsetType = UNSET
    auth: Auth | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    connections: Annotated[int, Meta(ge=1, le=20)] | UnsetType = UNSET
    per_minute: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType = UNSET

    def settings(self) -> SmtpSettings:
        """The settings for the service."""
        return SmtpSettings(**{name: getattr(self, name) for name in self.__struct_fields__})


Url: TypeAlias = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[!-~]+)?$")]


class SetSignIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The client (app) that a mailbox signs in with at its provider (OAuth2). Omitted fields keep their values.

    `flow` is `code` for a person's consent in the browser, or `client` for an app with rights of its own in a Microsoft `tenant`.
    The provider `other` needs `authorize_url`, `token_url` and `scope`; those of Google and Microsoft are known.
    """

    provider: Provider | UnsetType = UNSET
    flow: Flow | UnsetType = UNSET
    client_id: Line | UnsetType = UNSET
    client_secret: Password | UnsetType = UNSET
    tenant: Line | UnsetType = UNSET
    authorize_url: Url | UnsetType = UNSET
    token_url: Url | UnsetType = UNSET
    scope: Annotated[str, Meta(max_length=1_000)] | UnsetType = UNSET

    def settings(self) -> SignInSettings:
        """The settings for the service."""
        return SignInSettings(**{name: getattr(self, name) for name in self.__struct_fields__})
