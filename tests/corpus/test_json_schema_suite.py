"""What the JSON Schema Test Suite says of values, our forms say too."""

import json
import re
from collections import Counter

import pytest

from components.judging.levels import Levels
from form_specs.from_schema.tool import CannotImport
from tests.corpus.json_schema_suite import groups
from tests.corpus.test_corpus import compiled, same, stored

DRAFT = "draft2020-12"
OURS = ("format", "vocabulary")
"""Formats are judged here, and a schema's own vocabularies are not."""
REFERRING = re.compile(r'"\$(ref|id|anchor|dynamicRef|dynamicAnchor|schema)"|"\$defs"')
NOT_HERE = re.compile("leads out of this document|holds NUL")


def in_a_property(group):
    """The group's values under a name, where its schema can stand anywhere."""
    schema = group.schema
    if isinstance(schema, dict):
        schema = {keyword: value for keyword, value in schema.items() if keyword != "$schema"}
    if REFERRING.search(json.dumps(schema)):
        return None
    tests = [(test["valid"], {"x": test["data"]}) for test in group.tests]
    return {"properties": {"x": schema}, "required": ["x"]}, tests


def as_records(group):
    """Those of the group's values that are objects, as records."""
    tests = [(t["valid"], t["data"]) for t in group.tests if isinstance(t["data"], dict)]
    return (group.schema, tests) if tests else None


def wrong_verdicts(schema, tests):
    """The values that the form takes though they are invalid, or does not give back though they are valid.

    What looks for mistakes level by level finds none in these, and some in those.
    """
    form = compiled(schema)
    levels = Levels(form.spec.schema)
    for valid, record in tests:
        back = stored(form, record)
        taken, told = back is not None, bool(levels.look(record).findings)
        if taken is not valid or told is valid or (valid and not same(back, record)):
            yield record


@pytest.mark.timeout(300)
@pytest.mark.parametrize("placed", [as_records, in_a_property])
def test_forms_agree_with_the_suite(placed):
    wrong, seen = [], Counter()
    for group in groups(DRAFT):
        found = placed(group) if group.name.split()[0] not in OURS else None
        if found is None:
            continue
        try:
            wrong += [(group.name, record) for record in wrong_verdicts(*found)]
            seen["judged"] += len(found[1])
        except CannotImport as error:
            wrong += [] if NOT_HERE.search(str(error)) else [(group.name, str(error))]
            seen["refused"] += 1
    assert wrong == []
    assert seen["judged"] > 300
    assert seen["refused"] < 40
