"""Route decorators that demand a permission: a route that names none, and is not said to be public, cannot be made."""

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
    """How a route without a permission treats callers."""

    OPTIONAL = "public"
    """Nobody in particular may call; credentials that are given must hold and count."""
    ANONYMOUS = "anonymous"
    """Credentials are not looked at (sign-in, sign-up, signed webhooks)."""


Access: TypeAlias = tuple[Permission, ...] | Public
"""What a route asks of its caller: every one of these permissions, or nothing."""
Uow: TypeAlias = NamedDependency[UnitOfWork]
"""The request's unit of work, already acting as the caller; committed when the handler returns."""

ACCESS: Final = "access"
MORE: Final = "more"
LATE: Final = "late"
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
        secret: bool = False,
        refuses: Collection[type[DeskbellError]] = (),
        also: Collection[int] = (),
        produces: Collection[str] = (),
        **options: Any,
    ) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
        """A route. Of several permissions its caller must hold all.

        `more` are permissions with which it shows or takes more; without one of them it leaves that out, or refuses what
        asks for it. `late` gives the connection back while a large body is read (uploads).

        `secret` keeps the answer out of what is remembered for `Idempotency-Key`: it holds a credential shown once.
        The others are for the OpenAPI document alone: the kinds of refusal that the route's form does not tell,
        further statuses of success, and the media types of an answer that is not JSON.
        """
        described = {REFUSES: tuple(refuses), ALSO: tuple(also), PRODUCES: tuple(produces)}
        access: Access = (permission,) if isinstance(permission, Permission) else permission
        handler: Callable[[Callable[..., Any]], HTTPRouteHandler] = make(
            path, opt={ACCESS: access, MORE: more, LATE: late, SECRET: secret, **described}, **options
        )
        return handler

    return declare


get: Final = _decorator(litestar.get)
post: Final = _decorator(litestar.post)
put: Final = _decorator(litestar.put)
patch: Final = _decorator(litestar.patch)
delete: Final = _decorator(litestar.delete)


def access_of(handler: Any) -> Access:
    """What a route asks of its caller. Raises for a route that says nothing."""
    access: Access | None = handler.opt.get(ACCESS)
    if not access:
        raise TypeError(f"{handler} names no permission and is not public: declare it with deskbell.api.shared.routing")
    return access


def more_with(handler: Any) -> tuple[Permission, ...]:
    """The permissions with which a route shows or takes more."""
    permissions: tuple[Permission, ...] = handler.opt.get(MORE, ())
    return permissions


def words_of(access: Access) -> str:
    """A route's permissions as one text, or `public`."""
    return "public" if isinstance(access, Public) else ", ".join(access)
