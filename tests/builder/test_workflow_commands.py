"""What the Workflow section does to a draft, as pure functions."""

import pytest

from builder.commanding import WrongInput, commands, parameters
from components.registry import Registry
from form_specs.check import examine
from form_specs.editing import apply
from form_specs.problem import Severity
from tests.runtime.refunds import refunds_tool

CATALOG = Registry.discover().catalog()
FORM = "refund"


def done(name, document=None, **given):
    """The document after a command, which its inverse takes back to the byte."""
    before = document or refunds_tool()
    edit = commands()[name](before, CATALOG, parameters({"form": FORM, **given}))
    after, back = apply(before, edit)
    assert apply(after, back)[0] == before
    return after


def flow(document, form=FORM):
    return next(each for each in document["workflows"] if each["form"] == form)


def state(document, key):
    return next(each for each in flow(document)["states"] if each["key"] == key)


def way(document, key):
    return next(each for each in flow(document)["transitions"] if each["key"] == key)


def keys(document, member):
    return [each["key"] for each in flow(document)[member]]


def errors(document):
    found = examine(document, CATALOG)[0]
    return [(p.pointer, p.message) for p in found if p.severity is Severity.ERROR]


# -- workflows ----------------------------------------------------------------------------


def test_a_form_gets_a_workflow_in_one_edit():
    after = done("workflow.start", form="memo")
    assert [each["key"] for each in flow(after, "memo")["states"]] == ["new", "in_progress", "done"]
    assert errors(after) == errors(refunds_tool())


def test_the_first_workflow_of_a_tool_makes_their_list():
    document = refunds_tool()
    del document["workflows"]
    assert flow(done("workflow.start", document), FORM)["initial"] == "new"


def test_a_form_that_has_a_workflow_keeps_it():
    assert done("workflow.start") == refunds_tool()


def test_a_form_that_is_gone_gets_none():
    with pytest.raises(WrongInput, match="gone"):
        done("workflow.start", form="nothing")


def test_a_workflow_goes_as_a_whole():
    assert "workflows" not in done("workflow.remove")


# -- states -------------------------------------------------------------------------------


def test_a_new_state_is_led_to_from_where_one_says():
    after = done("state.add", title="In review", source="open")
    assert state(after, "in_review")["title"] == "In review"
    made = flow(after)["transitions"][-1]
    assert (made["from"], made["to"]) == (["open"], "in_review")


def test_a_new_state_that_nothing_leads_to_is_flagged_at_it():
    after = done("state.add", title="Elsewhere")
    found = [message for pointer, message in errors(after) if pointer == "/workflows/0/states/5"]
    assert found[0] == "no transition leads from 'New' to the state 'Elsewhere'"


def test_two_states_of_one_title_have_two_keys():
    assert keys(done("state.add", title="Open"), "states")[-1] == "open_2"


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("state.title", "title", "Fresh"),
        ("state.color", "color", "violet"),
        ("state.category", "category", "open"),
    ],
)
def test_each_thing_of_a_state_is_one_edit(name, member, value):
    after = done(name, state="new", **{member: value})
    assert state(after, "new") == state(refunds_tool(), "new") | {member: value}


def test_a_lock_is_put_on_and_taken_off():
    locked = done("state.read_only", state="open", readOnly="1")
    assert state(locked, "open")["readOnly"] is True
    assert "readOnly" not in state(done("state.read_only", locked, state="open"), "open")


def test_states_move_one_place_and_not_over_the_end():
    assert keys(done("workflow.move", state="open", by="up"), "states")[:2] == ["open", "new"]
    assert keys(done("workflow.move", state="open", by="down"), "states")[1:3] == [
        "waiting",
        "open",
    ]
    assert done("workflow.move", state="new", by="up") == refunds_tool()


def test_records_begin_elsewhere():
    assert flow(done("workflow.initial", state="open"))["initial"] == "open"


def test_a_state_goes_with_what_leads_to_it_and_out_of_what_starts_there():
    after = done("state.remove", state="waiting")
    assert "waiting" not in keys(after, "states")
    assert not {"hold", "resume"} & set(keys(after, "transitions"))
    assert "waiting" not in str(after["views"])
    assert "waiting" not in str(errors(after))


def test_where_the_first_state_goes_records_begin_in_the_next():
    assert flow(done("state.remove", state="new"))["initial"] == "open"


def test_the_last_state_stays():
    document = refunds_tool()
    flow(document)["states"] = flow(document)["states"][:1]
    with pytest.raises(WrongInput, match="one state at least"):
        done("state.remove", document, state="new")


# -- transitions --------------------------------------------------------------------------


def test_a_transition_from_several_states():
    after = done("transition.add", title="Drop", **{"from": ["new", "open"]}, to="paid")
    assert way(after, "drop") == {
        "key": "drop",
        "title": "Drop",
        "from": ["new", "open"],
        "to": "paid",
    }


@pytest.mark.parametrize(
    ("member", "given", "expected"),
    [
        ("title", "Begin", "Begin"),
        ("from", ["open", "new"], ["new", "open"]),
        ("to", "waiting", "waiting"),
        ("roles", ["lead"], ["lead"]),
        ("require", ["amount"], ["amount"]),
        ("fields", ["amount", "notes"], ["amount", "notes"]),
        ("comment", "required", "required"),
        ("style", "danger", "danger"),
        ("layout", "create", "create"),
        ("shortcut", "S", "s"),
    ],
)
def test_each_thing_of_a_transition_is_one_edit(member, given, expected):
    after = done("transition.change", transition="start", member=member, **{member: given})
    assert way(after, "start") == way(refunds_tool(), "start") | {member: expected}


@pytest.mark.parametrize(("member", "given"), [("comment", "none"), ("roles", []), ("require", [])])
def test_what_says_nothing_is_left_out(member, given):
    after = done("transition.change", transition="hold", member=member, **{member: given})
    assert member not in way(after, "hold")


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("from", []),
        ("to", "nowhere"),
        ("roles", ["nobody"]),
        ("shortcut", "ä"),
        ("fields", ["none"]),
    ],
)
def test_what_cannot_be_is_said_at_its_input(member, given):
    with pytest.raises(WrongInput) as found:
        done("transition.change", transition="start", member=member, **{member: given})
    assert found.value.name == member


def test_two_transitions_do_not_share_a_key():
    document = done("transition.change", transition="start", member="shortcut", shortcut="s")
    with pytest.raises(WrongInput, match="Start has this key"):
        done("transition.change", document, transition="hold", member="shortcut", shortcut="s")


def test_a_second_person_is_asked_for_once():
    after = done("transition.four_eyes", transition="start")
    assert way(after, "start")["guards"][0]["condition"] == {"not": {"user": {"is": "@created_by"}}}
    assert done("transition.four_eyes", after, transition="start") == after
    assert errors(after) == errors(refunds_tool())


def test_conditions_come_and_go():
    message = "An amount is needed"
    after = done("transition.guard", transition="start", field="amount", message=message)
    assert way(after, "start")["guards"][0]["message"] == message
    other = done("transition.guard_message", after, transition="start", guard=message, message="No")
    assert way(other, "start")["guards"] == [{**way(after, "start")["guards"][0], "message": "No"}]
    assert (
        done("transition.guard_remove", after, transition="start", guard=message) == refunds_tool()
    )


def test_transitions_move_and_go():
    assert keys(done("workflow.move", transition="hold", by="up"), "transitions")[0] == "hold"
    assert "hold" not in keys(done("transition.remove", transition="hold"), "transitions")


def test_a_state_that_goes_leaves_the_others_of_a_filter():
    after = done("state.remove", state="waiting")
    queue = next(view for view in after["views"] if view["key"] == "queue")
    assert queue["filter"] == {"field": "@state", "op": "in", "value": ["new", "open"]}
