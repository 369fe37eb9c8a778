"""SQL of brands."""

from typing import Final
from uuid import UUID

from deskbell.features.brands.records import Brand
from deskbell.runtime.pages import Order
from deskbell.runtime.table import Table

BRANDS: Final = Table("brands", Brand, "b")
BY_NAME: Final = Order[Brand](
    "b.name_key",
    "b.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)
