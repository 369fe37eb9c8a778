"""No route can be forgotten: each names a permission or says that it is public."""

import itertools

from deskbell.kernel.permissions import PERMISSIONS_OF, STAFF_ROLES, Permission, Role
from tests.architecture.routes import all_routes

PUBLIC = "public"


def test_every_route_names_its_permission_or_says_that_it_is_public() -> None:
    words = {PUBLIC, *(permission.value for permission in Permission)}
    routes = all_routes()
    assert routes
    silent = [
        f"{r.method} {r.path} ({r.contract}): {r.permission!r}"
        for r in routes
        if not words.issuperset(str(r.permission).split(", "))
    ]
    assert not silent, f"Give each a Permission, or say `public`: {silent}"


def test_no_route_is_listed_twice() -> None:
    seen = [(route.method, route.path) for route in all_routes()]
    twice = {each for each in seen if seen.count(each) > 1}
    assert not twice, f"Two handlers answer the same request: {sorted(twice)}"


def test_a_higher_staff_role_may_do_all_that_a_lower_one_may() -> None:
    ranks = [role for role in Role if role in STAFF_ROLES]
    for lower, higher in itertools.pairwise(ranks):
        assert PERMISSIONS_OF[lower] <= PERMISSIONS_OF[higher], (lower, higher)


def test_every_permission_is_held_by_some_role_or_is_the_servers_own() -> None:
    held = frozenset[Permission]().union(*PERMISSIONS_OF.values())
    assert frozenset(Permission) - held == {Permission.PLATFORM}
