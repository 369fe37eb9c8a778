"""From reStructuredText, in Sphinx's dialect too, to Markdown: docutils reads it, its HTML is turned into Markdown."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.directives.body import CodeBlock
from docutils.parsers.rst.languages import en as english
from docutils.parsers.rst.states import SubstitutionDef
from docutils.utils import SystemMessage
from markdownify import MarkdownConverter

from deskbell.features.knowledge.importing.links import is_kept
from deskbell.features.knowledge.importing.places import spoken
from deskbell.features.knowledge.importing.records import Unreadable

__all__ = ["included_by", "read"]

_INCLUDE: Final = re.compile(r"^[ \t]*\.\. include::[ \t]*(\S+)", re.MULTILINE)
_ROLE: Final = re.compile(r"(?<![\w:]):([A-Za-z][\w.+:-]*):`")
_DIRECTIVE: Final = re.compile(r"^[ \t]*\.\. (?:\|[^|\n]+\| )?([A-Za-z][\w.+:-]*)::", re.MULTILINE)
_DROPPED: Final = frozenset({"toctree", "index", "only", "tabularcolumns", "highlight", "meta", "contents", "sectnum"})
_DEEPEST: Final = 10  # inclusions within inclusions

_SETTINGS: Final = {
    "file_insertion_enabled": False, "raw_enabled": False, "report_level": 5, "halt_level": 5, "input_encoding": "unicode",
    "output_encoding": "unicode", "doctitle_xform": True, "initial_header_level": 2, "syntax_highlight": "none",
    "smart_quotes": False, "embed_stylesheet": False, "line_length_limit": 100_000,
}  # fmt: skip


def included_by(text: str, path: Path, top: Path) -> set[Path]:
    """The files that a text includes, as far as they lie within the folder that is imported."""
    return {file for name in _INCLUDE.findall(text) if (file := _file(name, path, top)) is not None}


def read(text: str, path: Path, top: Path) -> tuple[dict[str, Any], str, str]:
    """The facts on top of a document (`:category: …`), its title ("" for none) and its text in Markdown.

    Inclusions are followed within the folder `top`, and nowhere else. Raises `Unreadable`.
    """
    whole = _with_inclusions(text, path, top)
    _make_known(whole)
    try:
        tree = publish_doctree(whole, source_path=str(path), settings_overrides=_SETTINGS)
        facts = _facts(tree)
        title = next((node.astext() for node in tree.children if isinstance(node, nodes.title)), "")
        for node in [
            each for each in tree.children if isinstance(each, nodes.title | nodes.docinfo | nodes.field_list)
        ]:
            tree.remove(node)
        for message in list(tree.findall(nodes.system_message)):
            message.parent.remove(message)
        html = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    except (SystemMessage, RecursionError) as error:
        raise Unreadable(f"cannot be read as reStructuredText: {error}") from error
    body = re.search(r"<main\b[^>]*>(.*)</main>", html, re.DOTALL) or re.search(
        r"<body[^>]*>(.*)</body>", html, re.DOTALL
    )
    markdown = _ToMarkdown(heading_style="ATX", bullets="-", code_language="").convert(body[1] if body else html)
    return facts, " ".join(title.split()), re.sub(r"\n{3,}", "\n\n", markdown).strip()


def _facts(tree: nodes.document) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for block in tree.children:
        if isinstance(block, nodes.docinfo | nodes.field_list):
            for field in block.children:
                if isinstance(field, nodes.field):
                    facts[field.children[0].astext().lower()] = field.children[1].astext()
                else:
                    facts[type(field).__name__.lower()] = field.astext()
    return facts


def _file(name: str, path: Path, top: Path) -> Path | None:
    """The file that an inclusion means: from the folder's top if it begins with a slash, as in Sphinx."""
    file = ((top / name.lstrip("/")) if name.startswith("/") else (path.parent / name)).resolve()
    return file if file.is_relative_to(top.resolve()) and file.is_file() else None


def _with_inclusions(text: str, path: Path, top: Path, depth: int = 0) -> str:
    """The text with each inclusion replaced by its file, indented as the inclusion is; what cannot be found is left out."""
    lines = []
    for line in text.splitlines():
        found = _INCLUDE.match(line)
        if found is None:
            lines.append(line)
            continue
        file = _file(found[1], path, top)
        if file is None or depth >= _DEEPEST:
            continue
        try:
            included = _with_inclusions(file.read_text("utf-8-sig"), file, top, depth + 1)
        except UnicodeDecodeError as error:
            raise Unreadable(f"includes {found[1]}, which is not UTF-8 text") from error
        indent = line[: len(line) - len(line.lstrip())]
        lines += ["", *(indent + each if each else "" for each in included.splitlines()), ""]
    return "\n".join(lines)


class _AnyOption(dict[str, Any]):
    """Options of a directive that docutils does not know: all are allowed, none means anything."""

    def __bool__(self) -> bool:
        return True

    def __missing__(self, _name: str) -> Any:
        return directives.unchanged


class _Content(Directive):
    """A directive of somebody's extension: what it holds is shown, under what it was called with."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = _AnyOption()

    def run(self) -> Sequence[nodes.Node]:
        """The content's nodes, after the argument in bold type."""
        block = nodes.container()
        if self.arguments:
            paragraph = nodes.paragraph()
            paragraph += nodes.strong(text=self.arguments[0])
            block += paragraph
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


class _Nothing(_Content):
    """A directive that only makes sense within a whole site: its list of pages, its index."""

    def run(self) -> Sequence[nodes.Node]:
        """Nothing."""
        return []


class _Raw(_Content):
    """HTML or LaTeX as it is, which is left out; where it is the meaning of an abbreviation (`|x|`), so is that."""

    def run(self) -> Sequence[nodes.Node]:
        """Nothing, in the form that the place asks for."""
        return [nodes.inline()] if isinstance(self.state, SubstitutionDef) else []


class _Code(CodeBlock):
    """Source text with whatever options."""

    option_spec: ClassVar[Any] = _AnyOption()

    def run(self) -> Any:
        """The block, without the options that docutils would read as its own."""
        self.options = {}
        return super().run()  # type: ignore[no-untyped-call]  # the types of docutils leave this one out


def _make_known(text: str) -> None:
    """Gives docutils a meaning for every role and directive of the text that it does not have."""
    for name in set(_ROLE.findall(text)):
        lowered = name.lower()
        if lowered not in english.roles:
            roles.register_local_role(lowered, _keys if lowered == "kbd" else _words)
    for name in set(_DIRECTIVE.findall(text)):
        lowered = name.lower()
        if lowered in {"code-block", "sourcecode", "code"}:
            directives.register_directive(lowered, _Code)
        elif lowered == "raw":
            directives.register_directive(lowered, _Raw)
        elif lowered in _DROPPED:
            directives.register_directive(lowered, _Nothing)
        elif lowered not in english.directives:
            directives.register_directive(lowered, _Content)


def _keys(_role: str, _raw: str, text: str, *_rest: Any, **_options: Any) -> Any:
    return [nodes.literal(text=text)], []


def _words(_role: str, _raw: str, text: str, *_rest: Any, **_options: Any) -> Any:
    """A reference to another page or a term: what it is called by, since where it leads is another site's affair."""
    text = text.replace("\x00", "")
    if named := re.fullmatch(r"(.+?)\s*<[^<>]*>", text, re.DOTALL):
        return [nodes.inline(text=" ".join(named[1].split()))], []
    shown = spoken(text.rstrip("/").rpartition("/")[2]) if "/" in text else text.lstrip("~!")
    return [nodes.inline(text=shown)], []


class _ToMarkdown(MarkdownConverter):
    """HTML as docutils writes it, in Markdown."""

    def convert_aside(self, _element: Any, text: str, parent_tags: Any) -> str:
        """A hint or a warning is a quotation."""
        del parent_tags
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()) + "\n\n"

    def convert_p(self, element: Any, text: str, parent_tags: Any) -> str:
        """The word Hint above a hint is bold."""
        if "admonition-title" in (element.get("class") or []):
            text = f"**{text.strip()}**"
        return str(super().convert_p(element, text, parent_tags))  # type: ignore[misc]  # it is there; its types are not

    def convert_span(self, element: Any, text: str, parent_tags: Any) -> str:
        """Keys and literal words are code."""
        del parent_tags
        return f"`{element.get_text()}`" if "literal" in (element.get("class") or []) else text

    def convert_dt(self, _element: Any, text: str, parent_tags: Any) -> str:
        """A term is bold; its explanation follows as paragraphs, for CommonMark has no lists of definitions."""
        del parent_tags
        return f"\n\n**{text.strip()}**\n\n" if text.strip() else ""

    def convert_dd(self, _element: Any, text: str, parent_tags: Any) -> str:
        """See above."""
        del parent_tags
        return f"\n\n{text.strip()}\n\n"

    def convert_dl(self, _element: Any, text: str, parent_tags: Any) -> str:
        """See above."""
        del parent_tags
        return f"\n\n{text.strip()}\n\n"

    def convert_a(self, element: Any, text: str, parent_tags: Any) -> str:
        """Links to other files and to anchors, which Markdown has no names for, become their words."""
        address = element.get("href") or ""
        if not is_kept(address) or address.startswith("#"):
            return text
        return str(super().convert_a(element, text, parent_tags))  # type: ignore[misc]  # it is there; its types are not

    def convert_img(self, element: Any, text: str, parent_tags: Any) -> str:
        """A picture beside the file is not brought along: its description is."""
        if (element.get("src") or "").startswith(("http:", "https:")):
            return str(super().convert_img(element, text, parent_tags))  # type: ignore[misc]  # it is there; its types are not
        described = (element.get("alt") or "").strip()
        return f"*{described}*" if described and described != element.get("src") else ""
