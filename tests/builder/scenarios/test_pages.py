"""The section of tests: recording what was done, editing steps, running them on the draft."""

import json
import re
from html import unescape

import pytest

from builder.commanding import WrongInput
from builder.scenarios.values import properties_of, shown_value, told_value, typed_value
from form_specs.check import check
from form_specs.problem import Severity
from runtime.access import BUILDER, Access, Person
from runtime.accounts import Joining
from runtime.gate import Origin
from runtime.storage.ids import encode_id
from tests.builder.doing import CATALOG, done, draft_of, form_on, press
from tests.builder.drafting import keep_text
from tests.runtime.browsing import texts_of
from tests.runtime.opening import PASSWORD
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

ROOT = f"/build/{TOOL}/tests/"


def with_test():
    """The refunds tool with a test that passes."""
    step = {"as": "lead", "do": "create", "form": "refund", "values": {"merchant": "Harbour Books"}}
    steps = [
        step | {"expect": {"state": "new"}},
        {
            "as": "lead",
            "do": "transition",
            "form": "refund",
            "transition": "start",
            "expect": {"state": "open"},
        },
    ]
    return refunds_tool() | {
        "tests": [{"key": "starts", "title": "A refund starts", "steps": steps}]
    }


def step_form(document, number=0, **more):
    """The inputs of a step as its page has them, with some filled in otherwise."""
    return {"part": "starts", "step": str(number), "do": "create", "form": "refund", **more}


# -- commands -------------------------------------------------------------------------------


def test_a_new_test_begins_with_a_record():
    after = done(refunds_tool(), "test.add", title="Nobody pays twice", form="refund")
    assert after["tests"] == [
        {
            "key": "nobody_pays_twice",
            "title": "Nobody pays twice",
            "steps": [{"as": "operator", "do": "create", "form": "refund"}],
        }
    ]
    assert not [p for p in check(after, CATALOG) if p.severity is Severity.ERROR]


def test_a_step_says_what_its_inputs_say():
    after = done(
        with_test(),
        "test.step",
        **step_form(
            with_test(),
            **{
                "as": "operator",
                "person": "olga",
                "at": "+2 days",
                "comment": "Hm",
                "refused": "1",
            },
            value_key=["merchant", "score", "due_on", "called_at", "urgent", "amount", "notes", ""],
            value=[
                "12",
                "12",
                "today +3 days",
                "now",
                "true",
                '{"amount":"1.00","currency":"EUR"}',
                "",
                "x",
            ],
            says="too many",
            fields=["score", "merchant"],
            state="new",
            expected_key=["notes"],
            expected=["null"],
            **{
                "view-all": "in",
                "view-known": "notIn",
                "role-lead": "visibleTo",
                "role-viewer": "",
            },
        ),
    )
    assert after["tests"][0]["steps"][0] == {
        "as": "operator",
        "person": "olga",
        "at": "+2 days",
        "do": "create",
        "form": "refund",
        "values": {
            "merchant": "12",
            "score": 12,
            "due_on": {"today": {"days": 3}},
            "called_at": {"now": {}},
            "urgent": True,
            "amount": {"amount": "1.00", "currency": "EUR"},
        },
        "comment": "Hm",
        "expect": {
            "refused": "too many",
            "fields": ["score", "merchant"],
            "state": "new",
            "values": {"notes": None},
            "in": ["all"],
            "notIn": ["known"],
            "visibleTo": ["lead"],
        },
    }


def test_a_value_is_told_without_json():
    told = [{"amount": "1.00", "currency": "EUR"}, True, ["a", "b"], "x", {"today": {"days": 2}}]
    assert [*map(told_value, told)] == ["1.00 EUR", "yes", "a, b", "x", "today +2 days"]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("amount", "12.50 EUR", {"amount": "12.50", "currency": "EUR"}),
        ("urgent", "no", False),
        ("due_on", "today +2 days", {"today": {"days": 2}}),
        ("score", "12", 12),
        ("merchant", "yes", "yes"),
    ],
)
def test_a_value_is_shown_as_it_is_typed(field, typed, value):
    property_ = properties_of(with_test(), "refund")[field]
    assert typed_value(property_, typed) == value
    assert shown_value(value) == typed


def test_the_clock_is_said_once(builder):
    whole = with_test()
    whole["tests"][0]["start"] = "2026-03-02T09:00:07Z"
    keep_text(builder, TOOL, json.dumps(whole))
    assert "Its clock starts at 2026-03-02 09:00:07 UTC." in builder.get(f"{ROOT}starts").text


def test_what_is_no_value_is_said():
    with pytest.raises(WrongInput, match="score"):
        done(with_test(), "test.step", **step_form(with_test(), value_key=["score"], value=["1x"]))


@pytest.mark.parametrize(
    ("to", "doing"),
    [
        ("down", ["transition", "create"]),
        ("up", ["create", "transition"]),
        ("copy", ["create", "create", "transition"]),
        ("remove", ["transition"]),
    ],
)
def test_steps_are_moved_copied_and_deleted(to, doing):
    after = done(with_test(), "test.step.to", part="starts", step="0", to=to)
    assert [step["do"] for step in after["tests"][0]["steps"]] == doing


def test_a_step_more_goes_on_with_the_same_record():
    after = done(with_test(), "test.step.add", part="starts", do="comment")
    assert after["tests"][0]["steps"][-1] == {"as": "lead", "form": "refund", "do": "comment"}


@pytest.mark.parametrize("step", ["7", "", "-1"])
def test_a_step_that_is_gone_is_said(step):
    with pytest.raises(WrongInput):
        done(with_test(), "test.step.to", part="starts", step=step, to="up")


def test_tests_are_renamed_copied_and_deleted_like_other_parts():
    part = {"kind": "tests", "part": "starts"}
    assert done(with_test(), "part.title", **part, title="New")["tests"][0]["title"] == "New"
    assert len(done(with_test(), "part.duplicate", **part)["tests"]) == 2
    assert "tests" not in done(with_test(), "part.remove", **part)


# -- pages ----------------------------------------------------------------------------------


@pytest.fixture
def builder(refunds, browser_of):
    """Somebody who builds the tool and leads work in it."""
    refunds.accounts.add(
        Joining("beth", PASSWORD, title="Beth", roles=((TOOL, BUILDER), (TOOL, "lead")))
    )
    return browser_of("beth")


def test_a_test_is_run_on_the_draft_and_red_when_it_breaks(builder):
    keep_text(builder, TOOL, json.dumps(with_test()))
    assert "One test passes" in texts_of(builder.get(f"{ROOT}?run=1").text)
    assert "It passes" in texts_of(builder.get(f"{ROOT}starts?run=1").text)
    broken = with_test()
    broken["workflows"][0]["transitions"][0]["roles"] = ["operator"]
    keep_text(builder, TOOL, json.dumps(broken))
    page = unescape(builder.get(f"{ROOT}?run=1").text)
    assert "One test fails" in page
    assert "Step 2: It was refused: Only Operator can do this" in page
    page = builder.get(f"{ROOT}starts?run=1").text
    assert 'class="story-step failed"' in page
    assert "Only Operator can do this" in unescape(page)


def test_a_draft_with_errors_says_why_nothing_runs(builder):
    keep_text(builder, TOOL, json.dumps(with_test() | {"title": 1}))
    assert "Mend what is wrong" in builder.get(f"{ROOT}starts?run=1").text


def test_a_test_of_any_shape_is_drawn(builder):
    for steps in (1, [1, {}], [{"do": 1, "form": [], "expect": 3, "values": []}]):
        broken = with_test()
        broken["tests"][0]["steps"] = steps
        keep_text(builder, TOOL, json.dumps(broken))
        assert builder.get(f"{ROOT}starts?run=1").status_code == 200
        assert builder.get(f"{ROOT}?run=1").status_code == 200


def test_the_form_of_a_step_changes_nothing_by_itself(builder, refunds):
    keep_text(builder, TOOL, json.dumps(with_test()))
    assert press(builder, f"{ROOT}starts", "step-0").status_code == 303
    assert press(builder, f"{ROOT}starts", "step-1").status_code == 303
    assert draft_of(refunds) == with_test()


def test_what_cannot_be_a_value_is_said_at_its_step(builder):
    keep_text(builder, TOOL, json.dumps(with_test()))
    answer = press(builder, f"{ROOT}starts", "step-0", value_key=["score"], value=["{"])
    assert answer.status_code == 422
    assert "neither a text nor JSON" in answer.text


def test_who_may_not_build_finds_no_tests(browser_of):
    assert browser_of("olga").get(ROOT).status_code == 404


def test_a_test_that_is_gone_leads_to_the_list(builder):
    assert builder.get(f"{ROOT}nothing").location == ROOT


# -- choosing values ------------------------------------------------------------------------


def with_choices():
    """A test of refunds and of what is noted of them, whose values are choices, people and records."""
    whole = with_test()
    form = next(form for form in whole["forms"] if form["key"] == "refund")
    link = {"form": "memo", "onDelete": "restrict"}
    form["schema"]["properties"]["about"] = {
        "type": "string",
        "title": "About",
        "x-ops": {"type": "link", "link": link},
    }
    values = {"merchant": "Shop", "region": "south", "channels": ["web"], "owner": "olga"}
    values |= {"urgent": True, "about": {"record": "first"}}
    steps = [
        {"as": "lead", "do": "create", "form": "memo", "record": "first", "values": {"title": "A"}},
        {"as": "operator", "person": "olga", "do": "create", "form": "refund", "values": values},
    ]
    whole["tests"][0]["steps"] = steps
    return whole


def options_of(page, at):
    """The options of a select by its id, and the one that is chosen."""
    select = page[page.index(f'id="{at}"') :]
    select = select[: select.index("</select>")]
    found = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)<', unescape(select))
    return {title: value for value, _s, title in found}, next(t for _v, s, t in found if s)


def test_a_choice_a_person_and_a_record_are_chosen_by_what_they_are_called(builder):
    keep_text(builder, TOOL, json.dumps(with_choices()))
    page = builder.get(f"{ROOT}starts").text
    regions, region = options_of(page.replace("&#34;", "'"), "step-1-value-2")
    assert (region, regions["North"], regions["nothing"]) == ("South", "north", "null")
    people, owner = options_of(page, "step-1-value-4")
    assert owner == "Operator (olga)"
    assert people["Lead"] == "lead"
    assert options_of(page, "step-1-value-5")[1] == "Yes"
    records, record = options_of(page.replace("&#34;", "'"), "step-1-value-6")
    assert (record, records[record]) == ("Memo “first”", "{'record':'first'}")
    said = unescape(texts_of(page))
    assert "Region South, Channels Web, Owner Operator (olga)" in said


def test_what_is_chosen_is_kept_and_looking_changes_nothing(builder, refunds):
    keep_text(builder, TOOL, json.dumps(with_choices()))
    for number in (0, 1):
        assert press(builder, f"{ROOT}starts", f"step-{number}").status_code == 303
    assert draft_of(refunds) == with_choices()
    ticked = {"value-channels": ["web", "shop"]}
    assert press(builder, f"{ROOT}starts", "step-1", **ticked).status_code == 303
    assert draft_of(refunds)["tests"][0]["steps"][1]["values"]["channels"] == ["web", "shop"]
    assert press(builder, f"{ROOT}starts", "step-1", **{"value-channels": []}).status_code == 303
    assert "channels" not in draft_of(refunds)["tests"][0]["steps"][1]["values"]


def test_the_fields_that_a_refusal_names_are_ticked_by_their_titles(builder, refunds):
    whole = with_test()
    step = whole["tests"][0]["steps"][0]
    step["expect"] = {"refused": "", "fields": ["score", "gone", "amount"]}
    keep_text(builder, TOOL, json.dumps(whole))
    assert "Fields that a refusal names: Score, gone, Amount" in texts_of(
        builder.get(f"{ROOT}starts").text
    )
    assert press(builder, f"{ROOT}starts", "step-0").status_code == 303
    assert draft_of(refunds) == whole
    press(builder, f"{ROOT}starts", "step-0", fields=["amount", "merchant"])
    expected = draft_of(refunds)["tests"][0]["steps"][0]["expect"]
    assert expected["fields"] == ["amount", "merchant"]


def test_a_value_that_is_no_choice_any_more_is_kept(builder, refunds):
    whole = with_choices()
    whole["tests"][0]["steps"][1]["values"] |= {"region": "gone", "owner": "somebody"}
    whole["tests"][0]["steps"][1]["values"]["channels"] = ["web", "fax"]
    keep_text(builder, TOOL, json.dumps(whole))
    assert press(builder, f"{ROOT}starts", "step-1").status_code == 303
    assert draft_of(refunds) == whole


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("region", "head office", "hq"),
        ("region", "hq", "hq"),
        ("channels", "Web, shop", ["web", "shop"]),
        ("channels", "Web, fax", "Web, fax"),
        ("merchant", "Web", "Web"),
    ],
)
def test_without_a_script_a_choice_is_typed_by_its_title(field, typed, value):
    assert typed_value(properties_of(with_test(), "refund")[field], typed) == value


# -- recording ------------------------------------------------------------------------------


def person_of(name, role):
    return Person(name, name, roles=frozenset({(TOOL, role)}))


def life_of_a_refund(services):
    """Two people and a hook work on a refund; its id."""
    with services.db.read() as conn:
        tool = services.published.tool(conn, TOOL)
    olga, lena = (
        Access(person_of(*who)).form(tool, REFUND)
        for who in (("olga", "operator"), ("lena", "lead"))
    )
    gate, origin = services.gate, Origin("page")
    values = {"merchant": "Harbour Books", "email": "ann@example.com"}
    values["amount"] = olga.form.fields["amount"].parse({"amount": "9.00", "currency": "EUR"})
    number = gate.create(olga, values, origin).record_id
    gate.transition(olga, number, "start", origin)
    gate.act(olga, number, "hurry", origin)
    gate.comment(olga, number, "Please look", origin)
    version = gate.record(lena, number).version
    gate.update(lena, number, {"score": 12, "secret": "x"}, origin, version=version)
    gate.transition(lena, number, "pay", origin, comment="Done")
    return number


def test_what_was_done_becomes_a_test_that_passes(refunds, builder):
    record = encode_id(life_of_a_refund(refunds))
    page = builder.get(f"/t/{TOOL}/f/{REFUND}/{record}").text
    assert f'href="{ROOT}from/{REFUND}/{record}"' in page
    offered = builder.get(f"{ROOT}from/{REFUND}/{record}")
    assert "Operator makes Refund: " in unescape(offered.text)
    form = form_on(offered.text, "record-test")
    form["title"] = "A refund is paid by somebody else"
    answer = builder.post(f"/build/{TOOL}/edit", form)
    assert answer.location == f"{ROOT}a_refund_is_paid_by_somebody_else"
    steps = draft_of(refunds)["tests"][0]["steps"]
    assert [step["do"] for step in steps] == [
        "create",
        "transition",
        "action",
        "comment",
        "change",
        "transition",
    ]
    assert [step["as"] for step in steps] == ["operator"] * 4 + ["lead"] * 2
    assert steps[0]["values"]["owner"] == "operator"
    assert "number" not in steps[0]["values"]
    assert steps[-1] == {
        "as": "lead",
        "do": "transition",
        "form": "refund",
        "transition": "pay",
        "comment": "Done",
        "expect": {"state": "paid"},
    }
    assert "It passes" in texts_of(builder.get(f"{answer.location}?run=1").text)


def test_nobody_records_what_they_may_not_see(refunds, browser_of):
    record = encode_id(life_of_a_refund(refunds))
    rex = browser_of("rex")  # builds, and has no role in the tool
    assert rex.get(f"{ROOT}from/{REFUND}/{record}").location == ROOT
    assert "Save as a test" not in browser_of("olga").get(f"/t/{TOOL}/f/{REFUND}/{record}").text


def test_only_a_test_is_kept(builder, refunds):
    keep_text(builder, TOOL, json.dumps(with_test()))
    record_form = {"title": "X", "test": json.dumps({"steps": 7})}
    with pytest.raises(WrongInput):
        done(with_test(), "test.record", **record_form)
