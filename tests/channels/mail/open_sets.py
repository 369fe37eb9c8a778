"""The open sets of real mails in `../shared/data`, where they are."""

import json
from pathlib import Path
from typing import Any

import pytest

_CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = next(
    (found for above in _CHECKOUT.parents if (found := above / "shared" / "data").is_dir()),
    _CHECKOUT.parent / "shared" / "data",
)
SETS = ("chatwoot", "django_helpdesk", "freescout", "libredesk", "rt")


def folder(name: str) -> Path:
    """The folder of a set; the test is skipped where the data is absent."""
    path = FOLDER / f"email_{name}"
    if not path.is_dir():
        pytest.skip(f"needs ../shared/data/email_{name}, which is not here")
    return path


def expectations(name: str) -> Any:
    """A set's `expected.json`."""
    return json.loads((folder(name) / "expected.json").read_text(encoding="utf-8"))


def every_mail() -> list[Path]:
    """All mails of all sets; none where the data is absent."""
    return sorted(FOLDER.glob("email_*/**/*.eml"))
