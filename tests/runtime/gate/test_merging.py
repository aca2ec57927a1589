"""Two people save the same record: other fields merge, the same field is asked about."""

import pytest

from components.base import ABSENT
from runtime.compiling.form import Broken
from runtime.gate import RefusedError, StaleError, passage
from tests.runtime.gate.conftest import PAGE, stored


def save(desk, name, refund, version, *, merge=True, **data):
    values = {key: ABSENT for key, value in data.items() if value is None}
    values |= desk.typed(**{key: value for key, value in data.items() if value is not None})
    return desk.gate.update(
        desk.access(name), refund.id, values, PAGE, version=version, merge=merge
    )


def test_changes_of_different_fields_are_both_kept(desk, make_refund):
    refund = make_refund(score=1, notes="old")
    save(desk, "lena", refund, 1, score=2)
    outcome = save(desk, "olga", refund, 1, notes="new", merchant="Corner shop", score=1)
    assert outcome.merged == ("score",)
    document = stored(desk, refund.id).document
    assert (document["score"], document["notes"]) == (2, "new")


def test_the_same_change_by_both_is_no_conflict(desk, make_refund):
    refund = make_refund(score=1)
    save(desk, "lena", refund, 1, score=2)
    assert save(desk, "olga", refund, 1, score=2).version == 3


def test_different_changes_of_one_field_show_both_versions(desk, make_refund):
    refund = make_refund(score=1, notes="old", merchant="Old name")
    save(desk, "lena", refund, 1, score=2, merchant="Their name")
    with pytest.raises(StaleError) as stale:
        save(desk, "olga", refund, 1, score=3, merchant="My name", notes="mine")
    error = stale.value
    assert error.conflicts == ("merchant", "score")
    assert (error.base["score"], error.current.document["score"], error.values["score"]) == (
        1,
        2,
        3,
    )
    assert (error.current.version, error.values["notes"]) == (2, "mine")
    assert stored(desk, refund.id) == error.current


def test_taking_a_value_away_is_a_change_like_any_other(desk, make_refund):
    refund = make_refund(score=1, notes="old")
    save(desk, "lena", refund, 1, score=None)
    assert save(desk, "olga", refund, 1, notes=None, score=1).merged == ("score",)
    assert not {"score", "notes"} & stored(desk, refund.id).document.keys()
    with pytest.raises(StaleError) as stale:
        save(desk, "olga", refund, 1, score=9)
    assert stale.value.conflicts == ("score",)


def test_several_saves_in_between_are_undone_for_the_base(desk, make_refund):
    refund = make_refund(score=1, notes="one")
    for score, notes in ((2, "two"), (3, "three"), (1, "four")):
        version = stored(desk, refund.id).version
        save(desk, "lena", refund, version, score=score, notes=notes)
    # The score is back where it was: nobody is in the way of this change.
    assert save(desk, "olga", refund, 1, score=7).merged == ("notes",)


def test_without_merging_any_other_version_is_stale(desk, make_refund):
    refund = make_refund(score=1)
    save(desk, "lena", refund, 1, notes="elsewhere")
    for version in (1, 3, 0):
        with pytest.raises(StaleError) as stale:
            save(desk, "olga", refund, version, merge=False, score=2)
        assert stale.value.conflicts == ()
        assert stale.value.current.version == 2


def test_a_version_of_the_future_is_stale(desk, make_refund):
    refund = make_refund(score=1)
    with pytest.raises(StaleError):
        save(desk, "olga", refund, 2, score=2)


def test_a_change_of_long_ago_is_asked_about(desk, make_refund, monkeypatch):
    """Where history is not followed back all the way, no base can be told."""
    monkeypatch.setattr(passage, "_HISTORY", 3)
    refund = make_refund(score=1, notes="start")
    save(desk, "lena", refund, 1, notes="changed")
    for score in (2, 3, 1):
        save(desk, "lena", refund, stored(desk, refund.id).version, score=score)
    with pytest.raises(StaleError):
        save(desk, "olga", refund, 1, notes="start", score=9)


def test_a_merged_save_is_judged_as_a_whole(desk, make_refund):
    """Each is fine by itself; together they break a rule of the form."""
    refund = make_refund(due_on="2026-12-01")
    save(desk, "lena", refund, 1, due_on=None)
    with pytest.raises(RefusedError, match="An urgent refund needs a day"):
        save(desk, "olga", refund, 1, urgent=True, due_on="2026-12-01")


def test_a_transition_on_an_old_version_is_stale_and_keeps_what_was_typed(desk, make_refund):
    refund = make_refund()
    save(desk, "lena", refund, 1, score=2)
    values = desk.typed(score=4)
    with pytest.raises(StaleError) as stale:
        desk.gate.transition(
            desk.access("olga"), refund.id, "start", PAGE, version=1, values=values
        )
    assert stale.value.values == {"score": 4}


def test_a_stored_value_that_cannot_be_read_takes_part(desk, make_refund):
    refund = make_refund(notes="old")
    with desk.services.db.write() as conn:
        table = f"rec_{refund.form_id}"
        conn.exec_driver_sql(
            f"UPDATE {table} SET data = json_set(data, '$.score', 'many') WHERE id = {refund.id}"
        )
    assert isinstance(
        desk.tool.forms["refund"].values(stored(desk, refund.id).document)["score"], Broken
    )
    save(desk, "lena", refund, 1, score=2)
    assert save(desk, "olga", refund, 1, notes="new").merged == ("score",)
