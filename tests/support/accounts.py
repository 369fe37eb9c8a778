"""Shared steps of account tests: new addresses, signing in, signing up."""

import secrets

import httpx

from tests.support.desk import PASSWORD, Client, Desk, Organization

NEW_PASSWORD = "a-better-horse-battery-2"


def fresh_address() -> str:
    """An unused address."""
    return f"someone.{secrets.token_hex(6)}@mail.example"


async def log_in(desk: Desk, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    """The answer to signing in."""
    return await desk.client().post("/auth/login", {"email": email, "password": password, **more})


def sign_up_body(shop: Organization, email: str, **more: object) -> dict[str, object]:
    """A customer's sign-up request; None leaves a field out."""
    body = {"name": "Ada", "email": email, "password": PASSWORD, "organizationId": str(shop.id), **more}
    return {name: value for name, value in body.items() if value is not None}


async def signed_up(desk: Desk, shop: Organization, email: str) -> Client:
    """A customer who signed up just now."""
    answer = await desk.client().post("/auth/signup", sign_up_body(shop, email))
    assert answer.status_code == 201, answer.text
    return desk.client(answer.json()["data"]["token"])
