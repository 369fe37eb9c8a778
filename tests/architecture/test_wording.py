"""The wording of code and documentation follows the style guide; the message names each phrase and its cure."""

from tools.wording import GLOSSARY, checked, findings, glossary_synonyms

from tests.architecture.checkout import committed_files


def test_no_phrase_slows_a_reader_down() -> None:
    synonyms = glossary_synonyms(GLOSSARY.read_text("utf-8"))
    found = [
        str(finding)
        for path in checked(committed_files())
        for finding in findings(path, path.read_text("utf-8"), synonyms)
    ]
    assert not found, "Reword (python -m tools.wording lists them, too):\n" + "\n".join(found[:40])
