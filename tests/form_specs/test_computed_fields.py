"""What is said about computed fields that cannot be, and where."""

from copy import deepcopy

import orjson
import pytest

from form_specs.check import check, check_text
from tests.runtime.invoices import invoices_tool

AT = "/forms/0/schema/properties"


def _ops(document, key):
    return document["forms"][0]["schema"]["properties"][key]["x-ops"]


@pytest.fixture
def problems(catalog):
    """`problems(key, **changes)`: what is wrong once parts of a computed field have changed."""

    def found(key="tax", extra=None, **changes):
        document = deepcopy(invoices_tool())
        _ops(document, key)["computed"] |= changes
        if extra:
            extra(document["forms"][0]["schema"]["properties"][key], document)
        return [(p.pointer, p.message, p.hint, p.severity) for p in check(document, catalog)]

    return found


def test_a_right_tool_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("formula", "message", "hint"),
    [
        (
            "nte * rate",
            "there is no field 'nte' (at character 1, before “nte * rate”)",
            "Did you mean 'net'?",
        ),
        ("net *", "something is missing (at its end)", "Go on with a field"),
        ("customer", "the formula gives a text, but a number is wanted", "Change the formula"),
        ("net + customer", "'+' does not take a number and a text (at character 5", "concat"),
        ("today()", "the formula gives a date, but a number is wanted", ""),
    ],
)
def test_a_wrong_formula_is_told_at_its_character(problems, formula, message, hint):
    ((pointer, said, help_, severity),) = problems(formula=formula)
    assert pointer == f"{AT}/tax/x-ops/computed/formula"
    assert message in said
    assert hint in help_
    assert severity == "error"


def test_the_terminal_shows_file_line_and_column(catalog):
    document = invoices_tool()
    _ops(document, "tax")["computed"]["formula"] = "nett * 2"
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    _, (problem,) = check_text(text, "invoices.json", catalog)
    line = text.decode().splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith('"nett * 2"')
    assert str(problem).endswith("Did you mean 'net'?")


def test_circles_are_told_all_around(problems):
    ((pointer, message, _, _),) = problems(formula="gross / 2")
    assert "these formulas need one another" in message
    assert {"tax", "gross"} <= set(message.replace("→", " ").split())
    assert pointer.endswith("/x-ops/computed/formula")


def test_a_field_that_needs_itself_is_a_circle(problems):
    ((_, message, _, _),) = problems(formula="tax + 1")
    assert "tax → tax" in message


def test_what_reads_the_clock_is_not_stored(problems):
    ((_, message, hint, _),) = problems("days_left", stored=True)
    assert "reads the clock" in message
    assert '"stored": false' in hint
    ((_, message, _, _),) = problems(formula="days_left * 2")
    assert "reads 'days_left', which is not stored" in message


def test_the_result_is_a_type_that_formulas_give(problems):
    for result in ("sequence", "files", "computed", "decimall"):
        found = problems(result=result)
        assert found[0][0] == f"{AT}/tax/x-ops/computed/result"
        assert f"a formula cannot give a field of type '{result}'" in found[0][1]
    assert "Did you mean 'decimal'?" in problems(result="decimall")[0][2]


def test_the_result_brings_its_options_and_schema(problems):
    def wrong(property_, _):
        property_["x-ops"]["options"] = {"scale": 9}

    assert problems(extra=wrong)[0][0] == f"{AT}/tax/x-ops/options/scale"

    def number(property_, _):
        property_["type"] = "integer"

    assert any("decimal" in hint for _, _, hint, _ in problems(extra=number))


def test_a_computed_field_is_read_only_and_has_no_default(problems):
    def typed_in(property_, _):
        del property_["readOnly"]
        property_["default"] = "1.00"

    messages = [message for _, message, _, _ in problems(extra=typed_in)]
    assert 'A computed field has "readOnly": true' in messages
    assert "a computed field has no default: its formula gives the value" in messages


def test_only_computed_fields_have_a_formula(problems):
    def plain(property_, _):
        property_["x-ops"]["type"] = "decimal"

    ((pointer, message, hint, _),) = problems(extra=plain)
    assert pointer == f"{AT}/tax/x-ops/computed"
    assert "is typed in, not computed" in message
    assert '"type": "computed"' in hint

    def bare(property_, _):
        del property_["x-ops"]["computed"]

    assert "a computed field needs a formula" in problems(extra=bare)[0][1]


def test_what_is_not_stored_cannot_be_asked_for(problems):
    def asked(property_, document):
        property_["x-ops"] |= {"index": True, "unique": True}
        document["forms"][0]["schema"]["required"].append("days_left")
        document["views"][0]["sort"] = ["days_left"]
        document["forms"][0]["rules"] = [
            {"condition": {"field": "days_left", "op": "gt", "value": 1}, "message": "Late"}
        ]

    messages = " | ".join(message for _, message, _, _ in problems("days_left", asked))
    assert "a value that is not stored cannot be 'unique'" in messages
    assert "a value that is not stored cannot be 'index'" in messages
    assert "'days_left' is required, but it is not stored" in messages
    assert "'days_left' cannot be sorted by: its value is not stored" in messages
    assert "'gt' does not fit" in messages


def test_nothing_is_said_of_formulas_that_read_a_broken_field(problems):
    def broken(_, document):
        _ops(document, "net")["type"] = "decimall"

    found = problems(extra=broken)
    assert [pointer for pointer, *_ in found] == [f"{AT}/net/x-ops/type"]
