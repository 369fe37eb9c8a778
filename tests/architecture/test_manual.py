"""The manual keeps up with the product: its links lead somewhere, and every setting and dependency is explained."""

import itertools
import json
import re
import tomllib
from pathlib import Path

from deskbell.runtime.settings import SETTINGS
from tests.architecture.checkout import ROOT, committed_files, shown

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|!\[[^\]]*\]\(\s*([^)\s]+)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
VARIABLE = re.compile(r"\bDESKBELL_[A-Z][A-Z_]*[A-Z]\b")


def anchors_of(markdown: str) -> set[str]:
    """The names by which a page's headings can be linked to, as code forges make them."""
    plain = (re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(markdown))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def broken_links(page: Path) -> list[str]:
    """The links of a page to files or headings of this repository that are not there."""
    text = page.read_text("utf-8")
    broken = []
    for target in (first or second for first, second in LINK.findall(CODE.sub("", text))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue  # links to other hosts are not checked
        name, _, anchor = target.partition("#")
        file = (page.parent / name if name else page).resolve()
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors_of(file.read_text("utf-8"))):
            broken.append(target)
    return broken


def test_the_link_check_sees_files_and_headings(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# A heading, `coded`\n")
    page.write_text(
        "[a](other.md#a-heading-coded) [b](gone.md) [c](#nowhere) [d](https://example.com/x) `[e](code.md)`"
    )
    assert broken_links(page) == ["gone.md", "#nowhere"]


def test_every_link_between_the_documents_resolves() -> None:
    found = {shown(page): broken for page in committed_files("**/*.md") if (broken := broken_links(page))}
    assert not found, f"Mend these links: {found}"


def test_every_setting_is_documented_and_no_other_is() -> None:
    known = {setting.variable for setting in SETTINGS}
    pages = {page: page.read_text("utf-8") for page in committed_files("README.md", "docs/**/*.md")}
    named = {variable for text in pages.values() for variable in VARIABLE.findall(text)}
    assert not known - named, f"Say what these do, in docs/admin/settings.md: {sorted(known - named)}"
    gone = {shown(page): sorted(extra) for page, text in pages.items() if (extra := {*VARIABLE.findall(text)} - known)}
    assert not gone, f"These pages name settings that do not exist: {gone}"


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *itertools.chain(*project["dependency-groups"].values())]
    manifest = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))
    used = {re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0] for line in wanted}
    used |= {*manifest.get("dependencies", {}), *manifest.get("devDependencies", {})}
    page = (ROOT / "docs" / "dev" / "dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    assert not used - explained, f"Give a line of reason in docs/dev/dependencies.md to: {sorted(used - explained)}"
    assert not explained - used, f"docs/dev/dependencies.md explains what is no longer used: {sorted(explained - used)}"
