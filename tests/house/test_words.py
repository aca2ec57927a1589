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


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_module_is_named_for_what_it_holds(path):
    named = [part for part in (path.stem, path.parent.name) if SAYS_NOTHING.search(part)]
    assert not named


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_class_is_named_for_what_it_is(path):
    assert not CLASS_SAYS_NOTHING.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", written_files(".py", ".html", ".js", ".mjs", ".css"), ids=name_of)
def test_nothing_is_left_for_later(path):
    if path.name == "test_words.py":
        return
    assert not UNFINISHED.search(path.read_text(encoding="utf-8"))
