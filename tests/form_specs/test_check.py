import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from form_specs.check import check, check_file
from form_specs.problem import Severity
from tests.form_specs.conftest import TOOL


def _properties(tool):
    return tool["forms"][0]["schema"]["properties"]


def put(*path):
    """A change to the small tool: the last of `path` is put where the steps before it lead."""
    *steps, last, value = path

    def change(tool):
        part = tool
        for step in steps:
            part = part[step]
        part[last] = value

    return change


def prop(key, **keywords):
    return lambda tool: _properties(tool)[key].update(keywords)


def ops(key, **keywords):
    return lambda tool: _properties(tool)[key]["x-ops"].update(keywords)


def test_the_small_tool_is_right(catalog, tool):
    assert check(tool, catalog) == []


SCHEMA = ("forms", 0, "schema")
WAY = ("workflows", 0, "transitions", 0)
VIEW = ("views", 0)
GRANT = ("roles", 0, "grants", 0)
P = "/forms/0/schema/properties"
RISK = {"field": "reason", "op": "eq", "value": "risk"}

WRONG = [
    # shape
    (put("titel", "x"), "/titel", "'titel' has no meaning here", "Did you mean 'title'?"),
    (lambda t: t.pop("title"), "", "'title' is missing", "What people call it"),
    (put("key", "Bad Key"), "/key", "'Bad Key' is not written as needed here", "lower-case letter"),
    (put("kind", "tols"), "/kind", "'tols' is not possible here", "Write 'tool'"),
    (put("title", 3), "/title", "3 stands where a text is needed", ""),
    (put("title", ""), "/title", "at least one character is needed here", ""),
    (put("title", "x" * 201), "/title", "at most 200 characters fit here; there are 201", ""),
    (put("forms", []), "/forms", "at least one entry is needed here", ""),
    (put("views", "none"), "/views", "'none' stands where a list is needed", ""),
    (put(*VIEW, "columns", ["reason", "reason"]), "/views/0/columns", "twice", "once"),
    (ops("reason", choices=[{"key": "risk", "title": "R", "color": "blu"}, {"key": "legal", "title": "L"}]),
     f"{P}/reason/x-ops/choices/0/color", "none of the values", "Did you mean 'blue'?"),
    (put("forms", 0, "layouts", "default", 0, "columns", 9), "/forms/0/layouts/default/0/columns", "9 is out of range", "At most 4"),
    (put("forms", 0, "layouts", "default", 0, "fields", [{"feld": "reason"}]), "/forms/0/layouts/default/0/fields/0/feld", "'feld' has no meaning", "'field'"),
    (put(*SCHEMA, "properties", "a,b", {"x-ops": {"type": "json"}}), f"{P}/a,b", "cannot be a name", "At most 120"),
    (put(*SCHEMA, "properties", "_key", {"x-ops": {"type": "json"}}), f"{P}/_key", "a name that pages have", "another key"),
    (put(*SCHEMA, "propertis", {}), "/forms/0/schema/propertis", "no meaning", "'properties'"),
    # reactions
    (ops("count", showWhen={"field": "resaon", "op": "eq", "value": "risk"}), f"{P}/count/x-ops/showWhen/field", "there is no field 'resaon'", "'reason'"),
    (ops("count", requireWhen={"field": "reason", "op": "gt", "value": "risk"}), f"{P}/count/x-ops/requireWhen/op", "'gt' does not fit a choice", ""),
    (ops("count", readOnlyWhen={"field": "reason", "op": "eq", "value": "kyc"}), f"{P}/count/x-ops/readOnlyWhen/value", "", ""),
    (ops("count", rules=[{"condition": {"user": {"role": "leed"}}, "message": "No"}]), f"{P}/count/x-ops/rules/0/condition/user/role", "there is no role 'leed'", "'lead'"),
    (ops("count", rules=[{"condition": {}, "message": "No"}]), f"{P}/count/x-ops/rules/0/condition", "this is no condition", ""),
    (ops("count", rules=[{"condition": RISK, "message": "No", "severity": "warn"}]), f"{P}/count/x-ops/rules/0/severity", "none of the values", "'warning'"),
    (ops("count", rules=[{"condition": RISK, "message": "No", "field": "count"}]), f"{P}/count/x-ops/rules/0/field", "no meaning here", ""),
    (ops("count", showWhen=RISK, whenHidden="kept"), f"{P}/count/x-ops/whenHidden", "none of the values", "'keep'"),
    (ops("count", whenHidden="keep"), f"{P}/count/x-ops/whenHidden", "never hidden", "showWhen"),
    (ops("count", showWhen={"field": "count", "op": "changed"}), f"{P}/count/x-ops/showWhen/op", "'changed' asks about a change", "readOnlyWhen"),
    (ops("count", readOnlyWhen={"field": "@state", "op": "was", "value": "open"}), f"{P}/count/x-ops/readOnlyWhen/field", "no change sets '@state'", ""),
    (ops("count", readOnlyWhen={"field": "labels", "op": "was", "value": "a"}), f"{P}/count/x-ops/readOnlyWhen/op", "'was' does not fit", ""),
    (ops("count", readOnlyWhen={"field": "urgent", "op": "was"}), f"{P}/count/x-ops/readOnlyWhen", "not said yet what to compare with", ""),
    (ops("count", readOnlyWhen={"field": "urgent", "op": "changed", "value": 1}), f"{P}/count/x-ops/readOnlyWhen/value", "takes no value", ""),
    (ops("count", showWhen={"some": "labels", "match": RISK}), f"{P}/count/x-ops/showWhen/some", "it holds no rows", ""),
    (ops("count", showWhen={"some": "lines", "match": RISK}), f"{P}/count/x-ops/showWhen/some", "there is no field 'lines'", ""),
    (ops("count", showWhen={"every": "labels"}), f"{P}/count/x-ops/showWhen", "needs a condition for the rows", "match"),
    (ops("merchant", showWhen=RISK), f"{P}/merchant/x-ops/showWhen", "required in every record, yet not always shown", "requireWhen"),
    (ops("count", showWhen={"field": "count", "op": "present"}), f"{P}/count/x-ops/showWhen", "depends on 'count': once hidden", ""),
    (lambda t: [ops(key, showWhen={"field": other, "op": "present"})(t) for key, other in (("count", "urgent"), ("urgent", "owner"), ("owner", "count"))],
     f"{P}/count/x-ops/showWhen", "whether 'count' is shown depends on 'urgent', that on 'owner', that on 'count'", "shown always"),
    (lambda t: _properties(t).update(no={"type": "string", "readOnly": True, "x-ops": {"type": "sequence", "options": {"format": "N-{:04d}"}, "showWhen": RISK}}),
     f"{P}/no/x-ops/showWhen", "every record gets its 'no'", "Leave"),
    # keys
    (lambda t: t["views"].append(t["views"][0]), "/views/1/key", "the key 'mine' stands in 'views' twice", "/views/0/key"),
    (lambda t: t["workflows"][0]["states"].append({"key": "open", "title": "O", "category": "done"}), "/workflows/0/states/2/key", "twice", ""),
    # fields
    (ops("merchant", type="txt"), f"{P}/merchant/x-ops/type", "there is no field type 'txt'", "Did you mean 'text'?"),
    (ops("merchant", options={"colour": 1}), f"{P}/merchant/x-ops/options/colour", "'colour' has no meaning", ""),
    (prop("count", type="string"), f"{P}/count", "", "the type 'integer'"),
    (ops("merchant", choices=[{"key": "a", "title": "A"}]), f"{P}/merchant/x-ops/choices", "has no choices", ""),
    (prop("reason", enum=["risk"]), f"{P}/reason/x-ops/choices/1/key", "'legal' is no value of 'enum'", ""),
    (prop("reason", enum=["risk", "legal", "kyc"]), f"{P}/reason/x-ops/choices", "'kyc' of 'enum' has no choice", "retired"),
    (prop("count", default="many"), f"{P}/count/default", "", ""),
    (prop("count", default=-1), f"{P}/count/default", "less than the minimum", ""),
    (ops("count", default={"user": "id"}), f"{P}/count/x-ops/default/user", "'user' is no value of this field", "type user"),
    (prop("owner", default="maya"), f"{P}/owner/default", "there are two defaults", "Keep"),
    (lambda t: _properties(t).update(bad={"enum": 3, "x-ops": {"type": "choice", "choices": [{"key": "a", "title": "A"}]}}), f"{P}/bad/enum", "3 stands where a list is needed", ""),
    (prop("merchant", maxLenght=3), f"{P}/merchant/maxLenght", "no keyword of JSON Schema", "'maxLength'"),
    # the record schema
    (put(*SCHEMA, "required", ["merchnt"]), "/forms/0/schema/required/0", "is required but is no property", "'merchant'"),
    (prop("merchant", maxLength=-1), f"{P}/merchant/maxLength", "-1 is out of range", "At least 0"),
    (prop("merchant", pattern="(a"), f"{P}/merchant/pattern", "no regular expression that can be matched here", "JavaScript"),
    (prop("merchant", pattern="a" * 5_001), f"{P}/merchant/pattern", "at most 5,000", ""),
    (prop("extra", patternProperties={"(a": {}}), f"{P}/extra/patternProperties/(a", "no regular expression", ""),
    (prop("extra", **{"$ref": "https://example.com/x"}), f"{P}/extra/$ref", "leads out of this document", "$defs"),
    (prop("extra", **{"$ref": "file:///etc/passwd"}), f"{P}/extra/$ref", "passwd' leads out of this document", "$defs"),
    (prop("extra", **{"$ref": "#/$defs/adress"}), f"{P}/extra/$ref", "leads to no schema", ""),
    (prop("extra", **{"$ref": "#/properties/extra"}), f"{P}/extra", "refers back to itself", ""),
    (prop("extra", **{"$id": "x"}), f"{P}/extra/$id", "'$id' is not possible", ""),
    (prop("extra", uniqueItems=True), f"{P}/extra", "'uniqueItems' without 'maxItems'", "maxItems"),
    # references inside the form
    (put("forms", 0, "titleField", "merchnt"), "/forms/0/titleField", "there is no field 'merchnt'", "'merchant'"),
    (put("forms", 0, "subtitleFields", ["x"]), "/forms/0/subtitleFields/0", "there is no field 'x'", ""),
    (put("forms", 0, "layouts", "default", 0, "fields", ["resaon"]), "/forms/0/layouts/default/0/fields/0", "no field 'resaon'", "'reason'"),
    (put("forms", 0, "layouts", "default", 0, "fields", ["reason", {"field": "reason"}]), "/forms/0/layouts/default/0/fields/1/field", "stands in this layout twice", ""),
    (put("forms", 0, "layouts", "default", 0, "fields", [{"field": "reason", "span": 3}]), "/forms/0/layouts/default/0/fields/0/field", "spans 3 columns of 2", ""),
    (put("forms", 0, "layouts", {"create": [{"section": "S", "fields": ["reason"]}]}), "/forms/0/layouts", "no layout 'default'", ""),
    (put("forms", 0, "rules", 0, "field", "cont"), "/forms/0/rules/0/field", "no field 'cont'", "'count'"),
    (put("forms", 0, "rules", 0, "condition", {"field": "reason", "op": "gt", "value": 1}), "/forms/0/rules/0/condition/op", "'gt' does not fit a choice; did you mean 'in'?", ""),
    # workflows
    (put("workflows", 0, "form", "holt"), "/workflows/0/form", "there is no form 'holt'", "'hold'"),
    (lambda t: t["workflows"].append(t["workflows"][0]), "/workflows/1/form", "has a workflow already", ""),
    (put("workflows", 0, "initial", "opn"), "/workflows/0/initial", "there is no state 'opn'", "'open'"),
    (put(*WAY, "to", "relased"), f"/{'/'.join(map(str, WAY))}/to", "there is no state 'relased'", "'released'"),
    (put(*WAY, "from", ["opn"]), f"/{'/'.join(map(str, WAY))}/from/0", "there is no state 'opn'", "'open'"),
    (put(*WAY, "roles", ["boss"]), f"/{'/'.join(map(str, WAY))}/roles/0", "there is no role 'boss'", "analyst"),
    (put(*WAY, "require", ["x"]), f"/{'/'.join(map(str, WAY))}/require/0", "there is no field 'x'", ""),
    (put(*WAY, "guards", 0, "condition", {"user": {"role": "boss"}}), f"/{'/'.join(map(str, WAY))}/guards/0/condition/user/role", "no role 'boss'", ""),
    (lambda t: t["workflows"][0]["states"].append({"key": "lost", "title": "L", "category": "done"}), "/workflows/0/states/2", "no transition leads from 'Open' to the state 'L'", ""),
    (put("workflows", 0, "states", 1, "category", "open"), "/workflows/0/states/1", "never get out of the state 'Released'", "'done'"),
    # views, actions, roles
    (put(*VIEW, "type", "tabel"), "/views/0/type", "there is no view type 'tabel'", "'table'"),
    (put(*VIEW, "form", "x"), "/views/0/form", "there is no form 'x'", ""),
    (put(*VIEW, "columns", ["@stat"]), "/views/0/columns/0", "there is no field '@stat'", "'@state'"),
    (put(*VIEW, "sort", ["-extra"]), "/views/0/sort/0", "'extra' cannot be sorted by", ""),
    (put(*VIEW, "sort", ["nope"]), "/views/0/sort/0", "there is no field 'nope'", ""),
    (put(*VIEW, "quickFilters", ["extra"]), "/views/0/quickFilters/0", "cannot be filtered by", ""),
    (put(*VIEW, "filter", {"field": "@state", "op": "eq", "value": "opn"}), "/views/0/filter/value", "there is no state 'opn'", ""),
    (put(*VIEW, "roles", ["x"]), "/views/0/roles/0", "there is no role 'x'", ""),
    (put("actions", 0, "type", "set_value"), "/actions/0/type", "there is no action type 'set_value'", "'set_values'"),
    (put("actions", 0, "options", {"values": {"urgnt": True}}), "/actions/0/options/values/urgnt", "there is no field 'urgnt'", "'urgent'"),
    (put("actions", 0, "options", None), "/actions/0/options", "null stands where an object is needed", ""),
    (lambda t: t["actions"][0].pop("type"), "/actions/0", "'type' is missing", ""),
    (put("actions", 0, "options", {"value": {}}), "/actions/0/options/value", "'value' has no meaning", "'values'"),
    (put("actions", 0, "when", {"field": "x", "op": "empty"}), "/actions/0/when/field", "there is no field 'x'", ""),
    (put(*GRANT, "form", "x"), "/roles/0/grants/0/form", "there is no form 'x'", ""),
    (put(*GRANT, "fields", {"cout": "read"}), "/roles/0/grants/0/fields/cout", "there is no field 'cout'", "'count'"),
    (put(*GRANT, "can", ["raed"]), "/roles/0/grants/0/can/0", "none of the values", "'read'"),
    (put(*GRANT, "rows", {"al": []}), "/roles/0/grants/0/rows", "this is no condition", ""),
    (lambda t: t["roles"][0]["grants"].append(t["roles"][0]["grants"][0]), "/roles/0/grants/1/form", "a grant for 'hold' already", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "pointer", "said", "hint"), WRONG)
def test_each_mistake_is_found_at_its_place(make_problems, change, pointer, said, hint):
    found = [p for p in make_problems(change) if p.severity is Severity.ERROR]

    assert any(p.pointer == pointer and said in p.message and hint in p.hint for p in found), found


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        (prop("merchant", readOnly=True), f"{P}/merchant", "only a hook can fill it in"),
        (put(*GRANT, "fields", {"merchant": "hidden"}), "/roles/0/grants/0/fields/merchant", "may not fill in 'merchant'"),
        (put(*GRANT, "can", ["edit"]), "/roles/0/grants/0/can", "may not read"),
        (put(*SCHEMA, "properties", "state", {"type": "string", "x-ops": {"type": "text"}}), f"{P}/state", "what every record has"),
        (lambda t: t["workflows"][0]["transitions"].append({"key": "back", "title": "B", "from": ["released"], "to": "open"}), "/workflows/0/states/1", "'Released' is final, yet"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_a_warning(make_problems, change, pointer, said):
    (problem,) = make_problems(change)

    assert problem.severity is Severity.WARNING
    assert problem.pointer == pointer
    assert said in problem.message


def test_several_mistakes_are_found_at_once(make_problems):
    def change(tool):
        for one in (put("titel", "x"), ops("merchant", type="txt"), put(*VIEW, "sort", ["nope"])):
            one(tool)

    assert {p.pointer for p in make_problems(change)} == {
        "/titel", f"{P}/merchant/x-ops/type", "/views/0/sort/0",
    }  # fmt: skip


def test_nothing_is_said_about_the_use_of_a_field_that_is_wrong_itself(make_problems):
    problems = make_problems(ops("count", type="integr"))

    assert [p.pointer for p in problems] == [f"{P}/count/x-ops/type"]


@pytest.mark.parametrize("document", [None, [], "x", 3, {}, {"forms": None}, {"forms": [None, {}]}])
def test_what_is_no_tool_at_all_is_a_problem_not_an_error(document, catalog):
    assert check(document, catalog)


def test_a_document_that_was_not_read_from_text_is_held_to_the_same_limits(catalog, tool):
    tool["description"] = "\ud800"
    assert [p.pointer for p in check(tool, catalog)] == ["/description"]

    deep = {}
    for _ in range(5_000):
        deep = {"x": deep}
    tool["description"] = deep
    assert "nested more than 32 deep" in check(tool, catalog)[0].message


_junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "x", "hold", "@state", "#/$defs/a"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["field", "op", "value", "key", "$ref", "type", "x-ops", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def _places(part, path=()):
    yield path
    items = (
        part.items()
        if isinstance(part, dict)
        else enumerate(part)
        if isinstance(part, list)
        else ()
    )
    for step, inner in items:
        yield from _places(inner, (*path, step))


@settings(max_examples=150)
@given(place=st.sampled_from([p for p in _places(TOOL) if p]), junk=_junk)
def test_junk_anywhere_never_breaks_the_check(catalog, place, junk):
    document = json.loads(json.dumps(TOOL))
    put(*place, junk)(document)

    for problem in check(document, catalog):
        assert problem.message


def test_a_file_is_told_of_with_line_and_column(tmp_path, catalog, tool):
    tool["views"][0]["sort"] = ["nope"]
    tool["titel"] = "x"
    path = tmp_path / "holds.json"
    path.write_text(json.dumps(tool, indent=2))
    lines = path.read_text().splitlines()

    first, second = check_file(path, catalog)

    assert lines[first.line - 1][first.column - 1 :] == '"nope"'
    assert lines[second.line - 1][second.column - 1 :] == '"titel": "x"'
    assert str(second) == (
        f"{path}:{second.line}:3: error: 'titel' has no meaning here (at /titel). Did you mean 'title'?"
    )


def test_a_file_that_is_no_json_is_one_problem_with_its_place(tmp_path, catalog):
    path = tmp_path / "x.json"
    path.write_text('{"ops": "1",\n "ops": "1"}')

    (problem,) = check_file(path, catalog)

    assert (problem.line, problem.column, problem.pointer) == (2, 2, "/ops")
    assert "twice" in problem.message


def test_a_text_has_a_limit(make_problems):
    (problem,) = make_problems(put("description", "x" * 20_001))

    assert "at most 20,000 characters; this has 20,001" in problem.message


def test_a_long_list_is_judged_in_linear_time_and_told_of_in_few_problems(make_problems):
    mixed = [number if number % 2 else str(number) for number in range(50_000)]

    assert len(make_problems(prop("extra", required=mixed))) <= 201


def test_a_workflow_in_which_everything_leads_everywhere_is_told_once(make_problems):
    def free(tool):
        workflow = tool["workflows"][0]
        workflow["states"].append({"key": "lost", "title": "Lost", "category": "cancelled"})
        states = [state["key"] for state in workflow["states"]]
        workflow["transitions"] = [
            {"key": f"to_{to}", "title": to, "from": [s for s in states if s != to], "to": to}
            for to in states
        ]

    said = [p for p in make_problems(free) if p.severity is Severity.WARNING]
    assert [(p.pointer, p.kind) for p in said] == [("/workflows/0", "unordered")]
