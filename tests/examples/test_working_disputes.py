"""Working on the demo's disputes: gate, workflow and the hooks in their own processes together."""

import pytest
from sqlalchemy import select

from runtime.gate import Origin, RefusedError
from runtime.reading import Records
from runtime.storage.schema import OutboxRow


def _one(listed, state: str, **values: object):
    return next(
        record
        for record in listed("lead")
        if record.stored.state == state
        and all(record.data().get(key) == value for key, value in values.items())
    )


def test_a_wrong_tracking_number_is_refused_on_its_field(services, acting, listed):
    record, access = _one(listed, "gathering"), acting("operator")
    with pytest.raises(RefusedError) as refused:
        services.gate.update(
            access,
            record.stored.id,
            {"carrier": "ups", "shipping_tracking": "1Z 999 AA1 01 2345 678"},
            Origin("page"),
            version=record.stored.version,
        )
    (reason,) = refused.value.reasons
    assert reason.field == "shipping_tracking"
    assert "17 characters; a UPS number has 18" in reason.message


def test_a_submission_waits_in_the_outbox_for_the_network(services, acting, listed):
    record = _one(listed, "ready")
    services.gate.transition(acting("operator"), record.stored.id, "submit", Origin("page"))
    with services.db.read() as conn:
        hooks = conn.execute(select(OutboxRow.hook)).scalars().all()
    assert hooks == ["disputes.send_to_network"]


def test_fetching_again_lets_the_network_decide(services, acting, listed):
    record = _one(listed, "submitted")
    services.gate.act(acting("operator"), record.stored.id, "refetch", Origin("page"))
    with services.db.read() as conn:
        after = Records(services.db).get(conn, acting("lead"), record.stored.id)
    assert after.stored.state in ("won", "lost")
    assert after.data()["outcome"] == after.stored.state
    assert after.stored.updated_by == "hook:disputes.refetch"


def test_assigning_to_oneself_is_one_press(services, acting, listed):
    record = _one(listed, "new", owner=None)
    services.gate.act(acting("noor"), record.stored.id, "assign_to_me", Origin("page"))
    with services.db.read() as conn:
        after = Records(services.db).get(conn, acting("noor"), record.stored.id)
    assert after.data()["owner"] == "noor"
    with pytest.raises(RefusedError):
        services.gate.act(acting("noor"), record.stored.id, "assign_to_me", Origin("page"))


def test_an_approver_accepts_in_the_dialog_what_an_analyst_may_not(services, acting, listed):
    record = _one(listed, "waiting_merchant")
    values = {"decision": "accept", "accept_reason": "The merchant lost the proof of delivery."}
    lead = acting("lead")
    large = lead.form.fields["amount"].parse({"amount": "5000.01", "currency": "GBP"})
    services.gate.update(
        lead, record.stored.id, {"amount": large}, Origin("page"), version=record.stored.version
    )
    with pytest.raises(RefusedError, match="needs a lead or an approver"):
        services.gate.transition(
            acting("operator"), record.stored.id, "accept", Origin("page"), values=values
        )
    services.gate.transition(
        acting("approver"), record.stored.id, "accept", Origin("page"), values=values
    )
    version = services.gate.record(lead, record.stored.id).version
    with pytest.raises(RefusedError, match="cannot be changed"):
        services.gate.update(
            lead, record.stored.id, {"priority": "low"}, Origin("page"), version=version
        )
