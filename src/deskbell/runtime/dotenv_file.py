"""Reads the file `.env`: lines of NAME=value. Names that are not settings are ignored."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from deskbell.runtime.setting_table import PREFIX


class NotReadable(Exception):
    """The file cannot be read; the message is one sentence for the operator."""


def read(file: Path) -> dict[str, str]:
    """The values by name. Raises NotReadable for an invalid line that names a setting; ignores other invalid lines."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable(f"{file} is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise NotReadable(
            f"{file} cannot be read ({error.strerror}); allow this user to read it, or remove it."
        ) from None
    whole = []
    for binding in parse_stream(StringIO(text)):
        if not binding.error:
            whole.append(binding.original.string)
        elif PREFIX in binding.original.string:
            raise NotReadable(f"{file}, line {binding.original.line}: the line must have the form NAME=value.")
    found = dotenv_values(stream=StringIO("".join(whole)))
    return {name: value for name, value in found.items() if value is not None}
