"""Every page and call of the customers' side, called as everyone who comes there: what a new route answers is looked at, too."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import httpx
from litestar.routes import HTTPRoute
from msgspec import Struct

from deskbell.web.site import build_site
from tests.support.accounts import fresh_address
from tests.support.desk import Client, Desk, Organization, Person

HTML: Final = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME: Final = {"Sec-Fetch-Site": "same-origin"}
_PLACE: Final = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")
_OF_THIS_ANSWER: Final = ("etag", "content-length", "date", "x-request-id")
_LAST: Final = "/sign-out"
_OPERATORS: Final = ("/dev/", "/metrics", "/healthz", "/readyz")
"""Pages for who runs the server, on the machine itself: the mails that were not sent, and figures."""


class Page(NamedTuple):
    """A method of a path, with its places unfilled."""

    method: str
    path: str


class Answer(NamedTuple):
    """An answer that a caller got: which page, asked how, and everything that came back."""

    page: Page
    asked: str
    status: int
    text: str
    etag: str | None


class Caller(Struct, frozen=True):
    """A person or program that comes to the site. `query` is in every address they open, as the token of a link is."""

    name: str
    client: Client
    query: dict[str, str] = {}


def pages_of(desk: Desk) -> list[Page]:
    """Every route that belongs to no contract, forms after pages and the sign-out last."""
    site = build_site({"database": desk.database}, {"v1": "Support desk"}, lambda _: {})
    found = {
        Page(method, route.path_format)
        for route in site.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith(_OPERATORS)
        for method in route.methods & {"GET", "POST"}
    }
    return sorted(found, key=lambda each: (each.path.endswith(_LAST), each.method, each.path))


def paths_of(page: Page, places: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The page's path with every choice of values for its places."""
    names = _PLACE.findall(page.path)
    unknown = set(names) - places.keys()
    assert not unknown, f"{page.path}: give {sorted(unknown)} values, so that the walk comes to this page"
    for values in itertools.product(*(places[name] for name in names)):
        path = page.path
        for value in values:
            path = _PLACE.sub(value, path, count=1)
        yield path


async def walk(
    caller: Caller, pages: Sequence[Page], places: Mapping[str, Sequence[str]], words: Mapping[str, str]
) -> list[Answer]:
    """Opens each page, empty and with `words` in every parameter, sends each form with them, and follows where it leads."""
    found = []
    for page in pages:
        for path in paths_of(page, places):
            if page.method == "GET":
                answers = [await caller.client.get(path, params={**more, **caller.query}) for more in ({}, words)]
            else:
                form = {**words, "email": fresh_address(), **caller.query}
                answers = [await caller.client.request("POST", path, params=caller.query, data=form, headers=SAME)]
            if answers[-1].status_code == 303:
                answers.append(await caller.client.get(answers[-1].headers["location"].partition("#")[0]))
            found += [answered(page, path, each) for each in answers]
    return found


def answered(page: Page, asked: str, answer: httpx.Response) -> Answer:
    """An answer with all that could hold a word: its headers and its body."""
    headers = "\n".join(
        f"{name}: {value}" for name, value in answer.headers.multi_items() if name not in _OF_THIS_ANSWER
    )
    text = f"{headers}\n{_text_of(answer)}"
    return Answer(page, asked, answer.status_code, text, answer.headers.get("etag"))


async def at_portal(desk: Desk, shop: Organization, email: str, password: str) -> Client:
    """A browser that is signed in at the portal."""
    client = desk.client(base="", accept=HTML, host=shop.domain)
    form = {"email": email, "password": password}
    answer = await client.request("POST", f"/portal/{shop.domain}/sign-in", data=form, headers=SAME)
    assert answer.status_code == 303, answer.text
    return client


async def with_password(shop: Organization, user_id: str) -> str:
    """Gives a contact the password of tests and a confirmed address; returns the address."""
    async with shop.desk.database.unit(shop.system()) as uow:
        email: str = await uow.db.fetch_value(
            "update users set password_hash = $2, email_verified_at = now() where id = $1::text::uuid returning email",
            user_id, shop.desk.password_hash,
        )  # fmt: skip
    return email


def visitor(shop: Organization, person: Person | None = None, **headers: str) -> Client:
    """A browser without a sign-in at the portal, at the organization's own host name unless another is given.

    It has the credentials of the agents' app if a person is given.
    """
    headers.setdefault("host", shop.domain)
    if person is not None:
        headers |= {"authorization": f"Bearer {person.token}", "cookie": f"deskbell_session={person.token}"}
    return shop.desk.client(base="", accept=HTML, **headers)


def _text_of(answer: httpx.Response) -> str:
    """A body as text; of an archive its names and contents."""
    if answer.headers.get("content-type") != "application/zip":
        return answer.content.decode("utf-8", "replace")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return "\n".join(f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())


def found_in(answers: Sequence[Answer], words: Mapping[str, str]) -> dict[str, list[str]]:
    """The words that the answers hold, each with the pages that hold it."""
    seen: dict[str, list[str]] = {}
    for answer in answers:
        text = answer.text.lower()
        for name, word in words.items():
            if word.lower() in text:
                seen.setdefault(name, []).append(f"{answer.page.method} {answer.asked}")
    return seen
