"""Reads the demo's texts from the files in content/, whose README describes their format."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from deskbell.features.transfer.format.records import Person
from deskbell.kernel.words import Channel, Priority, Status, TicketType

ORGANIZATIONS = ("outfitters", "rival")
_Content = TypeVar("_Content")

PASSWORD = "demo-password-1"  # noqa: S105  # printed on every start of the demo: it guards nothing


class ContentError(Exception):
    """A content file does not follow the README; the message names it."""


class Turn(Struct, frozen=True):
    """One step of a conversation: who, how many hours later, what the ticket's status becomes, and what is said."""

    who: Literal["agent", "lead", "customer"]
    public: bool
    hours: float
    status: Status | None
    texts: list[str]


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """A conversation as it may happen; `group` is that of its file."""

    key: str
    category: str
    channels: list[Channel]
    subjects: list[str]
    openings: list[str]
    turns: list[list[str]]
    items: str
    tags: list[str] = []
    weight: int = 1
    type: TicketType = TicketType.QUESTION
    priority: Priority = Priority.NORMAL
    company: bool = False
    by_staff: bool = False
    group: str = ""

    def steps(self) -> list[Turn]:
        """The turns, taken apart."""
        return [_turn(self.key, heading, texts) for heading, *texts in self.turns]


class _ScenarioFile(Struct, forbid_unknown_fields=True):
    group: str
    scenario: list[Scenario]


class GroupContent(Struct, frozen=True, forbid_unknown_fields=True):
    """A group and its people by address."""

    name: str
    description: str
    leads: list[str] = []
    members: list[str] = []


class CategoryContent(Struct, frozen=True, forbid_unknown_fields=True):
    """A category of tickets."""

    name: str
    description: str


class SlaTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """The targets of a priority, in minutes."""

    priority: Priority
    first_response_minutes: int
    resolution_minutes: int


class OwnTicket(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket that a demo customer always has; it ends after `turns` turns if given."""

    customer: str
    scenario: str
    days_ago: float
    variant: int
    turns: int | None = None


class OrganizationContent(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of organization.toml."""

    name: str
    domain: str
    time_zone: str
    tickets: int
    people: list[Person]
    groups: list[GroupContent]
    categories: list[CategoryContent]
    tags: dict[str, str]
    sla: list[SlaTarget]
    own_tickets: list[OwnTicket]


class Pools(Struct, frozen=True, forbid_unknown_fields=True):
    """The values for placeholders, greetings and closings."""

    order_prefix: str
    colours: list[str]
    sizes: list[str]
    cities: list[str]
    codes: list[str]
    first_names: list[str]
    last_names: list[str]
    mail_domains: list[str]
    companies: list[str]
    goodbyes: list[str]
    verdicts: list[str]
    greetings: dict[str, list[str]]
    signatures: dict[str, list[str]]
    items: dict[str, list[str]]


class CannedResponse(Struct, frozen=True, forbid_unknown_fields=True):
    """A prepared answer with `{{variables}}`."""

    shortcut: str
    title: str
    category: str
    content: str


class Article(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of the help centre; `slug` is its file's name, `content` Markdown."""

    slug: str
    title: str
    category: str
    content: str
    tags: list[str] = []


@cache
def organization(key: str) -> OrganizationContent:
    """The frame of one of ORGANIZATIONS."""
    return _toml(_root() / key / "organization.toml", OrganizationContent)


@cache
def pools(key: str) -> Pools:
    """The pools of one of ORGANIZATIONS."""
    return _toml(_root() / key / "pools.toml", Pools)


@cache
def scenarios(key: str) -> dict[str, Scenario]:
    """All scenarios of one of ORGANIZATIONS by their keys, in a fixed order."""
    found: dict[str, Scenario] = {}
    for file in sorted((_root() / key).iterdir(), key=lambda entry: entry.name):
        if file.name in {"organization.toml", "pools.toml"}:
            continue
        content = _toml(file, _ScenarioFile)
        for scenario in content.scenario:
            if scenario.key in found:
                raise ContentError(f"{file.name}: the scenario {scenario.key} exists twice")
            found[scenario.key] = msgspec.structs.replace(scenario, group=content.group)
    return found


@cache
def canned_responses() -> list[CannedResponse]:
    """The canned responses of Demo Outfitters."""
    content = _toml(_root() / "canned.toml", dict[str, list[CannedResponse]])
    return [msgspec.structs.replace(canned, content=canned.content.strip()) for canned in content["canned"]]


def workflow() -> str:
    """Fields, statuses, a form, macros and rules of Demo Outfitters, as `deskbell workflow export` writes them."""
    return (_root() / "workflow.yaml").read_text(encoding="utf-8")


@cache
def articles() -> list[Article]:
    """The help centre of Demo Outfitters, by file name."""
    return [_article(file) for file in sorted((_root() / "articles").iterdir(), key=lambda entry: entry.name)]


def _article(file: Traversable) -> Article:
    _, head, body = file.read_text(encoding="utf-8").split("+++\n", 2)
    fields = tomllib.loads(head) | {"slug": file.name.removesuffix(".md"), "content": body.strip() + "\n"}
    return msgspec.convert(fields, Article)


def _turn(scenario: str, heading: str, texts: list[str]) -> Turn:
    who, *rest = heading.split()
    note = who == "note" or rest[0] == "note"
    delay, *status = rest[1:] if rest[0] == "note" else rest
    try:
        return msgspec.convert(
            {
                "who": "agent" if who == "note" else who,
                "public": not note,
                "hours": float(delay.removesuffix("h")),
                "status": status[0] if status else _usual_status(who, note=note),
                "texts": texts,
            },
            Turn,
        )
    except ValueError as error:
        raise ContentError(f"scenario {scenario}, turn {heading!r}: {error}") from error


def _usual_status(who: str, *, note: bool) -> str | None:
    return None if note or who == "customer" else "pending"


def _root() -> Traversable:
    return files("deskbell.demo") / "content"


def _toml(file: Traversable, kind: type[_Content]) -> _Content:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=kind)
    except ValueError as error:
        raise ContentError(f"{file.name}: {error}") from error
