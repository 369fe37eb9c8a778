"""Composes mails from Jinja2 templates, one per mail and language.

A feature keeps them in `templates/<language>/<mail>.txt`; each extends the `mail.txt` of this package and fills its blocks
`subject` and `body`. They are plain text, so nothing is escaped. Values are inserted as they are, never read as templates.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final

from babel.dates import format_datetime
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.messages import language_of

_ROOT: Final = "deskbell.runtime"


class MailTemplates:
    """The mail templates of one package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def compose(
        self,
        name: str,
        language: str,
        to: str,
        values: dict[str, Any],
        *,
        headers: dict[str, str] | None = None,
        message_id: str | None = None,
    ) -> OutgoingMail:
        """The mail `name` in the language of a tag such as `de-AT`; in English where there is no template for it."""
        found = language_of(language)
        template = _environment(self._package, found).get_template(f"{found}/{name}.txt")
        subject, _, text = template.render(values).partition("\n")
        return OutgoingMail(
            to=to, subject=subject, text=text.lstrip("\n"), headers=headers or {}, message_id=message_id
        )


@cache
def _environment(package: str, language: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(_ROOT)]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - plain text, which knows no markup
    )

    def moment(at: datetime, pattern: str) -> str:
        return format_datetime(at, pattern, locale=language)

    environment.filters["moment"] = moment
    environment.filters["one_line"] = _one_line
    return environment


def _one_line(text: str) -> str:
    """A subject: a line break in a name or a title would end it."""
    return " ".join(text.split())
