"""The texts of the mails about accounts."""

from datetime import datetime

from msgspec import Struct

from deskbell.runtime.mail import OutgoingMail

__all__ = ["Invitation", "invitation", "password_changed", "reset", "verification"]


class Invitation(Struct, frozen=True):
    """Who invites to what. `known` is for a person who has a password here already."""

    organization: str
    inviter: str | None
    url: str
    known: bool


def verification(to: str, greeting: str, url: str, *, chosen: bool) -> OutgoingMail:
    """Asks to confirm an address. `chosen`: the password waits for it, and nobody is signed in until then."""
    then = "You can sign in with the password that you chose as soon as you have done so.\n\n" if chosen else ""
    warning = (
        "Was it not you who signed up? Then please do not open the link: somebody typed your address, and the link "
        "would make their password yours."
        if chosen
        else "Was it not you who signed up? Then please do not open the link, and nothing more will happen."
    )
    text = (
        f"{greeting}\n\nplease confirm that this is your e-mail address by opening this link:\n\n{url}\n\n"
        f"{then}The link works once, within three days.\n\n{warning}\n"
    )
    return OutgoingMail(to=to, subject="Please confirm your e-mail address", text=text)


def reset(to: str, greeting: str, url: str) -> OutgoingMail:
    """Carries the link to a new password."""
    text = (
        f"{greeting}\n\nhere is the link to choose a new password:\n\n{url}\n\nIt works once, within an hour. "
        "Afterwards you are signed out everywhere and can sign in with the new password.\n\n"
        "Did you not ask for this? Then you need not do anything: your password stays as it is.\n"
    )
    return OutgoingMail(to=to, subject="Choose a new password", text=text)


def invitation(to: str, greeting: str, about: Invitation) -> OutgoingMail:
    """Welcomes somebody to an organization."""
    who = f"{about.inviter} invites you" if about.inviter else "You are invited"
    how = (
        f"You have an account already. Sign in with it here:\n\n{about.url}\n"
        if about.known
        else f"Choose a password here, and you are in:\n\n{about.url}\n\nThe link works once, within seven days.\n"
    )
    subject = f"{about.inviter or 'Your team'} invites you to {about.organization}"
    text = f"{greeting}\n\n{who} to the support desk of {about.organization}.\n\n{how}"
    return OutgoingMail(to=to, subject=subject, text=text)


def password_changed(to: str, greeting: str, base_url: str, at: datetime) -> OutgoingMail:
    """Tells that there is a new password."""
    text = (
        f"{greeting}\n\nthe password of your account at {base_url} was changed on {at:%d %B %Y at %H:%M} UTC, and your "
        "other devices were signed out.\n\nWas it not you? Then please choose a new password at once, with "
        "“Forgot password” on the sign-in page, and tell your administrator.\n"
    )
    return OutgoingMail(to=to, subject="Your password was changed", text=text)
