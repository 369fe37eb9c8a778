"""v1: shapes of the widget."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.features.widget.records import WidgetChanges

Origins = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=300)]],
    Meta(max_length=50, examples=[["https://outfitters.example", "https://shop.outfitters.example"]]),
]


class UpdateWidget(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields to change; omitted fields keep their values, `origins` are replaced as a whole."""

    enabled: bool | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    chat_enabled: bool | UnsetType = UNSET
    chat_wait_seconds: Annotated[int, Meta(ge=10, le=3_600, examples=[120])] | UnsetType = UNSET

    def command(self) -> WidgetChanges:
        """The changes for the service."""
        return WidgetChanges(**{name: getattr(self, name) for name in self.__struct_fields__})
