"""The demo's hooks, called as an engineer would test them: with a `Change` made by hand."""

import json

import pytest

from opswright import Change, HookPoint
from opswright.demo.hooks import disputes

TRACKED = {"carrier": "ups", "shipping_tracking": "1Z 999 AA1 01 2345 6784"}


@pytest.fixture
def submitted(record, tmp_path, monkeypatch):
    """Makes the after-hook's change for one delivery of one submission."""
    monkeypatch.setenv("OPSWRIGHT_DATA", str(tmp_path))

    def make(key: str = "0abc", **values: object) -> Change:
        return Change(
            point=HookPoint.AFTER_TRANSITION,
            tool="disputes",
            form="dispute",
            record=record | values,
            state="submitted",
            idempotency_key=key,
        )

    return make


def saving(record) -> Change:
    return Change(point=HookPoint.BEFORE_UPDATE, tool="disputes", form="dispute", record=record)


@pytest.mark.parametrize(
    ("carrier", "number", "right"),
    [
        ("ups", "1Z 999 AA1 01 2345 6784", True),
        ("ups", "1Z 999 AA1 01 2345 678", False),
        ("fedex", "123456789012", True),
        ("fedex", "123456789012345", True),
        ("fedex", "1234567890123", False),
        ("dhl", "1234567890", True),
        ("usps", "9400 1000 0000 0000 0000 00", True),
        ("dpd", "12345678901234", True),
        ("royal_mail", "RM123456789GB", True),
        ("royal_mail", "RM123456789GBX", False),
        ("other", "1", True),
        ("", "1", True),
    ],
)
def test_tracking_numbers_have_their_carriers_length(carrier, number, right):
    assert (disputes.tracking_problem(carrier, number) is None) is right


def test_a_short_number_is_refused_on_its_field_in_words(record):
    change = saving(record | {"shipping_tracking": "1Z 999 AA1 01 2345 678"})
    disputes.weigh_evidence(change)
    (refusal,) = change.refusals
    assert refusal.field == "shipping_tracking"
    assert refusal.message == "17 characters; a UPS number has 18. Check the last group."


def test_odds_are_estimated_at_a_save(record):
    change = saving(record | {"customer_message": "Thanks!", "access_log": "x" * 10})
    disputes.weigh_evidence(change)
    assert 3 <= int(change.values["win_likelihood"]) <= 95


def test_what_is_right_already_is_not_set_again(record):
    change = saving(record)
    disputes.weigh_evidence(change)
    again = saving(dict(change.record))
    disputes.weigh_evidence(again)
    assert again.values == {}


@pytest.mark.parametrize(
    "better",
    [
        {"delivered_on": "2026-10-28", **TRACKED},
        {"card_checks": "match"},
        {"earlier_orders": 4},
        {"access_log": "signed in"},
        {"refund_policy_shown": True},
        {"rebuttal": "Because. " * 40},
        {"evidence_files": [{"name": "a.pdf"}]},
    ],
)
def test_evidence_never_lowers_the_odds(better):
    bare = {"reason": "fraudulent"}
    assert disputes.win_likelihood(bare | better) > disputes.win_likelihood(bare)


def test_odds_stay_between_their_bounds():
    worst = {"reason": "fraudulent", "card_checks": "no_match"}
    best = TRACKED | {
        "reason": "fraudulent",
        "card_checks": "match",
        "earlier_orders": 90,
        "rebuttal": "x" * 20_000,
        "access_log": "x",
        "customer_message": "x",
        "delivered_on": "2026-10-28",
        "refund_policy_shown": True,
        "evidence_files": [{}] * 9,
    }
    assert disputes.win_likelihood(worst) >= 3
    assert disputes.win_likelihood(best) == 95


def test_a_submission_is_filed_once_however_often_it_is_delivered(submitted, tmp_path):
    first, second = submitted(), submitted()
    for change in (first, second):
        disputes.send_to_network(change)
    assert first.values == second.values
    assert first.values["network_reference"].startswith("VROL-")
    (receipt,) = (tmp_path / "network").iterdir()
    assert receipt.name == "0abc.json"
    assert json.loads(receipt.read_text("utf-8"))["amount"]["amount"] == "8450.00"
    assert first.values["network_reference"] in first.comments[0]


def test_another_submission_gets_another_reference(submitted):
    one, other = submitted("0abc"), submitted("0abd")
    disputes.send_to_network(one)
    disputes.send_to_network(other)
    assert one.values != other.values


def test_a_hostile_key_stays_in_the_folder(submitted, tmp_path):
    disputes.send_to_network(submitted("../../etc/passwd"))
    (receipt,) = (tmp_path / "network").iterdir()
    assert receipt.name == "______etc_passwd.json"


def test_what_has_a_reference_is_not_filed_again(submitted, tmp_path):
    change = submitted(network_reference="VROL-1")
    disputes.send_to_network(change)
    assert not change.values
    assert not (tmp_path / "network").exists()


def action(record, state: str) -> Change:
    return Change(
        point=HookPoint.ACTION, tool="disputes", form="dispute", record=record, state=state
    )


def test_fetching_again_before_the_filing_brings_the_charges_facts(record):
    change = action(record, "gathering")
    disputes.refetch(change)
    assert set(change.values) == {"card_checks", "earlier_orders"}
    assert change.next_transition is None


def test_fetching_again_after_the_filing_brings_the_decision(record):
    change = action(record, "submitted")
    disputes.refetch(change)
    outcome = change.values["outcome"]
    assert change.next_transition == f"resolve_{outcome}"
    assert outcome in change.comments[0]


def test_the_network_decides_the_same_way_whenever_it_is_asked(record):
    answers = set()
    for _ in range(3):
        change = action(record, "submitted")
        disputes.refetch(change)
        answers.add(change.next_transition)
    assert len(answers) == 1
