"""A contract's OpenAPI 3.1 document and the reference page made from it."""

from deskbell.api.shared.openapi.document import complete
from deskbell.api.shared.openapi.markdown import reference_page
from deskbell.api.shared.openapi.schemas import StructsElsewhere

__all__ = ["StructsElsewhere", "complete", "reference_page"]
