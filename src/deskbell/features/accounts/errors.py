"""What can go wrong with an account."""

from deskbell.kernel.errors import Conflict, Unauthenticated

__all__ = ["AddressTaken", "WrongCredentials"]


class WrongCredentials(Unauthenticated):
    """One answer for an unknown address, a wrong password and an account without one."""

    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is not right")


class AddressTaken(Conflict):
    """Somebody has this address already."""

    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("There is already an account with this e-mail address")
