"""What rows, groups and kinds of payment ask while somebody types, and what the answer changes in them."""

import re
from collections.abc import Iterator

import pytest

from runtime.services import Services
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.expenses import expenses_tool
from tests.runtime.opening import furnished_url, open_refunds
from tests.runtime.web.conftest import FORM
from tests.runtime.web.test_refresh import Form

NEW = f"{FORM}/new"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("expenses")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    found.published.publish(expenses_tool(), by="test")
    yield found
    found.close()


@pytest.fixture
def olga(client_of):
    return client_of("olga")


def with_rows(browser, number):
    """The page of a new record with some lines, as the button without a script adds them."""
    data, answer = browser.form(NEW), None
    for _ in range(number):
        data.setlist("_rows", ["add 0 lines"])
        answer = browser.post(NEW, data)
        data = forms_of(answer.text)[NEW]
    return answer


@pytest.fixture
def form(olga):
    """The form of a new record with two lines."""
    found = Form(olga, NEW)
    found.data = forms_of(with_rows(olga, 2).text)[NEW]
    return found


def test_a_row_in_which_nothing_is_typed_reacts_already(form):
    names = {name for name in form.data if name.startswith("lines/1/")}
    assert "lines/1/amount" in names
    assert not names & {"lines/1/guests", "lines/1/note", "lines/1/price"}


def test_only_what_changed_inside_the_very_row_is_answered(form):
    assert form.refresh(merchant="Shop") == []
    assert form.refresh(**{"lines/1/kind": "meal"}) == ["f-lines/1/guests-field", "f-why"]
    assert form.said == "Shown now: Row 2, Guests"
    assert "lines/1/guests" in form.data
    assert "lines/0/guests" not in form.data
    assert form.refresh(**{"lines/1/guests": "2"}) == []
    assert form.refresh(**{"lines/1/kind": "taxi"}) == ["f-lines/1/guests-field", "f-why"]
    assert form.said == "Not shown any more: Row 2, Guests"
    assert form.data["_kept.lines/1/guests"] == "2"
    form.refresh(**{"lines/1/kind": "meal"})
    assert form.data["lines/1/guests"] == "2"


def test_why_names_the_row(form):
    form.refresh(**{"lines/1/kind": "meal"})
    assert "Row 1: Guests is shown when Kind is Meal" in form.html
    assert "Row 2: Guests is shown when Kind is Meal" not in form.html
    assert "Row 2: Note is shown when Kind is Other" in form.html


def test_a_row_shows_what_it_computes_and_the_form_what_follows_from_its_rows(form):
    changed = form.refresh(**{"score": "3", "lines/0/amount": "5"})
    assert changed == ["f-lines/0/price-field", "f-whole-field"]
    assert re.search(r'id="f-lines/0/price".*?>\s*15\s*<', form.html, re.DOTALL)
    assert form.said == "Shown now: Whole"


def test_a_rule_speaks_at_its_row_and_the_input_stays(form):
    assert form.refresh(**{"lines/1/amount": "501"}) == [
        "f-lines/1/amount-mark",
        "f-lines/1/amount-notes",
    ]
    assert form.said == "Row 2, Amount: That is a lot"
    assert "That is a lot" in form.html


def test_what_becomes_read_only_in_a_row_is_drawn_as_text_with_its_reason(olga, form):
    form.refresh(**{"merchant": "Shop", "lines/0/amount": "5"})
    changed = form.refresh(**{"lines/0/approved": "true"})
    assert changed == ["f-lines/0/amount-field", "f-why"]
    assert "Amount cannot be changed while Approved is Yes" in form.html


def test_a_group_reacts_to_the_form_before_anything_is_typed_in_it(form):
    assert "contact/phone" not in form.data
    assert "f-contact/phone-field" in form.refresh(region="south")
    assert "contact/phone" in form.data


def test_a_kind_of_value_reacts(olga, form):
    form.data.setlist(":choice:payment", ["1"])
    form.data.setlist("_rows", ["show 0 payment"])
    form.data = forms_of(olga.post(NEW, form.data).text)[NEW]
    assert form.refresh(**{"payment/iban": "RO1"}) == ["f-payment/bic-field", "f-why"]
    assert form.said == "Not shown any more: BIC"


def test_what_is_saved_is_what_was_shown(olga, form):
    form.refresh(
        **{"merchant": "Shop", "score": "3", "lines/0/kind": "meal", "lines/1/kind": "other"}
    )
    form.refresh(**{"lines/0/guests": "2", "lines/0/amount": "5", "lines/1/note": "Tolls"})
    answer = olga.post(NEW, form.data)
    assert answer.status_code == 303
    page = olga.get(answer.location)
    texts = texts_of(page.text)
    assert "Tolls" in page.text
    assert (
        "Row 1: Note is shown when Kind is Other" in " ".join(texts) or "Row 1: Note" in page.text
    )


def test_what_a_row_needs_is_told_at_its_input(olga, form):
    form.refresh(**{"merchant": "Shop", "lines/1/kind": "meal"})
    answer = olga.post(NEW, form.data)
    assert answer.status_code == 422
    assert 'href="#f-lines/1/guests"' in answer.text
    assert "Lines, Row 2, Guests: Fill in Guests: it is needed when Kind is Meal" in answer.text


def test_without_a_script_the_form_is_brought_up_to_date_as_a_whole(olga, form):
    form.data.setlist("lines/1/kind", ["meal"])
    answer = olga.post(f"{NEW}/refresh", form.data)
    assert answer.status_code == 200
    assert "lines/1/guests" in forms_of(answer.text)[NEW]


def test_the_page_of_a_record_shows_its_rows_without_what_is_hidden(olga, make_refund):
    page = make_refund(lines=[{"kind": "other", "note": "Tolls"}])
    form = Form(olga, page)
    assert form.refresh(**{"lines/0/kind": "taxi"}) == ["f-lines/0/note-field", "f-why"]
    olga.post(page, form.data)
    assert "Tolls" not in " ".join(texts_of(olga.get(page).text))


def test_who_only_reads_is_not_shown_what_is_kept_while_hidden(client_of, make_refund):
    kept = {"kind": "other", "note": "Tolls"}
    page = make_refund(by="lena", lines=[kept, {"kind": "taxi"}])
    lena = client_of("lena")
    data = lena.form(page)
    data.setlist("lines/0/kind", ["taxi"])
    assert lena.post(page, data).status_code == 303
    assert "Tolls" not in " ".join(texts_of(client_of("rita").get(page).text))
