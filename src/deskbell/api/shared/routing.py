"""Route decorators that require a permission, or an explicit statement that the route is public."""

from collections.abc import Callable, Collection
from enum import Enum
from typing import Any, Final, TypeAlias

import litestar
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from deskbell.kernel.errors import DeskbellError
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


class Public(Enum):
    """The treatment of credentials by a route without a permission."""

    OPTIONAL = "public"
    """Credentials are optional; those that are sent must be valid, and the request counts for their owner."""
    ANONYMOUS = "anonymous"
    """Credentials are ignored (sign-in, sign-up, signed webhooks)."""


Access: TypeAlias = tuple[Permission, ...] | Public
"""All permissions that a route requires, or how a public route treats credentials."""
Uow: TypeAlias = NamedDependency[UnitOfWork]
"""The request's unit of work, already acting as the caller; committed when the handler returns."""

ACCESS: Final = "access"
MORE: Final = "more"
LATE: Final = "late"
REPLICA: Final = "replica"
SECRET: Final = "secret"  # noqa: S105 - a route option's name
REFUSES: Final = "refuses"
ALSO: Final = "also"
PRODUCES: Final = "produces"


def _decorator(make: Callable[..., Any]) -> Callable[..., Callable[[Callable[..., Any]], HTTPRouteHandler]]:
    def declare(
        path: str,
        *,
        permission: Permission | tuple[Permission, ...] | Public,
        more: tuple[Permission, ...] = (),
        late: bool = False,
        replica: bool = False,
        secret: bool = False,
        refuses: Collection[type[DeskbellError]] = (),
        also: Collection[int] = (),
        produces: Collection[str] = (),
        **options: Any,
    ) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
        """Declares a route. With several permissions, its caller must have all of them.

        `more` are permissions that extend what the route returns or accepts; without one of them, that part is left out or
        refused. `late` holds no database connection while its handler reads a large body or calls the storage: the
        handler takes no `uow` and opens `unit.late_unit` instead.

        `replica` routes only read, and a standby of the database may answer them.

        `secret` excludes the response, which contains a credential shown only once, from storage for `Idempotency-Key`.
        The other options only affect the OpenAPI document: errors that cannot be derived from the route's signature,
        additional success statuses, and the media types of a response that is not JSON.
        """
        described = {REFUSES: tuple(refuses), ALSO: tuple(also), PRODUCES: tuple(produces)}
        access: Access = (permission,) if isinstance(permission, Permission) else permission
        handler: Callable[[Callable[..., Any]], HTTPRouteHandler] = make(
            path, opt={ACCESS: access, MORE: more, LATE: late, REPLICA: replica, SECRET: secret, **described}, **options
        )
        return handler

    return declare


get: Final = _decorator(litestar.get)
post: Final = _decorator(litestar.post)
put: Final = _decorator(litestar.put)
patch: Final = _decorator(litestar.patch)
delete: Final = _decorator(litestar.delete)


def access_of(handler: Any) -> Access:
    """The access that a route declares. Raises `TypeError` for a route that declares none."""
    access: Access | None = handler.opt.get(ACCESS)
    if not access:
        raise TypeError(f"{handler} names no permission and is not public: declare it with deskbell.api.shared.routing")
    return access


def check_route(handler: HTTPRouteHandler) -> None:
    """Raises `TypeError` for a route without access, and for one whose unit of work would not be committed."""
    access = access_of(handler)
    takes_uow = "uow" in handler.parsed_fn_signature.parameters
    if handler.opt[LATE] == takes_uow:
        raise TypeError(
            f"{handler} must either take `uow: Uow`, which commits its unit of work, or be `late` and open `late_unit`"
        )
    if handler.opt[REPLICA] and isinstance(access, Public):
        raise TypeError(f"{handler} is public: a standby is asked as a known actor, so the route needs a permission")
    if handler.opt[LATE] and isinstance(access, Public):
        raise TypeError(f"{handler} is late and public: a late route needs a permission, for it works as a known actor")


def more_with(handler: Any) -> tuple[Permission, ...]:
    """The permissions that extend what a route returns or accepts."""
    permissions: tuple[Permission, ...] = handler.opt.get(MORE, ())
    return permissions


def access_text(access: Access) -> str:
    """A route's permissions as one text, or `public`."""
    return "public" if isinstance(access, Public) else ", ".join(access)
