"""The customer's own account: name, language, notifications, password and own data."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from deskbell.features.access import service as access
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.access.records import MemberChanges
from deskbell.features.notifications import service as notifications
from deskbell.features.notifications.records import PreferenceChanges
from deskbell.features.own_data import facts
from deskbell.features.own_data.service import deletion, download
from deskbell.features.people.records.preferences import WebPreferenceChanges
from deskbell.features.people.service import members, preferences, profiles
from deskbell.kernel.errors import DeskbellError, Invalid
from deskbell.kernel.permissions import Role
from deskbell.runtime.messages import LANGUAGES
from deskbell.web.forms import Form, form_of
from deskbell.web.help.limits import client_address
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.session import Portal, portal

_LONGEST_NAME: Final = 200


@get(["/portal/profile", "/portal/{organization:str}/profile"])
async def profile_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The forms of the account."""
    async with portal(request, organization) as at:
        return at.page("portal/profile.html", typed={}, wrong={}, **await _values(at))


@post(["/portal/profile", "/portal/{organization:str}/profile"])
async def save_profile(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Saves one of the forms, named by its field `form`."""
    given = await form_of(request)
    save = _FORMS.get(given.get("form"))
    async with portal(request, organization, writes=save is not _save_password) as at:
        try:
            if save is None:
                raise Invalid.field("", "malformed")
            await save(at, given)
        except DeskbellError as error:
            await at.undo()
            return at.refused("portal/profile.html", error, given, **await _values(at))
        return at.go(f"/profile?saved={given.get('form')}")


HANDLERS: Final[list[Any]] = [profile_page, save_profile]


async def _values(at: Portal) -> dict[str, Any]:
    member = await profiles.myself(at.uow)
    return {
        "member": member, "download": await download.mine(at.uow), "deletion": await deletion.mine(at.uow),
        "facts": await facts.mine(at.uow),
        "is_customer": member.role is Role.CUSTOMER, "wants": await notifications.get_preferences(at.uow),
        "chosen": (await preferences.get_web_preferences(at.uow)).language, "languages": LANGUAGES,
        "saved": at.request.query_params.get("saved", ""), "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD,
    }  # fmt: skip


async def _save_person(at: Portal, given: Form) -> None:
    name = given.get("name").strip()
    if not name:
        raise Invalid.field("name", "blank")
    if len(name) > _LONGEST_NAME:
        raise Invalid.field("name", "too_long", limit=_LONGEST_NAME)
    language = given.get("language")
    await members.update_member(at.uow, at.uow.actor.id, MemberChanges(name=name))
    chosen = language if language in LANGUAGES else None
    await preferences.update_web_preferences(at.uow, WebPreferenceChanges(language=chosen))


async def _save_notifications(at: Portal, given: Form) -> None:
    changes = PreferenceChanges(email_notifications=bool(given.get("email")), ticket_updates=bool(given.get("updates")))
    await notifications.update_preferences(at.uow, changes)


async def _save_password(at: Portal, given: Form) -> None:
    await access.change_password(
        at.uow, given.get("current_password"), given.get("new_password"), client_address(at.request)
    )


async def _prepare_download(at: Portal, _given: Form) -> None:
    await download.ask(at.uow)


async def _ask_for_deletion(at: Portal, given: Form) -> None:
    if not given.get("sure"):
        raise Invalid.field("sure", "own_data.unsure")
    await deletion.ask(at.uow)


async def _withdraw_deletion(at: Portal, _given: Form) -> None:
    await deletion.withdraw(at.uow)


_FORMS: Final[dict[str, Any]] = {
    "download": _prepare_download,
    "deletion": _ask_for_deletion,
    "withdrawal": _withdraw_deletion,
    "person": _save_person,
    "notifications": _save_notifications,
    "password": _save_password,
}
