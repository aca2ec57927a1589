"""Any other validator agrees with the gate about a record, as far as JSON Schema can say it."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from components.registry import Registry
from form_specs.check import check
from form_specs.conditions import Env
from form_specs.problem import Severity
from runtime.compiling.effective import effective_document, effective_schema
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import NoHops
from runtime.compiling.tool import CompiledTool
from tests.form_specs.test_conditions import ENV


def choice(title: str, *keys: str, **ops: Any) -> dict[str, Any]:
    choices = [{"key": key, "title": key.title()} for key in keys]
    return {"enum": [*keys], "title": title, "x-ops": {"type": "choice", "choices": choices, **ops}}


def leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


LEGAL = leaf("reason", "eq", "legal")
MAPPED = {
    "reason": choice("Reason", "risk", "legal", "kyc"),
    "order_no": {"type": "string", "title": "Order", "maxLength": 9, "x-ops": {"type": "text", "showWhen": LEGAL, "requireWhen": leaf("count", "ge", 2)}},
    "court": {"type": "string", "title": "Court", "maxLength": 9, "x-ops": {"type": "text", "showWhen": {"all": [leaf("order_no", "present"), {"not": leaf("urgent", "eq", True)}]}}},
    "count": {"type": "integer", "title": "Count", "x-ops": {"type": "integer", "rules": [{"condition": leaf("count", "between", [0, 3]), "message": "0 to 3"}, {"condition": leaf("count", "lt", 2), "message": "Many", "severity": "warning"}]}},
    "urgent": {"type": "boolean", "title": "Urgent", "x-ops": {"type": "boolean"}},
    "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "maxItems": 2, "title": "Tags", "x-ops": {"type": "multi_choice", "choices": [{"key": "a", "title": "A"}, {"key": "b", "title": "B"}], "requireWhen": leaf("reason", "in", ["risk", "kyc"])}},
    "kept": {"type": "string", "title": "Kept", "maxLength": 9, "x-ops": {"type": "text", "showWhen": LEGAL, "whenHidden": "keep"}},
}  # fmt: skip
RULES = [
    {"condition": {"any": [leaf("tags", "has_all", ["a", "b"]), leaf("count", "ne", 3)]}, "message": "x"},
    {"condition": {"any": [leaf("tags", "has_any", ["b"]), leaf("reason", "not_in", ["kyc"])]}, "message": "y"},
    {"condition": {"not": {"all": [leaf("urgent", "eq", True), leaf("tags", "empty")]}}, "message": "z"},
]  # fmt: skip


def make_form(properties: dict[str, Any], rules: list[Any]) -> CompiledForm:
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    form = {"key": "hold", "title": "Hold", "schema": schema, "rules": rules}
    document = {"ops": "1", "kind": "tool", "key": "holds", "title": "Holds", "forms": [form]}
    registry = Registry.discover()
    found = check(document, registry.catalog())
    assert [p for p in found if p.severity is Severity.ERROR] == []
    tool = CompiledTool.build(document, registry, tool_id=1, version=1, form_ids={"hold": 1})
    assert effective_document(tool)["forms"][0]["schema"] == effective_schema(tool.forms["hold"])
    return tool.forms["hold"]


@pytest.fixture(scope="module")
def form() -> CompiledForm:
    return make_form(MAPPED, RULES)


VALUES = {
    "reason": st.sampled_from(["risk", "legal", "kyc", "other"]),
    "order_no": st.sampled_from(["C-1", "too long a text"]),
    "court": st.just("Oslo"),
    "count": st.integers(-1, 4),
    "urgent": st.booleans(),
    "tags": st.sampled_from([["a"], ["b"], ["b", "a"], []]),
    "kept": st.just("kept"),
}


def accepted(form: CompiledForm, record: dict[str, Any], env: Env) -> bool:
    """What the gate says of a record that stands as it is, by schema, conditions and rules."""
    if not form.judge.is_valid(record):
        return False
    values = {key: form.fields[key].parse(value) for key, value in record.items()}
    found = form.evaluate(form.to_document(values), env, NoHops())
    cleared = {key for key in found.hidden if not form.spec.fields[key].keeps_hidden}
    errors = [*found.of_severity(Severity.ERROR)]
    return not (errors or cleared & record.keys() or found.required - record.keys())


@settings(max_examples=300)
@given(record=st.fixed_dictionaries({}, optional=VALUES))
def test_both_validators_agree_with_the_gate(form: CompiledForm, record: dict[str, Any]):
    schema = effective_schema(form)
    verdict = accepted(form, record, ENV)
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(record) is verdict
    assert Draft202012Validator(schema).is_valid(record) is verdict


def test_all_of_it_could_be_said(form: CompiledForm):
    schema = effective_schema(form)
    assert "$comment" not in schema
    Draft202012Validator.check_schema(schema)
    assert "allOf" not in form.spec.schema


TODAY = leaf("due", "ge", {"today": {}})
UNMAPPED = [
    (TODAY, "what is known only then"),
    (leaf("note", "contains", "x"), "'contains' of 'note'"),
    (leaf("due", "gt", "2026-11-24"), "'gt' of 'due'"),
    (leaf("price", "eq", "1.50"), "written in more than one way"),
    (leaf("@version", "eq", 1), "it asks about @version"),
    (leaf("note", "changed"), "the record as it was"),
    ({"user": {"is": "owner"}}, "who the user is"),
    ({"any": [LEGAL, {"not": TODAY}]}, "what is known only then"),
]


@pytest.mark.parametrize(("condition", "why"), UNMAPPED)
def test_what_cannot_be_said_is_listed(condition: dict[str, Any], why: str):
    properties = {
        "reason": MAPPED["reason"],
        "note": {"type": "string", "title": "Note", "maxLength": 9, "x-ops": {"type": "text"}},
        "due": {"type": "string", "format": "date", "title": "Due", "x-ops": {"type": "date"}},
        "price": {"type": "string", "pattern": "^[0-9]{1,9}(\\.[0-9]{1,2})?$", "title": "Price", "x-ops": {"type": "decimal"}},
        "owner": {"type": "string", "maxLength": 80, "title": "Owner", "x-ops": {"type": "user"}},
    }  # fmt: skip
    schema = effective_schema(make_form(properties, [{"condition": condition, "message": "No"}]))
    assert "allOf" not in schema
    assert schema["$comment"].startswith("Judged by Opswright alone: rule 0 (")
    assert why in schema["$comment"]
