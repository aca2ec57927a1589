"""Where parts are used: what the check would miss, and what goes with a part that is taken away."""

import json
from collections import Counter
from copy import deepcopy

import pytest

from form_specs.check import check
from form_specs.editing import apply
from form_specs.problem import Severity
from form_specs.uses import Target, all_uses, uses_of, without_uses
from tests.form_specs.conftest import TOOL
from tests.house.sources import ROOT
from tests.runtime.hiring import hiring_tool
from tests.runtime.invoices import invoices_tool
from tests.runtime.refunds import refunds_tool

DISPUTES = json.loads((ROOT / "form_specs" / "examples" / "disputes.json").read_text())
TOOLS = {
    "holds": TOOL,
    "disputes": DISPUTES,
    "refunds": refunds_tool(),
    "hiring": hiring_tool(),
    "invoices": invoices_tool(),
}


def wrong(document, catalog):
    return {p.pointer for p in check(document, catalog) if p.severity is Severity.ERROR}


def keys(document, kind):
    """(part with the key, form) of each part of a kind."""
    if kind in ("role", "list", "team"):
        yield from ((part, "") for part in document.get(f"{kind}s", ()))
    if kind == "state":
        for workflow in document.get("workflows", ()):
            yield from ((state, workflow["form"]) for state in workflow["states"])


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("kind", ["role", "list", "team", "state"])
def test_what_the_check_misses_is_what_is_used(name, kind, catalog):
    """A part under another key is missing at exactly the places that use it."""
    document = TOOLS[name]
    for number, (part, form) in enumerate(keys(document, kind)):
        changed = deepcopy(document)
        renamed = [*keys(changed, kind)][number][0]
        renamed["key"] = "another_key"
        used = {use.pointer for use in uses_of(document, catalog, Target(kind, part["key"], form))}
        used = {at for at in used if "/messages/" not in at}
        missed = wrong(changed, catalog) - wrong(document, catalog)
        # The check speaks of a list of states as a whole.
        assert all(at in missed or at.rpartition("/")[0] in missed for at in used)
        named = {
            p.pointer for p in check(changed, catalog) if f"no {kind} '{part['key']}'" in p.message
        }
        assert all(any(f"{use}/".startswith(f"{at}/") for use in used) for at in named)


@pytest.mark.parametrize("name", TOOLS)
def test_a_field_under_another_key_is_missed_wherever_it_is_used(name, catalog):
    document = TOOLS[name]
    for number, form in enumerate(document["forms"]):
        for key in form["schema"]["properties"]:
            changed = deepcopy(document)
            properties = changed["forms"][number]["schema"]["properties"]
            changed["forms"][number]["schema"]["properties"] = {
                "another_key" if name_ == key else name_: value
                for name_, value in properties.items()
            }
            uses = uses_of(document, catalog, Target("field", key, form["key"]))
            used = {use.pointer for use in uses if "/messages/" not in use.pointer}
            missed = {
                p.pointer for p in check(changed, catalog) if f"no field '{key}'" in p.message
            }
            moved = {at.replace(f"/properties/{key}/", "/properties/another_key/") for at in used}
            assert {at for at in missed if not any(at.startswith(use) for use in moved)} == set(), (
                key
            )


@pytest.mark.parametrize("name", TOOLS)
def test_taking_a_field_away_everywhere_leaves_what_somebody_must_decide(name, catalog):
    document = TOOLS[name]
    for number, form in enumerate(document["forms"]):
        for key in form["schema"]["properties"]:
            edit, left = without_uses(document, catalog, Target("field", key, form["key"]))
            after, _ = apply(document, edit)
            again = uses_of(after, catalog, Target("field", key, form["key"]))
            assert Counter(use.words for use in again) == Counter(use.words for use in left)
            properties = {
                name_: value
                for name_, value in after["forms"][number]["schema"]["properties"].items()
                if name_ != key
            }
            if not left and properties:
                gone = deepcopy(after)
                gone["forms"][number]["schema"]["properties"] = properties
                assert wrong(gone, catalog) == set(), key


@pytest.mark.parametrize("name", TOOLS)
def test_every_use_says_in_words_what_it_is(name, catalog):
    for use in all_uses(TOOLS[name], catalog):
        assert use.words
        assert "%(" not in use.words


def test_the_words_name_the_part_that_uses_it(catalog):
    found = [use.words for use in uses_of(DISPUTES, catalog, Target("field", "amount", "dispute"))]
    assert "column of the view Everything" in found
    assert "layout default of Dispute" in found


def test_a_state_that_goes_takes_its_ways_along_and_no_right_is_widened(catalog):
    tool = refunds_tool()
    state = tool["workflows"][0]["states"][-1]["key"]
    edit, _left = without_uses(tool, catalog, Target("state", state, "refund"))
    after, _ = apply(tool, edit)
    assert all(way["to"] != state for way in after["workflows"][0]["transitions"])
    role = tool["roles"][0]["key"]
    after, _ = apply(tool, without_uses(tool, catalog, Target("role", role))[0])
    for old, new in zip(
        tool["workflows"][0]["transitions"], after["workflows"][0]["transitions"], strict=True
    ):
        assert bool(new.get("roles")) is bool(old.get("roles"))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"forms": 3},
        {"forms": [7, {"key": 1, "schema": []}]},
        {"views": [{"columns": "x", "filter": []}]},
    ],
)
def test_a_document_of_any_shape_is_walked(document, catalog):
    assert all_uses(document, catalog) == []
