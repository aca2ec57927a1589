"""Comments and files that were changed behind the gate's back are found."""

import io

import pytest

from runtime.gate import Origin, Upload
from runtime.storage.verifying import verify
from tests.runtime.opening import Desk

PAGE = Origin("page")
TAMPERING = {
    "UPDATE comment SET body = 'All fine'": "comment altered past the log",
    "DELETE FROM comment": "comment removed past the log",
    "UPDATE comment SET record_id = 7": "comment altered past the log",
    "INSERT INTO comment (tenant_id, id, form_id, record_id, author, at, body) "
    "VALUES (1, 5, 1, 1, 'eve', 0, 'I agree')": "comment added past the log",
    "UPDATE attachment SET name = 'other.txt'": "file altered past the log",
    f"UPDATE attachment SET sha256 = '{'a' * 64}'": "file altered past the log",
    "DELETE FROM attachment": "file removed past the log",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, make_services):
    desk = Desk(make_services(request.param))
    lena = desk.access("lena")
    record = desk.gate.create(lena, desk.typed(merchant="Shop"), PAGE).record_id
    desk.gate.comment(lena, record, "Called the shop", PAGE)
    stored = desk.services.files.write(io.BytesIO(b"12.50"), limit=100)
    upload = Upload("receipt.txt", stored.sha256, stored.size, "text/plain")
    desk.gate.attach(lena, record, [upload], PAGE)
    return desk


def found(desk):
    services = desk.services
    report = verify(services.db, services.audit_key, files=services.files)
    return [finding.problem for finding in report.findings]


def test_what_the_gate_wrote_is_as_written(desk):
    assert found(desk) == []


@pytest.mark.parametrize("statement", TAMPERING)
def test_tampering_is_found(desk, statement):
    with desk.services.db.write() as conn:
        conn.exec_driver_sql(statement)
    assert found(desk) == [TAMPERING[statement]]


def test_bytes_that_differ_are_found(desk):
    (path,) = [p for p in desk.services.settings.files_folder.rglob("*") if len(p.name) == 64]
    path.write_bytes(b"99.99")
    assert found(desk) == ["bytes of a file altered past the log"]
    path.unlink()
    assert found(desk) == ["file missing from the file store"]
