"""Refusals of sign-in, sign-up, invitations and accounts."""

from deskbell.kernel.errors import Conflict, Forbidden, Invalid, Problem, TooManyRequests, Unauthenticated


class WrongCredentials(Unauthenticated):
    """Answers alike for an unknown address, a wrong password and an account without a password."""

    code = "INVALID_CREDENTIALS"
    default = "credentials.wrong"


class TwoFactorRequired(Unauthenticated):
    """The password is right; the account also requires a code."""

    code = "TWO_FACTOR_REQUIRED"
    default = "second_factor.code_needed"


class WrongCode(Unauthenticated):
    """Answers alike for a wrong, expired or used code."""

    code = "INVALID_TWO_FACTOR_CODE"
    default = "second_factor.code_refused"


class AddressTaken(Conflict):
    """Another account has this address."""

    code = "EMAIL_TAKEN"
    default = "address.taken"


class AddressUnconfirmed(Forbidden):
    """The portal shows nothing before the address is confirmed by a mailed link."""

    default = "address.confirm_first"


class AlreadyMember(Conflict):
    """The invited person is already a member of the organization."""

    code = "ALREADY_MEMBER"
    default = "member.already"


class LastOwner(Conflict):
    """An organization must keep at least one owner."""

    code = "LAST_OWNER"
    default = "owner.last"


class OwnersOnly(Forbidden):
    """Only owners may add, change or remove owners."""

    default = "owner.owners_only"


class StepUpRequired(Forbidden):
    """A web session must confirm the password again (`POST /auth/step-up`) before this."""

    code = "STEP_UP_REQUIRED"
    default = "session.step_up"


class AlreadySetUp(Conflict):
    """The server has an owner, so its set-up is over."""

    code = "ALREADY_SET_UP"
    default = "setup.done"


class SignUpClosed(Forbidden):
    """The organization's settings do not allow sign-up."""

    code = "SIGNUP_CLOSED"
    default = "sign_up.closed"


class LinkInvalid(Invalid):
    """Answers alike for a used, expired, replaced or unknown one-time link."""

    def __init__(self) -> None:
        super().__init__([Problem.at("token", "link.spent")])


class InvitationLinkRevoked(Invalid):
    """The link belongs to a revoked invitation. The holder was invited, so the answer may disclose the revocation."""

    def __init__(self) -> None:
        super().__init__([Problem.at("token", "invitation.revoked")])


class TooManyFailures(TooManyRequests):
    """Too many failed sign-ins for this address or from this network."""

    default = "sign_in.too_many_failures"


class TooManyMails(TooManyRequests):
    """Too many mails with links were sent to one address."""

    default = "mail.too_many"
