"""v1: shapes of brands."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name
from deskbell.api.v1.tags.shapes import Color
from deskbell.features.brands.records import BrandChanges

Website: TypeAlias = Annotated[
    str,
    Meta(
        max_length=2_000, pattern=r"^https?://[^\s/?#]+\S*$", extra={"messages": {"pattern": "not_a_web_address"}},
        examples=["https://outfitters.example"],
    ),
]  # fmt: skip
Logo: TypeAlias = Annotated[
    str,
    Meta(
        max_length=2_000, pattern=r"^(https?://[^\s/?#]+\S*|/api/\S+)$",
        extra={"messages": {"pattern": "not_a_picture_url"}}, examples=["https://outfitters.example/logo.svg"],
    ),
]  # fmt: skip


class CreateBrand(Struct, frozen=True, forbid_unknown_fields=True):
    """A new brand."""

    name: Name
    color: Color | None = None
    address: Website | None = None
    logo: Logo | None = None


class UpdateBrand(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET
    address: Website | UnsetType | None = UNSET
    logo: Logo | UnsetType | None = UNSET

    def command(self) -> BrandChanges:
        """The changes for the service."""
        return BrandChanges(name=self.name, color=self.color, address=self.address, logo=self.logo)
