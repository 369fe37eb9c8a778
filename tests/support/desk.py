"""A running desk for tests: the real application in this process, organizations with people, and their clients."""

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec

from deskbell.app import App, create_app
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.service import memberships
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings

PASSWORD = "correct-horse-battery-1"
_numbers = itertools.count(1)


class Client:
    """Sends requests to the application as one caller. Paths are relative to a contract's base."""

    def __init__(self, app: App, token: str | None = None, base: str = "/api/v1", **headers: str) -> None:
        self._app = app
        self._token = token
        self.base = base
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False, client=("127.0.0.1", 1234)),
            base_url="http://desk.test",
            headers=self._headers,
        )

    def at(self, base: str, **headers: str) -> "Client":
        """A client of another contract for the caller."""
        return Client(self._app, self._token, base, **headers)

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request; `path` beginning with `//` is absolute."""
        url = path[1:] if path.startswith("//") else self.base + path
        return await self._http.request(method, url, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST with a JSON body."""
        return await self.request("POST", path, **({"json": json} if json is not None else {}), **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PUT with a JSON body."""
        return await self.request("PUT", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PATCH with a JSON body."""
        return await self.request("PATCH", path, **({"json": json} if json is not None else {}), **options)

    async def delete(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """DELETE, with a JSON body where one is given."""
        return await self.request("DELETE", path, **({"json": json} if json is not None else {}), **options)


async def as_listed(client: Client, ticket_id: str) -> dict[str, Any]:
    """A ticket as lists show it: its own page alone has the attachments, too."""
    tickets = (await client.get("/tickets")).json()["data"]["tickets"]
    return next(ticket for ticket in tickets if ticket["id"] == ticket_id)


class Person(msgspec.Struct, frozen=True):
    """A signed-in member; `client` is their client of v1."""

    id: UUID
    email: str
    name: str
    role: Role
    token: str
    refresh_token: str
    client: Client


class Organization:
    """An organization of this test's own. People are made when first asked for."""

    def __init__(self, desk: "Desk", organization_id: UUID, name: str, domain: str) -> None:
        self.desk = desk
        self.id = organization_id
        self.name = name
        self.domain = domain
        self._people: dict[str, Person] = {}

    async def person(
        self, key: str, role: Role | None = None, *, verified: bool = True, platform_admin: bool = False
    ) -> Person:
        """The person known under a key ("agent", "agent2", "customer" …); its role is the key without digits."""
        if key not in self._people:
            role = role or Role(key.rstrip("0123456789"))
            self._people[key] = await self._make(key, role, verified=verified, platform_admin=platform_admin)
        return self._people[key]

    async def client(self, key: str) -> Client:
        """The client of a person."""
        return (await self.person(key)).client

    def system(self) -> Actor:
        """Deskbell itself in this organization."""
        return Actor.system(self.id)

    async def _make(self, key: str, role: Role, *, verified: bool, platform_admin: bool) -> Person:
        email = f"{key}.{next(_numbers)}.{secrets.token_hex(3)}@{self.domain}"
        name = key.replace("_", " ").title()
        database = self.desk.database
        async with database.unit(self.system()) as uow:
            member = await memberships.add_member(uow, email=email, name=name, role=role, how="entered")
            await uow.db.execute(
                "update users set password_hash = $2, platform_admin = $3, email_verified_at = case when $4 then now() end, "
                "made_in = $5 where id = $1",
                member.user_id,
                self.desk.password_hash,
                platform_admin,
                verified,
                self.id,
            )
            member = msgspec.structs.replace(member, verified=verified)
            signed_in = await start_session(uow, self.desk.keys, member, Device("tests", "127.0.0.1"))
        return Person(
            member.user_id,
            email,
            name,
            role,
            signed_in.token,
            signed_in.refresh_token,
            self.desk.client(signed_in.token),
        )


class Desk:
    """The running application."""

    def __init__(self, app: App, database: Database, settings: Settings, password_hash: str) -> None:
        self.app = app
        self.database = database
        self.settings = settings
        self.keys = TokenKeys(settings.secret_key)
        self.password_hash = password_hash

    def client(self, token: str | None = None, base: str = "/api/v1", **headers: str) -> Client:
        """A client: anonymous, or with an access token."""
        return Client(self.app, token, base, **headers)

    async def organization(self, name: str = "Test Shop") -> Organization:
        """A new organization without members."""
        organization_id = new_id()
        domain = f"shop{next(_numbers)}-{secrets.token_hex(3)}.example"
        async with self.database.unit(None) as uow:
            await uow.db.execute(
                "insert into organizations (id, name, domain, created_at, updated_at) values ($1, $2, $3, now(), now())",
                organization_id,
                name,
                domain,
            )
        return Organization(self, organization_id, name, domain)


@asynccontextmanager
async def running_desk(database_url: str, data_dir: Path, **environ: str) -> AsyncIterator[Desk]:
    """The application on a database, with rate limits off unless asked for."""
    settings = Settings.load(
        {
            "DESKBELL_DATABASE_URL": database_url,
            "DESKBELL_DATA_DIR": str(data_dir),
            "DESKBELL_SECRET_KEY": "a secret key for tests, long enough",
            "DESKBELL_RATE_LIMITS": "off",
            "DESKBELL_PASSWORD_COST": "test",
            **environ,
        }
    )
    app = create_app(settings)
    database = await Database.open(database_url, size=5)
    try:
        async with app.running():
            yield Desk(app, database, settings, await hash_password(PASSWORD))
    finally:
        await database.close()
