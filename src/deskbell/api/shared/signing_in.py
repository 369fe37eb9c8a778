"""Request data for sign-in."""

from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.features.access.service.sessions import Device
from deskbell.features.access.tokens import TokenKeys


def device_of(request: DeskbellRequest) -> Device:
    """The device of a sign-in: user agent and network address."""
    return Device(request.headers.get("user-agent"), client_address(request))


def token_keys(request: DeskbellRequest) -> TokenKeys:
    keys: TokenKeys = request.app.state.token_keys
    return keys
