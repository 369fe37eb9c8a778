"""Events of operations."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent


class OperationUndone(DomainEvent, frozen=True, kw_only=True):
    """An operation on tickets was undone. The changes of its tickets are recorded as well."""

    type: ClassVar[str] = "operation.undone"
    subject_type: ClassVar[str] = "operation"
    subject_key: ClassVar[str] = "undone_id"
    internal: ClassVar[bool] = True
    undone_id: UUID
    tickets: int
