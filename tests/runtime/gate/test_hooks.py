"""Before-hooks refuse and amend and may fail; after-hooks come through the outbox; buttons run hooks.

All of them run in processes of their own, as in production.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.background.deliverer import Deliverer
from runtime.gate import Origin, RefusedError
from runtime.services import Services
from runtime.storage import comments, outbox
from tests.runtime.gate.conftest import PAGE, codes, history, stored
from tests.runtime.opening import furnished_url, open_refunds

HOOKS = """
    import os, pathlib, time

    CALLS = pathlib.Path(__file__).parent / "calls.txt"

    def called(text):
        with CALLS.open("a") as file:
            file.write(text + "\\n")

    @hook.before("create", tool="refunds", form="refund")
    @hook.before("update", tool="refunds", form="refund")
    @hook.before("transition", tool="refunds", form="refund")
    @hook.before("delete", tool="refunds", form="refund")
    def guard(change):
        merchant = change.record["merchant"]
        called(f"before {change.point.event} {merchant}")
        if merchant == "refuse":
            change.refuse("Not this one")
            change.refuse("Nor this amount", field="amount")
        elif merchant == "amend":
            change.set("score", 42)
            change.set("origin", "filled in")
            change.set("notes", None)
        elif merchant == "amend badly":
            change.set("score", 4200)
        elif merchant == "amend nonsense":
            change.set("nonsense", 1)
        elif merchant == "amend type":
            change.set("due_on", "next week")
        elif merchant == "raise":
            raise RuntimeError("the bank is closed")
        elif merchant == "hang":
            time.sleep(60)
        elif merchant == "die":
            os._exit(9)

    @hook.after("update", tool="refunds", form="refund")
    def follow(change):
        if change.record["merchant"] != "follow":
            return
        called(f"after {change.idempotency_key}")
        change.set("origin", "followed")
        change.comment("Looked into it")
        change.transition("start")

    @hook.after("update", tool="refunds", form="refund")
    def chase(change):
        if change.record["merchant"] == "chase":
            change.set("ratio", change.record.get("ratio", 0) + 1)

    @hook.after("update", tool="refunds", form="refund")
    def tease(change):
        if change.record["merchant"] == "chase":
            change.set("ratio", change.record.get("ratio", 0) + 1)

    @hook.action("refunds.refetch")
    def refetch(change):
        called(f"action {change.arguments['of']}")
        time.sleep(0.2)
        if change.record["merchant"] == "refuse":
            change.refuse("Nothing to fetch")
        elif change.record["merchant"] == "raise":
            raise RuntimeError("the bank is closed")
        elif change.record["merchant"] == "half":
            change.set("origin", "half")
            change.transition("settle")
        elif change.record["merchant"] != "quiet":
            change.set("origin", "fetched")
            change.comment("Fetched")
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("hooks")
    found = open_refunds(
        furnished_url("sqlite", folder, str), folder, hooks=HOOKS, before_hook_seconds=0.5
    )
    yield found
    found.close()


def calls(desk, text):
    """How often the hooks said that they were called so."""
    path = desk.services.settings.hooks / "calls.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return sum(line.startswith(text) for line in lines)


def rename(desk, refund, merchant, version=1, **data):
    values = desk.typed(merchant=merchant, **data)
    return desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=version)


# -- before ---------------------------------------------------------------------------------


def test_a_hook_refuses_with_all_its_reasons(desk, make_refund):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        rename(desk, refund, "refuse")
    assert codes(refused) == [("hook", "hook", None), ("hook", "hook", "amount")]
    assert [reason.message for reason in refused.value.reasons] == [
        "Not this one",
        "Nor this amount",
    ]
    assert refused.value.status == 409
    assert stored(desk, refund.id) == refund


def test_what_a_hook_amends_is_stored_with_the_change(desk, make_refund):
    refund = make_refund(notes="as typed", score=1)
    rename(desk, refund, "amend", notes="again")
    document = stored(desk, refund.id).document
    assert (document["score"], document["origin"]) == (42, "filled in")
    assert "notes" not in document
    assert len(history(desk, refund.id)) == 2


@pytest.mark.parametrize(
    ("merchant", "reason"),
    [
        ("amend badly", ("field", "maximum", "score")),
        ("amend nonsense", ("hook", "hook_failed", None)),
        ("amend type", ("hook", "hook_failed", "due_on")),
    ],
)
def test_what_a_hook_amends_is_judged_like_the_rest(desk, make_refund, merchant, reason):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        rename(desk, refund, merchant)
    assert codes(refused) == [reason]
    assert stored(desk, refund.id) == refund


@pytest.mark.parametrize("merchant", ["raise", "hang", "die"])
def test_a_hook_that_does_not_answer_refuses_and_the_next_save_works(desk, make_refund, merchant):
    refund = make_refund()
    start = time.monotonic()
    with pytest.raises(RefusedError) as refused:
        rename(desk, refund, merchant)
    assert time.monotonic() - start < 5
    assert codes(refused) == [("hook", "hook_failed", None)]
    assert "Nothing was saved" in refused.value.reasons[0].message
    assert stored(desk, refund.id) == refund
    assert rename(desk, refund, "Fine again").version == 2


def test_hooks_are_asked_on_every_way_they_are_declared_for(desk, make_refund):
    refund = make_refund(by="lena", merchant="everywhere")
    lena = desk.access("lena")
    desk.gate.update(lena, refund.id, desk.typed(score=1), PAGE, version=1)
    desk.gate.transition(lena, refund.id, "start", PAGE)
    desk.gate.comment(lena, refund.id, "not asked", PAGE)
    desk.gate.delete(lena, refund.id, PAGE)
    for event in ("create", "update", "transition", "delete"):
        assert calls(desk, f"before {event} everywhere") == 1


def test_a_change_that_is_refused_anyway_asks_no_hook(desk, make_refund):
    refund = make_refund()
    with pytest.raises(RefusedError):
        rename(desk, refund, "never asked", score=500)
    assert calls(desk, "before update never asked") == 0


def test_a_seed_asks_no_hook(desk):
    values = desk.typed(merchant="raise")
    desk.gate.create(desk.access("olga"), values, Origin("seed"))
    assert calls(desk, "before create raise") == 0


# -- after ----------------------------------------------------------------------------------


def deliver(desk):
    """Delivers everything that is due, and what comes of it; how many rows that were."""
    services = desk.services
    deliverer = Deliverer(services.db, services.hooks, services.answers)
    done = 0
    while due := due_rows(desk):
        done += sum(deliverer.deliver(row) for row in due)
    return done


def due_rows(desk):
    with desk.services.db.read() as conn:
        return outbox.due(conn, time.time_ns() // 1000)


def test_an_after_hook_runs_from_the_outbox_and_answers_through_the_gate(desk, make_refund):
    refund = make_refund()
    deliver(desk)
    before = calls(desk, "after")
    rename(desk, refund, "follow")
    assert (calls(desk, "after"), len(due_rows(desk))) == (before, 3)
    deliver(desk)
    after = stored(desk, refund.id)
    assert (after.state, after.document["origin"]) == ("open", "followed")
    told = [(event.op, event.actor) for event in history(desk, refund.id)][2:]
    hook = "hook:refunds.follow"
    assert told == [("update", hook), ("comment", hook), ("transition", hook)]
    # Its own change does not call it again.
    assert calls(desk, "after") == before + 1
    with desk.services.db.read() as conn:
        assert comments.listed(conn, refund.form_id, refund.id)[0].author == hook


def test_an_answer_that_is_refused_takes_nothing_of_itself_along(desk, make_refund):
    refund = make_refund()
    desk.gate.transition(desk.access("olga"), refund.id, "start", PAGE)
    deliver(desk)
    # The hook sets a value, comments, and takes a step that does not start here.
    rename(desk, refund, "follow", version=2)
    deliver(desk)
    assert "origin" not in stored(desk, refund.id).document
    assert [event.op for event in history(desk, refund.id)] == ["create", "transition", "update"]
    with desk.services.db.read() as conn:
        (dead,) = [row for row in outbox.listed(conn, "dead") if row.record_id == refund.id]
    assert "it was refused: Start starts from New" in str(dead.last_error)


def test_hooks_that_set_each_other_off_come_to_an_end(desk, make_refund):
    refund = make_refund()
    deliver(desk)
    rename(desk, refund, "chase")
    deliver(desk)
    changes = history(desk, refund.id)[2:]
    assert 2 <= len(changes) <= 64
    assert due_rows(desk) == []


def test_a_change_and_its_outbox_row_come_together_or_not_at_all(desk, make_refund):
    refund = make_refund()
    deliver(desk)
    with pytest.raises(RuntimeError, match="too late"), desk.gate.transaction():
        rename(desk, refund, "follow")
        raise RuntimeError("too late")
    assert (stored(desk, refund.id), due_rows(desk)) == (refund, [])


# -- buttons --------------------------------------------------------------------------------


def press(desk, refund, key=None, name="lena"):
    origin = Origin("page", idempotency_key=key)
    return desk.gate.act(desk.access(name), refund.id, "refetch", origin)


def test_a_button_tells_who_pressed_it_and_what_the_hook_did(desk, make_refund):
    refund = make_refund()
    outcome = press(desk, refund)
    told = [(event.op, event.actor) for event in history(desk, refund.id)][1:]
    hook = "hook:refunds.refetch"
    assert told == [("action", "lena"), ("update", hook), ("comment", hook)]
    assert history(desk, refund.id)[1].data["action"] == "refetch"
    assert (outcome.version, stored(desk, refund.id).document["origin"]) == (2, "fetched")


def test_a_button_whose_hook_has_nothing_to_say_is_still_told(desk, make_refund):
    refund = make_refund(merchant="quiet")
    assert press(desk, refund).version == 1
    assert [event.op for event in history(desk, refund.id)] == ["create", "action"]


@pytest.mark.parametrize(("merchant", "code"), [("refuse", "hook"), ("raise", "hook_failed")])
def test_a_hook_that_refuses_or_fails_leaves_the_record_alone(desk, merchant, code):
    values = desk.typed(merchant=merchant)
    made = desk.gate.create(desk.access("olga"), values, Origin("seed"))
    refund = stored(desk, made.record_id)
    with pytest.raises(RefusedError) as refused:
        press(desk, refund, key=f"press {merchant}")
    assert codes(refused) == [("hook", code, None)]
    assert stored(desk, refund.id) == refund
    # The key is free again: the next press of the same page is a new try.
    with pytest.raises(RefusedError) as refused:
        press(desk, refund, key=f"press {merchant}")
    assert codes(refused) == [("hook", code, None)]


def test_half_an_answer_is_none(desk, make_refund):
    """The hook sets a value and then takes a step that it cannot take from here."""
    refund = make_refund(merchant="half")
    with pytest.raises(RefusedError, match="Settle starts from Paid"):
        press(desk, refund)
    assert stored(desk, refund.id) == refund
    assert len(history(desk, refund.id)) == 1


def test_a_button_pressed_many_times_at_once_runs_its_hook_once(desk, make_refund):
    refund = make_refund(merchant="pressed once")

    def attempt(_):
        try:
            return press(desk, refund, key="many presses")
        except RefusedError as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))
    assert outcomes.count("busy") == 5
    assert calls(desk, "action pressed once") == 1
    assert press(desk, refund, key="many presses").replayed
    assert calls(desk, "action pressed once") == 1


def test_a_button_that_sets_values_is_an_update_of_the_person(desk, make_refund):
    refund = make_refund()
    desk.gate.act(desk.access("olga"), refund.id, "hurry", PAGE)
    event = history(desk, refund.id)[-1]
    assert (event.op, event.actor, event.data["action"]) == ("update", "olga", "hurry")
    with pytest.raises(RefusedError, match="possible only when Urgent is empty") as refused:
        desk.gate.act(desk.access("olga"), refund.id, "hurry", PAGE)
    assert refused.value.status == 409


def test_a_button_that_is_double_clicked_says_what_the_first_click_did(desk, make_refund):
    refund = make_refund()
    origin = Origin("page", idempotency_key="hurry twice")
    first = desk.gate.act(desk.access("olga"), refund.id, "hurry", origin)
    second = desk.gate.act(desk.access("olga"), refund.id, "hurry", origin)
    assert (second.version, second.replayed) == (first.version, True)
