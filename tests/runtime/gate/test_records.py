"""Deleting and restoring; comments and files as events of their own."""

from io import BytesIO

import pytest

from runtime.gate import RecordNotFoundError, RefusedError, StaleError, Upload
from runtime.reading import ListRequest, Records
from runtime.storage import attachments, comments
from runtime.storage.ids import encode_id
from tests.runtime.conftest import BOTH
from tests.runtime.gate.conftest import PAGE, codes, history, stored

pytestmark = BOTH


def found(desk, name, **asked):
    """How many refunds somebody finds in the list."""
    records = Records(desk.services.db)
    with desk.services.db.read() as conn:
        return records.count(conn, desk.access(name), ListRequest(**asked)).number


def test_a_deleted_record_is_gone_until_it_is_restored(desk, make_refund):
    refund = make_refund(by="lena", merchant="Ephemeral goods", score=5)
    lena = desk.access("lena")
    desk.gate.delete(lena, refund.id, PAGE, reason="Typed twice")
    assert found(desk, "lena", search="ephemeral") == 0
    for step in (
        lambda: desk.gate.update(lena, refund.id, {}, PAGE, version=2),
        lambda: desk.gate.transition(lena, refund.id, "start", PAGE),
        lambda: desk.gate.comment(lena, refund.id, "Hello", PAGE),
        lambda: desk.gate.delete(lena, refund.id, PAGE),
    ):
        with pytest.raises(RecordNotFoundError):
            step()
    desk.gate.restore(lena, refund.id, PAGE)
    back = stored(desk, refund.id)
    assert (back.document, back.state, back.version) == (refund.document, "new", 3)
    assert found(desk, "lena", search="ephemeral") == 1
    deleted, restored = history(desk, refund.id)[1:]
    assert (deleted.op, deleted.data["reason"], restored.op) == ("delete", "Typed twice", "restore")


def test_what_is_not_deleted_cannot_be_restored(desk, make_refund):
    refund = make_refund(by="lena")
    with pytest.raises(RecordNotFoundError):
        desk.gate.restore(desk.access("lena"), refund.id, PAGE)


def test_restoring_takes_the_right_to_delete(desk, make_refund):
    refund = make_refund(by="lena")
    desk.gate.delete(desk.access("lena"), refund.id, PAGE)
    with pytest.raises(RefusedError) as refused:
        desk.gate.restore(desk.access("olga"), refund.id, PAGE)
    assert refused.value.status == 403


def test_deleting_on_an_old_version_is_refused(desk, make_refund):
    refund = make_refund(by="lena")
    desk.gate.update(desk.access("lena"), refund.id, desk.typed(score=1), PAGE, version=1)
    with pytest.raises(StaleError, match="version 2"):
        desk.gate.delete(desk.access("lena"), refund.id, PAGE, version=1)
    assert stored(desk, refund.id).deleted_at is None


def test_a_comment_is_an_event_that_leaves_the_version(desk, make_refund):
    refund = make_refund()
    outcome = desk.gate.comment(desk.access("olga"), refund.id, " Grüße\r\n<b>du</b> 🪑 ", PAGE)
    with desk.services.db.read() as conn:
        (comment,) = comments.listed(conn, refund.form_id, refund.id)
    assert (comment.id, comment.body) == (outcome.comment_id, "Grüße\n<b>du</b> 🪑")
    event = history(desk, refund.id)[-1]
    assert (event.op, event.version, event.actor) == ("comment", 1, "olga")
    assert event.data["comment_id"] == encode_id(comment.id)
    assert stored(desk, refund.id).version == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        (" \n ", "required"),
        ("a\x00b", "text"),
        ("a\ud800", "text"),
        ("a\x1bb", "text"),
        ("x" * 10_001, "maxLength"),
    ],
    ids=["empty", "blank", "nul", "surrogate", "escape", "long"],
)
def test_a_comment_that_cannot_be_kept_is_refused_with_words(desk, make_refund, text, code):
    refund = make_refund()
    with pytest.raises(RefusedError) as refused:
        desk.gate.comment(desk.access("olga"), refund.id, text, PAGE)
    assert codes(refused) == [("comment", code, "comment")]
    assert refused.value.status == 422
    assert len(history(desk, refund.id)) == 1


def test_a_reason_that_cannot_be_kept_is_refused(desk, make_refund):
    refund = make_refund(by="lena")
    with pytest.raises(RefusedError) as refused:
        desk.gate.delete(desk.access("lena"), refund.id, PAGE, reason="a\x00b")
    assert codes(refused) == [("comment", "text", None)]


# -- files ----------------------------------------------------------------------------------


@pytest.fixture
def upload(desk):
    kept = desk.services.files.write(BytesIO(b"12.50 EUR"), limit=100)
    return Upload("receipt.txt", kept.sha256, kept.size, "text/plain")


def listed(desk, refund):
    with desk.services.db.read() as conn:
        return attachments.listed(conn, refund.form_id, refund.id)


def test_files_come_and_go_as_events(desk, make_refund, upload):
    refund = make_refund()
    outcome = desk.gate.attach(desk.access("olga"), refund.id, [upload, upload], PAGE)
    assert [file.id for file in listed(desk, refund)] == list(outcome.attachment_ids)
    desk.gate.detach(desk.access("olga"), refund.id, outcome.attachment_ids[0], PAGE)
    assert [file.id for file in listed(desk, refund)] == [outcome.attachment_ids[1]]
    attached, detached = history(desk, refund.id)[1:]
    assert [file["name"] for file in attached.data["files"]] == ["receipt.txt"] * 2
    assert detached.data["detached"] == {
        "id": encode_id(outcome.attachment_ids[0]),
        "name": "receipt.txt",
        "sha256": upload.sha256,
    }
    assert (attached.version, detached.version, stored(desk, refund.id).version) == (1, 1, 1)


def test_attaching_nothing_is_refused(desk, make_refund):
    refund = make_refund()
    with pytest.raises(RefusedError, match="Choose a file"):
        desk.gate.attach(desk.access("olga"), refund.id, [], PAGE)
    assert len(history(desk, refund.id)) == 1


def test_nobody_takes_a_file_off_another_record(desk, make_refund, upload):
    """The right to one record is no right to the files of another."""
    mine, theirs = make_refund(), make_refund(by="lena", region="hq")
    outcome = desk.gate.attach(desk.access("lena"), theirs.id, [upload], PAGE)
    for record_id in (mine.id, theirs.id):
        with pytest.raises(RecordNotFoundError):
            desk.gate.detach(desk.access("olga"), record_id, outcome.attachment_ids[0], PAGE)
    assert len(listed(desk, theirs)) == 1


def test_a_file_of_a_field_goes_by_its_field_only(desk, upload):
    outcome = desk.gate.create(
        desk.access("olga"), desk.typed(merchant="Shop"), PAGE, uploads={"papers": [upload]}
    )
    with pytest.raises(RecordNotFoundError):
        desk.gate.detach(desk.access("olga"), outcome.record_id, outcome.attachment_ids[0], PAGE)
    assert len(listed(desk, stored(desk, outcome.record_id))) == 1


def test_a_file_cannot_be_taken_off_twice(desk, make_refund, upload):
    refund = make_refund()
    outcome = desk.gate.attach(desk.access("olga"), refund.id, [upload], PAGE)
    desk.gate.detach(desk.access("olga"), refund.id, outcome.attachment_ids[0], PAGE)
    with pytest.raises(RecordNotFoundError):
        desk.gate.detach(desk.access("olga"), refund.id, outcome.attachment_ids[0], PAGE)
