"""Converts reStructuredText, including Sphinx's dialect, to Markdown: docutils renders HTML, which becomes Markdown."""

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
from deskbell.features.knowledge.importing.pictures import PicturesBeside
from deskbell.features.knowledge.importing.places import file_named, title_from_name
from deskbell.features.knowledge.importing.records import Unreadable

_INCLUDE: Final = re.compile(r"^[ \t]*\.\. include::[ \t]*(\S+)", re.MULTILINE)
_ROLE: Final = re.compile(r"(?<![\w:]):([A-Za-z][\w.+:-]*):`")
_DIRECTIVE: Final = re.compile(r"^[ \t]*\.\. (?:\|[^|\n]+\| )?([A-Za-z][\w.+:-]*)::", re.MULTILINE)
_DROPPED: Final = frozenset({"toctree", "index", "only", "tabularcolumns", "highlight", "meta", "contents", "sectnum"})
_DEEPEST: Final = 10  # nested inclusions

_SETTINGS: Final = {
    "file_insertion_enabled": False, "raw_enabled": False, "report_level": 5, "halt_level": 5, "input_encoding": "unicode",
    "output_encoding": "unicode", "doctitle_xform": True, "initial_header_level": 2, "syntax_highlight": "none",
    "smart_quotes": False, "embed_stylesheet": False, "line_length_limit": 100_000,
}  # fmt: skip


def included_by(text: str, path: Path, top: Path) -> set[Path]:
    """The files that a text includes, within the imported folder."""
    return {file for name in _INCLUDE.findall(text) if (file := file_named(name, path, top)) is not None}


def read(text: str, path: Path, top: Path, pictures: PicturesBeside) -> tuple[dict[str, Any], str, str]:
    """The metadata at the top of a document (`:category: …`), its title ("" for none) and its text in Markdown.

    Follows inclusions within the folder `top` only. Raises `Unreadable`.
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
    converter = _ToMarkdown(heading_style="ATX", bullets="-", code_language="")
    converter.pictures = pictures
    markdown = converter.convert(body[1] if body else html)
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


def _with_inclusions(text: str, path: Path, top: Path, depth: int = 0) -> str:
    """The text with each inclusion replaced by its file, indented like the inclusion; missing files are left out."""
    lines = []
    for line in text.splitlines():
        found = _INCLUDE.match(line)
        if found is None:
            lines.append(line)
            continue
        file = file_named(found[1], path, top)
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
    """Options of an unknown directive: all are allowed, none has an effect."""

    def __bool__(self) -> bool:
        return True

    def __missing__(self, _name: str) -> Any:
        return directives.unchanged


class _Content(Directive):
    """An unknown directive: its content is shown after its argument."""

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
    """A directive that only applies to a whole site, such as a list of pages or an index."""

    def run(self) -> Sequence[nodes.Node]:
        """No nodes."""
        return []


class _Raw(_Content):
    """Raw HTML or LaTeX, which is left out, also as the meaning of a substitution (`|x|`)."""

    def run(self) -> Sequence[nodes.Node]:
        """No nodes, or an empty text within a substitution."""
        return [nodes.inline()] if isinstance(self.state, SubstitutionDef) else []


class _Code(CodeBlock):
    """A code block with any options."""

    option_spec: ClassVar[Any] = _AnyOption()

    def run(self) -> Any:
        """The block, without options that docutils would interpret."""
        self.options = {}
        return super().run()  # type: ignore[no-untyped-call]  # missing in the types of docutils


def _make_known(text: str) -> None:
    """Registers every role and directive of the text that docutils does not know."""
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
    """A reference to another page or a term becomes its label, because its target is on another site."""
    text = text.replace("\x00", "")
    if named := re.fullmatch(r"(.+?)\s*<[^<>]*>", text, re.DOTALL):
        return [nodes.inline(text=" ".join(named[1].split()))], []
    shown = title_from_name(text.rstrip("/").rpartition("/")[2]) if "/" in text else text.lstrip("~!")
    return [nodes.inline(text=shown)], []


class _ToMarkdown(MarkdownConverter):
    """Converts the HTML of docutils to Markdown, with the `pictures` of the folder."""

    pictures: PicturesBeside | None = None

    def convert_aside(self, _element: Any, text: str, parent_tags: Any) -> str:
        """An admonition becomes a quotation."""
        del parent_tags
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()) + "\n\n"

    def convert_p(self, element: Any, text: str, parent_tags: Any) -> str:
        """The title of an admonition is bold."""
        if "admonition-title" in (element.get("class") or []):
            text = f"**{text.strip()}**"
        return str(super().convert_p(element, text, parent_tags))  # type: ignore[misc]  # missing in the types of the library

    def convert_span(self, element: Any, text: str, parent_tags: Any) -> str:
        """Keys and literals become code."""
        del parent_tags
        return f"`{element.get_text()}`" if "literal" in (element.get("class") or []) else text

    def convert_dt(self, _element: Any, text: str, parent_tags: Any) -> str:
        """A term is bold; its definition follows as paragraphs, because CommonMark has no definition lists."""
        del parent_tags
        return f"\n\n**{text.strip()}**\n\n" if text.strip() else ""

    def convert_dd(self, _element: Any, text: str, parent_tags: Any) -> str:
        """The definition of a term, as a paragraph."""
        del parent_tags
        return f"\n\n{text.strip()}\n\n"

    def convert_dl(self, _element: Any, text: str, parent_tags: Any) -> str:
        """A definition list, as paragraphs."""
        del parent_tags
        return f"\n\n{text.strip()}\n\n"

    def convert_a(self, element: Any, text: str, parent_tags: Any) -> str:
        """Links to other files and to anchors, which Markdown cannot express, become their text."""
        address = element.get("href") or ""
        if not is_kept(address) or address.startswith("#"):
            return text
        return str(super().convert_a(element, text, parent_tags))  # type: ignore[misc]  # missing in the types of the library

    def convert_img(self, element: Any, text: str, parent_tags: Any) -> str:
        """A picture of the folder is marked; another local one becomes its description."""
        address = element.get("src") or ""
        mark = None if is_kept(address) or self.pictures is None else self.pictures.mark_for(address)
        if mark is not None:
            element["src"] = mark
        if mark is not None or address.startswith(("http:", "https:")):
            return str(super().convert_img(element, text, parent_tags))  # type: ignore[misc]  # missing in the types of the library
        described = (element.get("alt") or "").strip()
        return f"*{described}*" if described and described != address else ""
