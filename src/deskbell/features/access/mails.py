"""The texts of the mails about accounts."""

from datetime import datetime

from msgspec import Struct

from deskbell.runtime.mail import OutgoingMail


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


_NOT_YOU = (
    "Was it not you? Then please choose a new password at once, with “Forgot password” on the sign-in page, and tell "
    "your administrator.\n"
)


def address_change(to: str, greeting: str, url: str) -> OutgoingMail:
    """Carries the link that makes an address the account's, to that address."""
    text = (
        f"{greeting}\n\nplease confirm that you want to sign in with this e-mail address from now on by opening this link:"
        f"\n\n{url}\n\nThe link works once, within a day. Until then your present address stays.\n\n"
        "Did you not ask for this? Then you need not do anything: somebody mistyped their address.\n"
    )
    return OutgoingMail(to=to, subject="Please confirm your new e-mail address", text=text)


def address_change_asked(to: str, greeting: str, base_url: str, new: str) -> OutgoingMail:
    """Tells the present address that another is to take its place."""
    text = (
        f"{greeting}\n\nsomebody who is signed in to your account at {base_url} asked to change its e-mail address to "
        f"{new}. It changes once the link that we sent there is opened.\n\n{_NOT_YOU}"
    )
    return OutgoingMail(to=to, subject="Your e-mail address is about to change", text=text)


def address_changed(to: str, greeting: str, base_url: str, new: str) -> OutgoingMail:
    """Tells the old address that it is the account's no more."""
    text = (
        f"{greeting}\n\nthe e-mail address of your account at {base_url} is now {new}. Please sign in with it from now "
        "on; we shall not write to this one any more.\n\nWas it not you? Then please tell your administrator at once.\n"
    )
    return OutgoingMail(to=to, subject="Your e-mail address was changed", text=text)


def second_factor_switched(to: str, greeting: str, base_url: str, *, on: bool) -> OutgoingMail:
    """Tells that signing in takes a code from now on, or no longer."""
    what = (
        "takes a code of your authenticator app from now on, beside the password. Please keep the recovery codes where "
        "you find them without your phone."
        if on
        else "takes the password alone from now on: the second factor was turned off."
    )
    subject = "Your second factor is on" if on else "Your second factor was turned off"
    return OutgoingMail(to=to, subject=subject, text=f"{greeting}\n\nsigning in at {base_url} {what}\n\n{_NOT_YOU}")


def recovery_code_used(to: str, greeting: str, base_url: str, left: int) -> OutgoingMail:
    """Tells that somebody signed in with a recovery code."""
    rest = "None is left" if left == 0 else "One is left" if left == 1 else f"{left} are left"
    text = (
        f"{greeting}\n\nsomebody signed in to your account at {base_url} with one of your recovery codes. {rest}; turn "
        f"the second factor off and on again to get new ones.\n\n{_NOT_YOU}"
    )
    return OutgoingMail(to=to, subject="A recovery code was used to sign in", text=text)
