"""The permission table: which role may call which route. The manual prints it, a test proves it."""

from collections.abc import Iterable, Iterator

from deskbell.api.shared.contract import RouteEntry
from deskbell.kernel.permissions import PERMISSIONS_OF, Permission, Role


def may_call(role: Role | None, permission: str) -> bool:
    """Whether somebody with this role (None: nobody in particular) gets past a route's door."""
    if permission == "public":
        return True
    return role is not None and all(Permission(each) in PERMISSIONS_OF[role] for each in permission.split(", "))


def permission_page(entries: Iterable[RouteEntry]) -> str:
    """The table as a Markdown page."""
    return "\n".join(_lines(sorted(entries, key=lambda entry: (entry.contract, entry.path, entry.method)))) + "\n"


def _lines(entries: list[RouteEntry]) -> Iterator[str]:
    yield "# Who may call what"
    yield ""
    yield "Made by `deskbell routes --markdown`; a test calls every route as every role and compares."
    yield ""
    yield "Getting through the door is not everything: each object is shown only to those who may see it. Another"
    yield "organization's objects do not exist, customers see their own tickets without internal notes, and some changes"
    yield "are the author's or the person's own to make. `platform:manage` belongs to the people who run the server."
    yield ""
    contract = ""
    for entry in entries:
        if entry.contract != contract:
            contract = entry.contract
            yield f"## {contract}" if contract == entries[0].contract else f"\n## {contract}"
            yield ""
            yield "| operation | permission | more with | nobody | " + " | ".join(role.value for role in Role) + " |"
            yield "|---|---|---|" + "---|" * (len(Role) + 1)
        doors = [may_call(role, entry.permission) for role in (None, *Role)]
        marks = " | ".join("✓" if door else "" for door in doors)
        yield f"| {entry.method} {entry.path} | {entry.permission} | {entry.more} | {marks} |"
