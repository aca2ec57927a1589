import re

import pytest

from tests.house.sources import name_of, written_files

SAYS_NOTHING = re.compile(r"(^|_)(utils?|helpers?|misc|common|managers?|stuff)$")
CLASS_SAYS_NOTHING = re.compile(r"^class \w+(Manager|Helper|Util|Utils)\b", re.MULTILINE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
PYTHON = written_files(".py")


@pytest.mark.parametrize("name", ["utils", "form_utils", "helpers", "page_helper", "misc"])
def test_the_rule_knows_empty_names(name):
    assert SAYS_NOTHING.search(name)


def test_a_module_is_named_for_what_it_holds():
    wrong = [
        name_of(path)
        for path in PYTHON
        if SAYS_NOTHING.search(path.stem) or SAYS_NOTHING.search(path.parent.name)
    ]
    assert wrong == []


def test_a_class_is_named_for_what_it_is():
    wrong = [name_of(path) for path in PYTHON if CLASS_SAYS_NOTHING.search(path.read_text("utf-8"))]
    assert wrong == []


def test_nothing_is_left_for_later():
    wrong = [
        name_of(path)
        for path in written_files(".py", ".html", ".js", ".mjs", ".css")
        if path.name != "test_words.py" and UNFINISHED.search(path.read_text("utf-8"))
    ]
    assert wrong == []
