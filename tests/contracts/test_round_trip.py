"""What goes out as a file comes in again as it was: for every value that documents a field type."""

import pytest

from runtime.access import FormAccess, program
from runtime.accounts import Joining
from runtime.batches.exporting import Export, Wish
from runtime.batches.files_out import csv_pieces, pieces_of, xlsx_file
from runtime.batches.plans import Plan
from runtime.config import load_settings
from runtime.gate import Origin
from runtime.services import open_services
from runtime.storage import batches
from runtime.storage.records import RecordReader
from tests.contracts.conftest import REGISTRY
from tests.gallery import (
    GALLERY,
    PIECE,
    gallery_properties,
    gallery_tool,
    named_people,
    writable,
)

PROPERTIES = gallery_properties(REGISTRY)


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    settings = load_settings({}, {"data": tmp_path_factory.mktemp("trips")})
    found = open_services(settings, with_hooks=False, registry=REGISTRY)
    found.published.publish(gallery_tool(REGISTRY), by="system")
    for person in named_people(REGISTRY):
        found.accounts.add(person)
    found.accounts.add(Joining("kim", "correct horse", roles=((GALLERY, "keeper"),)))
    yield found
    found.close()


@pytest.fixture(scope="module")
def access(services):
    with services.db.read() as conn:
        return FormAccess(services.published.tool(conn, GALLERY).forms[PIECE], program("cli"))


@pytest.fixture(scope="module")
def made(services, access):
    """A record for each example of each field that a file may fill."""
    fields = access.form.fields
    found = []
    for key in writable(REGISTRY):
        for example in PROPERTIES[key]["examples"] if fields[key].importable else ():
            values = {key: fields[key].parse(example)}
            outcome = services.gate.create(access, values, Origin("seed"))
            found.append(outcome.record_id)
    return found


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_equal_records_come_of_the_file(services, access, made, tmp_path, ending):
    export = Export(services.db, access, Wish(format=ending))
    path = tmp_path / f"pieces.{ending}"
    pieces = csv_pieces(export) if ending == "csv" else pieces_of(xlsx_file(export))
    path.write_bytes(b"".join(pieces))
    service = services.batches
    with services.db.read() as conn:
        before = documents(services, conn, access, made)
    batch = service.draft(access, path, path.name)
    lacking = {key for key in writable(REGISTRY) if access.form.fields[key].importable} - {
        name.partition(".")[0] for name in Plan.from_json(batch.plan).used()
    }
    assert lacking == set()
    # Running numbers are taken by the records that are there.
    names = Plan.from_json(batch.plan).targets
    kept = [name if name.partition(".")[0] in writable(REGISTRY) else "" for name in names]
    batch = service.change(batch, Plan.from_json({**batch.plan, "targets": kept}), ending)
    service.start(batch)
    done = service.run_now(batch)
    with services.db.read() as conn:
        rejects = batches.rejects(conn, batch.id)
        assert [reject.problems for reject in rejects] == []
        numbers = [number for number, _ in batches.records(conn, batch.id, limit=1_000)]
        after = documents(services, conn, access, numbers)
    assert done.result["added"] == len(before)
    # The newest stand first in a file, so they come in first.
    for old, new in zip(before, reversed(after), strict=True):
        assert new == old
    again = service.draft(access, path, path.name)
    again = service.change(again, Plan.from_json({**again.plan, "key": "@id"}), "again")
    service.start(again)
    assert service.run_now(again).result["same"] == len(before)
    service.run_now(service.revert(access, done))


def documents(services, conn, access, numbers):
    """What the records hold, but for running numbers and what follows from others."""
    reader = RecordReader(services.db)
    able = {key for key in writable(REGISTRY) if access.form.fields[key].importable}
    found = (reader.get(conn, access.form.form_id, number).document for number in numbers)
    return [{k: v for k, v in document.items() if k in able} for document in found]
