"""A tool from a spreadsheet: read, corrected, made, and filled with its rows."""

import io
from html import unescape

import pytest

from builder.sheets.kept import _book, _guess
from runtime.storage import batches
from runtime.storage.ids import encode_id
from runtime.storage.records import RecordReader
from tests.docs.pages import DOCS, fences
from tests.form_specs.sheets.workbooks import sheet_of, workbook
from tests.runtime.browsing import forms_of

TICKETS = """Ticket;Betreff;Status;Priorität;Erstellt am;Betrag (EUR);Bezahlt
T-001;Drucker kaputt;Offen;hoch;03.01.2024;1.234,50;ja
T-002;Maus fehlt;Erledigt;niedrig;04.01.2024;12,00;nein
T-003;Login geht nicht;offen;hoch;15.02.2024;;ja
T-004;VPN;In Arbeit;hoch;16.02.2024;99,90;ja
T-005;Tastatur;Erledigt;niedrig;17.02.2024;-5,00;nein
T-006;Bildschirm;Offen;niedrig;18.02.2024;7;ja
Summe;;;;;1.348,40;
""".encode("cp1252")


def started(browser, content, name="tickets 2024.csv", **more):
    """The address of the page that a file leads to."""
    answer = browser.post("/build/from-file", {"file": (io.BytesIO(content), name), **more})
    assert answer.status_code == 303, unescape(answer.text)[:2000]
    return answer.location


def form_at(browser, url):
    return forms_of(browser.get(url).text)[url]


def made(browser, url, **changes):
    form = {k: v for k, v in form_at(browser, url).items() if k != "do"}
    return browser.post(url, {**form, **changes, "do": changes.get("do", "make")})


def test_the_way_from_a_file_to_a_list_with_its_rows(browser_of):
    browser = browser_of("bo")
    url = started(browser, TICKETS)
    page = unescape(browser.get(url).text)
    assert "6 rows in 7 columns, with the headings in row 1." in page
    assert "Row 8 is left out" in page

    answer = made(browser, url)

    assert (answer.status_code, answer.location) == (303, "/t/tickets_2024/v/all")
    listed = unescape(browser.get(answer.location).text)
    for text in (
        "T-001",
        "Drucker kaputt",
        "€1,234.50",
        "3 Jan 2024",
        "In Arbeit",
        "6 rows came in",
    ):
        assert text in listed
    assert browser.get(url).status_code == 404, "what was said of the file is forgotten"


def test_only_who_may_start_tools_finds_the_page(browser_of):
    url = started(browser_of("bo"), TICKETS)

    assert browser_of("rex").get(url).status_code == 404
    assert browser_of("olga").post(url, {"do": "make"}).status_code == 404


def test_corrections_are_kept_and_count(browser_of, refunds):
    browser = browser_of("bo")
    url = started(browser, TICKETS)
    form = form_at(browser, url)
    changed = dict(form) | {
        "do": "look", "c1.title": "Summary", "c3.type": "text", "state": "", "tool_title": "Helpdesk",
        "tool_key": "helpdesk", "c5.currency": "CHF",
    }  # fmt: skip
    del changed["c6.keep"]

    assert browser.post(url, changed).status_code == 303
    assert form_at(browser, url)["c1.title"] == "Summary"
    assert made(browser, url).location == "/t/helpdesk/v/all"

    with refunds.db.read() as conn:
        form = refunds.published.tool(conn, "helpdesk").forms["record"]
    types = {key: field.name for key, field in form.fields.items()}
    assert types == {
        "ticket": "text", "summary": "text", "status": "choice", "prioritat": "text", "erstellt_am": "date",
        "betrag_eur": "money",
    }  # fmt: skip
    assert form.workflow is None


def test_rows_that_do_not_fit_are_told_and_the_others_come_in(browser_of):
    rows = "".join(f"N{number},2024-01-{number:02},{number}\n" for number in range(1, 21))
    content = f"Name,Due date,Sum\n{rows}late,soon,5\nN1,2024-02-01,6\n".encode()
    browser = browser_of("bo")
    url = started(browser, content, "due.csv")

    told = made(browser, url, key="0")

    assert told.status_code == 303
    text = unescape(browser.get(told.location).text)
    for said in ("due", "20", "soon", "Another record already has this name"):
        assert said in text


def test_a_draft_can_be_had_instead(browser_of):
    browser = browser_of("bo")
    url = started(browser, TICKETS)

    assert made(browser, url, do="draft").location == "/build/tickets_2024/"
    # Nobody works with it yet, so nobody asks how many records its views have.
    assert "/counts" not in browser.get("/build/tickets_2024/").text
    assert "erstellt_am" in unescape(browser.get("/build/tickets_2024/text/").text)


def _two_sheets(book):
    book.active.title = "Notes"
    book.active.append(["Only a word"])
    orders = book.create_sheet("Orders")
    for row in (["Order", "Customer"], ["O-1", "Acme"], ["O-2", "Globex"], ["O-3", "Acme"]):
        orders.append(row)
    people = book.create_sheet("Customers")
    for row in (["Name", "City"], ["Acme", "Köln"], ["Globex", "Graz"]):
        people.append(row)


def test_a_sheet_and_a_row_of_headings_can_be_chosen(browser_of):
    browser = browser_of("bo")
    url = started(browser, workbook(_two_sheets), "shop.xlsx")
    page = unescape(browser.get(url).text)
    assert "“Customer” (2 of 2 values stand there)" in page

    browser.post(url, {**form_at(browser, url), "sheet": "Customers", "do": "look"})
    assert form_at(browser, url)["c1.title"] == "City"
    browser.post(url, {**form_at(browser, url), "header": "2", "do": "look"})
    assert form_at(browser, url)["c1.title"] == "Köln"


def _shop(book):
    book.active.title = "Products"
    book.active.append(["Product", "Article no", "Price (EUR)"])
    for number in range(12):
        book.active.append([f"Lamp {number}", f"A-{number:02}", 10.5 + number])
    orders = book.create_sheet("Orders")
    orders.append(["Order", "Article no", "Pieces", "Status"])
    for number in range(40):
        wanted = f"A-{number % 12:02}" if number else "A-77"
        orders.append([f"O-{number:03}", wanted, number + 1, ("Open", "Done")[number % 2]])


def test_a_sheet_that_another_names_becomes_a_form_and_the_column_a_link(browser_of, refunds):
    browser = browser_of("bo")
    url = started(browser, workbook(_shop), "shop.xlsx")
    page = unescape(browser.get(url).text)
    assert "The sheet “Products” becomes a form too, known by its “Article no”" in page
    assert "A form “Products” with 3 fields and 12 records" in page
    assert made(browser, url).status_code == 303

    with refunds.db.read() as conn:
        tool = refunds.published.tool(conn, "shop")
        order, product = tool.forms["record"], tool.forms["products"]
        assert order.fields["article_no"].spec.link.form == "products"
        reader = RecordReader(refunds.db)
        named = {
            encode_id(record.id): record.document["article_no"]
            for record in reader.scan(conn, product.form_id, 0, 100)
        }
        found = reader.scan(conn, order.form_id, 0, 100)
    assert len(named) == 12
    # The order of an article that there is none of waits to be put right.
    assert len(found) == 39
    for record in found:
        number = int(record.document["order"].removeprefix("O-"))
        assert named[record.document["article_no"]] == f"A-{number % 12:02}"
    assert "Lamp 1" in browser.get("/t/shop/v/all").text
    assert "A-03" in browser.get("/t/shop/v/all_products").text


def _payouts(book):
    book.active.title = "Merchants"
    book.active.append(["Merchant ID", "Name", "Country"])
    for number in range(30):
        book.active.append([f"M-{number:03}", f"Shop {number}", ("Romania", "Spain")[number % 2]])
    held = book.create_sheet("Payouts")
    held.append(["Payout", "Merchant", "Status"])
    for number in range(120):
        status = ("On hold", "Released", "In review")[number % 3]
        held.append([f"PO-{number:04}", f"M-{number % 30:03}", status])


def test_of_many_that_more_is_known_of_a_link_is_made_and_no_list_of_choices(browser_of, refunds):
    browser = browser_of("bo")
    assert made(browser, started(browser, workbook(_payouts), "payouts.xlsx")).status_code == 303

    with refunds.db.read() as conn:
        tool = refunds.published.tool(conn, "payouts")
    assert [*tool.forms] == ["record", "merchants"]
    assert tool.forms["record"].fields["merchant"].spec.link.form == "merchants"
    states = tool.forms["record"].workflow
    assert states.initial == "in_review"
    assert states.states["released"].category.value == "done"


def test_a_sheet_beside_stays_out_where_somebody_says_so(browser_of, refunds):
    browser = browser_of("bo")
    url = started(browser, workbook(_shop), "shop.xlsx")
    form = {k: v for k, v in form_at(browser, url).items() if k not in ("do", "links")}
    assert browser.post(url, {**form, "do": "look"}).status_code == 303
    page = unescape(browser.get(url).text)
    assert "A form “Products”" not in page
    assert "It leads to a record" not in page
    assert made(browser, url).location == "/t/shop/v/all"
    with refunds.db.read() as conn:
        assert [*refunds.published.tool(conn, "shop").forms] == ["record"]


def test_cells_can_be_pasted_in_the_place_of_a_file(browser_of):
    browser = browser_of("bo")
    cells = "Ort\tKaltmiete\r\nKöln\t1.250,50 €\r\nBonn\t890,00 €\r\n"
    answer = browser.post("/build/from-file", {"pasted": cells})
    assert answer.status_code == 303
    page = unescape(browser.get(answer.location).text)
    assert "A tool from Pasted rows.tsv" in page
    assert "2 rows in 2 columns, with the headings in row 1." in page
    assert "Money, a comma before the decimals." in page


def test_an_encoding_can_be_chosen(browser_of):
    browser = browser_of("bo")
    url = started(browser, "Name;Stadt\nЖан;Київ\n".encode("koi8_u"), "people.csv")

    browser.post(url, {**form_at(browser, url), "encoding": "koi8_r", "do": "look"})

    assert "Жан" in browser.get(url).text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty"),
        (b"PK\x03\x04 nothing", "x.xlsx", "no whole .xlsx workbook"),
        (b"<html><table></table>", "bank.xls", "web page"),
        (b",,,\n,,\n", "x.csv", "nothing in the file but empty cells"),
        (b'[{"ticket": "T-1"}, {"ticket": "T-2"}]', "x.csv", "rows as JSON"),
        (b'{"ticket": "T-1"}\n{"ticket": "T-2"}\n', "x.json", "rows as JSON"),
        (b'{"data": [{"ticket": "T-1"}]}', "x.json", "Rows are read from CSV"),
        (b"{\\rtf1 hello}", "x.csv", "save its table as .xlsx"),
        (b"\x1f\x8b\x08 packed", "x.csv.gz", "unpack it"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(browser_of, content, name, said):
    answer = browser_of("bo").post("/build/from-file", {"file": (io.BytesIO(content), name)})

    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_a_file_with_headings_alone_becomes_a_tool_without_records(browser_of):
    browser = browser_of("bo")
    url = started(browser, b"Ticket,Opened,Amount\n")
    assert "begins without records" in unescape(browser.get(url).text)

    answer = made(browser, url, tool_key="begun")

    assert answer.location == "/t/begun/v/all"
    assert "Opened" in browser.get(answer.location).text


CASES = b"""Case,Owner,Reviewer,Opened
C-1,Bo Builder,bo,2024-01-03
C-2,rex,REX,2024-01-04
C-3,Bo Builder,bo,2024-02-15
C-4,BO BUILDER,rex,2024-02-16
C-5,Dora Departed,rex,2024-02-17
"""


def test_columns_of_people_become_persons_and_who_has_no_account_is_put_right(browser_of):
    browser = browser_of("bo")
    url = started(browser, CASES, "cases.csv")
    page = unescape(browser.get(url).text)
    form = form_at(browser, url)
    assert (form["c1.type"], form["c2.type"]) == ("user", "user")
    assert "People are known by user name, e-mail address or name" in page
    assert "4 of 5 cells read so; one does not: row 6 “Dora Departed”." in page

    answer = made(browser, url)

    assert "/imports/" in answer.location
    fixing = unescape(browser.get(answer.location).text)
    assert "4 added" in fixing
    assert "Nobody here is called “Dora Departed”" in fixing
    browser.post(f"{answer.location}/rows/6", {"cell/1": "rex"})
    listed = unescape(browser.get("/t/cases/v/all").text)
    assert "Bo Builder" in listed
    assert "C-5" in listed


def test_a_column_is_one_of_people_when_somebody_says_so(browser_of):
    browser = browser_of("bo")
    url = started(browser, b"Case,Who\nC-1,bo\nC-2,Nobody\nC-3,Someone\n", "who.csv")
    form = form_at(browser, url)
    assert form["c1.type"] == "text"
    browser.post(url, {**form, "c1.type": "user", "do": "look"})
    assert "1 of 3 cells read so" in unescape(browser.get(url).text)


def test_a_file_that_is_too_large_leads_back_to_the_page_it_was_sent_from(browser_of):
    browser = browser_of("bo")
    page = browser.get("/build/from-file").text
    assert 'data-largest="26214400"' in page
    browser.client.application.config["MAX_CONTENT_LENGTH"] = 10_000
    content = io.BytesIO(bytes(20_000))

    answer = browser.post(
        "/build/from-file",
        {"file": (content, "big.csv")},
        headers={"Referer": "http://localhost/build/from-file"},
    )

    assert answer.status_code == 413
    said = unescape(answer.text)
    assert "Choose a smaller one, or split it" in said
    assert 'href="/build/from-file"' in said


def test_a_column_called_type_makes_no_form_of_a_spreadsheet(browser_of):
    url = started(
        browser_of("bo"), b"Claim No,Name,Type\nC-1,Ada,Motor\nC-2,Bob,Property\n", "c.csv"
    )

    assert "/sheet/" in url


def test_a_key_that_is_taken_is_told_and_nothing_is_lost(browser_of):
    browser = browser_of("bo")
    url = started(browser, TICKETS)

    answer = made(browser, url, tool_key="refunds")

    assert answer.status_code == 422
    assert "There is a tool 'refunds' already" in unescape(answer.text)
    assert form_at(browser, url)["tool_key"] == "refunds"


def test_a_file_with_one_column_and_hundreds_of_columns(browser_of):
    browser = browser_of("bo")
    words = started(browser, b"Word\nalpha\nbeta\n", "words.csv")
    assert made(browser, words).location == "/t/words/v/all"

    wide = started(
        browser, sheet_of([[f"c{n}" for n in range(1000)], list(range(1000))]), "wide.xlsx"
    )
    assert made(browser, wide).location == "/t/wide/v/all"


def test_the_example_of_the_docs_goes_the_same_way_in_the_browser(browser_of):
    page = DOCS / "builders" / "from-a-spreadsheet.md"
    (example,) = [fence for fence in fences(page) if fence.file == "tickets.csv"]
    browser = browser_of("bo")

    made_of_it = made(browser, started(browser, example.text.encode(), "tickets.csv"))

    listed = unescape(browser.get(made_of_it.location).text)
    assert "6 rows came in" in listed
    assert "€1,234.50" in listed


@pytest.mark.parametrize(
    "odd",
    [
        {"header": "999999999"}, {"sheet": "nowhere"}, {"encoding": "nonsense"}, {"delimiter": "ab"}, {"title": "999"},
        {"state": "-1"}, {"key": "x"}, {"c0.type": "json"}, {"c4.order": "dym"}, {"c5.mark": "?"}, {"c3.choices": ""},
        {"c5.currency": "1"}, {"c0.title": "x" * 5000},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_posted_the_page_stays_and_the_file_too(browser_of, odd):
    browser = browser_of("bo")
    url = started(browser, TICKETS)

    answer = browser.post(url, {**form_at(browser, url), **odd, "do": "look"})

    assert answer.status_code in (303, 422)
    assert "T-001" in browser.get(url).text


def test_a_file_that_is_gone_is_asked_for_again(browser_of, refunds):
    browser = browser_of("bo")
    url = started(browser, b"Name,Sum\nA,1\nB,2\n", "gone.csv")
    refunds.files.sweep(set(), -1)
    _book.cache_clear()
    _guess.cache_clear()

    answer = browser.get(url)

    assert (answer.status_code, answer.location) == (303, "/build/from-file")


def test_many_rows_with_states_come_in_behind_the_page_and_can_be_taken_back(
    browser_of, refunds, monkeypatch
):
    monkeypatch.setattr("builder.sheets.rows.AT_ONCE", 20)
    states = ("Offen", "In Arbeit", "Erledigt")
    rows = [(f"N{n}", states[n % 3], n) for n in range(40)]
    late = "late;Erledigt;soon\n"
    text = "Nummer;Status;Stand\n" + "".join(f"{a};{b};{c}\n" for a, b, c in rows) + late
    browser = browser_of("bo")

    answer = made(browser, started(browser, text.encode(), "many.csv"))

    assert "/imports/" in answer.location
    assert "Waiting" in browser.get(answer.location).text
    service = refunds.batches
    service.work()
    with refunds.db.read() as conn:
        form = refunds.published.tool(conn, "many").forms["record"]
        (batch,) = batches.of_form(conn, form.form_id)
        numbers = [number for number, _version in batches.records(conn, batch.id)]
        found = RecordReader(refunds.db).get_many(conn, form.form_id, numbers)
    titles = {key: state.title for key, state in form.workflow.states.items()}
    came = {r.document["nummer"]: titles[r.state] for r in found.values()}
    assert came == {name: state for name, state, _ in rows}

    fix = next(url for url in forms_of(browser.get(answer.location).text) if "/rows/" in url)
    posted = forms_of(browser.get(answer.location).text)[fix]
    place = next(name for name, value in posted.items() if value == "soon")
    assert browser.post(fix, {**posted, place: "41"}).status_code == 303
    with refunds.db.read() as conn:
        last = batches.records(conn, batch.id)[-1][0]
        record = RecordReader(refunds.db).get(conn, form.form_id, last)
    assert titles[record.state] == "Erledigt"

    browser.post(
        f"{answer.location}/revert",
        forms_of(browser.get(answer.location).text).get(f"{answer.location}/revert", {}),
    )
    service.work()
    with refunds.db.read() as conn:
        assert RecordReader(refunds.db).get_many(conn, form.form_id, [*numbers, last]) == {}
