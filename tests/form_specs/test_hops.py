"""What is said of a spec that looks into linked records, and where it may."""

import pytest

from form_specs.check import check
from form_specs.conditions.wording import sentence
from form_specs.form_words import FormWords, within
from form_specs.hops import hop, is_hop, parted, step_to, target_of, written
from form_specs.load import load
from tests.runtime.cases import cases_tool

FIELDS = "/forms/0/schema/properties"
ABROAD = {"field": "merchant.country", "op": "ne", "value": "ro"}


def field(document, key):
    return document["forms"][0]["schema"]["properties"][key]["x-ops"]


@pytest.fixture
def problems(catalog):
    """`problems(change)`: what is wrong with the tool of the cases once it is changed."""

    def found(change):
        document = cases_tool()
        change(document)
        return [(p.pointer, p.message, p.hint) for p in check(document, catalog)]

    return found


def test_what_is_read_of_a_linked_record_has_a_name_that_no_field_has():
    assert parted(hop("merchant", "country")) == ("merchant", "country")
    assert written(hop("merchant", "@state")) == "merchant.@state"
    assert written("merchant") == "merchant"
    assert target_of(step_to(57)) == "57"
    assert is_hop(step_to(57))
    assert not is_hop("merchant.country")


@pytest.mark.parametrize("key", ["showWhen", "requireWhen", "readOnlyWhen"])
def test_fields_may_react_to_linked_records(problems, key):
    assert problems(lambda d: field(d, "city").update({key: ABROAD})) == []


def test_rules_guards_actions_and_layouts_may_ask_about_them(problems):
    def change(document):
        form = document["forms"][0]
        form["rules"] = [{"condition": ABROAD, "message": "Not from here"}]
        form["layouts"] = {
            "default": [
                {
                    "section": "A",
                    "fields": ["title", {"note": "In {{ merchant.country }}", "showWhen": ABROAD}],
                }
            ]
        }
        document["workflows"] = [{
            "form": "case", "initial": "open",
            "states": [{"key": "open", "title": "Open"}, {"key": "done", "title": "Done", "category": "done"}],
            "transitions": [{"key": "close", "title": "Close", "from": ["open"], "to": "done",
                             "guards": [{"condition": ABROAD, "message": "Not from here"}]}],
        }]  # fmt: skip
        document["actions"] = [
            {"key": "tag", "title": "Tag", "type": "set_values", "form": "case",
             "when": ABROAD, "options": {"values": {"city": "cluj"}}}
        ]  # fmt: skip

    assert problems(change) == []


def test_views_may_filter_by_them_and_show_them(problems):
    def change(document):
        document["views"][0]["columns"] += ["merchant.country", "merchant.@created_at"]
        document["views"][0]["filter"] = ABROAD

    assert problems(change) == []


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("merchant.contry", "there is no field 'merchant.contry'", "'merchant.country'?"),
        ("related.title", "'related' links to several records; a path leads over a field of type 'link'", ""),
        ("title.name", "there is no field 'title.name'", ""),
        ("merchant.", "there is no field 'merchant.'", ""),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_told_with_what_would_be_right(problems, path, message, hint):
    (found,) = problems(
        lambda d: field(d, "city").update(showWhen={"field": path, "op": "eq", "value": "x"})
    )
    assert found[:2] == (f"{FIELDS}/city/x-ops/showWhen/field", message)
    assert hint in found[2]


def test_a_path_leads_over_one_link(problems):
    def change(document):
        properties = document["forms"][1]["schema"]["properties"]
        properties["owner"] = {"type": "string", "title": "Owner", "x-ops": {"type": "link", "link": {"form": "merchant"}}}  # fmt: skip
        field(document, "city")["showWhen"] = {"field": "merchant.owner.name", "op": "present"}
        document["views"][0]["columns"] += ["merchant.owner.name"]

    said = "'merchant.owner.name' leads over two links; one at most may stand in a path"
    assert {(pointer, message) for pointer, message, _ in problems(change)} == {
        (f"{FIELDS}/city/x-ops/showWhen/field", said),
        ("/views/0/columns/5", said),
    }


@pytest.mark.parametrize(
    ("condition", "at", "message"),
    [
        ({"field": "merchant.status", "op": "gt", "value": "open"}, "op", "'gt' does not fit a choice"),
        ({"field": "merchant.status", "op": "eq", "value": "opn"}, "value", "opn"),
        ({"field": "merchant.name", "op": "eq", "value": {"field": "merchant.status"}}, "value/field",
         "'merchant.name' (text) and 'merchant.status' (choice) do not compare"),
    ],
)  # fmt: skip
def test_a_comparison_with_a_linked_field_is_typed(problems, condition, at, message):
    (found,) = problems(lambda d: field(d, "city").update(showWhen=condition))
    assert found[0] == f"{FIELDS}/city/x-ops/showWhen/{at}"
    assert message in found[1]


def test_a_change_is_asked_about_in_the_record_itself(problems):
    rule = {"condition": {"field": "merchant.country", "op": "changed"}, "message": "No"}
    (found,) = problems(lambda d: d["forms"][0].update(rules=[rule]))
    assert found == (
        "/forms/0/rules/0/condition/field",
        "no change of this record sets 'merchant.country', which stands in a linked one",
        "Ask whether 'merchant' changed",
    )
    was = {"field": "country", "op": "was", "value": {"field": "merchant.country"}}
    (found,) = problems(lambda d: d["forms"][0].update(rules=[{"condition": was, "message": "No"}]))
    assert "which cannot be asked about here" in found[1]


def test_conditions_on_rows_and_of_links_ask_about_the_record_alone(problems):
    def rows(document):
        document["roles"][0]["grants"][0]["rows"] = {"not": ABROAD}

    def filtered(document):
        properties = document["forms"][1]["schema"]["properties"]
        properties["owner"] = {"type": "string", "title": "Owner", "x-ops": {"type": "link", "link": {"form": "merchant"}}}  # fmt: skip
        field(document, "backup")["link"]["filter"] = {"field": "owner.name", "op": "present"}

    said = "stands in a linked record, which cannot be asked about here"
    assert problems(rows) == [
        ("/roles/0/grants/0/rows/not/field", f"'merchant.country' {said}", "Ask about the record's own fields")
    ]  # fmt: skip
    assert problems(filtered) == [
        (f"{FIELDS}/backup/x-ops/link/filter/field", f"'owner.name' {said}", "Ask about the record's own fields")
    ]  # fmt: skip


def test_lists_neither_sort_by_linked_fields_nor_offer_them_as_chips(problems):
    def change(document):
        document["views"][0] |= {"sort": ["-merchant.name"], "quickFilters": ["merchant.name"]}

    found = {pointer: message for pointer, message, _ in problems(change)}
    assert found["/views/0/sort/0"] == (
        "'merchant.name' cannot be sorted by: it stands in a linked record"
    )
    assert "no index serves it" in found["/views/0/quickFilters/0"]


@pytest.mark.parametrize("column", ["merchant.nme", "merchant.@id", "related.title"])
def test_a_column_that_leads_nowhere_is_told(problems, column):
    ((pointer, message, _),) = problems(lambda d: d["views"][0]["columns"].append(column))
    assert (pointer, message) == ("/views/0/columns/5", f"there is no field '{column}'")


def computed(document, key="label", form=0, **computed):
    found = {"formula": "upper(merchant.name)", "result": "text", "stored": False, **computed}
    document["forms"][form]["schema"]["properties"][key] = {
        "type": "string", "title": "Label", "maxLength": 300, "readOnly": True,
        "x-ops": {"type": "computed", "computed": found},
    }  # fmt: skip


def test_only_what_is_worked_out_when_it_is_read_may_read_linked_records(problems):
    assert problems(computed) == []
    ((pointer, message, hint),) = problems(lambda d: computed(d, stored=True))
    assert pointer == f"{FIELDS}/label/x-ops/computed/formula"
    assert message.startswith("the formula reads 'merchant.name' of a linked record")
    assert hint == 'Add "stored": false'


def test_what_is_worked_out_in_a_linked_record_is_not_read_from_beside(problems):
    def change(document):
        computed(document, key="age", form=1, formula="concat(name, today())")
        computed(document, formula="merchant.age")
        document["views"][0]["columns"].append("merchant.age")

    found = {pointer: message for pointer, message, _ in problems(change)}
    assert (
        "'merchant.age' is worked out when it is read"
        in found[f"{FIELDS}/label/x-ops/computed/formula"]
    )
    assert found["/views/0/columns/5"].startswith(
        "'merchant.age' is worked out when its own record"
    )


def test_a_role_that_cannot_know_why_a_field_is_shown_is_noticed(problems):
    shown = {"field": "merchant.rating", "op": "eq", "value": "A"}
    ((pointer, message, _),) = problems(lambda d: field(d, "city").update(showWhen=shown))
    assert pointer == "/roles/0/grants/0/fields"
    assert "may read 'city' but not 'merchant.rating'" in message


def test_nothing_is_said_about_fields_that_are_wrong_themselves(problems):
    def change(document):
        document["forms"][1]["schema"]["properties"]["country"]["x-ops"]["type"] = "chioce"
        field(document, "city")["showWhen"] = ABROAD

    assert {pointer for pointer, *_ in problems(change)} == {
        "/forms/1/schema/properties/country/x-ops/type"
    }


# -- in words -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words():
    tool = load(cases_tool())
    merchant = FormWords.of(tool.forms["merchant"])
    links = {key: lambda: merchant for key in ("merchant", "backup")}
    return FormWords.of(tool.forms["case"], links=links)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            {"field": "merchant.status", "op": "eq", "value": "closed"},
            "Merchant's status is Closed",
        ),
        ({"field": "backup.name", "op": "present"}, "Backup merchant's name is filled in"),
        (
            {"field": "merchant.@created_at", "op": "lt", "value": {"now": {"days": -7}}},
            "Merchant's created is before 7 days ago",
        ),
        (
            {"field": "title", "op": "eq", "value": {"field": "merchant.name"}},
            "Title is Merchant's name",
        ),
    ],
)
def test_a_condition_names_the_link_and_the_field_there(words, condition, said):
    assert sentence(condition, words) == said


def test_a_title_keeps_its_capitals_where_it_is_an_abbreviation():
    assert [within(title) for title in ("Country", "VAT number", "E-mail", "")] == [
        "country", "VAT number", "e-mail", "",
    ]  # fmt: skip


# -- inside fields --------------------------------------------------------------------------


def rows(document, **ops):
    """A repeat among the fields of a case, with something that its text does."""
    document["forms"][0]["schema"]["properties"]["lines"] = {
        "type": "array", "title": "Lines", "x-ops": {"type": "repeat"},
        "items": {"type": "object", "title": "Line", "properties": {
            "note": {"type": "string", "title": "Note", "maxLength": 99, "x-ops": {"type": "text", **ops}}}},
    }  # fmt: skip
    return document["forms"][0]["schema"]["properties"]["lines"]["items"]["properties"]


def test_a_field_in_a_row_may_react_to_what_the_record_links_to(problems):
    assert problems(lambda d: rows(d, showWhen=ABROAD) and None) == []


def test_what_a_row_calls_like_the_link_hides_it(problems):
    def change(document):
        properties = rows(document, showWhen=ABROAD)
        properties["merchant"] = {"type": "string", "title": "M", "maxLength": 9, "x-ops": {"type": "text"}}  # fmt: skip

    ((_, message, _),) = problems(change)
    assert message == "there is no field 'merchant.country'"


def test_a_formula_in_a_row_reads_no_linked_record(problems):
    def change(document):
        computed = {"formula": "merchant.name", "result": "text", "stored": False}
        rows(document, type="computed", computed=computed)["note"]["readOnly"] = True

    ((_, message, hint),) = problems(change)
    assert (
        message
        == "a formula inside a field reads no linked record, as this does with 'merchant.name'"
    )
    assert hint == "Compute it in a field of the form"
