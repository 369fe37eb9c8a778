"""Rows of pictures."""

from uuid import UUID

from msgspec import Struct


class ArticlePicture(Struct, frozen=True, kw_only=True):
    """A picture of an article, without its content. The sizes are in pixels."""

    id: UUID
    width: int
    height: int


class ShownPicture(Struct, frozen=True):
    """The content of a picture. `public`: a published article shows it, so that everyone may read and keep it."""

    content: bytes
    public: bool
