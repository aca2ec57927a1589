"""Hidden means absent, and the gate says what is hidden: for pages, API, transitions and hooks."""

from collections.abc import Iterator

import pytest

from components.base import ABSENT
from runtime.gate import Origin, RefusedError, Upload
from runtime.services import Services
from tests.runtime.gate.conftest import PAGE, codes, history, stored
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.reacting import SOUTH, reacting_tool, rule

API = Origin("api")
SITE = "https://example.com/a"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("reacting")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    found.published.publish(reacting_tool(), by="test")
    yield found
    found.close()


@pytest.fixture
def make_own_desk(make_services):
    """`make(change)`: a desk with the reacting tool after a change to its document."""

    def make(change, **settings) -> Desk:
        document = reacting_tool()
        change(document)
        services = make_services(**settings)
        services.published.publish(document, by="test")
        return Desk(services)

    return make


def ops_of(tool, key):
    return tool["forms"][0]["schema"]["properties"][key]["x-ops"]


# -- hidden ---------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [PAGE, API], ids=["page", "api"])
def test_a_value_for_a_hidden_field_is_ignored_and_counted(desk, make_refund, origin):
    refund = make_refund()
    values = desk.typed(site=SITE, score=3)
    desk.gate.update(desk.access("olga"), refund.id, values, origin, version=1)
    assert "site" not in stored(desk, refund.id).document
    assert history(desk, refund.id)[-1].data["ignored"] == 1


def test_a_new_record_has_no_value_in_a_hidden_field_not_even_a_default(make_own_desk):
    desk = make_own_desk(lambda tool: ops_of(tool, "owner").update(showWhen=SOUTH))
    outcome = desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop", site=SITE), PAGE)
    assert not {"site", "owner"} & stored(desk, outcome.record_id).document.keys()
    values = desk.typed(merchant="Shop", region="south", site=SITE)
    outcome = desk.gate.create(desk.access("olga"), values, PAGE)
    assert stored(desk, outcome.record_id).document.keys() >= {"site", "owner"}


@pytest.mark.parametrize("origin", [PAGE, API], ids=["page", "api"])
def test_a_new_record_keeps_what_it_was_sent_for_a_hidden_field_that_keeps_its_value(desk, origin):
    email = f"{origin.source}@example.com"
    values = desk.typed(merchant="Shop", region="north", email=email, site=SITE)
    outcome = desk.gate.create(desk.access("olga"), values, origin)
    document = stored(desk, outcome.record_id).document
    assert document["email"] == email
    assert "site" not in document
    assert history(desk, outcome.record_id)[-1].data["ignored"] == 1


def test_what_becomes_hidden_is_cleared_along_the_whole_chain_and_the_event_keeps_it(
    desk, make_refund
):
    refund = make_refund(region="south", site=SITE, notes="Call first", email="a@example.com")
    values = desk.typed(region="north")
    desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=1)
    document = stored(desk, refund.id).document
    assert not {"site", "notes"} & document.keys()
    assert document["email"] == "a@example.com"
    event = history(desk, refund.id)[-1]
    assert event.data["cleared"] == ["notes", "site"]
    assert event.data["diff"]["site"] == [SITE, None]
    assert event.data["diff"]["notes"] == ["Call first", None]


def test_a_kept_value_cannot_be_set_while_it_is_hidden(desk, make_refund):
    refund = make_refund(region="south", email="kept@example.com")
    desk.gate.update(desk.access("olga"), refund.id, desk.typed(region="north"), PAGE, version=1)
    values = desk.typed(email="other@example.com")
    desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=2)
    assert stored(desk, refund.id).document["email"] == "kept@example.com"
    values = {**values, **desk.typed(region="south")}
    desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=3)
    assert stored(desk, refund.id).document["email"] == "other@example.com"


def test_what_was_stored_before_its_condition_is_cleared_at_the_next_save(make_own_desk):
    desk = make_own_desk(lambda tool: ops_of(tool, "site").pop("showWhen"))
    values = desk.typed(merchant="Shop", site=SITE)
    record_id = desk.gate.create(desk.access("olga"), values, PAGE).record_id
    desk.services.published.publish(reacting_tool(), by="test")
    assert "site" in stored(desk, record_id).document
    desk.gate.transition(desk.access("olga"), record_id, "start", API)
    assert "site" not in stored(desk, record_id).document
    assert history(desk, record_id)[-1].data["cleared"] == ["site"]


def test_files_for_a_hidden_field_are_not_attached(desk, make_refund):
    refund = make_refund()
    upload = Upload("a.txt", "0" * 64, 3, "text/plain")
    desk.gate.update(
        desk.access("olga"), refund.id, {}, PAGE, version=1, uploads={"papers": [upload]}
    )
    assert "papers" not in stored(desk, refund.id).document
    event = history(desk, refund.id)[-1]
    assert (event.data["ignored"], "files" in event.data) == (1, False)


def test_a_hidden_field_that_may_not_be_known_is_refused_as_before(make_own_desk):
    desk = make_own_desk(lambda tool: ops_of(tool, "secret").update(showWhen=SOUTH))
    record_id = desk.gate.create(desk.access("olga"), desk.typed(merchant="S"), PAGE).record_id
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), record_id, desk.typed(secret="x"), PAGE, version=1)
    assert codes(refused) == [("field", "unknown", "secret")]


# -- required -------------------------------------------------------------------------------


def test_a_field_is_required_while_its_condition_holds_and_it_is_shown(desk, make_refund):
    make_refund(channels=["web"])
    with pytest.raises(RefusedError) as refused:
        make_refund(channels=["web"], region="south")
    assert codes(refused) == [("required", "required", "site")]
    assert refused.value.status == 422
    (reason,) = refused.value.reasons
    assert reason.message == "Fill in Site: it is needed when Channels includes Web"
    make_refund(channels=["web"], region="south", site=SITE)


def test_clearing_what_is_required_is_refused(desk, make_refund):
    refund = make_refund(channels=["web"], region="south", site=SITE)
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), refund.id, {"site": ABSENT}, API, version=1)
    assert codes(refused) == [("required", "required", "site")]


def test_a_transition_does_not_require_what_is_hidden(make_own_desk):
    desk = make_own_desk(
        lambda tool: tool["workflows"][0]["transitions"][0].update(require=["site"])
    )
    hidden = desk.gate.create(desk.access("olga"), desk.typed(merchant="S"), PAGE).record_id
    desk.gate.transition(desk.access("olga"), hidden, "start", PAGE)
    values = desk.typed(merchant="S", region="south")
    shown = desk.gate.create(desk.access("olga"), values, PAGE).record_id
    with pytest.raises(RefusedError) as refused:
        desk.gate.transition(desk.access("olga"), shown, "start", PAGE)
    assert codes(refused) == [("required", "required", "site")]


# -- read-only ------------------------------------------------------------------------------


@pytest.fixture
def make_fixed_refund(desk, make_refund):
    """`make()`: a refund of 10 percent, which its score has fixed since."""

    def make():
        refund = make_refund(share="10")
        score = desk.typed(score=95)
        desk.gate.update(desk.access("olga"), refund.id, score, PAGE, version=1)
        return stored(desk, refund.id)

    return make


def test_a_posted_form_leaves_a_read_only_field_as_it_was(desk, make_fixed_refund):
    refund = make_fixed_refund()
    values = desk.typed(share="20", notes="x")
    desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=2)
    assert stored(desk, refund.id).document["share"] == refund.document["share"]
    assert history(desk, refund.id)[-1].data["ignored"] == 2


def test_anything_else_is_told_why_it_cannot_be_set(desk, make_refund):
    refund = make_refund(share="10")
    values = desk.typed(share="20", score=90)
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), refund.id, values, API, version=1)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.field) == ("read_only", "share")
    assert reason.message == "Share cannot be changed while Score is at least 90"
    desk.gate.update(desk.access("olga"), refund.id, desk.typed(share="20"), API, version=1)


def test_saying_the_same_again_is_no_change(desk, make_fixed_refund):
    refund = make_fixed_refund()
    values = desk.typed(share="10", merchant="Other")
    desk.gate.update(desk.access("olga"), refund.id, values, API, version=2)
    assert stored(desk, refund.id).document["merchant"] == "Other"


def test_a_program_writes_what_people_cannot(desk, make_fixed_refund):
    refund = make_fixed_refund()
    hook = Origin("hook")
    desk.gate.update(desk.program("hook:x"), refund.id, desk.typed(share="20"), hook, version=2)
    assert stored(desk, refund.id).document["share"] != refund.document["share"]


def test_a_field_may_be_read_only_once_it_was_set(make_own_desk):
    once = {"not": {"field": "region", "op": "was", "value": "north"}}
    desk = make_own_desk(lambda tool: ops_of(tool, "region").update(readOnlyWhen=once))
    access = desk.access("olga")
    record_id = desk.gate.create(access, desk.typed(merchant="S"), PAGE).record_id
    desk.gate.update(access, record_id, desk.typed(region="south"), API, version=1)
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(access, record_id, desk.typed(region="north"), API, version=2)
    assert codes(refused) == [("field", "read_only", "region")]
    assert refused.value.reasons[0].message == (
        "Region cannot be changed while Region was not North before"
    )


def test_what_is_read_only_in_pages_alone_is_taken_from_the_api(make_own_desk):
    def change(tool):
        ops_of(tool, "share").update(lock="page")
        tool["forms"][0]["schema"]["properties"]["merchant"]["readOnly"] = True
        ops_of(tool, "merchant").update(lock="page")

    desk = make_own_desk(change)
    access, values = desk.access("olga"), desk.typed(merchant="S", score=95, share="20")
    sent = desk.gate.create(access, values, API)
    assert stored(desk, sent.record_id).document.keys() >= {"merchant", "share"}
    with pytest.raises(RefusedError) as refused:
        desk.gate.create(access, values, PAGE)
    assert ("field", "required", "merchant") in codes(refused)
    desk.gate.update(access, sent.record_id, desk.typed(merchant="T", share="30"), PAGE, version=1)
    kept = stored(desk, sent.record_id).document
    assert kept["merchant"] == "S"
    assert desk.tool.forms["refund"].to_record(kept)["share"] == "20.00"


# -- rules ----------------------------------------------------------------------------------


def test_a_rule_of_a_field_is_asked_once_it_holds_a_value(desk, make_refund):
    make_refund()
    with pytest.raises(RefusedError) as refused:
        make_refund(ratio=1.5)
    assert codes(refused) == [("rule", "rule", "ratio")]


def test_a_required_field_that_is_empty_is_told_once_whatever_a_rule_asks_of_it(make_own_desk):
    asked = {"field": "merchant", "op": "in", "value": ["Shop", "Store"]}
    more = rule(asked, "Choose one we know", field="merchant")
    desk = make_own_desk(lambda tool: tool["forms"][0].setdefault("rules", []).append(more))
    access = desk.access("olga")
    with pytest.raises(RefusedError) as refused:
        desk.gate.create(access, desk.typed(score=1), PAGE)
    assert codes(refused) == [("field", "required", "merchant")]
    with pytest.raises(RefusedError) as refused:
        desk.gate.create(access, desk.typed(merchant="T", score=1), PAGE)
    assert codes(refused) == [("rule", "rule", "merchant")]


def test_a_warning_is_told_and_refuses_nothing(desk):
    values = desk.typed(merchant="S", score=81)
    outcome = desk.gate.create(desk.access("olga"), values, PAGE)
    assert [(w.message, w.field) for w in outcome.warnings] == [("That is a high score", "score")]
    assert (
        desk.gate.update(
            desk.access("olga"), outcome.record_id, desk.typed(score=80), PAGE, version=1
        ).warnings
        == ()
    )


def test_a_warning_about_what_one_may_not_read_is_not_told(make_own_desk):
    secretive = rule({"field": "secret", "op": "empty"}, "There is a secret", severity="warning")
    desk = make_own_desk(lambda tool: tool["forms"][0].setdefault("rules", []).append(secretive))
    values = desk.typed(merchant="S", secret="x")
    outcome = desk.gate.create(desk.access("lena"), values, PAGE)
    assert len(outcome.warnings) == 1
    updated = desk.gate.update(
        desk.access("olga"), outcome.record_id, desk.typed(score=1), PAGE, version=1
    )
    assert updated.warnings == ()


def test_rules_and_guards_may_ask_what_changed(make_own_desk):
    raised = {"field": "score", "op": "changed"}
    again = {"not": {"field": "merchant", "op": "was", "value": "Closed"}}

    def change(tool):
        tool["forms"][0].setdefault("rules", []).append(rule(again, "Closed for good"))
        start = tool["workflows"][0]["transitions"][0]
        start |= {"fields": ["score"], "guards": [rule(raised, "Give a new score")]}

    desk = make_own_desk(change)
    access = desk.access("olga")
    made = desk.gate.create(access, desk.typed(merchant="Shop", score=1), PAGE).record_id
    with pytest.raises(RefusedError, match="Give a new score"):
        desk.gate.transition(access, made, "start", PAGE, values=desk.typed(score=1))
    desk.gate.transition(access, made, "start", PAGE, values=desk.typed(score=2))
    desk.gate.update(access, made, desk.typed(merchant="Closed"), PAGE, version=2)
    with pytest.raises(RefusedError, match="Closed for good"):
        desk.gate.update(access, made, desk.typed(merchant="Open"), PAGE, version=3)


# -- hooks ----------------------------------------------------------------------------------

HOOKS = """
    @hook.before("update", tool="refunds", form="refund")
    def amend(change):
        if change.record["merchant"] == "to the north":
            change.set("region", "north")
        if change.record["merchant"] == "hidden site":
            change.set("site", "https://example.com/hook")
        if change.record["merchant"] == "on the web":
            change.set("channels", ["web"])
"""


def test_what_hooks_amend_is_settled_and_judged_like_the_rest(make_own_desk):
    desk = make_own_desk(lambda _tool: None, hooks=HOOKS)
    access = desk.access("olga")

    def updated(merchant, **data):
        made = desk.gate.create(access, desk.typed(merchant="S", **data), PAGE).record_id
        desk.gate.update(access, made, desk.typed(merchant=merchant), PAGE, version=1)
        return stored(desk, made).document

    assert "site" not in updated("to the north", region="south", site=SITE)
    assert "site" not in updated("hidden site")
    assert "site" in updated("hidden site", region="south")
    with pytest.raises(RefusedError) as refused:
        updated("on the web", region="south")
    assert codes(refused) == [("required", "required", "site")]


def test_a_button_that_a_condition_bars_says_so_before_it_is_pressed(make_own_desk):
    desk = make_own_desk(
        lambda tool: tool["workflows"][0]["transitions"][0].update(require=["site"])
    )
    values = desk.typed(merchant="S", region="south")
    record = stored(desk, desk.gate.create(desk.access("olga"), values, PAGE).record_id)
    (reason,) = desk.gate.obstacles(desk.access("olga"), record, "start")
    assert (reason.code, reason.field) == ("required", "site")
