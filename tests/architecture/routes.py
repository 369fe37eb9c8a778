"""The routes that the composed application serves, as the architecture tests compare them."""

import importlib.util
from typing import NamedTuple

from tests.architecture.documents import CONTRACTS


class Route(NamedTuple):
    """One method of one route; `permission` is what it asks for, or `public`."""

    contract: str
    method: str
    path: str
    permission: str | None


def all_routes() -> list[Route]:
    """Every route of every contract, and those that belong to none (probes, pages)."""
    from deskbell.app import list_routes  # it imports the whole product, which the lists alone do not need

    return [
        Route(contract, method, path, str(permission)) for contract, method, path, permission, _, _ in list_routes()
    ]


def routes_of(contract: str) -> list[Route]:
    """The routes of one contract."""
    return [route for route in all_routes() if route.contract == contract]


def served_contracts() -> set[str]:
    """The contracts that have a package."""
    return {contract for contract in CONTRACTS if importlib.util.find_spec(f"deskbell.api.{contract}") is not None}
