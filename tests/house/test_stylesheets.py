"""Stylesheets: what one of them says of a name, no other one says of something else."""

import re
from collections import defaultdict

from tests.house.sources import ROOT

SHEETS = sorted((ROOT / "assets" / "css").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"^([^\s@{}][^{}]*)\{", re.MULTILINE)
BRACKETS = re.compile(r"\([^()]+\)")
PLAIN = re.compile(r"\.([a-z][a-z0-9-]*)(\[[^\]]*\])?")


def plain_classes(css: str) -> set[str]:
    """The classes that a rule outside of any `@media` names alone, so that it styles all of them."""
    css = COMMENT.sub("", css)
    while BRACKETS.search(css):  # what `:is()` lists stands in a place
        css = BRACKETS.sub("()", css)
    rules = RULE.findall(css)
    parts = (part.strip() for rule in rules for part in rule.split(","))
    return {found[1] for part in parts if (found := PLAIN.fullmatch(part))}


def test_a_class_has_its_look_from_one_stylesheet():
    """Else what is drawn first under a common name is changed by what is drawn elsewhere later."""
    homes = defaultdict(list)
    for sheet in SHEETS:
        for name in plain_classes(sheet.read_text(encoding="utf-8")):
            homes[name].append(sheet.name)
    assert len(homes) > 100
    assert {name: sheets for name, sheets in homes.items() if len(sheets) > 1} == {}


def test_plain_classes_are_read_from_rules_of_their_own():
    css = ".a, .b[hidden] { top: 0 } .c .d { top: 0 }\n.x :is(.g, .h, .i > p), .j:not(.k, :is(.l, .m), .n) { top: 0 }\n.e {\n  top: 0;\n}\n@media print {\n  .f { top: 0 }\n}"
    assert plain_classes(css) == {"a", "b", "e"}
