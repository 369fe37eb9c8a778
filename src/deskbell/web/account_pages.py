"""The pages that the links in mails about accounts lead to. Their script sends the link's token to contract v1."""

from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Redirect

from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.web.page import page

__all__ = ["HANDLERS"]

Token = Annotated[str, QueryParameter(description="Of the mailed link; the page's script reads it")]
_SCRIPT: Final = "account.js"
_NO_SCRIPT: Final = (
    "<noscript><p>This page needs JavaScript to talk to the server. Please allow it here, then open the link once more."
    "</p></noscript>"
)
_HOME: Final = '<p><a class="button" href="/app/">Go to the desk</a></p>'


@get("/app/verify-email")
async def verify_email(token: Token = "") -> Response[str]:
    """Confirms an address."""
    form = _form("/api/v1/auth/verify-email", "", "Confirm my address")
    intro = (
        "<p>One press of the button, and your address is confirmed.</p>"
        '<p class="soft">Was it not you who signed up? Then please close this page, and nothing more will happen.</p>'
    )
    done = _done("Thank you!", "Your address is confirmed. You can sign in now.")
    return _link_page("Confirm your e-mail address", token, intro + form, done)


@get("/app/change-email")
async def change_email(token: Token = "") -> Response[str]:
    """Gives an account another address."""
    form = _form("/api/v1/auth/change-email", "", "Use this address")
    intro = (
        "<p>Do you want to sign in with this e-mail address from now on?</p>"
        '<p class="soft">Did you not ask for it? Then please close this page, and everything stays as it is.</p>'
    )
    done = _done("Your address is changed", "Please sign in with it from now on.", told=True)
    return _link_page("Confirm your new e-mail address", token, intro + form, done)


@get("/app/reset-password")
async def reset_password(token: Token = "") -> Response[str]:
    """Sets a new password; offers another link in the place of one that no longer works."""
    form = _form("/api/v1/auth/reset-password", _password("newPassword", "New password"), "Set the new password")
    intro = "<p>You will be signed out everywhere and can then sign in with the new password.</p>"
    again = (
        '<section id="again" hidden><h2>Have a new link mailed to you</h2>'
        + _form(
            "/api/v1/auth/forgot-password",
            '<label for="email">Your e-mail address</label>'
            '<input id="email" name="email" type="email" autocomplete="email" required maxlength="254" '
            'aria-describedby="email-wrong"><p class="wrong" id="email-wrong" hidden></p>',
            "Mail me a new link",
            done="asked",
            with_token=False,
        )
        + "</section>"
    )
    done = _done("Your password is changed", "Please sign in with it.") + _done(
        "Please look into your mail", "A new link is on its way.", id_="asked", told=True, home=False
    )
    return _link_page("Choose a new password", token, intro + form + again, done)


@get("/app/accept-invitation")
async def accept_invitation(token: Token = "") -> Response[str]:
    """Sets the first password of somebody who was invited."""
    name = (
        '<label for="name">Your name</label><input id="name" name="name" autocomplete="name" maxlength="200" '
        'aria-describedby="name-hint name-wrong"><p class="hint" id="name-hint">Leave it empty to keep the one that you '
        'were invited by.</p><p class="wrong" id="name-wrong" hidden></p>'
    )
    form = _form("/api/v1/auth/accept-invitation", name + _password("password", "Password"), "Join the team")
    intro = "<p>Welcome! Choose a password, and you are in.</p>"
    done = _done("You are in", "Welcome! From now on, sign in with your e-mail address and this password.")
    return _link_page("Accept the invitation", token, intro + form, done)


@get("/app")
async def app_home() -> Redirect:
    """Where there is no more to show than the start page."""
    return Redirect("/")


HANDLERS: Final[list[Any]] = [verify_email, change_email, reset_password, accept_invitation, app_home]


def _link_page(title: str, token: str, ask: str, done: str) -> Response[str]:
    if not token:
        body = (
            f"<h1>{title}</h1><p>The address of this page is incomplete. Please open the link in the mail once more, or "
            "copy all of it into your browser's address bar.</p>"
        )
        return page(title, body, status_code=400)
    return page(title, f'{_NO_SCRIPT}<div id="ask" hidden><h1>{title}</h1>{ask}</div>{done}', script=_SCRIPT)


def _form(to: str, fields: str, button: str, *, done: str = "done", with_token: bool = True) -> str:
    """A form that the script sends as JSON. Without the script it goes nowhere, so that no password ends in an address."""
    token = "" if with_token else ' data-token="no"'
    needs = " data-needs-link" if with_token else ""
    return (
        f'<form method="post" data-to="{to}" data-done="{done}"{token} novalidate><div{needs}>{fields}</div>'
        f'<p class="alert" role="alert" hidden></p><button type="submit"{needs}>{button}</button></form>'
    )


def _password(name: str, label: str) -> str:
    return (
        f'<label for="password">{label}</label><input id="password" name="{name}" type="password" '
        f'autocomplete="new-password" required minlength="{SHORTEST_PASSWORD}" maxlength="{LONGEST_PASSWORD}" '
        f'aria-describedby="password-hint password-wrong"><p class="hint" id="password-hint">At least {SHORTEST_PASSWORD} '
        'characters. A few words in a row are easy to remember and hard to guess.</p><p class="wrong" id="password-wrong" '
        'hidden></p><label class="show"><input type="checkbox" data-shows="password"> Show the password</label>'
    )


def _done(heading: str, text: str, *, id_: str = "done", told: bool = False, home: bool = True) -> str:
    """What is shown once it worked. Where it is `told`, the server's own sentence takes the place of the text."""
    mark = " data-told" if told else ""
    return (
        f'<section id="{id_}" class="done" role="status" hidden><h1 tabindex="-1">{heading}</h1><p{mark}>{text}</p>'
        f"{_HOME if home else ''}</section>"
    )
