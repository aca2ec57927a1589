"""What is wrong with a migration is said with its place and what would be right."""

from copy import deepcopy

import pytest

from form_specs.compatibility import compare
from form_specs.load import load
from form_specs.migrations import check_migration, skeleton, uncovered, with_losses
from tests.form_specs.conftest import TOOL


def document(*steps, **changes):
    head = {"ops": "1", "kind": "migration", "tool": "holds", "from": 3, "to": 4}
    return {**head, "steps": [{"form": "hold", **step} for step in steps], **changes}


@pytest.fixture
def problems(catalog):
    def found(migration, change=lambda tool: None):
        new = deepcopy(TOOL)
        change(new)
        return [
            f"{p.pointer}: {p.message}"
            for p in check_migration(migration, load(TOOL), load(new), catalog, version=3)
        ]

    return found


@pytest.mark.parametrize("step", [
    {"do": "fill", "field": "count", "value": 3},
    {"do": "fill", "field": "count", "from": "merchant"},
    {"do": "map", "field": "reason", "map": {"fraud": "risk", "old": None}},
    {"do": "convert", "field": "merchant", "onError": "keep"},
    {"do": "drop", "field": "count"},
    {"do": "mapState", "map": {"waiting": "open"}},
    {"do": "split", "field": "merchant", "into": ["merchant", "labels"], "separator": ","},
    {"do": "merge", "fields": ["merchant", "reason"], "into": "merchant"},
])  # fmt: skip
def test_each_step_can_be_right(problems, step):
    assert problems(document(step)) == []


@pytest.mark.parametrize(("step", "said"), [
    ({"do": "fly"}, "/steps/0/do"),
    ({"do": "fill", "field": "cuont", "value": 3}, "/steps/0/field: there is no field 'cuont'"),
    ({"do": "fill", "field": "count"}, "/steps/0: 'fill' needs a 'value'"),
    ({"do": "fill", "field": "count", "value": "x"}, "/steps/0/value"),
    ({"do": "map", "field": "reason"}, "/steps/0: 'map' needs 'map'"),
    ({"do": "map", "field": "reason", "map": {"a": "b"}}, "/steps/0/map/a: there is no choice 'b'"),
    ({"do": "map", "field": "reason", "map": {"a": "?"}}, "/steps/0/map/a: say what becomes of 'a'"),
    ({"do": "rename", "field": "count", "to": "labels"}, "/steps/0/field: the new version still has"),
    ({"do": "split", "field": "merchant", "into": "count"}, "/steps/0/into: 'split' fills several"),
    ({"do": "merge", "fields": ["a", "b"], "into": "merchant"}, "/steps/0/fields: there is no field 'a'"),
    ({"do": "mapState", "map": {"open": "shut"}}, "/steps/0/map/open: there is no state 'shut'"),
    ({"do": "mapState", "map": {"open": None}}, "/steps/0/map/open: there is no state 'None'"),
    ({"do": "drop", "field": "count", "form": "other"}, "/steps/0/form: there is no form 'other'"),
    ({"do": "drop", "feild": "count"}, "/steps/0/feild"),
])  # fmt: skip
def test_what_is_wrong_with_a_step_is_said(problems, step, said):
    assert any(line.startswith(said) for line in problems(document(step)))


@pytest.mark.parametrize(("changes", "said"), [
    ({"from": 2}, "/from: it starts from version 2, and version 3 is in force"),
    ({"to": 3}, "/to: it leads to a later version"),
    ({"tool": "other"}, "/tool: this is for the tool 'other'"),
])  # fmt: skip
def test_a_migration_is_for_one_tool_and_one_step(problems, changes, said):
    assert said in problems(document(**changes))


def test_what_cannot_become_another_type_is_said(problems):
    def change(tool):
        fields = tool["forms"][0]["schema"]["properties"]
        fields["release_on"] = {"type": "boolean", "title": "Release", "x-ops": {"type": "boolean"}}

    step = {"do": "convert", "field": "release_on"}
    assert problems(document(step), change) == ["/steps/0: no 'date' can become a 'boolean'"]


def _changed(tool):
    form = tool["forms"][0]["schema"]
    form["properties"]["reason"]["enum"] = ["risk"]
    form["properties"]["reason"]["x-ops"]["choices"].pop()
    form["required"].append("count")
    del form["properties"]["labels"]


def test_the_first_draft_takes_care_of_all_but_what_is_lost(catalog):
    new = deepcopy(TOOL)
    _changed(new)
    comparison = compare(TOOL, new, catalog)
    draft = skeleton(comparison, 3)
    assert draft["steps"] == [
        {"do": "map", "form": "hold", "field": "reason", "map": {"legal": "?"}},
        {"do": "fill", "form": "hold", "field": "count", "value": None},
    ]
    left = [change.name for change in uncovered(comparison, draft["steps"])]
    assert left == ["hold/labels"]
    assert uncovered(comparison, draft["steps"], left) == ()
    whole = with_losses(draft, comparison, left)
    assert whole["steps"][-1] == {"do": "drop", "form": "hold", "field": "labels"}
