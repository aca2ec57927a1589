"""What is told after a commit, and which files go."""

import io
import os
import time

import pytest

from runtime.background.deliverer import now
from runtime.background.ticker import sweep
from runtime.gate import Origin, Upload
from tests.runtime.opening import Desk

HOOK = """
    @hook.after("create", tool="refunds", form="refund")
    def greet(change):
        change.comment("Hello")
"""
PAGE = Origin("page")


@pytest.fixture
def desk(make_services):
    return Desk(make_services(hooks=HOOK))


@pytest.fixture
def told(desk):
    found = []
    desk.gate.owed.listen(found.extend)
    return found


def create(desk):
    return desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop"), PAGE)


def test_after_hooks_are_told_of_when_the_change_is_committed(desk, told):
    create(desk)
    assert len(told) == 1


def test_a_shared_transaction_tells_once_at_its_end(desk, told):
    with desk.gate.transaction():
        create(desk)
        create(desk)
        assert told == []
    assert len(told) == 2


def test_a_transaction_that_fails_tells_nothing(desk, told):
    with pytest.raises(ZeroDivisionError), desk.gate.transaction():
        create(desk)
        _ = 1 / 0
    assert told == []


def test_a_change_without_after_hooks_tells_nothing(desk, told):
    record = create(desk)
    told.clear()
    desk.gate.comment(desk.access("olga"), record.record_id, "Hi", PAGE)
    assert told == []


def _old(files, sha256, days):
    moment = time.time() - days * 86_400
    os.utime(files.path(sha256), (moment, moment))


@pytest.mark.parametrize(("taken_off_days_ago", "left"), [(0, True), (40, False)])
def test_bytes_of_detached_files_go_after_their_time(make_services, taken_off_days_ago, left):
    services = make_services()
    desk = Desk(services)
    stored = services.files.write(io.BytesIO(b"a receipt"), limit=100)
    record = create(desk).record_id
    lena = desk.access("lena")
    upload = Upload("a.txt", stored.sha256, stored.size, "text/plain")
    (file,) = desk.gate.attach(lena, record, [upload], PAGE).attachment_ids
    _old(services.files, stored.sha256, 50)
    assert sweep(services.db, services.files, 30) == 0
    desk.gate.detach(lena, record, file, PAGE)
    removed = now() - taken_off_days_ago * 86_400 * 1_000_000
    with services.db.write() as conn:
        conn.exec_driver_sql(f"UPDATE attachment SET deleted_at = {removed}")
    sweep(services.db, services.files, 30)
    assert services.files.path(stored.sha256).exists() is left


def test_uploads_that_never_came_to_a_record_go_after_a_day(make_services):
    services = make_services()
    young = services.files.write(io.BytesIO(b"young"), limit=100)
    old = services.files.write(io.BytesIO(b"old"), limit=100)
    _old(services.files, old.sha256, 2)
    assert sweep(services.db, services.files, 30) == 1
    assert services.files.path(young.sha256).exists()
