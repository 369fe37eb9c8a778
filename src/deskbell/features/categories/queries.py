"""SQL of categories."""

from typing import Final
from uuid import UUID

from deskbell.features.categories.records import Category
from deskbell.runtime.pages import Order
from deskbell.runtime.table import Table

CATEGORIES: Final = Table("categories", Category, "k")
BY_NAME: Final = Order[Category](
    "k.name_key",
    "k.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)
