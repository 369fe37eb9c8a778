"""A contract's OpenAPI 3.1 document."""

from deskbell.api.shared.openapi.document import complete
from deskbell.api.shared.openapi.schemas import StructPlaceholders

__all__ = ["StructPlaceholders", "complete"]
