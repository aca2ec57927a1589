"""Links hold: they lead to records that are there, and nothing is deleted under them unsaid."""

import threading

import pytest

from components.base import Wanted
from runtime.gate import Origin, RefusedError, StaleError
from runtime.gate.linking import holding
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.index_builder import build_next
from runtime.storage.indexes import index_states
from runtime.storage.paging import page_statement, plan
from tests.runtime.cases import Cases


def _refusal(refused):
    return [(r.check.value, r.code, r.field, r.message) for r in refused.value.reasons]


def test_a_link_is_stored_as_the_id_that_the_api_shows(cases: Cases):
    merchant = cases.make("merchant", name="Corner shop")
    case = cases.make("case", title="One", merchant=merchant, related=[])
    assert cases.data("case", case)["merchant"] == merchant


@pytest.mark.parametrize("by", ["olga", "lena"])
def test_a_link_to_nothing_is_refused_in_words(cases: Cases, by):
    with pytest.raises(RefusedError) as refused:
        cases.make("case", by=by, title="Nowhere", merchant=encode_id(5))
    assert _refusal(refused) == [
        ("field", "choice", "merchant", "There is no such merchant that can be chosen here")
    ]
    assert refused.value.status == 422


def test_a_deleted_record_cannot_be_linked(cases: Cases):
    merchant = cases.make("merchant", name="Gone")
    cases.delete("merchant", merchant)
    with pytest.raises(RefusedError):
        cases.make("case", title="Late", merchant=merchant)


def test_a_record_that_does_not_fit_the_filter_cannot_be_linked(cases: Cases):
    closed = cases.make("merchant", name="Closed shop", status="closed")
    with pytest.raises(RefusedError):
        cases.make("case", title="Closed", merchant=closed)
    cases.make("case", title="Closed", backup=closed)


def test_a_record_is_linked_only_where_it_holds_what_another_field_does(cases: Cases):
    romanian = cases.make("merchant", name="Dacia", country="ro")
    case = cases.make("case", title="One", country="ro", local=romanian)
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="Two", country="ch", local=romanian)
    assert [reason.field for reason in refused.value.reasons] == ["local"]
    with pytest.raises(RefusedError):
        cases.change("case", case, country="ch")
    cases.change("case", case, country="ch", local=None)


def test_a_record_out_of_sight_is_refused_as_one_that_is_not_there(cases: Cases):
    hidden = cases.make("merchant", name="Headquarters", region="hq")
    with pytest.raises(RefusedError) as unseen:
        cases.make("case", by="olga", title="Hidden", merchant=hidden)
    with pytest.raises(RefusedError) as missing:
        cases.make("case", by="olga", title="Hidden", merchant=encode_id(7))
    assert _refusal(unseen) == _refusal(missing)
    cases.make("case", by="lena", title="Hidden", merchant=hidden)


def test_a_link_out_of_sight_stays_while_other_fields_change(cases: Cases):
    hidden = cases.make("merchant", name="Headquarters", region="hq")
    case = cases.make("case", title="Before", merchant=hidden)
    cases.change("case", case, by="olga", title="After")
    assert cases.data("case", case) == {"title": "After", "merchant": hidden}


def test_every_one_of_several_links_is_checked(cases: Cases):
    first, second = cases.make("case", title="First"), cases.make("case", title="Second")
    both = cases.make("case", title="Both", related=[first, second])
    assert cases.data("case", both)["related"] == [first, second]
    with pytest.raises(RefusedError):
        cases.change("case", both, related=[first, encode_id(9)])


# -- deleting ---------------------------------------------------------------------------


def test_a_record_that_others_link_to_stays(cases: Cases):
    merchant = cases.make("merchant", name="Held")
    cases.make("case", title="Holds", merchant=merchant)
    with pytest.raises(RefusedError) as refused:
        cases.delete("merchant", merchant)
    (reason,) = refused.value.reasons
    assert reason.message == "1 case links to it in Merchant. Change that first"
    assert refused.value.status == 409
    assert cases.stored("merchant", merchant).deleted_at is None


def test_who_sees_no_linking_record_learns_only_that_there_is_one(cases: Cases):
    merchant = cases.make("merchant", name="Held")
    cases.make("case", title="Holds", merchant=merchant)
    access = cases.access("olga", "merchant")
    access.all_roles = frozenset()  # the rights to cases go with other roles
    with pytest.raises(RefusedError) as refused:
        cases.gate.delete(access, decode_id(merchant), Origin("page"))
    assert [r.message for r in refused.value.reasons] == [
        "Other records link to it, so it must stay"
    ]


def test_links_that_may_be_cleared_are_cleared_with_an_event_each(cases: Cases):
    merchant = cases.make("merchant", name="Replaced")
    case = cases.make("case", title="Clears", backup=merchant)
    cases.delete("merchant", merchant)
    assert cases.data("case", case) == {"title": "Clears"}
    event = cases.history("case", case)[-1]
    assert (event.op, event.actor) == ("update", "lena")
    assert event.data["diff"] == {"backup": [merchant, None]}
    assert event.data["reason"] == "The linked merchant was deleted"


def test_one_of_several_links_is_cleared_alone(cases: Cases):
    first, second = cases.make("case", title="First"), cases.make("case", title="Second")
    both = cases.make("case", title="Both", related=[first, second])
    cases.delete("case", first)
    assert cases.data("case", both)["related"] == [second]
    cases.delete("case", second)
    assert "related" not in cases.data("case", both)


def test_links_that_are_kept_lead_to_a_deleted_record(cases: Cases):
    merchant = cases.make("merchant", name="Old shop")
    case = cases.make("case", title="Keeps", former=merchant)
    cases.delete("merchant", merchant)
    assert cases.data("case", case)["former"] == merchant
    with cases.directory("lena") as directory:
        field = directory.access.form.fields["former"]
        named = directory.named(field, [merchant])[merchant]
    assert named.title == "Old shop (deleted)"


def test_a_record_comes_back_only_with_what_it_links_to(cases: Cases):
    merchant = cases.make("merchant", name="Gone too")
    case = cases.make("case", title="Back", merchant=merchant)
    cases.delete("case", case)
    cases.delete("merchant", merchant)
    lead = cases.access("lena")
    with pytest.raises(RefusedError, match="was deleted meanwhile"):
        cases.gate.restore(lead, decode_id(case), Origin("page"))
    cases.gate.restore(cases.access("lena", "merchant"), decode_id(merchant), Origin("page"))
    cases.gate.restore(lead, decode_id(case), Origin("page"))
    assert cases.stored("case", case).deleted_at is None


def test_linking_and_deleting_at_once_never_leaves_a_dangling_link(cases: Cases):
    for turn in range(6):
        merchant = cases.make("merchant", name=f"Contested {turn}")
        case = cases.make("case", title="Contested")
        start = threading.Barrier(2)
        outcomes = []

        def attempt(action, start=start, outcomes=outcomes):
            start.wait()
            try:
                action()
                outcomes.append("done")
            except (RefusedError, StaleError):
                outcomes.append("refused")

        threads = [
            threading.Thread(target=attempt, args=[lambda m=merchant: cases.delete("merchant", m)]),
            threading.Thread(
                target=attempt,
                args=[lambda c=case, m=merchant: cases.change("case", c, merchant=m)],
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        deleted = cases.stored("merchant", merchant).deleted_at is not None
        linked = "merchant" in cases.data("case", case)
        assert deleted is not linked
        assert sorted(outcomes) == ["done", "refused"]


def test_what_links_to_a_record_is_found_by_an_index(cases: Cases):
    db = cases.services.db
    while build_next(db):
        pass
    form = cases.tool.forms["case"]
    with db.read() as conn:
        states = {s.purpose: (s.kind, s.state) for s in index_states(conn, form.form_id)}
    assert states["field merchant"] == ("field", "ready")
    if db.dialect == "sqlite":
        assert "field related" not in states
        return
    assert states["field related"] == ("contains", "ready")
    with db.read() as conn:
        found = {s.purpose: s.expr for s in index_states(conn, form.form_id)}
    # An index serves only the very expression that it was made of.
    for key in ("merchant", "related"):
        planned = plan(holding(form, form.fields[key], 5), db.dialect)
        expression = found[f"field {key}"].partition("(")[2].partition(")")[0]
        assert expression in page_statement(planned.shape, db.dialect).sql


# -- looking for a record ---------------------------------------------------------------


def test_records_of_one_title_say_more_of_themselves(cases: Cases):
    first = cases.make("merchant", name="Twin", country="ro")
    second = cases.make("merchant", name="Twin", country="ro")
    cases.make("merchant", name="Twinned")
    with cases.directory("lena") as directory:
        found = directory.offers(directory.access.form.fields["merchant"], Wanted("Twin"))
    notes = {item.key: item.note for item in found.items if item.title == "Twin"}
    assert notes.keys() == {first, second}
    assert len({*notes.values()}) == 2
    assert all(item.note == "" for item in found.items if item.title == "Twinned")


def test_what_is_said_of_namesakes_is_what_one_may_read(cases: Cases):
    """Neither the note nor its lack tells of a record or of a field out of sight."""
    cases.make("merchant", name="Shade", region="hq")
    cases.make("merchant", name="Shade", rating="four")
    with cases.directory("olga") as directory:
        found = directory.offers(directory.access.form.fields["merchant"], Wanted("Shade"))
    assert [(item.title, item.note) for item in found.items] == [("Shade", "")]
