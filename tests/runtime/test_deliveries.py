"""What an after-hook asked for is done through the gate, or the delivery says why it cannot be."""

import pytest

from runtime.gate import Origin
from runtime.hooks.answers import HookAnswer, HookFailed
from runtime.storage.outbox import Delivery
from tests.runtime.gate.conftest import history, stored
from tests.runtime.opening import Desk

SEED = Origin("seed")


@pytest.fixture
def refund(desk):
    made = desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop"), SEED)
    return stored(desk, made.record_id)


def apply(services, refund, answer, **more):
    """Applies a hook's answer as the deliverer does, in one transaction."""
    given = dict.fromkeys(Delivery.__dataclass_fields__, 1)
    given |= {"tool": "refunds", "form_id": refund.form_id, "record_id": refund.id}
    given |= {"hook": "bank", "payload": {}, "idempotency_key": "k", **more}
    delivery = Delivery(**given)
    with services.db.write() as conn:
        services.answers(conn, delivery, answer)


def test_values_comments_and_a_step_are_the_hooks_own(services, refund):
    answer = HookAnswer(values={"origin": "bank"}, comments=("Fetched",), transition="start")
    apply(services, refund, answer)
    desk = Desk(services)
    assert stored(desk, refund.id).document["origin"] == "bank"
    assert {event.actor for event in history(desk, refund.id)[1:]} == {"hook:bank"}


def test_a_value_is_merged_into_what_changed_meanwhile(services, desk, refund):
    desk.gate.update(desk.access("olga"), refund.id, desk.typed(score=3), SEED, version=1)
    apply(services, refund, HookAnswer(values={"origin": "bank"}))
    assert stored(desk, refund.id).document["score"] == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HookAnswer(values={"nothing": 1}), "There is no field 'nothing'"),
        (HookAnswer(values={"due_on": "soon"}), "it was refused"),
        (HookAnswer(values={"score": 500}), "it was refused"),
        (HookAnswer(comments=("",)), "Write something"),
        (HookAnswer(transition="fly"), "There is no transition 'fly'"),
        (HookAnswer(values={"origin": "x"}, transition="settle"), "Settle starts from Paid"),
    ],
    ids=["no field", "no day", "no score", "no words", "no step", "half"],
)
def test_what_can_never_be_done_is_final_and_leaves_nothing(services, desk, refund, answer, reason):
    with pytest.raises(HookFailed, match=reason) as failed:
        apply(services, refund, answer)
    assert failed.value.final
    assert stored(desk, refund.id) == refund
    assert len(history(desk, refund.id)) == 1


def test_a_record_or_form_that_is_gone_is_final(services, desk, refund):
    desk.gate.delete(desk.access("lena"), refund.id, SEED)
    for more, reason in (({}, "record is gone"), ({"form_id": 999}, "form is gone")):
        with pytest.raises(HookFailed, match=reason) as failed:
            apply(services, refund, HookAnswer(values={"origin": "x"}), **more)
        assert failed.value.final
