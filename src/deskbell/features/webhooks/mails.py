"""The mail to an admin when a webhook was switched off."""

from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.runtime.mail import OutgoingMail

__all__ = ["disabled"]


def disabled(to: str, name: str, event: WebhookDisabled, base_url: str) -> OutgoingMail:
    """Says which, why, and what to do."""
    why = (
        "its receiver answered that it is gone for good (410)"
        if event.reason == "gone"
        else f"nothing has come through for too long. The last failure was: {event.error}"
    )
    text = (
        f"Hello {name},\n\nthe webhook to\n\n    {event.url}\n\nwas switched off, because {why}\n\n"
        "It is told of nothing until somebody switches it on again in the settings; what was still waiting is sent "
        f"then, and single deliveries can be sent again from its log:\n\n{base_url.rstrip('/')}/app/settings/webhooks\n"
    )
    return OutgoingMail(to=to, subject="A webhook was switched off", text=text)
