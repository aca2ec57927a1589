"""What the gate itself puts into a record: defaults, running numbers, files; and what it keeps unique."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from components.base import ABSENT
from runtime.gate import Origin, RefusedError, Upload
from runtime.storage import attachments
from runtime.storage.ids import encode_id
from tests.runtime.conftest import BOTH
from tests.runtime.gate.conftest import PAGE, codes, history, stored
from tests.runtime.opening import Desk

pytestmark = BOTH


def test_defaults_fill_what_is_not_named_at_all(desk, make_refund):
    assert make_refund().document["region"] == "north"
    assert make_refund().document["owner"] == "olga"
    assert make_refund(region="south", owner="otto").document["owner"] == "otto"


def test_a_field_that_is_emptied_on_purpose_stays_empty(desk):
    values = desk.typed(merchant="Shop") | {"region": ABSENT, "owner": ABSENT}
    outcome = desk.gate.create(desk.access("olga"), values, PAGE)
    assert not {"region", "owner"} & stored(desk, outcome.record_id).document.keys()


def test_a_person_without_an_account_is_refused_unless_it_was_there_before(desk, make_refund):
    with pytest.raises(RefusedError) as refused:
        make_refund(owner="nobody_such")
    assert codes(refused) == [("field", "user", "owner")]
    assert "'nobody_such'" in refused.value.reasons[0].message
    refund = make_refund(owner="otto")
    with pytest.raises(RefusedError):
        desk.gate.update(desk.access("olga"), refund.id, desk.typed(owner="O'tto"), PAGE, version=1)
    desk.gate.update(desk.access("olga"), refund.id, desk.typed(merchant="Other"), PAGE, version=1)
    assert stored(desk, refund.id).document["owner"] == "otto"


def test_numbers_run_without_gaps_or_doubles(desk, make_refund):
    start = number_of(make_refund())
    with pytest.raises(RefusedError):
        make_refund(score=500)
    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(lambda _: number_of(make_refund()), range(12)))
    assert found == list(range(start + 1, start + 13))


def number_of(refund):
    return int(refund.document["number"].removeprefix("RF-"))


def test_a_running_number_may_be_required(make_services, make_tool, services):
    document = make_tool(lambda tool: tool["forms"][0]["schema"]["required"].append("number"))
    own = Desk(make_services(services.db.dialect))
    own.services.published.publish(document, by="test")
    outcome = own.gate.create(own.access("olga"), own.typed(merchant="Shop"), PAGE)
    assert stored(own, outcome.record_id).document["number"] == "RF-0001"


def test_a_unique_value_is_taken_once(desk, make_refund):
    make_refund(email="taken@example.com")
    with pytest.raises(RefusedError) as refused:
        make_refund(email="taken@example.com")
    assert codes(refused) == [("unique", "unique", "email")]
    assert refused.value.status == 422
    other = make_refund(email="free@example.com")
    with pytest.raises(RefusedError):
        desk.gate.update(
            desk.access("olga"), other.id, desk.typed(email="taken@example.com"), PAGE, version=1
        )
    assert stored(desk, other.id) == other


def test_a_unique_value_is_taken_once_by_many_at_once(desk, make_refund):
    def attempt(_):
        try:
            return make_refund(email="race@example.com").id
        except RefusedError as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(8)))
    assert found.count("unique") == 7


def test_a_unique_value_is_free_again_when_its_record_goes(desk, make_refund):
    first = make_refund(by="lena", email="again@example.com")
    desk.gate.delete(desk.access("lena"), first.id, PAGE)
    make_refund(email="again@example.com")
    with pytest.raises(RefusedError) as refused:
        desk.gate.restore(desk.access("lena"), first.id, PAGE)
    assert codes(refused) == [("unique", "unique", "email")]
    assert stored(desk, first.id).deleted_at is not None


def test_a_taken_value_out_of_sight_is_not_told(make_services, make_tool, services):
    def default_secret(tool):
        tool["forms"][0]["schema"]["properties"]["secret"]["default"] = "the same for all"

    own = Desk(make_services(services.db.dialect))
    own.services.published.publish(make_tool(default_secret), by="test")
    own.gate.create(own.access("olga"), own.typed(merchant="Shop"), PAGE)
    with pytest.raises(RefusedError) as refused:
        own.gate.create(own.access("olga"), own.typed(merchant="Shop"), PAGE)
    assert codes(refused) == [("unique", "unique", None)]
    assert "secret" not in str(refused.value).lower()


# -- files ----------------------------------------------------------------------------------


def kept(desk, name="receipt.txt", content=b"12.50 EUR"):
    """A file that stands in the store and is about to be attached."""
    found = desk.services.files.write(BytesIO(content), limit=1_000)
    return Upload(name, found.sha256, found.size, "text/plain")


def listed(desk, refund):
    with desk.services.db.read() as conn:
        return attachments.listed(conn, refund.form_id, refund.id)


def test_files_of_a_field_are_part_of_the_record(desk):
    uploads = {"papers": [kept(desk), kept(desk, "other.txt", b"other")]}
    outcome = desk.gate.create(
        desk.access("olga"), desk.typed(merchant="Shop"), PAGE, uploads=uploads
    )
    refund = stored(desk, outcome.record_id)
    assert [paper["name"] for paper in refund.document["papers"]] == ["receipt.txt", "other.txt"]
    files = listed(desk, refund)
    assert [encode_id(file.id) for file in files] == [p["id"] for p in refund.document["papers"]]
    assert {file.field for file in files} == {"papers"}
    assert "papers" in history(desk, refund.id)[0].data["fields"]


def test_a_file_goes_with_its_place_in_the_field(desk):
    uploads = {"papers": [kept(desk), kept(desk, "other.txt", b"other")]}
    outcome = desk.gate.create(
        desk.access("olga"), desk.typed(merchant="Shop"), PAGE, uploads=uploads
    )
    refund = stored(desk, outcome.record_id)
    left = desk.typed(papers=refund.document["papers"][:1])
    desk.gate.update(desk.access("olga"), refund.id, left, PAGE, version=1)
    assert [file.name for file in listed(desk, refund)] == ["receipt.txt"]


def test_files_are_judged_with_the_record(desk, make_refund):
    refund = make_refund()
    uploads = {"papers": [kept(desk, f"{number}.txt") for number in range(4)]}
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("olga"), refund.id, {}, PAGE, version=1, uploads=uploads)
    assert codes(refused) == [("field", "maxItems", "papers")]
    assert listed(desk, refund) == []


def test_a_required_file_may_come_with_the_first_save(make_services, make_tool, services):
    document = make_tool(lambda tool: tool["forms"][0]["schema"]["required"].append("papers"))
    own = Desk(make_services(services.db.dialect))
    own.services.published.publish(document, by="test")
    access, values = own.access("olga"), own.typed(merchant="Shop")
    with pytest.raises(RefusedError) as refused:
        own.gate.create(access, values, PAGE)
    assert codes(refused) == [("field", "required", "papers")]
    assert own.gate.create(access, values, PAGE, uploads={"papers": [kept(own)]}).attachment_ids


def test_a_file_needs_the_right_to_its_field(make_services, make_tool, services):
    def show_papers(tool):
        tool["roles"][0]["grants"][0]["fields"]["papers"] = "read"

    own = Desk(make_services(services.db.dialect))
    own.services.published.publish(make_tool(show_papers), by="test")
    with pytest.raises(RefusedError) as refused:
        own.gate.create(
            own.access("olga"), own.typed(merchant="Shop"), PAGE, uploads={"papers": [kept(own)]}
        )
    assert codes(refused) == [("field", "read_only", "papers")]


def test_a_reference_to_a_file_cannot_be_made_up(desk, make_refund):
    with_file = desk.gate.create(
        desk.access("lena"), desk.typed(merchant="Shop"), PAGE, uploads={"papers": [kept(desk)]}
    )
    (paper,) = stored(desk, with_file.record_id).document["papers"]
    with pytest.raises(RefusedError) as refused:
        make_refund(papers=[paper])
    assert codes(refused) == [("field", "change", "papers")]
    renamed = desk.typed(papers=[{**paper, "name": "contract.txt"}])
    with pytest.raises(RefusedError) as refused:
        desk.gate.update(desk.access("lena"), with_file.record_id, renamed, PAGE, version=1)
    assert codes(refused) == [("field", "change", "papers")]


def test_a_whole_batch_goes_through_or_none_of_it(desk):
    access = desk.access("olga")

    def batch(*scores):
        with desk.gate.transaction():
            return [
                desk.gate.create(
                    access, desk.typed(merchant="Batch", score=score), Origin("import")
                ).record_id
                for score in scores
            ]

    assert len(batch(1, 2, 3)) == 3
    made = []
    with pytest.raises(RefusedError), desk.gate.transaction():
        made.append(desk.gate.create(access, desk.typed(merchant="Batch"), PAGE).record_id)
        batch_row = desk.typed(merchant="Batch", score=900)
        desk.gate.create(access, batch_row, PAGE)
    with desk.services.db.read() as conn:
        assert attachments.get(conn, made[0]) is None
    with pytest.raises(LookupError):
        desk.gate.record(access, made[0])


def test_a_refused_row_leaves_nothing_behind_in_a_batch_that_goes_on(desk, make_refund):
    make_refund(email="batch@example.com")
    access = desk.access("olga")
    with desk.gate.transaction():
        before = desk.gate.create(access, desk.typed(merchant="One"), PAGE)
        with pytest.raises(RefusedError):
            desk.gate.create(
                access,
                desk.typed(merchant="Two", email="batch@example.com"),
                Origin("import", idempotency_key="row 2"),
            )
        after = desk.gate.create(
            access,
            desk.typed(merchant="Two", email="other@example.com"),
            Origin("import", idempotency_key="row 2"),
        )
    numbers = [number_of(stored(desk, outcome.record_id)) for outcome in (before, after)]
    assert numbers[1] == numbers[0] + 1
