"""The section of forms: the list, the canvas, the inspector, as pages."""

import gzip
import itertools
import json
import re
from html import unescape

import pytest

from tests.builder.drafting import draft_of, keep_text
from tests.builder.editing_forms import field
from tests.docs.pages import DOCS
from tests.runtime.browsing import FRAGMENT, forms_of, texts_of
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/forms/"
FORM = f"{ROOT}refund/"
EDIT = f"/build/{TOOL}/edit"


def do(browser, command, page=FORM, headers=FRAGMENT, **more):
    """Posts a command as the forms of the page do."""
    sent = {"_command": command, "_page": page, "form": "refund", "_sequence": "9" * 18, **more}
    return browser.post(EDIT, sent, headers=headers)


def form_now(services):
    return draft_of(services).document["forms"][0]


def test_the_list_names_each_form_and_what_uses_it(browser_of):
    page = texts_of(browser_of("bo").get(ROOT).text)
    assert "Refund" in page
    assert "form of the view" in page


def test_a_form_is_made_named_copied_and_deleted(browser_of, refunds):
    browser = browser_of("bo")
    made = do(browser, "form.add", ROOT, headers={}, title="Complaint", _then="made")
    assert made.location == f"{ROOT}complaint/"
    assert browser.get(made.location).status_code == 200
    do(browser, "form.title", ROOT, form="complaint", title="Grievance")
    do(browser, "form.duplicate", ROOT, form="complaint")
    titles = [form["title"] for form in draft_of(refunds).document["forms"]]
    assert titles[-2:] == ["Grievance", "Grievance (copy)"]
    do(browser, "form.remove", ROOT, form="complaint")
    assert [form["key"] for form in draft_of(refunds).document["forms"]][-1] == "grievance"


def test_the_canvas_draws_the_form_as_it_will_be(browser_of):
    page = browser_of("bo").get(FORM).text
    for key in refunds_tool()["forms"][0]["schema"]["properties"]:
        assert f'data-at="/fields/{key}"' in page
    assert 'id="canvas-merchant"' in page


@pytest.mark.parametrize("type_", ["link", "links"])
def test_a_form_that_links_to_another_is_drawn(browser_of, type_):
    browser = browser_of("bo")
    do(browser, "field.add", type=type_)
    page = browser.get(f"{FORM}?at=/fields/{type_}")

    assert page.status_code == 200
    assert f'data-at="/fields/{type_}"' in page.text


def test_nothing_on_the_canvas_can_be_sent(browser_of):
    """Its inputs stand in no form, and cannot be reached."""
    page = browser_of("bo").get(FORM).text
    drawn = page[page.index('id="form-canvas"') : page.index('id="form-inspector"')]
    assert "<form" not in drawn
    pieces = drawn.split('data-field="')
    assert len(pieces) > 10
    for piece in pieces[:-1]:
        assert piece.endswith(">") or "inert" in piece[piece.rindex("data-pick") :]


def test_what_is_selected_is_inspected(browser_of):
    page = texts_of(browser_of("bo").get(f"{FORM}?at=/fields/amount").text)
    for text in ("Currencies", "Used by", "When is it shown?"):
        assert text in page


def test_only_the_inspector_is_drawn_where_only_that_is_asked_for(browser_of):
    headers = {**FRAGMENT, "X-Bench-Part": "form-inspector"}
    answer = browser_of("bo").get(f"{FORM}?at=/fields/amount", headers=headers)
    assert answer.text.count("<hx-partial") == 1
    assert 'data-at="/fields/amount"' in answer.text
    assert len(answer.data) < 40_000


def test_a_field_is_added_selected_and_its_title_typed(browser_of, refunds):
    browser = browser_of("bo")
    answer = do(browser, "canvas.add", type="date", near="/fields/merchant")
    assert answer.text.count("<hx-partial") == 4
    assert 'data-at="/fields/date" data-made="new"' in answer.text
    answer = do(browser, "field.set", at="/fields/date", name="/title", value="Paid on")
    assert 'data-at="/fields/paid_on" data-made="renamed"' in answer.text
    assert "paid_on" in form_now(refunds)["schema"]["properties"]
    answer = do(browser, "canvas.add", kind="section", near="/fields/merchant")
    assert 'data-at="/parts/New section" data-made="new"' in answer.text
    said = {"at": "/parts/New section", "name": "section", "value": "Money"}
    answer = do(browser, "layout.set", f"{FORM}?at=/parts/New+section", **said)
    assert 'data-at="/parts/Money" data-made="renamed"' in answer.text


def test_without_a_script_the_page_itself_answers(browser_of, refunds):
    browser = browser_of("bo")
    place = f"{FORM}?at=/fields/score"
    form = forms_of(browser.get(place).text)[EDIT]
    assert form["_page"].startswith(FORM)
    answer = do(browser, "field.require", place, headers={}, at="/fields/score", value="1")
    assert (answer.status_code, answer.location) == (303, place)
    assert "score" in form_now(refunds)["schema"]["required"]


def test_what_does_not_fit_is_said_at_its_input_and_kept_there(browser_of):
    given = {"at": "/fields/score", "name": "/minimum", "value": "lots", "_form": "set-minimum"}
    answer = do(browser_of("bo"), "field.set", f"{FORM}?at=/fields/score", **given)
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert "A whole number" in answer.text


def test_a_field_that_is_used_says_where_before_it_goes(browser_of, refunds):
    browser = browser_of("bo")
    page = unescape(browser.get(f"{FORM}?at=/fields/amount").text)
    assert "Delete it everywhere" in page
    assert do(browser, "field.remove", at="/fields/amount").status_code == 422
    assert do(browser, "field.remove", at="/fields/amount", everywhere="1").status_code == 200
    assert "amount" not in form_now(refunds)["schema"]["properties"]


def test_several_are_changed_at_once(browser_of, refunds):
    browser = browser_of("bo")
    page = browser.get(f"{FORM}?at=/fields/score&at=/fields/ratio").text
    assert "2 selected" in page
    do(browser, "field.require", at=["/fields/score", "/fields/ratio"], value="1")
    assert {"score", "ratio"} <= {*form_now(refunds)["schema"]["required"]}


def test_a_new_layout_is_a_tab_of_the_canvas(browser_of):
    browser = browser_of("bo")
    do(browser, "layout.new", use="other", title="For leads")
    page = browser.get(f"{FORM}?layout=for_leads").text
    assert 'aria-current="true">For leads</a>' in page
    do(browser, "layout.remove", layout="for_leads", at="/fields/score")
    assert "Not on this layout" in browser.get(f"{FORM}?layout=for_leads").text


def test_an_edit_of_a_large_form_is_a_small_answer(browser_of):
    """A hundred fields: one round trip, at most 60 kB as they are sent."""
    browser = browser_of("bo")
    types = itertools.cycle(("text", "money", "date", "choice", "boolean", "long_text", "decimal"))

    def grown(form):
        fields = form["schema"]["properties"]
        form.pop("layouts", None)
        for number, type_ in zip(range(100 - len(fields)), types, strict=False):
            fields[f"more_{number}"] = field(type_, f"More {number}")

    assert keep_text(browser, TOOL, broken(grown)).status_code == 303
    place = f"{FORM}?at=/fields/more_1"
    given = {"at": "/fields/more_1", "name": "/title", "value": "Larger"}
    answer = do(browser, "field.set", place, **given)
    assert answer.status_code == 200
    assert answer.text.count('data-kind="field"') == 100
    assert len(gzip.compress(answer.data, 6)) < 60_000
    only = browser.get(place, headers={**FRAGMENT, "X-Bench-Part": "form-inspector"})
    assert len(gzip.compress(only.data, 6)) < 10_000


def broken(change):
    document = json.loads(json.dumps(refunds_tool()))
    change(document["forms"][0])
    return json.dumps(document)


def computed(formula, result):
    """A field whose formula does not fit what it holds, or turns in a circle."""
    ops = {"type": "computed", "computed": {"formula": formula, "result": result}}
    kind = "string" if result == "text" else result
    return {"type": kind, "title": "Doubled", "readOnly": True, "x-ops": ops}


@pytest.mark.parametrize(
    "change",
    [
        lambda form: form["schema"]["properties"]["score"]["x-ops"].update(type="nothing"),
        lambda form: form["schema"]["properties"]["score"].update(minimum="low"),
        lambda form: form["schema"]["properties"].update(score=7),
        lambda form: form["schema"]["properties"]["score"].update({"x-ops": []}),
        lambda form: form.update(schema=[]),
        lambda form: form.update(layouts={"default": [{"section": 3}, {"tab": "A"}, 7, "x"]}),
        lambda form: form.update(layouts={"default": [{"section": "A", "fields": [{}, 3, "no"]}]}),
        lambda form: form.update(layouts=[]),
        lambda form: form.update(title=5, titleField=[], subtitleFields="x"),
        lambda form: form["schema"]["properties"]["score"]["x-ops"].update(showWhen={"all": 3}),
        lambda form: form["schema"]["properties"]["region"]["x-ops"].update(choices=[3, {}]),
        lambda form: form["schema"]["properties"].update(doubled=computed("score * 2", "text")),
        lambda form: form["schema"]["properties"].update(doubled=computed("doubled", "integer")),
    ],
    ids=map(str, range(13)),
)
def test_a_broken_form_is_drawn_with_what_is_wrong(browser_of, change):
    browser = browser_of("bo")
    assert keep_text(browser, TOOL, broken(change)).status_code == 303
    for at in ("", "?at=/fields/score", "?at=/fields/region", "?at=/parts/A", "?at=/fields/amount"):
        answer = browser.get(f"{FORM}{at}")
        assert answer.status_code == 200, at
    assert browser.get(ROOT).status_code == 200
    assert browser.get(f"/build/{TOOL}/").status_code == 200


def test_a_problem_leads_to_the_part_that_it_is_about(browser_of):
    browser = browser_of("bo")
    wrong = broken(
        lambda form: form["schema"]["properties"]["score"]["x-ops"].update(type="nothing")
    )
    keep_text(browser, TOOL, wrong)
    assert f'href="{FORM}?at=%2Ffields%2Fscore"' in browser.get(f"/build/{TOOL}/").text
    page = browser.get(FORM).text
    assert "card-body broken" in page


def test_a_form_that_is_gone_shows_the_list(browser_of):
    assert browser_of("bo").get(f"{ROOT}nothing/").location == ROOT
    assert browser_of("olga").get(FORM).status_code == 404


def test_the_page_for_builders_names_what_stands_on_the_pages(browser_of):
    browser = browser_of("bo")
    do(browser, "layout.add", kind="section")
    told = (DOCS / "builders" / "forms.md").read_text("utf-8")
    places = (ROOT, FORM, f"{FORM}?at=/fields/amount", f"{FORM}?at=/fields/region")
    shown = unescape("".join(browser.get(place).text for place in places))
    labels = set(re.findall(r"\*\*(.+?)\*\*", told))
    assert len(labels) > 12
    assert {label for label in labels if label not in shown} == set()


def test_choices_of_records_are_narrowed_by_the_editor_of_conditions(browser_of):
    browser = browser_of("bo")
    place = f"{FORM}?at=/fields/region"
    answer = do(browser, "choice.source", place, at="/fields/region", value="@records")
    assert "Which are offered?" in answer.text
    at = "/forms/refund/schema/properties/region/x-ops/choices/records/filter"
    assert f"at={at.replace('/', '%2F')}" in browser.get(place).text
    condition = browser.get(f"/build/{TOOL}/condition/?at={at}&back={place}")
    assert "which choices Region offers" in texts_of(condition.text)


def test_choices_of_a_function_say_whether_there_is_one(browser_of):
    browser = browser_of("bo")
    place = f"{FORM}?at=/fields/region"
    answer = do(browser, "choice.source", place, at="/fields/region", value="@hook")
    assert '@hook.choices("refunds.region")' in unescape(answer.text)


def test_a_choice_says_for_which_values_it_is_offered(browser_of, refunds):
    browser = browser_of("bo")
    place = f"{FORM}?at=/fields/region"
    given = {"at": "/fields/region", "name": "/x-ops/dependsOn", "value": "score"}
    assert "For every Score" in do(browser, "field.set", place, **given).text
    key = form_now(refunds)["schema"]["properties"]["region"]["x-ops"]["choices"][0]["key"]
    answer = do(browser, "choice.match", place, at="/fields/region", key=key, value="3\n4")
    assert "Only for 3, 4" in answer.text


def test_kinds_and_values_by_name_are_cards_of_their_own(browser_of):
    browser = browser_of("bo")
    do(browser, "canvas.add", type="map")
    do(browser, "canvas.add", type="variant")
    into = "/fields/one_of_several"
    answer = do(browser, "canvas.add", f"{FORM}?at={into}", into=into, type="group", title="Card")
    assert f'data-at="{into}/|2" data-made="new"' in answer.text
    assert f'data-at="{into}/|2/first"' in answer.text
    assert 'data-at="/fields/values_by_name/*"' in answer.text
    for at, said in ((into, "Add a kind"), ("/fields/values_by_name/*", "Another type")):
        assert said in texts_of(browser.get(f"{FORM}?at={at}").text)


def test_types_and_their_options_are_said_in_the_readers_language(browser_of):
    browser = browser_of("bo")
    answer = browser.get(f"{FORM}?at=/fields/amount", headers={"Accept-Language": "ro"})
    said = texts_of(answer.text)
    for text in ("Cont bancar (IBAN)", "Zecimale", "Monede"):
        assert text in said
