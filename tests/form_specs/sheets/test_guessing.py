"""What the columns of real sheets are taken for, and that every guess can be checked."""

from functools import cache

import pytest

from form_specs.check import check
from form_specs.problem import Severity
from form_specs.sheets import read_book, table_in
from form_specs.sheets.guessing import guess
from form_specs.sheets.making import tool_spec
from form_specs.sheets.planning import TYPES, planned
from tests.form_specs.sheets.corpus import SHEETS
from tests.form_specs.sheets.exports import EXPORTS
from tests.form_specs.sheets.offices import OFFICES

KNOWN = (*SHEETS, *OFFICES, *EXPORTS)


@cache
def guessed(index):
    """The guess about a sheet of the corpus: reading it starts a process, so it is read once."""
    return guess(table_in(read_book(KNOWN[index].content).sheet()))


@pytest.fixture(params=range(len(KNOWN)), ids=lambda index: KNOWN[index].name)
def case(request):
    """A sheet of the corpus and the guess about it."""
    return KNOWN[request.param], guessed(request.param)


def test_the_table_is_found(case):
    sheet, found = case

    assert (found.table.header, len(found.table.rows)) == (sheet.header, sheet.rows)


def test_each_column_has_its_type(case):
    sheet, found = case

    assert [column.type for column in found.columns] == sheet.types.split()


def test_the_first_row_is_read_as_it_was_meant(case):
    sheet, found = case
    read = {
        column.column.title: column.convention.plain(cell)
        for column, cell in zip(found.columns, found.table.rows[0].cells, strict=True)
    }

    assert {heading: read[heading] for heading in sheet.said} == sheet.said


def test_title_key_and_state_are_found(case):
    sheet, found = case

    def called(position):
        return None if position is None else found.columns[position].column.title

    assert sheet.key in (None, called(found.key))
    assert sheet.title in (None, called(found.title))
    assert called(found.state) == sheet.state


def test_the_tool_of_it_passes_the_check(case, catalog):
    _sheet, found = case

    for said in ({}, {"state": "new"}, {"state": "", "title": "", "key": ""}):
        document = tool_spec(planned(found, said), "tool", "A tool", catalog)
        problems = [p for p in check(document, catalog) if p.severity is Severity.ERROR]
        assert problems == []


def test_every_type_can_be_said_of_every_column(case, catalog):
    sheet, found = case
    if len(sheet.types.split()) > 4:
        pytest.skip("the small sheets show it")
    for type_ in TYPES:
        columns = {str(position): {"type": type_} for position in range(len(found.columns))}
        plan = planned(found, {"columns": columns, "state": ""})
        assert [column.type for column in plan.columns] == [type_] * len(found.columns)
        document = tool_spec(plan, "tool", "A tool", catalog)
        problems = [p for p in check(document, catalog) if p.severity is Severity.ERROR]
        assert problems == []


def test_rows_are_called_as_somebody_says(catalog):
    found = guessed(0)
    named = planned(found, {"record": "Zahlung", "records": "Zahlungen", "state": "new"})
    form = tool_spec(named, "tool", "A tool", catalog)["forms"][0]
    assert (form["key"], form["title"], form["plural"]) == ("zahlung", "Zahlung", "Zahlungen")

    unsaid = planned(found, {"record": "Record", "records": "Records"})
    assert (unsaid.form, unsaid.names) == ("record", ("Record", "Records"))
    assert planned(found, {"record": "Hold", "records": "Records"}).names == ("Hold", "Hold")


def test_a_slip_is_no_state_to_begin_in_and_what_is_approved_is_paid_later(catalog):
    states = ["Bookd!", *["Booked", "Approved", "Paid"] * 60]
    rows = "".join(f"P{n},{state}\n" for n, state in enumerate(states))
    plan = planned(guess(table_in(read_book(f"Parcel,State\n{rows}".encode()).sheets[0])))
    workflow = tool_spec(plan, "parcels", "Parcels", catalog)["workflows"][0]
    assert workflow["initial"] == "booked"
    assert [state["category"] for state in workflow["states"]] == ["open", "open", "open", "done"]


def test_states_stand_as_work_goes_through_them_whichever_row_is_first(catalog):
    states = ["Answered", "Refused", "Waiting", "In review", "New"] * 20
    rows = "".join(f"L{n},{state}\n" for n, state in enumerate(states))
    plan = planned(guess(table_in(read_book(f"Request,Status\n{rows}".encode()).sheets[0])))
    workflow = tool_spec(plan, "legal", "Legal", catalog)["workflows"][0]
    assert [(state["title"], state["category"]) for state in workflow["states"]] == [
        ("New", "new"),
        ("In review", "open"),
        ("Waiting", "waiting"),
        ("Answered", "done"),
        ("Refused", "cancelled"),
    ]


def test_a_name_that_many_rows_have_names_none_of_them():
    rows = "".join(f"P-{n:03},Customer {n % 4} of ours\n" for n in range(60))
    found = guess(table_in(read_book(f"Parcel,Customer\n{rows}".encode()).sheets[0]))
    assert (found.title, found.key) == (0, 0)
