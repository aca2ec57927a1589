"""Steps of a workflow: from which state, by whom, with which fields, guards and words."""

import pytest

from runtime.gate import Origin, RecordNotFoundError, RefusedError
from runtime.storage import comments
from tests.runtime.gate.conftest import PAGE, codes, history, stored

DUE = "2026-12-01"


@pytest.fixture
def opened(desk, make_refund):
    """A refund that olga has started."""
    refund = make_refund()
    desk.gate.transition(desk.access("olga"), refund.id, "start", PAGE)
    return stored(desk, refund.id)


def hold(desk, refund, name="olga", comment="Waiting for the bank", **data):
    values = desk.typed(**data)
    return desk.gate.transition(
        desk.access(name), refund.id, "hold", PAGE, values=values, comment=comment
    )


def test_a_step_sets_its_fields_and_says_why(desk, opened):
    hold(desk, opened, due_on=DUE, notes="Asked on Monday", comment="  Waiting\r\nfor the bank ")
    held = stored(desk, opened.id)
    assert (held.state, held.version) == ("waiting", 3)
    assert (held.document["due_on"], held.document["notes"]) == (DUE, "Asked on Monday")
    event = history(desk, opened.id)[-1]
    assert {key: event.data[key] for key in ("transition", "from", "to", "source")} == {
        "transition": "hold",
        "from": "open",
        "to": "waiting",
        "source": "page",
    }
    assert event.data["diff"] == {"due_on": [None, DUE], "notes": [None, "Asked on Monday"]}
    with desk.services.db.read() as conn:
        (comment,) = comments.listed(conn, opened.form_id, opened.id)
    assert (comment.body, comment.author) == ("Waiting\nfor the bank", "olga")


@pytest.mark.parametrize("comment", [None, "", "  \n "])
def test_a_comment_that_is_asked_for_has_to_say_something(desk, opened, comment):
    with pytest.raises(RefusedError) as refused:
        hold(desk, opened, due_on=DUE, comment=comment)
    assert codes(refused) == [("comment", "comment", "comment")]
    assert refused.value.status == 422


def test_a_required_field_may_come_with_the_step_or_stand_there_before(desk, opened, make_refund):
    with pytest.raises(RefusedError) as refused:
        hold(desk, opened)
    assert codes(refused) == [("required", "required", "due_on")]
    desk.gate.update(desk.access("olga"), opened.id, desk.typed(due_on=DUE), PAGE, version=2)
    assert hold(desk, opened).version == 4


def test_a_step_of_no_role_in_particular_is_for_those_who_may_edit(desk, make_refund):
    refund = make_refund()
    assert desk.gate.transition(desk.access("otto"), refund.id, "start", PAGE).version == 2
    with pytest.raises(RefusedError) as refused:
        desk.gate.transition(desk.access("vera"), refund.id, "start", PAGE)
    assert refused.value.reasons[0].message == "Only people who may edit it can do this"


def test_four_eyes_see_the_payment(desk, make_refund):
    amount = {"amount": "10.00", "currency": "EUR"}
    refund = make_refund(by="lena", amount=amount, due_on=DUE)
    desk.gate.transition(desk.access("lena"), refund.id, "start", PAGE)
    values = desk.typed(score=10)
    with pytest.raises(RefusedError) as refused:
        desk.gate.transition(desk.access("lena"), refund.id, "pay", PAGE, values=values)
    assert codes(refused) == [("guard", "guard", None)]
    assert refused.value.status == 409
    paid = desk.gate.transition(desk.access("lars"), refund.id, "pay", PAGE, values=values)
    assert (stored(desk, refund.id).state, paid.version) == ("paid", 3)


def test_what_only_a_hook_may_do_no_person_can(desk, make_refund):
    refund = make_refund(amount={"amount": "1.00", "currency": "EUR"}, due_on=DUE, score=1)
    for name, step in (("olga", "start"), ("lena", "pay")):
        desk.gate.transition(desk.access(name), refund.id, step, PAGE)
    for name in ("lena", "ada"):
        with pytest.raises(RefusedError, match="Only an integration"):
            desk.gate.transition(desk.access(name), refund.id, "settle", PAGE)
    hook = desk.program("hook:bank")
    desk.gate.transition(hook, refund.id, "settle", Origin("hook"))
    assert stored(desk, refund.id).state == "settled"


def test_a_step_is_no_way_around_the_right_to_edit(make_services, make_tool, desk, opened):
    """Who may take a step but not edit sets the fields of the step and no others."""
    viewer = desk.access("vera", ["viewer", "closer"])
    assert not viewer.can("edit")
    values = desk.typed(score=1, merchant="Mine now")
    tool = make_tool(
        lambda tool: tool["workflows"][0]["transitions"][3].update(roles=["viewer"], guards=[])
    )
    services = make_services()
    services.published.publish(tool, by="test")
    other = type(desk)(services)
    amount = {"amount": "1.00", "currency": "EUR"}
    made = other.gate.create(
        other.access("olga"), other.typed(merchant="Shop", amount=amount, due_on=DUE), PAGE
    )
    other.gate.transition(other.access("olga"), made.record_id, "start", PAGE)
    with pytest.raises(RefusedError) as refused:
        other.gate.transition(other.access("vera"), made.record_id, "pay", PAGE, values=values)
    assert codes(refused) == [("field", "elsewhere", "merchant")]
    other.gate.transition(
        other.access("vera"), made.record_id, "pay", PAGE, values=other.typed(score=1)
    )
    assert stored(other, made.record_id).document["score"] == 1


def test_a_step_out_of_a_closed_state_opens_no_other_field(make_services, make_tool, desk):
    def let_reopen(tool):
        tool["workflows"][0]["transitions"].append(
            {
                "key": "reopen",
                "title": "Reopen",
                "from": ["paid"],
                "to": "open",
                "fields": ["notes"],
            }
        )

    services = make_services()
    services.published.publish(make_tool(let_reopen), by="test")
    other = type(desk)(services)
    data = {"merchant": "Shop", "amount": {"amount": "1.00", "currency": "EUR"}, "due_on": DUE}
    made = other.gate.create(other.access("olga"), other.typed(**data, score=1), PAGE)
    for name, step in (("olga", "start"), ("lena", "pay")):
        other.gate.transition(other.access(name), made.record_id, step, PAGE)
    values = other.typed(notes="Wrong account", score=99)
    with pytest.raises(RefusedError) as refused:
        other.gate.transition(other.access("lena"), made.record_id, "reopen", PAGE, values=values)
    assert codes(refused) == [("field", "elsewhere", "score")]
    values.pop("score")
    other.gate.transition(other.access("lena"), made.record_id, "reopen", PAGE, values=values)
    assert stored(other, made.record_id).state == "open"


def test_a_step_nobody_sees_does_not_exist(desk, make_refund):
    refund = make_refund(by="lena", region="hq")
    with pytest.raises(RecordNotFoundError):
        desk.gate.transition(desk.access("olga"), refund.id, "start", PAGE)


def test_the_button_says_what_speaks_against_it_but_not_what_its_dialog_will_ask(desk, opened):
    record = stored(desk, opened.id)
    obstacles = desk.gate.obstacles(desk.access("olga"), record, "hold")
    assert obstacles == []
    reasons = desk.gate.obstacles(desk.access("lena"), record, "pay")
    assert [(reason.code, reason.field) for reason in reasons] == [
        ("required", "amount"),
        ("required", "due_on"),
    ]
    assert [reason.check for reason in desk.gate.obstacles(desk.access("olga"), record, "pay")] == [
        "role"
    ]
