"""XLSForm: rows become fields, XPath becomes conditions, rules and calculations."""

import pytest

from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, Sheet, UnreadableFile, import_form
from tests.form_specs.imports.conftest import accepts, fields_of, ops_of, said

HEAD = ["type", "name", "label", "label::Français (fr)", "hint", "required", "relevant", "constraint", "constraint_message", "calculation", "choice_filter", "appearance", "default"]  # fmt: skip


def row(**cells):
    return [
        cells.get(heading.partition("::")[0] if heading == "label" else heading, "")
        for heading in HEAD
    ]


SURVEY = [
    HEAD,
    row(type="text", name="name", label="Your name", hint="As in the passport", required="yes", constraint="regex(., '[A-Z][a-z]+') and string-length(.) < 20", constraint_message="A capital letter first"),
    row(type="integer", name="age", label="How old", required="yes", constraint=". >= 0 and . <= 120 and . != 13", constraint_message="0 to 120"),
    row(type="select_one yn", name="works", label="At work?", relevant="${age} >= 18", required="true()", appearance="minimal"),
    row(type="select_multiple pets", name="pets", label="Which pets", default="cat"),
    row(type="text", name="dog", label="Name of the dog", relevant="selected(${pets}, 'dog') and not(${works} = 'no')"),
    row(type="select_one country", name="country", label="Where"),
    row(type="select_one city", name="city", label="Which town", choice_filter="country = ${country}"),
    row(type="decimal", name="rent", label="Monthly rent"),
    row(type="calculate", name="yearly", calculation="${rent} * 12"),
    row(type="date", name="since", label="Since when", constraint=". <= today()", constraint_message="Not later than today"),
    row(type="text", name="far", label="How far", relevant="pulldata('x', 'y', 'z', ${name}) = '1'"),
    row(type="barcode", name="code", label="Code on it", required="${age} > 60"),
    row(type="deviceid", name="device"),
]  # fmt: skip
CHOICES = [
    ["list_name", "name", "label", "label::Français (fr)", "country"],
    ["yn", "yes", "Yes!", "Oui", ""],
    ["yn", "no", "No!", "Non", ""],
    ["pets", "dog", "A dog", "", ""],
    ["pets", "cat", "A cat", "", ""],
    ["country", "fr", "France", "", ""],
    ["country", "ro", "Romania", "", ""],
    ["city", "par", "Paris", "", "fr"],
    ["city", "clj", "Cluj", "", "ro"],
]
SETTINGS = [["form_title", "form_id"], ["Household", "hh1"]]
SHEETS = (Sheet("survey", SURVEY), Sheet("choices", CHOICES), Sheet("settings", SETTINGS))


def test_questions_become_fields(imported):
    found = imported(sheets=SHEETS)
    fields = fields_of(found)

    assert (found.format, found.document["title"]) == ("xlsform", "Household")
    assert (fields["name"]["title"], fields["name"]["description"]) == (
        "Your name",
        "As in the passport",
    )
    assert [c["title"] for c in ops_of(found, "works")["choices"]] == ["Yes!", "No!"]
    assert ops_of(found, "pets")["type"] == "multi_choice"
    assert fields["pets"]["default"] == ["cat"]
    assert fields["rent"]["type"] == "number"
    assert "device" not in fields


def test_relevant_and_required_become_conditions(imported):
    found = imported(sheets=SHEETS)
    adult = {"field": "age", "op": "ge", "value": 18}

    assert ops_of(found, "works")["showWhen"] == ops_of(found, "works")["requireWhen"] == adult
    assert ops_of(found, "dog")["showWhen"] == {
        "all": [{"field": "pets", "op": "has", "value": "dog"}, {"field": "works", "op": "ne", "value": "no"}]
    }  # fmt: skip
    assert ops_of(found, "code")["requireWhen"] == {"field": "age", "op": "gt", "value": 60}


def test_constraints_go_into_the_schema_and_the_rest_into_rules(imported):
    found = imported(sheets=SHEETS)
    fields = fields_of(found)

    assert (fields["age"]["minimum"], fields["age"]["maximum"]) == (0, 120)
    assert ops_of(found, "age")["rules"] == [{"condition": {"field": "age", "op": "ne", "value": 13}, "message": "0 to 120"}]  # fmt: skip
    assert ops_of(found, "name")["messages"]["pattern"] == "A capital letter first"
    assert ops_of(found, "since")["rules"][0]["condition"] == {"field": "since", "op": "le", "value": {"today": {}}}  # fmt: skip


def test_valid_answers_are_taken_and_invalid_ones_refused(imported):
    found = imported(sheets=SHEETS)
    valid = {"name": "Ada", "age": 41, "works": "yes", "pets": ["dog"], "dog": "Rex", "city": "par", "rent": 700.5, "since": "2020-02-03"}  # fmt: skip

    assert accepts(found, valid)
    for wrong in ({"name": "ada"}, {"name": "A" + "a" * 19}, {"age": -1}, {"age": "41"}, {"works": "perhaps"}, {"pets": ["cow"]}, {"since": "May"}, {"other": 1}):  # fmt: skip
        assert not accepts(found, valid | wrong), wrong
    assert not accepts(found, {"age": 3})


def test_each_thing_without_a_counterpart_is_named_with_its_place(imported):
    notes = said(imported(sheets=SHEETS))

    for place in ("survey, row 4, appearance", "survey, row 12, relevant", "survey, row 13, type", "survey, row 14", "settings, row 2, form_id"):  # fmt: skip
        assert place in notes
    assert "the function pulldata()" in notes


def test_nothing_is_dropped_in_silence(imported, catalog):
    def outcome(sheets):
        try:
            found = import_form(Given(sheets=sheets), "sample", catalog)
        except CannotImport as error:
            return str(error)
        return f"{found.document}{said(found)}"

    whole, notes = outcome(SHEETS), said(imported(sheets=SHEETS))
    silent = []
    for sheet in SHEETS:
        for at, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                place = f"{sheet.name}, row {at + 1}"
                if not cell or not at or f"{place}:" in notes:
                    continue
                changed = [[*r] for r in sheet.rows]
                changed[at][column] = ""
                others = tuple(s if s is not sheet else Sheet(s.name, changed) for s in SHEETS)
                if outcome(others) == whole:
                    silent.append((place, cell))
    assert not silent, silent


def test_groups_and_repeats_hold_values_of_their_own(imported):
    survey = [
        ["type", "name", "label", "required", "repeat_count"],
        ["begin_group", "house", "The house", "", ""],
        ["note", "hello", "Everybody in it", "", ""],
        ["text", "street", "Street", "", ""],
        ["begin repeat", "people", "People", "", "2"],
        ["text", "who", "Who", "yes", ""],
        ["end repeat", "", "", "", ""],
        ["end group", "", "", "", ""],
    ]
    found = imported(sheets=(Sheet("survey", survey),))

    assert "Everybody in it" in fields_of(found)["house"]["description"]
    assert accepts(found, {"house": {"street": "A", "people": [{"who": "x"}, {"who": "y"}]}})
    assert not accepts(found, {"house": {"people": [{"who": "x"}]}})
    assert not accepts(found, {"house": {"people": [{}, {}]}})


def test_one_csv_file_may_hold_all_sheets(imported):
    rows = []
    for sheet in SHEETS:
        rows += [[sheet.name], *([["", *cells] for cells in sheet.rows])]
    found = imported(sheets=(Sheet("", rows),))

    assert found.document == imported(sheets=SHEETS).document
    assert "survey, row 15" in said(found), "rows have the numbers that they have in the file"


def test_a_survey_alone_is_enough(imported):
    found = imported(sheets=(Sheet("", [["type", "name"], ["text", "a"]]),))

    assert list(fields_of(found)) == ["a"]


def _survey(*rows):
    return (Sheet("survey", [["type", "name", "label"], *rows]),)


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        (_survey(["begin_group", "g", "G"], ["text", "a", "A"]), "survey, row 2: 'begin group' is never closed"),
        (_survey(["text", "a", "A"], ["end_repeat", "", ""]), "survey, row 3: 'end_repeat' closes nothing"),
        (_survey(["begin_group", "g", "G"], ["text", "a", "A"], ["end_repeat", "", ""]), "survey, row 4: 'end_repeat' closes 'begin group' of survey, row 2"),
        (_survey(["deviceid", "d", ""]), "no question"),
        (_survey(*[["text", f"q{n}", "Q"] for n in range(10_000)]), "10,000 fields; a form has at most 500"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_form_is_said_with_its_row(catalog, sheets, reason):
    with pytest.raises(CannotImport, match=reason):
        import_form(Given(sheets=sheets), "sample", catalog)


@pytest.mark.parametrize("sheets", [(Sheet("Sheet1", [["a"], ["b"]]),), (Sheet("survey", []),), (Sheet("", [["x", "y"], ["1", "2"]]),)])  # fmt: skip
def test_sheets_that_are_no_form_are_refused(catalog, sheets):
    with pytest.raises(UnreadableFile, match="no form in a language known here"):
        import_form(Given(sheets=sheets), "sample", catalog)


def test_odd_rows_are_survived_and_said(imported):
    sheets = (
        Sheet("Survey ", [
            ["Type", "Name", "Label : English", "", "type", "x" * 300],
            ["", "", "", "", "", ""],
            ["text", "1st", "Hi <script>${nobody}</script>", "lost", "", ""],
            ["text", "1st", "Again", "", "", ""],
            ["", "a", "no type", "", "", ""],
            ["text", "", "no name", "", "", ""],
            ["selekt x", "b", "odd type", "", "", ""],
            ["select_one missing", "c", "no such list", "", "", ""],
            ["integer", "d", "= 1 + 1", "", "", ""],
        ]),
        Sheet("notes", [["mine"]]),
    )  # fmt: skip
    found = imported(sheets=sheets)
    notes = said(found)

    assert list(fields_of(found)) == ["q1st", "q1st_2", "c", "d"]
    for part in ("row 3", "row 5: this row has no type", "row 6: this question has no name", "row 7: there is no field for the type 'selekt x'", "row 8, type", "sheet 'notes'", "column without a heading", "stands here twice"):  # fmt: skip
        assert part.lower() in notes.lower(), part


def test_several_languages_find_their_code(imported):
    survey = [
        ["type", "name", "label::English (en)", "label::Kiswahili", "label::Klingon"],
        ["text", "a", "Hello", "Jambo", "nuqneH"],
    ]
    found = imported(
        sheets=(
            Sheet("survey", survey),
            Sheet("settings", [["default_language"], ["English (en)"]]),
        )
    )

    assert found.document["locale"] == "en"
    assert fields_of(found)["a"]["title"] == "Hello"
    assert "'Klingon'" in said(found)


REACTING = [
    ["type", "name", "label", "required", "relevant", "constraint"],
    ["select_one yn", "has", "Any pets?", "", "", ""],
    ["begin_group", "pets", "The pets", "", "${has} = 'yes'", ""],
    ["note", "hi", "All of them", "", "", ""],
    ["text", "kind", "Which kind", "yes", "", ""],
    ["integer", "legs", "How many legs", "", "${kind} != 'fish'", ""],
    ["end_group", "", "", "", "", ""],
    ["text", "after", "Afterwards", "", "", ""],
    ["begin_group", "calm", "Quiet", "", "", ""],
    ["text", "still", "Still", "", "", ""],
    ["end_group", "", "", "", "", ""],
]


def test_a_group_whose_fields_react_is_a_section_under_its_condition(imported):
    found = imported(sheets=(Sheet("survey", REACTING), Sheet("choices", CHOICES)))
    form = found.document["forms"][0]
    shown = {"field": "has", "op": "eq", "value": "yes"}

    assert list(fields_of(found)) == ["has", "kind", "legs", "after", "calm"]
    assert ops_of(found, "kind")["showWhen"] == ops_of(found, "kind")["requireWhen"] == shown
    assert ops_of(found, "legs")["showWhen"] == {"all": [shown, {"field": "kind", "op": "ne", "value": "fish"}]}  # fmt: skip
    assert [part["section"] for part in form["layouts"]["default"]] == [form["title"], "The pets", form["title"]]  # fmt: skip
    assert "survey, row 3: this group is a section" in said(found)
    assert fields_of(found)["calm"]["properties"].keys() == {"still"}


def test_every_text_has_its_place_in_the_other_language(imported):
    survey = [
        ["type", "name", "label::English (en)", "label::French (fr)", "relevant"],
        ["note", "n", "Hello ${a}", "Bonjour ${a}", ""],
        ["text", "a", "A text", "Un texte", ""],
        ["begin_group", "g", "The box", "La boîte", ""],
        ["text", "b", "Bee", "Bé", "${a} = 'x'"],
        ["end_group", "", "", "", ""],
        ["begin_repeat", "r", "Rows", "Lignes", ""],
        ["select_one yn", "c", "Cell", "Case", ""],
        ["end_repeat", "", "", "", ""],
    ]
    choices = [["list_name", "name", "label::English (en)", "label::French (fr)"], ["yn", "y", "Yes", "Oui"]]  # fmt: skip
    found = imported(sheets=(Sheet("survey", survey), Sheet("choices", choices)))

    assert found.document["messages"]["fr"] == {
        "/forms/sample/layouts/default/0/fields/0/note": "Bonjour {{ a }}",
        "/forms/sample/layouts/default/1/section": "La boîte",
        "/forms/sample/fields/a/title": "Un texte",
        "/forms/sample/fields/b/title": "Bé",
        "/forms/sample/fields/r/title": "Lignes",
        "/forms/sample/fields/r/items/fields/c/title": "Case",
        "/forms/sample/fields/r/items/fields/c/choices/y/title": "Oui",
    }
    assert "fr" not in said(found)


def test_pages_are_steps_of_a_new_record_and_tabs_of_one_that_is_there(imported):
    survey = [
        ["type", "name", "label", "calculation"],
        ["text", "a", "A", ""],
        ["begin_group", "g", "The box", ""],
        ["integer", "b", "B", ""],
        ["end_group", "", "", ""],
        ["calculate", "c", "", "${b} + 1"],
    ]
    settings = [["style"], ["pages"]]
    found = imported(sheets=(Sheet("survey", survey), Sheet("settings", settings)))
    layouts = found.document["forms"][0]["layouts"]

    assert [part["step"] for part in layouts["create"]] == ["Sample", "The box"]
    assert [part["tab"] for part in layouts["default"]] == ["Sample", "The box", "Calculated"]


def test_the_only_sheet_is_the_survey_whatever_it_is_called(imported):
    rows = [["type", "name", "label"], ["text", "state", "The state"], ["note", "n", "Thanks"]]
    found = imported(sheets=(Sheet("Sheet1", rows),))

    assert found.format == "xlsform"
    assert fields_of(found)["state"]["title"] == "The state"


@pytest.mark.parametrize(
    "rows",
    [
        [["type", "name", "label"], ["Car", "state", "The state"]],
        [["type", "label"], ["text", "The state"]],
        [["type", "name", "label"]],
    ],
)
def test_a_sheet_of_anything_else_is_no_survey(imported, rows):
    with pytest.raises(UnreadableFile):
        imported(sheets=(Sheet("Sheet1", rows),))


def test_why_no_question_became_a_field_is_said(imported):
    rows = [["type", "name"], ["cascading_select towns", "town"]]
    with pytest.raises(CannotImport, match=r"survey, row 2.*'cascading_select towns'"):
        imported(sheets=(Sheet("survey", rows),))
