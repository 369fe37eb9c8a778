"""Updates password and second factor together."""

from deskbell.features.access.policy import password_problems
from deskbell.features.access.queries import second_factors
from deskbell.features.access.service.passwords import confirm_password, own_account, set_new_password
from deskbell.features.access.service.second_factor import SetUp, delete_second_factor, set_up_second_factor
from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def update_security(
    uow: UnitOfWork,
    keys: TokenKeys,
    *,
    current_password: str | None,
    new_password: str | None,
    two_factor: bool | None,
    ip: str | None = None,
) -> SetUp | None:
    """Changes the given parts in one transaction; None leaves a part unchanged.

    A new second factor is not enabled yet: the data for the app is returned, and a code of the app must follow
    (`enable_second_factor`). Changing the password and disabling the factor require the current password. Raises
    `Invalid`, `TooManyFailures`, and `Forbidden` for an API key.
    """
    uow.actor.require(Permission.PROFILE)
    user = await own_account(uow)
    factor = await second_factors.find(uow.db, user.id)
    is_on = factor is not None and factor.enabled
    turn_off = two_factor is False and is_on
    problems = [] if new_password is None else password_problems(new_password, user.email, "new_password")
    if current_password is None and (new_password is not None or turn_off):
        problems.append(Problem.at("current_password", "password.current_needed"))
    if problems:
        raise Invalid(problems)
    if current_password is not None:
        new_hash = await confirm_password(uow, user, current_password, ip, new_password)
        if new_password is not None:
            await set_new_password(uow, user, new_hash)
    if turn_off:
        await delete_second_factor(uow, user)
    return await set_up_second_factor(uow, keys) if two_factor and not is_on else None
