"""What can go wrong with an account."""

from deskbell.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, TooManyRequests, Unauthenticated


class WrongCredentials(Unauthenticated):
    """One answer for an unknown address, a wrong password and an account without one."""

    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is not right")


class TwoFactorRequired(Unauthenticated):
    """The password was right; this account asks for a code as well."""

    code = "TWO_FACTOR_REQUIRED"

    def __init__(self) -> None:
        super().__init__(
            "Please send the code of your authenticator app as well (`code`), or one of your recovery codes"
        )


class WrongCode(Unauthenticated):
    """A code that is not right, has run out or was used before: all answer alike."""

    code = "INVALID_TWO_FACTOR_CODE"

    def __init__(self) -> None:
        super().__init__("This code is not right or was used before. Please use the next one that your app shows.")


class AddressTaken(Conflict):
    """Somebody has this address already."""

    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("There is already an account with this e-mail address")


class AlreadyMember(Conflict):
    """The person to invite belongs to the organization already."""

    code = "ALREADY_MEMBER"

    def __init__(self) -> None:
        super().__init__("This person is a member already; change their role instead of inviting them")


class LastOwner(Conflict):
    """An organization always has an owner."""

    code = "LAST_OWNER"

    def __init__(self) -> None:
        super().__init__("This is the organization's last owner; make somebody else an owner first")


class OwnersOnly(Forbidden):
    """Owners answer to owners alone."""

    def __init__(self) -> None:
        super().__init__("Only an owner can make somebody an owner, or change or remove one")


class SignUpClosed(Forbidden):
    """The organization's settings do not let people sign up by themselves."""

    code = "SIGNUP_CLOSED"

    def __init__(self) -> None:
        super().__init__("This organization takes no sign-ups. Please ask its team for an invitation.")


class LinkSpent(Invalid):
    """A one-time link that was used, has run out, was replaced, or never was: all answer alike."""

    def __init__(self) -> None:
        super().__init__([FieldProblem("token", "This link has been used or has run out. Please ask for a new one.")])


class InvitationTakenBack(Invalid):
    """The link of an invitation that was revoked: who holds it was really invited, and may know."""

    def __init__(self) -> None:
        told = (
            "This invitation has been taken back. Please ask the team that invited you whether they still expect you."
        )
        super().__init__([FieldProblem("token", told)])


class TooManyFailures(TooManyRequests):
    """The brake on guessing passwords."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after, f"Too many failed sign-ins. Please try again in {retry_after} seconds.")


class TooManyMails(TooManyRequests):
    """Nobody's mailbox is flooded through us."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after, "We have sent several mails to this address already. Please look there first.")
