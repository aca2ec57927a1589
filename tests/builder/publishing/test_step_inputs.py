"""How records follow is said by inputs: nobody has to write the steps of a migration."""

import json
from html import unescape

import pytest

from builder.publishing.step_inputs import StepInputs
from form_specs.load import load
from runtime.access import BUILDER, EVERY_TOOL
from runtime.accounts import Joining
from runtime.gate import Origin
from tests.builder.drafting import draft_of, keep_text
from tests.runtime.browsing import forms_of
from tests.runtime.opening import PASSWORD, Desk
from tests.runtime.refunds import TOOL, refunds_tool

PAGE = f"/build/{TOOL}/publish/"


def properties_of(document):
    return document["forms"][0]["schema"]["properties"]


def requires(*keys):
    def change(document):
        document["forms"][0]["schema"].setdefault("required", []).extend(keys)

    return change


def without_south(document):
    region = properties_of(document)["region"]
    region["enum"].remove("south")
    region["x-ops"]["choices"] = [c for c in region["x-ops"]["choices"] if c["key"] != "south"]


def without_new(document):
    workflow = document["workflows"][0]
    workflow["initial"] = "open"
    workflow["states"] = [s for s in workflow["states"] if s["key"] != "new"]
    workflow["transitions"] = [t for t in workflow["transitions"] if "new" not in t["from"]]
    for view in document["views"]:
        view.pop("filter", None)


def with_days(document):
    properties_of(document)["origin"] = {
        "type": "string",
        "format": "date",
        "title": "Origin",
        "x-ops": {"type": "date"},
    }


@pytest.fixture
def desk(refunds):
    refunds.migrations.grace = 0.0
    desk = Desk(refunds)
    for merchant, origin in (("Acme", "03.04.2026"), ("Bolt", "once")):
        values = desk.typed(merchant=merchant, origin=origin, region="south")
        refunds.gate.create(desk.program(), values, Origin("cli"))
    return desk


@pytest.fixture
def bo(browser_of, desk):
    return browser_of("bo")


def begin(browser, *changes):
    """The form of the page that publishes the tool with some changes."""
    document = refunds_tool()
    for change in changes:
        change(document)
    keep_text(browser, TOOL, json.dumps(document))
    return forms_of(browser.get(PAGE).text)[PAGE]


def send(browser, form, do="check", **answers):
    sent = {key: value for key, value in form.items() if key != "do"}
    return browser.post(
        PAGE, sent | {"do": do} | {k.replace("_", "-"): v for k, v in answers.items()}
    )


def steps_in(answer):
    return json.loads(forms_of(answer.text)[PAGE]["migration"])["steps"]


def test_what_an_empty_field_becomes_is_typed(bo):
    answer = send(bo, begin(bo, requires("score")), step_0_value="7")
    assert answer.status_code == 200
    assert steps_in(answer) == [{"do": "fill", "form": "refund", "field": "score", "value": 7}]
    assert "Score, where it is empty" in unescape(answer.text)


def test_it_is_chosen_where_the_field_has_choices(bo):
    form = begin(bo, requires("channels", "urgent"))
    answer = send(bo, form, step_0_value="false", step_1_value=["web", "shop"])
    assert [step["value"] for step in steps_in(answer)] == [False, ["web", "shop"]]
    assert '<option value="shop" selected>Shop</option>' in answer.text


def test_another_field_may_give_it(bo):
    form = begin(bo, requires("secret"))
    answer = send(bo, form, step_0_from="origin", step_0_value="ignored")
    assert steps_in(answer)[0] == {
        "do": "fill",
        "form": "refund",
        "field": "secret",
        "from": "origin",
    }
    back = send(bo, forms_of(answer.text)[PAGE], step_0_from="-", step_0_value="none")
    assert steps_in(back)[0]["value"] == "none"


def test_what_cannot_be_taken_stays_typed_and_keeps_the_draft_from_being_published(bo, desk):
    form = begin(bo, requires("score"))
    good = send(bo, form, step_0_value="7")
    answer = send(bo, forms_of(good.text)[PAGE], "publish", step_0_value="many")
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert desk.tool.version == 1


def test_nothing_is_published_before_it_is_said(bo, desk):
    answer = send(bo, begin(bo, requires("score")), "publish")
    assert answer.status_code == 422
    assert "Say what it becomes" in answer.text
    assert "/steps/0" not in answer.text
    assert desk.tool.version == 1


def test_records_may_stay_as_they_are_instead(bo):
    form = begin(bo, requires("score", "site"))
    answer = send(bo, form, accept="refund/score/required", step_1_value="https://a.example")
    assert answer.status_code == 200
    assert [step["field"] for step in json.loads(form["migration"])["steps"]] == ["score", "site"]
    assert "Site, where it is empty" in answer.text
    assert "Score, where it is empty" not in answer.text


def test_what_becomes_of_a_choice_and_of_a_state_is_chosen(bo):
    form = begin(bo, without_south, without_new)
    names = sorted(name for name in form if name.startswith("step-") and "was" not in name)
    assert names == ["step-0-map-0", "step-1-map-0"]
    answer = send(bo, form, step_0_map_0='"north"', step_1_map_0='"open"')
    assert answer.status_code == 200
    assert [step["map"] for step in steps_in(answer)] == [{"south": "north"}, {"new": "open"}]
    nothing = send(bo, forms_of(answer.text)[PAGE], step_0_map_0="null")
    assert steps_in(nothing)[0]["map"] == {"south": None}


def test_days_of_texts_are_read_in_the_order_that_is_chosen(browser_of, desk):
    ada = browser_of("ada")
    form = begin(ada, with_days)
    days = "%d.%m.%Y\r\n%d/%m/%Y\r\n%d-%m-%Y"
    answer = send(ada, form, "rehearse", step_0_formats=days, step_0_onError="clear")
    assert "Origin: 3 Apr 2026" in answer.text
    assert "As 31.12.2026, 31/12/2026, 31-12-2026" in answer.text
    step = steps_in(answer)[0]
    assert step["formats"] == days.split("\r\n")
    assert step["onError"] == "clear"


def test_a_dry_run_tells_nobody_what_a_step_takes_from_where_they_may_not_look(
    browser_of, refunds, desk
):
    values = desk.typed(merchant="Cole", secret="Of a witness")
    refunds.gate.create(desk.program(), values, Origin("cli"))
    roles = ((TOOL, "viewer"), (EVERY_TOOL, BUILDER))
    refunds.accounts.add(Joining("val", PASSWORD, title="Val", roles=roles))
    for who, told in (("val", False), ("ada", True)):
        form = begin(browser_of(who), requires("notes"))
        steps = json.loads(form["migration"])
        steps["steps"] = [{"do": "fill", "form": "refund", "field": "notes", "from": "secret"}]
        page = send(browser_of(who), {**form, "migration": json.dumps(steps)}, "rehearse").text
        assert "1 of 3 records change" in page
        assert "Cole" not in page
        assert ("Notes: Of a witness" in page) is told


def test_answers_are_kept_with_the_draft_while_they_are_given(bo, refunds):
    form = begin(bo, requires("score"))
    assert bo.post(f"{PAGE}steps", {**form, "step-0-value": "7"}).status_code == 204
    assert '"value": 7' in draft_of(refunds).steps
    assert forms_of(bo.get(PAGE).text)[PAGE]["step-0-value"] == "7"


def test_what_was_written_into_the_text_stays_beside_an_answer(bo):
    form = begin(bo, requires("score", "site"))
    steps = json.loads(form["migration"])
    steps["steps"][1]["value"] = "https://a.example"
    answer = send(bo, {**form, "migration": json.dumps(steps)}, step_0_value="7")
    assert [step["value"] for step in steps_in(answer)] == [7, "https://a.example"]


@pytest.mark.parametrize(
    "step",
    [
        None,
        7,
        {},
        {"do": ["fill"]},
        {"do": "fill", "form": ["refund"], "field": {}},
        {"do": "fill", "field": "gone"},
        {"do": "map", "field": "region", "map": ["south"]},
        {"do": "mapState", "form": "gone", "map": {"new": 5}},
        {"do": "convert", "field": "origin", "formats": 7, "onError": []},
        {"do": "split", "field": "origin", "into": ["notes", "card"]},
    ],
)
def test_any_step_can_be_shown(refunds, step):
    tool, catalog = load(refunds_tool()), refunds.registry.catalog()
    inputs = StepInputs(tool, tool, catalog, {"step-0-value": ["x"], "step-0-map-0": ["{"]})
    (item,) = inputs.items([step], [])
    assert item.said or item.inputs
    inputs.answered([step])
