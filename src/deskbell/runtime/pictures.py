"""Pictures: their size, thumbnails, square portraits and figures of articles. Everything here is slow: call it in a thread.

A picture from outside may be made to exhaust memory. Its size is read from its header first, only formats that browsers show are
read, and two pictures at a time are decoded.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 50_000_000
"""Larger pictures are not decoded; a phone takes pictures of 12 to 50 million pixels."""
THUMBNAIL: Final = 480
"""The longest side of a thumbnail, in pixels."""
PORTRAIT: Final = 256
"""The sides of a portrait, in pixels."""
FIGURE: Final = 1_600
"""The longest side of a figure, in pixels."""
TYPE: Final = "image/webp"
"""The type of thumbnails, portraits and figures."""
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_ORIENTATION: Final = 0x0112
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_DECODING: Final = threading.BoundedSemaphore(2)


class NoPictureError(ValueError):
    """The content is no picture, is broken, or has too many pixels."""


class Size(Struct, frozen=True):
    """Width and height in pixels, as the picture is shown."""

    width: int
    height: int


def size_of(content: IO[bytes]) -> Size:
    """The size of a picture, from its header. Raises `NoPictureError`."""
    with _opened(content) as picture:
        width, height = picture.size
        sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
        return Size(height, width) if sideways else Size(width, height)


def thumbnail(content: bytes) -> bytes:
    """A picture of at most `THUMBNAIL` pixels a side, without what a camera notes in it. Raises `NoPictureError`."""
    with _DECODING, _opened(io.BytesIO(content)) as picture:
        picture.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
        picture.thumbnail((THUMBNAIL * 2, THUMBNAIL * 2))
        upright = _upright(picture)
        upright.thumbnail((THUMBNAIL, THUMBNAIL))
        return _encoded(upright)


def portrait(content: bytes) -> bytes:
    """The middle of a picture as a square of `PORTRAIT` pixels, without what a camera notes in it. Raises `NoPictureError`."""
    from PIL import ImageOps  # noqa: PLC0415 - slow to import, and few requests need it

    with _DECODING, _opened(io.BytesIO(content)) as picture:
        picture.draft("RGB", (PORTRAIT * 4, PORTRAIT * 4))
        return _encoded(ImageOps.fit(_upright(picture), (PORTRAIT, PORTRAIT)))


def figure(content: bytes) -> tuple[bytes, Size]:
    """A picture of at most `FIGURE` pixels a side, without what a camera notes in it. Raises `NoPictureError`."""
    with _DECODING, _opened(io.BytesIO(content)) as picture:
        picture.draft("RGB", (FIGURE, FIGURE))
        upright = _upright(picture)
        upright.thumbnail((FIGURE, FIGURE))
        return _encoded(upright), Size(upright.width, upright.height)


def kept_figure(content: bytes) -> tuple[bytes, Size]:
    """A figure that was made before, as it is, if it could be one; any other picture as `figure`. Raises `NoPictureError`."""
    with _DECODING, _opened(io.BytesIO(content)) as picture:
        picture.load()
        plain = picture.format == "WEBP" and not {"exif", "xmp", "icc_profile"} & picture.info.keys()
        if plain and max(picture.size) <= FIGURE and not getattr(picture, "is_animated", False):
            return content, Size(picture.width, picture.height)
    return figure(content)


@contextmanager
def _opened(content: IO[bytes]) -> "Iterator[Image]":
    from PIL import Image  # noqa: PLC0415 - slow to import, and few requests need it

    try:
        with Image.open(content, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NoPictureError("too many pixels")
            yield picture
    except NoPictureError:
        raise
    except Exception as error:  # the decoders raise whatever a broken file makes them raise
        raise NoPictureError("not a picture") from error


def _upright(picture: "Image") -> "Image":
    from PIL import ImageOps  # noqa: PLC0415 - slow to import, and few requests need it

    upright = ImageOps.exif_transpose(picture)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _encoded(picture: "Image") -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82)
    return out.getvalue()
