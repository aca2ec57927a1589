"""The card disputes example is a clean spec, and its roles, rules and guards do what they say."""

from typing import Any

import pytest

from components.base import ABSENT
from form_specs.check import check
from form_specs.layouts import fields_in, sections_of
from form_specs.model import FieldRight, Right
from form_specs.problem import Severity
from runtime.compiling.hops import NoHops
from tests.examples.conftest import NOW

ROLES = ("analyst", "lead", "approver", "auditor", "agent_external")


def facts(form, record: dict[str, Any], state: str = "gathering") -> dict[str, Any]:
    typed = {key: form.fields[key].parse(value) for key, value in record.items()}
    return {**form.to_document(typed), "@state": state}


def guards_against(form, access, record: dict[str, Any], transition: str) -> list[str]:
    seen = facts(form, record)
    return [
        message
        for condition, message in form.guards[transition]
        if not condition.holds(seen, access.env)
    ]


def rules_against(form, access, record: dict[str, Any]) -> list[str | None]:
    found = form.evaluate(facts(form, record), access.env, NoHops())
    return [finding.field for finding in found.findings]


def test_check_finds_no_error(registry, document):
    problems = check(document, registry.catalog())
    assert [p for p in problems if p.severity is Severity.ERROR] == []


def test_every_field_stands_in_the_default_layout_once(dispute):
    placed = fields_in(sections_of(dispute.spec.layout("default")))
    assert sorted([*placed, "reference"]) == sorted(dispute.fields)


def test_the_create_layout_asks_for_everything_that_is_required(dispute):
    placed = {*fields_in(sections_of(dispute.spec.layout("create")))}
    required = {key for key, field in dispute.fields.items() if field.spec.required}
    assert required <= placed
    assert not any(dispute.fields[key].spec.read_only for key in placed)


def test_a_complete_record_is_valid_and_breaks_no_rule(dispute, access_of, record):
    assert dispute.judge.problems(record) == []
    assert rules_against(dispute, access_of("analyst"), record) == []


@pytest.mark.parametrize(
    ("field", "value", "shown_at"),
    [
        ("amount", {"amount": "0.00", "currency": "USD"}, "amount"),
        ("charged_on", "2026-11-11", "charged_on"),
        ("shipped_on", "2026-11-24", "shipped_on"),
        ("delivered_on", "2026-10-21", "delivered_on"),
        ("carrier", None, "carrier"),
        ("rebuttal", "x" * 150_001, "rebuttal"),
    ],
)
def test_rules_refuse(dispute, access_of, record, field, value, shown_at):
    record[field] = value
    record = {key: value for key, value in record.items() if value is not None}
    assert shown_at in rules_against(dispute, access_of("analyst"), record)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("card_last4", "44172", "Exactly four digits"),
        ("charge", "py_3Pq8Lk2eZvKYlo2C", "starts with ch_"),
        ("amount", {"amount": "-1.00", "currency": "USD"}, "above zero"),
        ("accept_reason", "No.", "Write a sentence"),
    ],
)
def test_wrong_values_are_refused_in_the_words_of_the_spec(dispute, record, field, value, words):
    record[field] = value
    (problem,) = dispute.judge.problems(record)
    assert problem.field == field
    assert words in problem.message


def test_a_good_record_passes_every_guard_on_the_way_to_the_network(dispute, access_of, record):
    analyst = access_of("analyst")
    assert guards_against(dispute, analyst, record, "prepare") == []
    assert guards_against(dispute, analyst, record, "submit") == []


@pytest.mark.parametrize(
    ("transition", "change", "words"),
    [
        ("prepare", {"decision": "accept"}, "Only a contested dispute"),
        ("prepare", {"reason": "not_received", "shipping_tracking": None}, "proves the delivery"),
        ("prepare", {"card_checks": None}, "card checks"),
        ("submit", {"due_by": "2026-11-23T14:59:59Z"}, "deadline has passed"),
        ("submit", {"network_reference": "VROL-1"}, "takes it once"),
        ("accept", {}, "Accept the loss"),
        ("reopen", {"due_by": "2026-11-20T00:00:00Z"}, "nothing left to contest"),
    ],
)
def test_guards_say_what_is_missing(dispute, access_of, record, transition, change, words):
    changed = {k: v for k, v in (record | change).items() if v is not None}
    (message,) = guards_against(dispute, access_of("lead"), changed, transition)
    assert words in message


@pytest.mark.parametrize(
    ("role", "amount", "may"),
    [
        ("analyst", {"amount": "5000.00", "currency": "USD"}, True),
        ("analyst", {"amount": "5000.01", "currency": "USD"}, False),
        ("analyst", {"amount": "5000.01", "currency": "GBP"}, False),
        ("lead", {"amount": "5000.01", "currency": "EUR"}, True),
        ("approver", {"amount": "99999.99", "currency": "USD"}, True),
    ],
)
def test_large_losses_are_accepted_by_leads_and_approvers(
    dispute, access_of, record, role, amount, may
):
    record |= {"decision": "accept", "amount": amount}
    refused = guards_against(dispute, access_of(role), record, "accept")
    assert refused == [] if may else "needs a lead or an approver" in refused[0]


def test_rights_by_role(access_of):
    rights = {role: access_of(role).rights for role in ROLES}
    assert rights["auditor"] == {Right.READ}
    assert Right.EDIT not in rights["approver"]
    assert [role for role in ROLES if Right.DELETE in rights[role]] == ["lead"]
    assert [role for role in ROLES if Right.CREATE in rights[role]] == ["analyst", "lead"]


def test_who_reads_the_cardholders_mail(access_of):
    seen = {role: access_of(role).fields["cardholder_email"] for role in ROLES}
    assert seen == {
        "analyst": FieldRight.WRITE,
        "lead": FieldRight.WRITE,
        "approver": FieldRight.MASKED,
        "auditor": FieldRight.MASKED,
        "agent_external": FieldRight.HIDDEN,
    }


@pytest.mark.parametrize(
    ("owner", "state", "exists"),
    [
        ("noor", "won", True),
        ("operator", "new", False),
        (None, "new", True),
        (None, "gathering", True),
        (None, "ready", False),
    ],
)
def test_external_agents_know_their_own_and_open_unowned_disputes(
    dispute, access_of, record, owner, state, exists
):
    record = {k: v for k, v in (record | {"owner": owner}).items() if v is not None}
    rows = dispute.condition(dispute.grants["agent_external"].rows)
    assert rows.holds(facts(dispute, record, state), access_of("noor").env) is exists


def test_external_agents_cannot_change_what_the_dispute_is_about(access_of):
    agent = access_of("agent_external")
    fixed = ("amount", "reason", "due_by", "merchant", "charge", "card_last4", "priority")
    assert [key for key in fixed if agent.writes(key)] == []
    assert agent.writes("rebuttal")
    assert agent.writes("owner")


def test_the_characters_of_all_texts_are_counted(dispute, record):
    texts = record | {"customer_message": "Thanks!", "access_log": "x" * 10}
    document = {key: texts[key] for key in ("rebuttal", "customer_message", "access_log")}
    found = dispute.computing.preview(document, {}, NOW, NoHops())
    assert found["text_chars"] == len(record["rebuttal"]) + 7 + 10
    assert dispute.computing.preview({}, {}, NOW, NoHops())["text_chars"] == 0


def test_nobody_types_what_hooks_compute(access_of):
    computed = ("win_likelihood", "text_chars", "network_reference", "outcome", "reference")
    assert not any(access_of(role).writes(key) for role in ROLES for key in computed)


def test_who_may_take_which_transition(dispute, access_of):
    moves = dispute.workflow.transitions
    may = {role: {k for k, t in moves.items() if access_of(role).may_take(t)} for role in ROLES}
    assert may["auditor"] == set()
    assert may["approver"] == {"accept"}
    assert "submit" not in may["agent_external"]
    assert not any({"resolve_won", "resolve_lost"} & taken for taken in may.values())


def test_every_role_has_a_view_and_the_least_privileged_no_archive(dispute, access_of):
    shown = {
        role: [key for key, view in dispute.views.items() if access_of(role).may_use(view)]
        for role in ROLES
    }
    assert all(shown.values())
    assert not {"closed", "everything", "over_5000"} & set(shown["agent_external"])


def test_due_in_48_hours_counts_from_now(dispute, access_of, record):
    condition = dispute.view_filters["due_48h"]
    env = access_of("analyst").env
    assert env.now == NOW
    for due, shown in (("2026-11-25T14:59:59Z", True), ("2026-11-25T15:00:00Z", False)):
        assert condition.holds(facts(dispute, record | {"due_by": due}), env) is shown


def test_defaults_fill_a_new_record(dispute, access_of):
    initial = dispute.initial(access_of("analyst").env)
    assert initial["priority"] == "normal"
    assert initial["opened_on"] == NOW.date()
    assert initial.get("owner", ABSENT) is ABSENT
