"""What happens inside the fields of a record as it is written: rows, groups, addresses and variants react."""

from collections.abc import Iterator

import pytest

from runtime.gate import Origin, RefusedError
from runtime.services import Services
from tests.runtime.expenses import expenses_tool
from tests.runtime.gate.conftest import PAGE, history, stored
from tests.runtime.opening import furnished_url, open_refunds

API = Origin("api")
OTHER = {"kind": "other", "note": "Tolls", "amount": 7}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("expenses")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    found.published.publish(expenses_tool(), by="test")
    yield found
    found.close()


@pytest.fixture
def update(desk):
    """`update(record, origin, **data)`: the document after a change by olga."""

    def update(record, origin=API, **data):
        desk.gate.update(
            desk.access("olga"),
            record.id,
            desk.typed(**data),
            origin,
            version=stored(desk, record.id).version,
        )
        return stored(desk, record.id).document

    return update


@pytest.fixture
def refusal(update):
    """`refusal(record, **data)`: why a change by olga is refused."""

    def refusal(record, **data):
        with pytest.raises(RefusedError) as refused:
            update(record, **data)
        return [(r.code, r.pointer, r.message, r.detail) for r in refused.value.reasons]

    return refusal


# -- hidden ---------------------------------------------------------------------------------


def test_what_is_hidden_in_a_row_is_absent_from_that_row_only(make_refund):
    lines = [{"kind": "meal", "guests": 2}, {"kind": "taxi", "guests": 3}, {"guests": 4}]
    refund = make_refund(lines=lines)
    assert refund.document["lines"] == [{"kind": "meal", "guests": 2}, {"kind": "taxi"}, {}]


def test_values_for_hidden_parts_are_counted_and_stored_ones_told_as_cleared(
    desk, make_refund, update
):
    refund = make_refund(lines=[{"kind": "meal", "guests": 2}, {"kind": "meal", "guests": 3}])
    update(refund, lines=[{"kind": "taxi", "guests": 2}, {"kind": "taxi", "guests": 9}])
    event = history(desk, refund.id)[-1]
    assert event.data["cleared"] == ["lines/0/guests"]
    assert event.data["ignored"] == 1


def test_a_value_that_is_kept_while_hidden_stays_and_is_not_made_up_later(make_refund, update):
    sent = [OTHER, {"kind": "taxi", "note": "as sent"}]
    refund = make_refund(lines=sent)
    assert refund.document["lines"] == sent
    held = update(refund, lines=[{**OTHER, "kind": "taxi"}])["lines"]
    assert held == [{**OTHER, "kind": "taxi"}]
    changed = update(refund, lines=[{**OTHER, "kind": "taxi", "note": "invented"}])["lines"]
    assert changed == [{"kind": "taxi", "amount": 7}]


def test_a_group_reads_the_form_around_it(make_refund, update):
    refund = make_refund(region="south", contact={"name": "Ada", "phone": "123"})
    assert refund.document["contact"] == {"name": "Ada", "phone": "123"}
    assert update(refund, region="north")["contact"] == {"name": "Ada"}


def test_a_group_that_holds_nothing_else_goes_with_what_is_hidden(make_refund):
    assert "contact" not in make_refund(contact={"phone": "123"}).document
    assert make_refund(contact={}).document["contact"] == {}


def test_an_address_reacts(make_refund):
    refund = make_refund(address={"city": "Oslo", "postcode": "0150", "country": "NO"})
    assert refund.document["address"]["postcode"] == "0150"
    refund = make_refund(address={"city": "Rome", "postcode": "00118", "country": "IT"})
    assert refund.document["address"] == {"city": "Rome", "country": "IT"}


def test_the_chosen_kind_of_a_variant_reacts(make_refund):
    bank = {"kind": "bank", "iban": "RO12", "bic": "X"}
    assert make_refund(payment=bank).document["payment"] == {"kind": "bank", "iban": "RO12"}
    bank |= {"iban": "DE12"}
    assert make_refund(payment=bank).document["payment"] == bank


# -- required, rules ------------------------------------------------------------------------


def test_what_a_row_needs_is_asked_for_at_its_place(make_refund, refusal):
    refund = make_refund()
    found = refusal(refund, lines=[{"kind": "taxi"}, {"kind": "meal"}])
    detail = "Fill in Guests: it is needed when Kind is Meal"
    assert found == [("required", "/lines/1/guests", f"Row 2: {detail}", detail)]


def test_a_rule_of_a_row_speaks_of_that_row(desk, make_refund, refusal, update):
    refund = make_refund()
    found = refusal(refund, lines=[{"amount": 1}, {"amount": -1}, {}])
    assert found == [("rule", "/lines/1/amount", "Row 2: More than nothing", "More than nothing")]


def test_a_rule_that_warns_is_told_with_its_row(desk, make_refund):
    values = desk.typed(merchant="Shop", lines=[{}, {"amount": 501}])
    outcome = desk.gate.create(desk.access("olga"), values, PAGE)
    assert [warning.said for warning in outcome.warnings] == ["Row 2: That is a lot"]


def test_what_a_group_needs_is_asked_for(make_refund, refusal):
    found = refusal(make_refund(region="south"), contact={"name": "Ada"})
    assert [(code, pointer) for code, pointer, *_ in found] == [("required", "/contact/phone")]
    assert found[0][2].startswith("Fill in Phone: it is needed when Name is filled in")


# -- read-only ------------------------------------------------------------------------------

APPROVED = {"kind": "taxi", "amount": 10, "approved": True}


@pytest.fixture
def approved(make_refund, update):
    """A record whose first line is approved, its second not."""
    refund = make_refund(lines=[{**APPROVED, "approved": False}, {"kind": "taxi", "amount": 20}])
    update(refund, lines=[APPROVED, {"kind": "taxi", "amount": 20}])
    return refund


def test_a_read_only_part_cannot_be_changed_by_a_program_of_somebody(approved, refusal):
    found = refusal(approved, lines=[{**APPROVED, "amount": 11}])
    detail = "Amount cannot be changed while Approved is Yes"
    assert found == [("read_only", "/lines/0/amount", f"Row 1: {detail}", detail)]


def test_a_posted_form_leaves_a_read_only_part_as_it_was(approved, update):
    lines = [{"kind": "taxi", "amount": 21}, {**APPROVED, "amount": 11}]
    assert update(approved, PAGE, lines=lines)["lines"] == [
        {"kind": "taxi", "amount": 21},
        APPROVED,
    ]


def test_rows_may_move_and_go_while_parts_of_them_are_read_only(approved, update):
    assert update(approved, lines=[{"amount": 5}, APPROVED])["lines"][1] == APPROVED
    assert update(approved, lines=[{"amount": 5}])["lines"] == [{"amount": 5}]


def test_a_variant_of_another_kind_is_no_change_of_what_is_read_only(make_refund, update):
    bank = {"kind": "bank", "iban": "RO12"}
    refund = make_refund(payment=bank)
    card = {"kind": "card", "holder": "Ada"}
    assert update(refund, payment=card)["payment"] == card


# -- computed -------------------------------------------------------------------------------


def test_a_row_computes_from_itself_and_from_the_form_and_the_form_from_its_rows(
    make_refund, update
):
    refund = make_refund(score=3, lines=[{"amount": 2}, {"kind": "taxi"}, {"amount": 5}])
    prices = [line.get("price") for line in refund.document["lines"]]
    assert (prices, refund.document["whole"]) == ([6, None, 15], 21)
    document = update(refund, score=10)
    assert [line.get("price") for line in document["lines"]] == [20, None, 50]
    assert document["whole"] == 70


def test_a_computed_part_may_come_back_as_it_was_but_is_never_set(make_refund, update, refusal):
    refund = make_refund(score=3, lines=[{"amount": 2}])
    assert update(refund, lines=[{"amount": 4, "price": 6}])["lines"] == [
        {"amount": 4, "price": 12}
    ]
    found = refusal(refund, lines=[{"amount": 4, "price": 13}])
    detail = "Price is computed and cannot be set"
    assert found == [("read_only", "/lines/0/price", f"Row 1: {detail}", detail)]


def test_nothing_changes_where_nothing_was_changed(desk, make_refund):
    refund = make_refund(score=3, lines=[OTHER, {"amount": 2}], contact={"name": "Ada"})
    desk.gate.update(
        desk.access("olga"), refund.id, desk.typed(merchant="Other shop"), API, version=1
    )
    assert history(desk, refund.id)[-1].data["diff"].keys() == {"merchant"}


def test_people_without_the_right_to_a_source_do_not_see_what_is_computed_from_it(desk):
    tool = expenses_tool()
    for role in tool["roles"]:
        for grant in role["grants"]:
            if grant["form"] == "refund" and role["key"] == "operator":
                grant.setdefault("fields", {})["score"] = "hidden"
    desk.services.published.publish(tool, by="test")
    try:
        assert not desk.access("olga").sees("lines")
    finally:
        desk.services.published.publish(expenses_tool(), by="test")
