import pickle
import threading
import time

import psutil
import pytest

from runtime.background.carrier import BadMessageError, Carrier, JsonMessages
from runtime.background.queue import DeliveryQueue
from runtime.config import Settings
from tests.runtime.background.waiting import wait_until

exploded = []


class Bomb:
    def __reduce__(self):
        return (explode, ())


def explode():
    exploded.append(1)


@pytest.fixture(params=["sqlite", "redis"])
def settings(request, tmp_path):
    redis_url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return Settings(data=tmp_path, redis_url=redis_url)


@pytest.fixture
def make_worker(settings):
    """`make(deliver)`: a queue with one working thread, ended with the test."""
    made = []

    def make(deliver):
        queue, stopped = DeliveryQueue(settings, deliver), threading.Event()
        thread = threading.Thread(target=queue.work, args=(stopped,))
        thread.start()
        made.append((queue, stopped, thread))
        return queue

    yield make
    for queue, stopped, thread in made:
        stopped.set()
        queue.wake()
        thread.join()
        queue.close()


def test_ids_arrive_once_each(make_worker):
    arrived = []
    queue = make_worker(arrived.append)
    ids = [2**53 + n for n in range(100)]
    assert queue.offer(ids)
    wait_until(lambda: len(arrived) == 100)
    assert sorted(arrived) == ids


def test_another_process_may_offer(make_worker, settings):
    arrived = []
    make_worker(arrived.append)
    offering = DeliveryQueue(settings, arrived.append)
    assert offering.offer([7])
    wait_until(lambda: arrived == [7])
    offering.close()


def test_an_offer_wakes_an_idle_worker_at_once(make_worker):
    arrived = []
    queue = make_worker(lambda _: arrived.append(time.monotonic()))
    time.sleep(0.5)
    offered = time.monotonic()
    queue.offer([1])
    wait_until(lambda: arrived)
    assert arrived[0] - offered < 0.5


def test_an_idle_worker_costs_next_to_nothing(make_worker):
    make_worker(print)
    time.sleep(0.5)
    before = psutil.Process().cpu_times()
    time.sleep(2)
    after = psutil.Process().cpu_times()
    assert after.user + after.system - before.user - before.system < 0.1


def test_a_delivery_that_fails_does_not_end_the_worker(make_worker):
    arrived = []

    def deliver(number):
        if number == 1:
            raise ValueError("once")
        arrived.append(number)

    queue = make_worker(deliver)
    queue.offer([1, 2])
    wait_until(lambda: arrived == [2])


FOREIGN = {
    "pickle": pickle.dumps(Bomb()),
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "half": b"{",
    "no delivery": b'{"id": "a", "task": "deliver"}',
    "number": b'{"id": "a", "task": "deliver", "delivery": 7}',
    "negative": b'{"id": "a", "task": "deliver", "delivery": "-7"}',
    "other digits": b'{"id": "a", "task": "deliver", "delivery": "\xd9\xa3"}',
    "more": b'{"id": "a", "task": "deliver", "delivery": "7", "on_complete": "x"}',
    "long": b'{"id": "' + b"a" * 5000 + b'", "task": "deliver", "delivery": "7"}',
}


@pytest.mark.parametrize("message", FOREIGN.values(), ids=FOREIGN)
def test_what_we_did_not_write_is_not_read(message):
    with pytest.raises(BadMessageError):
        JsonMessages().deserialize(message)
    assert exploded == []


def test_a_foreign_message_is_dropped_and_nothing_of_it_runs(make_worker, settings):
    arrived = []
    queue = make_worker(arrived.append)
    carrier = Carrier(settings, arrived.append)
    unknown = b'{"id": "a", "task": "os.system", "delivery": "7"}'
    for message in [*FOREIGN.values(), unknown]:
        carrier._huey.storage.enqueue(message)
    queue.offer([8])
    wait_until(lambda: arrived == [8])
    assert carrier.size() == 0
    carrier.close()
    assert exploded == []


def test_while_redis_is_gone_offers_fail_fast_and_resume(redis_server, tmp_path, monkeypatch):
    monkeypatch.setattr("runtime.background.queue._AFTER_FAILURE_SECONDS", 0.5)
    arrived, stopped = [], threading.Event()
    settings = Settings(data=tmp_path, redis_url=redis_server.url)
    queue = DeliveryQueue(settings, arrived.append)
    thread = threading.Thread(target=queue.work, args=(stopped,))
    thread.start()
    redis_server.stop()
    started = time.monotonic()
    assert not queue.offer([1])
    assert not queue.offer([2])
    assert time.monotonic() - started < 2.5
    redis_server.start()
    wait_until(lambda: queue.offer([3]))
    wait_until(lambda: arrived == [3])
    stopped.set()
    thread.join()
    queue.close()
