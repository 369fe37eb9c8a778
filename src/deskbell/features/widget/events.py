"""Events of the widget."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent


class WidgetUpdated(DomainEvent, frozen=True, kw_only=True):
    """The settings of the widget changed. `widget_id` is the organization's id: each has one. Internal."""

    type: ClassVar[str] = "widget.updated"
    subject_type: ClassVar[str] = "widget"
    subject_key: ClassVar[str] = "widget_id"
    internal: ClassVar[bool] = True
    widget_id: UUID
    changes: dict[str, Change]
