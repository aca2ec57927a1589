"""The formula editor: what it may use, what is wrong and where, what it gives on a record."""

import json
import re

import pytest

from builder.commanding import WrongInput, commands, parameters
from builder.commands import logic
from builder.logic.formula_places import formula_place, mistake_in
from builder.logic.formula_words import functions_of, reads_of
from builder.logic.function_help import FUNCTION_HELP
from builder.logic.places import resolved
from components.registry import Registry
from form_specs.editing import apply, find
from form_specs.formulas import FUNCTIONS, FormulaError
from form_specs.problem import pointer_of
from runtime.storage import spec_drafts
from tests.builder.drafting import keep_text
from tests.builder.logic.tool import VISIT, tool
from tests.docs.pages import DOCS
from tests.runtime.browsing import texts_of
from tests.runtime.refunds import TOOL, refunds_tool

CATALOG = Registry.discover().catalog()
AT = ("forms", VISIT, "schema", "properties", "total", "x-ops", "computed", "formula")
NOTE = ("forms", VISIT, "layouts", "default", "Main", "fields", "Go", "note")


def computed_tool():
    """The visits with a computed field and a note."""
    document = tool()
    form = document["forms"][0]
    form["schema"]["properties"]["total"] = {
        "type": "integer",
        "title": "Total",
        "readOnly": True,
        "x-ops": {"type": "computed", "computed": {"formula": "count * 2", "result": "integer"}},
    }
    form["layouts"] = {"default": [{"section": "Main", "fields": ["total", {"note": "Go"}]}]}
    return document


def place(at=AT):
    found = formula_place(computed_tool(), CATALOG, at)
    assert found is not None
    return found


def test_a_formula_knows_what_it_may_read_and_must_give():
    found = place()
    assert (found.words, found.is_text, found.text) == ("formula of Total", False, "count * 2")
    assert found.wanted.noun == "a number"
    names = {item.name: item.type for item in reads_of(found)}
    assert names["count"] == "a number"
    assert names["shop.country"] == "a text"
    assert names["lines.number"] == "a list: a number"
    assert "total" not in names


def test_a_note_is_a_text_with_formulas():
    found = place(NOTE)
    assert (found.is_text, found.text, found.field) == (True, "Go", None)


@pytest.mark.parametrize(
    "at", [("title",), ("forms", VISIT, "title"), (), ("views", "x", "filter")]
)
def test_elsewhere_stands_no_formula(at):
    assert formula_place(computed_tool(), CATALOG, at) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("count + cuont", "cuont"), ("count +", "+"), ("count = 1", "=")],
)
def test_a_mistake_is_the_word_where_it_stands(text, wrong):
    with pytest.raises(FormulaError) as caught:
        place().compiled(text)
    found = mistake_in(caught.value, text)
    assert text[found.start : found.end] == wrong


def test_a_formula_is_kept_with_when_it_is_worked_out():
    document = computed_tool()
    sent = {"at": f"/{'/'.join(AT)}", "text": "count * 3", "stored": "no"}
    after, back = apply(document, logic.set_formula(document, CATALOG, parameters(sent)))
    assert find(after, AT[:-1]) == {"formula": "count * 3", "result": "integer", "stored": False}
    again, _ = apply(
        after, logic.set_formula(after, CATALOG, parameters({**sent, "stored": "yes"}))
    )
    assert "stored" not in find(again, AT[:-1])
    assert apply(after, back)[0] == document
    assert not logic.set_formula(after, CATALOG, parameters(sent))


def test_no_formula_is_kept_where_none_stands():
    with pytest.raises(WrongInput):
        logic.set_formula(tool(), CATALOG, parameters({"at": "/title", "text": "1"}))


def test_an_address_may_name_items_by_key_or_number():
    document = computed_tool()
    assert resolved(document, "/forms/0/layouts/default/0/fields/1/note") == NOTE


def test_each_function_has_a_line_the_same_as_the_page():
    assert FUNCTION_HELP.keys() == FUNCTIONS.keys()
    page = (DOCS / "builders" / "formulas.md").read_text()
    table = page.partition("<!-- functions -->")[2].partition("<!-- /functions -->")[0]
    for item in functions_of():
        row = next(line for line in table.splitlines() if line.startswith(f"| `{item.name}("))
        assert f"`{item.example}` | {item.result} |" in row
        said = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", row).replace("`, `", "“, ”")
        assert item.gives in said


@pytest.fixture
def formula_page(browser_of):
    """A browser, and the page of a formula in a draft of the refunds."""
    document = refunds_tool()
    document["forms"][0]["schema"]["properties"]["twice"] = {
        "type": "integer",
        "title": "Twice",
        "readOnly": True,
        "x-ops": {"type": "computed", "computed": {"formula": "score * 2", "result": "integer"}},
    }
    browser = browser_of("ada")
    keep_text(browser, TOOL, json.dumps(document))
    at = "/forms/0/schema/properties/twice/x-ops/computed/formula"
    return browser, f"/build/{TOOL}/formula/?at={at}"


def test_a_formula_is_tried_while_it_is_typed_and_nothing_is_kept(formula_page, refunds):
    browser, page = formula_page
    assert "Formula of Twice" in texts_of(browser.get(page).text)
    sent = {"_page": page, "text": "score + merchnat"}
    answer = browser.post(f"/build/{TOOL}/formula/try", sent).json
    wrong = answer["problems"][0]
    assert sent["text"][wrong["from"] : wrong["to"]] == "merchnat"
    assert "Did you mean" in wrong["message"]
    assert "<mark>merchnat</mark>" in answer["html"]
    answer = browser.post(f"/build/{TOOL}/formula/try", {**sent, "text": "score + 1"}).json
    assert answer["problems"] == []
    assert "It gives a number" in texts_of(answer["html"])
    with refunds.db.read() as conn:
        properties = spec_drafts.load(conn, TOOL).document["forms"][0]["schema"]["properties"]
    assert properties["twice"]["x-ops"]["computed"]["formula"] == "score * 2"


def test_without_a_script_it_is_tried_by_a_button(formula_page):
    browser, page = formula_page
    answer = browser.post(f"/build/{TOOL}/formula/trial", {"_page": page, "text": "upper(score)"})
    assert answer.status_code == 200
    assert "<mark>upper</mark>" in answer.text
    assert "a number is wanted" in texts_of(answer.text)


def test_the_field_holds_what_its_formula_gives_or_what_somebody_chose():
    given = {"at": pointer_of(AT), "result": "integer", "stored": "yes"}
    made = total_after(**given, text="count * 3")
    assert (made["type"], made["x-ops"]["computed"]["result"]) == ("integer", "integer")
    made = total_after(**given, text="shop.country")
    assert (made["type"], made["x-ops"]["computed"]["result"]) == ("string", "text")
    made = total_after(**{**given, "result": "money"}, text="count * 3")
    assert (made["title"], made["readOnly"]) == ("Total", True)
    assert made["x-ops"]["computed"] == {"formula": "count * 3", "result": "money"}


def total_after(**given):
    """The computed field after its formula was kept."""
    document = computed_tool()
    edit = commands()["formula.set"](document, CATALOG, parameters(given, ""))
    after, _back = apply(document, edit)
    return after["forms"][0]["schema"]["properties"]["total"]


def test_whoever_does_not_build_tries_nothing(browser_of):
    for way in ("try", "trial"):
        assert browser_of("olga").post(f"/build/{TOOL}/formula/{way}").status_code == 404
