"""A refusal names all of its reasons, in the order of the checks, for people and for programs."""

import pytest

from components.base import ABSENT
from runtime.gate import Origin, RecordNotFoundError, RefusedError
from tests.runtime.gate.conftest import PAGE, codes, history, stored
from tests.runtime.opening import Desk


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_checks(desk, make_refund):
    refund = make_refund()
    values = desk.typed(merchant="", score=200, urgent=True, margin="1.00")
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=1)
    assert codes(refused) == [
        ("field", "read_only", "margin"),
        ("field", "minLength", "merchant"),
        ("field", "maximum", "score"),
        ("rule", "rule", "due_on"),
    ]
    assert refused.value.status == 422
    assert all(reason.message for reason in refused.value.reasons)


def test_a_transition_tells_of_state_fields_comment_and_guards(desk, make_refund):
    refund = make_refund(by="lena", score=80)
    with pytest.raises(RefusedError) as refused:
        desk.gate.transition(desk.access("lena"), refund.id, "pay", PAGE)
    assert codes(refused) == [
        ("state", "state", None),
        ("required", "required", "amount"),
        ("required", "required", "due_on"),
        ("guard", "guard", None),
        ("guard", "guard", "score"),
    ]
    assert refused.value.status == 409
    texts = [reason.message for reason in refused.value.reasons]
    assert texts == [
        "Pay starts from Open; this record is in New",
        "Amount is missing",
        "Due on is missing",
        "Somebody else must pay it",
        "A score below 50 is needed",
    ]


def test_without_the_right_nothing_else_is_told(desk, make_refund):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("vera"), refund.id, desk.typed(score=200), PAGE, version=1)
    assert codes(refused) == [("role", "role", None)]
    assert refused.value.status == 403


STEPS = {
    "create": lambda gate, access, _: gate.create(access, {}, PAGE),
    "update": lambda gate, access, id_: gate.update(access, id_, {}, PAGE, version=1),
    "delete": lambda gate, access, id_: gate.delete(access, id_, PAGE),
    "comment": lambda gate, access, id_: gate.comment(access, id_, "Hello", PAGE),
    "attach": lambda gate, access, id_: gate.attach(access, id_, [], PAGE),
    "detach": lambda gate, access, id_: gate.detach(access, id_, 1, PAGE),
    "start": lambda gate, access, id_: gate.transition(access, id_, "start", PAGE),
    "pay": lambda gate, access, id_: gate.transition(access, id_, "pay", PAGE),
    "settle": lambda gate, access, id_: gate.transition(access, id_, "settle", PAGE),
    "hurry": lambda gate, access, id_: gate.act(access, id_, "hurry", PAGE),
    "refetch": lambda gate, access, id_: gate.act(access, id_, "refetch", PAGE),
}


@pytest.mark.parametrize(
    ("name", "step"),
    [
        *(("vera", step) for step in STEPS if step != "detach"),
        *(("olga", step) for step in ("delete", "pay", "refetch")),
        ("ada", "settle"),
    ],
)
def test_each_verb_asks_for_its_right(desk, make_refund, name, step):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        STEPS[step](desk.gate, desk.access(name), refund.id)
    assert refused.value.status == 403
    assert stored(desk, refund.id) == refund


@pytest.mark.parametrize("step", sorted(STEPS.keys() - {"create"}))
def test_a_record_outside_ones_rows_does_not_exist(desk, make_refund, step):
    refund = make_refund(by="lena", region="hq")
    with pytest.raises(RecordNotFoundError):
        STEPS[step](desk.gate, desk.access("olga"), refund.id)
    assert len(history(desk, refund.id)) == 1


def test_a_field_that_is_hidden_is_refused_in_the_words_for_one_that_is_not_there(
    desk, make_refund
):
    refund = make_refund()
    told = []
    for key in ("secret", "nonsense"):
        with pytest.raises(RefusedError) as refused:
            desk.gate.update(desk.access("olga"), refund.id, {key: "x" * 900}, PAGE, version=1)
        (reason,) = refused.value.reasons
        told.append((reason.check, reason.code, reason.message.replace(key, "KEY")))
    assert told[0] == told[1]


def test_a_read_only_field_is_written_by_programs_only(desk, make_refund):
    refund = make_refund()
    values = desk.typed(origin="Terminal 4")
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("ada"), refund.id, values, PAGE, version=1)
    assert codes(refused) == [("field", "read_only", "origin")]
    hook = Origin("hook")
    desk.gate.update(desk.program("hook:fill"), refund.id, values, hook, version=1)
    assert stored(desk, refund.id).document["origin"] == "Terminal 4"
    assert history(desk, refund.id)[-1].actor == "hook:fill"


def test_a_record_in_a_closed_state_is_changed_by_programs_only(desk, make_refund):
    refund = make_paid(desk, make_refund)
    for name in ("olga", "lena", "ada"):
        with pytest.raises(RefusedError) as refused:
            desk.gate.update(
                desk.access(name), refund.id, desk.typed(score=1), PAGE, version=refund.version
            )
        assert codes(refused) == [("state", "read_only", None)]
        assert refused.value.status == 409
    values = desk.typed(score=1)
    desk.gate.update(desk.program(), refund.id, values, Origin("hook"), version=refund.version)
    assert stored(desk, refund.id).document["score"] == 1


def make_paid(desk, make_refund):
    """A refund that has gone all the way."""
    amount = {"amount": "12.50", "currency": "EUR"}
    refund = make_refund(amount=amount, due_on="2026-12-01", score=10)
    for name, step in (("olga", "start"), ("lena", "pay")):
        desk.gate.transition(desk.access(name), refund.id, step, PAGE)
    return stored(desk, refund.id)


def test_what_is_wrong_out_of_sight_is_told_without_saying_where(make_services, make_tool):
    """A required field that a role may not even see: its records would be invalid."""

    def require_secret(tool):
        tool["forms"][0]["schema"]["required"].append("secret")

    desk = published(make_services, make_tool(require_secret))
    with pytest.raises(RefusedError) as refused:
        desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop"), PAGE)
    (reason,) = refused.value.reasons
    assert (reason.check.value, reason.field) == ("field", None)
    assert "secret" not in reason.message.lower()
    made = desk.gate.create(desk.access("lena"), desk.typed(merchant="Shop", secret="s"), PAGE)
    # What stood there before does not keep others from their own fields.
    values = desk.typed(score=7)
    assert (
        desk.gate.update(desk.access("olga"), made.record_id, values, PAGE, version=1).version == 2
    )


def test_a_transition_needs_its_fields_also_from_those_who_may_not_see_them(
    make_services, make_tool
):
    def ask_for_secret(tool):
        hold = tool["workflows"][0]["transitions"][1]
        hold["require"] = ["secret"]
        hold["comment"] = "none"

    desk = published(make_services, make_tool(ask_for_secret))
    made = desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop"), PAGE)
    desk.gate.transition(desk.access("olga"), made.record_id, "start", PAGE)
    with pytest.raises(RefusedError) as refused:
        desk.gate.transition(desk.access("olga"), made.record_id, "hold", PAGE)
    assert codes(refused) == [("required", "required", None)]
    assert "secret" not in str(refused.value).lower()


def published(make_services, tool):
    """The desk of services in which `tool` is in force."""
    services = make_services()
    services.published.publish(tool, by="test")
    return Desk(services)


def test_an_unknown_transition_and_an_unknown_action_are_refused(desk, make_refund):
    refund = make_refund()
    for step in (
        lambda: desk.gate.transition(desk.access("lena"), refund.id, "fly", PAGE),
        lambda: desk.gate.act(desk.access("lena"), refund.id, "fly", PAGE),
    ):
        with pytest.raises(RefusedError) as refused:
            step()
        assert codes(refused) == [("state", "unknown", None)]


def test_a_value_that_is_taken_away_counts_as_missing(desk, make_refund):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), refund.id, {"merchant": ABSENT}, PAGE, version=1)
    assert codes(refused) == [("field", "required", "merchant")]
