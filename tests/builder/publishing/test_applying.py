"""What a spec would change of the tool in force."""

from copy import deepcopy

from builder.publishing.applying import changed_parts, in_force, proposal
from tests.runtime.refunds import TOOL, refunds_tool


def test_a_tool_that_was_never_published_is_new(refunds):
    document = refunds_tool() | {"key": "others"}
    found = proposal(refunds, document)
    assert (found.kind, found.before, found.parts) == ("new", None, ())


def test_the_same_document_changes_nothing(refunds):
    assert proposal(refunds, refunds_tool()).kind == "none"


def test_each_part_that_differs_is_named():
    old = refunds_tool()
    new = deepcopy(old)
    gone = new["views"].pop()
    new["roles"][0]["title"] = "Renamed"
    new["views"].append({**gone, "key": "fresh"})
    assert changed_parts(old, new) == [
        f"- view {gone['key']}",
        "+ view fresh",
        f"~ role {new['roles'][0]['key']}",
    ]


def test_the_version_in_force_comes_back_as_it_was_written(refunds):
    found = in_force(refunds, TOOL)
    assert found is not None
    assert found.version == 1
    assert list(found.document) == list(refunds_tool())
    assert found.document == refunds_tool()


def test_there_is_nothing_in_force_of_an_unknown_tool(refunds):
    assert in_force(refunds, "nothing") is None
