"""What signing in needs of a request."""

from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.features.access.service.sessions import Device
from deskbell.features.access.tokens import TokenKeys


def device_of(request: DeskbellRequest) -> Device:
    """Where the sign-in comes from."""
    return Device(request.headers.get("user-agent"), client_address(request))


def token_keys(request: DeskbellRequest) -> TokenKeys:
    """The server's keys."""
    keys: TokenKeys = request.app.state.token_keys
    return keys
