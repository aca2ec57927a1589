"""What checking says of fields inside fields that react or are computed: where, and what would be right."""

import pytest

from form_specs.check import check
from form_specs.problem import Severity

LINES = "/forms/0/schema/properties/lines"
COLUMN = f"{LINES}/items/properties"


def integer(**ops):
    return {"type": "integer", "title": "Number", "x-ops": {"type": "integer", **ops}}


def computed(formula, **more):
    found = {"formula": formula, "result": "integer", **more}
    return {**integer(), "readOnly": True, "x-ops": {"type": "computed", "computed": found}}


def asks(field, op="gt", value=3):
    return {"field": field, "op": op, "value": value}


@pytest.fixture
def told(tool, catalog):
    """`told(fields, lines=columns)`: pointer and message of each error of the tool with them."""

    def told(fields=None, **containers):
        properties = tool["forms"][0]["schema"]["properties"]
        for key, columns in containers.items():
            row = {"type": "object", "properties": columns, "additionalProperties": False}
            repeat = {"type": "array", "maxItems": 9, "items": row, "x-ops": {"type": "repeat"}}
            properties[key] = {"title": key.title(), **repeat}
        properties |= fields or {}
        found = check(tool, catalog)
        return [(p.pointer, p.message, p.hint) for p in found if p.severity is Severity.ERROR]

    return told


def test_a_row_may_ask_about_itself_and_about_the_form(told):
    column = integer(showWhen=asks("count"), requireWhen=asks("b"), readOnlyWhen=asks("b"))
    assert told(lines={"a": column, "b": integer(), "c": computed("a * b + count")}) == []


@pytest.mark.parametrize(
    ("columns", "pointer", "message"),
    [
        ({"a": integer(showWhen=asks("cuont"))}, "a/x-ops/showWhen/field", "there is no field 'cuont'"),
        ({"a": integer(showWhen=asks("a", "contains", "x"))}, "a/x-ops/showWhen/op", "'contains' does not fit an integer; did you mean 'eq'?"),
        ({"a": integer(readOnlyWhen={"field": "a", "op": "changed"})}, "a/x-ops/readOnlyWhen/op", "'changed' asks about a change"),
        ({"a": integer(whenHidden="keep")}, "a/x-ops/whenHidden", "the field is never hidden"),
        ({"a": computed("b * 2")}, "a/x-ops/computed/formula", "there is no field 'b' (at character 1, before “b * 2”)"),
        ({"a": computed("merchant")}, "a/x-ops/computed/formula", "the formula gives a text, but a number is wanted (at character 1, before “merchant”)"),
        ({"a": computed("year(today())")}, "a/x-ops/computed/formula", "the formula reads the clock, so what it gives cannot be stored"),
        ({"a": computed("a")}, "a/x-ops/computed", "inside 'lines', what 'a' holds depends on 'a'"),
        ({"a": integer(showWhen=asks("b")), "b": integer(showWhen=asks("a"))}, "a/x-ops/showWhen", "inside 'lines', what 'a' holds depends on 'b', that on 'a'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_row_is_told_at_its_place(told, columns, pointer, message):
    assert [found[:2] for found in told(lines=columns)] == [(f"{COLUMN}/{pointer}", message)]


def test_what_a_row_asks_of_what_follows_from_all_rows_goes_in_a_circle(told):
    found = told(
        {"total": computed("sum(lines.b)")}, lines={"a": computed("total"), "b": integer()}
    )
    assert found[0][:2] == (
        f"{COLUMN}/a/x-ops/computed",
        "what stands inside 'lines' depends on 'total', that on 'lines'",
    )


def test_a_row_names_its_fields_by_their_own_keys(told):
    some = {"some": "lines", "match": asks("b")}
    ((_, message, hint),) = told(lines={"a": integer(showWhen=some), "b": integer()})
    assert message == "what stands inside 'lines' depends on 'lines'"
    assert hint == "Inside 'lines' name its fields by their own keys"


def test_an_entry_is_there_or_not_but_rules_may_speak_of_it(told):
    rules = [{"condition": asks("_value"), "message": "Large ones"}]
    entries = {"type": "array", "maxItems": 9, "title": "Sizes", "x-ops": {"type": "repeat"}}
    assert told({"sizes": {**entries, "items": integer(rules=rules)}}) == []
    ((pointer, message, _),) = told(
        {"sizes": {**entries, "items": integer(showWhen=asks("count"))}}
    )
    assert pointer.endswith("/sizes/items/x-ops/showWhen")
    assert message == "'showWhen' is not possible here: this is an entry, no field of its own"


def test_what_may_be_hidden_is_not_required(told):
    group = {
        "type": "object",
        "title": "Box",
        "required": ["a"],
        "properties": {"a": integer(showWhen=asks("count"))},
        "x-ops": {"type": "group"},
    }
    assert told({"box": group})[0][1] == "'box.a' is required, yet not always shown"


def test_what_a_reference_repeats_is_told_once(told, tool):
    tool["forms"][0]["schema"]["$defs"] = {
        "box": {
            "type": "object",
            "title": "Box",
            "properties": {"a": integer(showWhen=asks("b"))},
            "x-ops": {"type": "group"},
        }
    }
    box = {"$ref": "#/$defs/box", "x-ops": {"type": "group"}}
    ((pointer, message, _),) = told({"one": box, "two": box})
    assert pointer == "/forms/0/schema/$defs/box/properties/a/x-ops/showWhen/field"
    assert message == "there is no field 'b'"


def test_entries_that_are_no_rows_are_asked_by_a_name_of_their_own(told, tool):
    entries = {"type": "array", "maxItems": 9, "title": "Sizes", "x-ops": {"type": "repeat"}}
    large = {"every": "sizes", "match": asks("_value", "le")}
    tool["forms"][0]["rules"] = [{"condition": large, "message": "At most 3"}]
    assert told({"sizes": {**entries, "items": integer()}}) == []
    tool["forms"][0]["rules"][0]["condition"]["match"] = asks("value")
    ((pointer, message, hint),) = told()
    assert pointer == "/forms/0/rules/0/condition/match/field"
    assert (message, hint) == ("there is no field 'value'", "Did you mean '_value'?")
