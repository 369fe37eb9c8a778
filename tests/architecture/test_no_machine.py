"""Nothing committed depends on the machine, or the package registry, that it was made with."""

import re

import pytest

from tests.architecture.checkout import committed_files, shown

# Put together from parts, so that this file need not excuse itself.
_HOSTS = (
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    r"registry\.npm" + r"js\.",
    r"(?:deb|security)\.debi" + r"an\.org",
)
_PATHS = ("ho" + "me", "ro" + "ot", "wo" + "rk", "fa" + "rm", "Us" + "ers")
REGISTRY = re.compile("|".join(_HOSTS))
ARCHIVE_ADDRESS = re.compile(r"https?://[^\s\"'<>]+\.(?:whl|tar\.gz|tgz)(?=[\s\"'#>]|$)")
MACHINE_PATH = re.compile(rf"(?<![\w.~$}}\])*>:/-])/(?:{'|'.join(_PATHS)})/[\w.]")

TEXT_OF_LICENCES = {"LICENSE"}


def offences(text: str) -> list[str]:
    """The parts of a text that name a registry's address, a download or a folder of a developer's machine."""
    return [found.group() for pattern in (REGISTRY, ARCHIVE_ADDRESS, MACHINE_PATH) for found in pattern.finditer(text)]


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        '"resolved": "https://example.com/a/-/a-1.0.t' + 'gz"',
        "see /ho" + "me/someone/notes",
        'path = "/wo' + 'rk/main"',
    ],
)
def test_the_check_finds(text: str) -> None:
    assert offences(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/home/page",
        "GET /api/home",
        "run as root/",
        "~/work/deskbell",
        "/var/lib/deskbell",
        "src/work/x",
    ],
)
def test_the_check_lets_pass(text: str) -> None:
    assert not offences(text)


def test_no_committed_file_names_a_registry_or_a_folder_of_a_machine() -> None:
    found = {}
    for path in committed_files():
        if path.name in TEXT_OF_LICENCES:
            continue
        try:
            hits = offences(path.read_text("utf-8"))
        except UnicodeDecodeError:
            continue  # pictures and other binary samples
        if hits:
            found[shown(path)] = hits[:3]
    assert not found, f"Leave addresses to the machine's own configuration, and use relative paths: {found}"
