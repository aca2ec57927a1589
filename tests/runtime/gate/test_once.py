"""The same request twice is done once: a double click, two threads, another request with the key."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from runtime.gate import Origin, RefusedError, SameKeyError, StaleError
from tests.runtime.conftest import BOTH
from tests.runtime.gate.conftest import PAGE, history, stored

pytestmark = BOTH
THREADS = 12


def at_once(step):
    """What `step` gave each of many threads that start together; what it raised counts too."""
    barrier = Barrier(THREADS)

    def run(_):
        barrier.wait()
        try:
            return step()
        except (RefusedError, StaleError) as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_a_double_click_creates_one_record(desk):
    origin = Origin("page", idempotency_key="create twice")
    values = desk.typed(merchant="Shop")
    first = desk.gate.create(desk.access("olga"), values, origin)
    second = desk.gate.create(desk.access("olga"), values, origin)
    assert second == replace(first, replayed=True)
    assert len(history(desk, first.record_id)) == 1


def test_many_clicks_at_once_create_one_record(desk):
    access, values = desk.access("olga"), desk.typed(merchant="Race")
    origin = Origin("page", idempotency_key="create at once")
    outcomes = at_once(lambda: desk.gate.create(access, values, origin))
    assert len({outcome.record_id for outcome in outcomes}) == 1
    assert sum(not outcome.replayed for outcome in outcomes) == 1


def test_a_second_click_is_answered_although_the_record_has_moved_on(desk, make_refund):
    refund = make_refund()
    origin = Origin("page", idempotency_key="save twice")
    access, values = desk.access("olga"), desk.typed(score=5)
    first = desk.gate.update(access, refund.id, values, origin, version=1)
    desk.gate.update(access, refund.id, desk.typed(score=6), PAGE, version=2)
    second = desk.gate.update(access, refund.id, values, origin, version=1)
    assert (second.version, second.replayed) == (first.version, True)
    assert stored(desk, refund.id).document["score"] == 6


@pytest.mark.parametrize("verb", ["comment", "start", "delete", "hurry"])
def test_every_verb_is_done_once(desk, make_refund, verb):
    refund = make_refund(by="lena")
    access, origin = desk.access("lena"), Origin("page", idempotency_key=f"once {verb}")
    step = {
        "comment": lambda: desk.gate.comment(access, refund.id, "Hello", origin),
        "start": lambda: desk.gate.transition(access, refund.id, "start", origin),
        "delete": lambda: desk.gate.delete(access, refund.id, origin),
        "hurry": lambda: desk.gate.act(access, refund.id, "hurry", origin),
    }[verb]
    step()
    assert step().replayed
    assert len(history(desk, refund.id)) == 2


def test_a_key_that_comes_with_another_request_is_refused(desk, make_refund):
    refund = make_refund()
    origin = Origin("page", idempotency_key="one key")
    access = desk.access("olga")
    desk.gate.update(access, refund.id, desk.typed(score=5), origin, version=1)
    for other in (
        lambda: desk.gate.update(access, refund.id, desk.typed(score=6), origin, version=2),
        lambda: desk.gate.update(access, refund.id, {}, origin, version=2),
        lambda: desk.gate.comment(access, refund.id, "Hello", origin),
        lambda: desk.gate.create(access, desk.typed(merchant="Shop"), origin),
    ):
        with pytest.raises(SameKeyError):
            other()
    assert len(history(desk, refund.id)) == 2


def test_what_was_sent_counts_where_the_values_depend_on_the_record(desk, make_refund):
    """A page drops what did not change: the second click would bring other values."""
    refund = make_refund()
    origin = Origin("page", idempotency_key="as sent", sent=b"the whole form")
    access = desk.access("olga")
    desk.gate.update(access, refund.id, desk.typed(score=5), origin, version=1)
    assert desk.gate.update(access, refund.id, {}, origin, version=2).replayed
    with pytest.raises(SameKeyError):
        desk.gate.update(access, refund.id, {}, replace(origin, sent=b"another"), version=2)


def test_a_refused_request_leaves_its_key_free(desk, make_refund):
    refund = make_refund()
    origin = Origin("page", idempotency_key="refused first")
    access = desk.access("olga")
    with pytest.raises(RefusedError):
        desk.gate.update(access, refund.id, desk.typed(score=500), origin, version=1)
    assert desk.gate.update(access, refund.id, desk.typed(score=5), origin, version=1).version == 2


def test_many_savers_of_one_version_win_once(desk, make_refund):
    refund = make_refund()
    access, numbers = desk.access("olga"), iter(range(1, THREADS + 1))

    def save():
        values = desk.typed(score=next(numbers))
        return desk.gate.update(access, refund.id, values, PAGE, version=1)

    outcomes = at_once(save)
    assert sum(not isinstance(outcome, StaleError) for outcome in outcomes) == 1
    assert stored(desk, refund.id).version == 2
    assert len(history(desk, refund.id)) == 2


def test_many_people_take_one_step_once(desk, make_refund):
    refund = make_refund()
    outcomes = at_once(lambda: desk.gate.transition(desk.access("olga"), refund.id, "start", PAGE))
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    refusals = [error for error in outcomes if isinstance(error, RefusedError)]
    assert all(error.reasons[0].code == "state" for error in refusals)
    assert [event.op for event in history(desk, refund.id)] == ["create", "transition"]


def test_many_comments_at_once_are_all_kept(desk, make_refund):
    refund = make_refund()
    access = desk.access("olga")
    outcomes = at_once(lambda: desk.gate.comment(access, refund.id, "Me too", PAGE))
    assert len({outcome.comment_id for outcome in outcomes}) == THREADS
    assert len(history(desk, refund.id)) == THREADS + 1
