"""A lead brings a file in by the pages, puts rows right, and takes it all back; lists go out as files."""

import csv
import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from runtime.storage import batches, events
from runtime.storage.ids import decode_id
from runtime.storage.records import RecordReader
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk

FORM = "/t/refunds/f/refund"


@pytest.fixture
def lena(app):
    return Browser(app, "lena")


def upload(browser, content, name="refunds.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    answer = browser.post(f"{FORM}/import", {"file": (io.BytesIO(data), name)})
    assert answer.status_code == 303, unescape(answer.text)[:2000]
    return answer.location


def planned(browser, at, **more):
    """Posts the page's own form, with other values in some places."""
    page = browser.get(at).text
    data = dict(
        re.findall(
            r'<input class="input"\s+id="import-name"\s+name="(name)"\s+value="([^"]*)"', page
        )
    )
    for select in re.findall(r"<select.*?</select>", page, re.DOTALL):
        name = re.search(r'name="([^"]+)"', select)[1]
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        data[name] = unescape(chosen[1]) if chosen else ""
    return browser.post(f"{at}/plan", data | more)


def text(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(unescape(plain).split())


def test_a_file_comes_in_is_put_right_and_taken_back(lena):
    at = upload(lena, "Merchant,Score,Region\nNorthwind,7,North\nBluebird,x,South\n", "June.csv")
    draft = lena.get(at)
    assert "Northwind · Bluebird" in text(draft)
    checked = planned(lena, at, do="check")
    assert checked.status_code == 303
    told = text(lena.get(at))
    assert "would be added 1" in told.replace(" 1 would be added", "")
    assert "Row 3 Score" in told
    assert planned(lena, at, do="start", name="June").location.endswith(at)
    done = text(lena.get(at))
    assert "1 added, 0 updated, 1 rejected" in done
    assert "Row 3" in done
    rejects = lena.get(f"{at}/rejects.csv")
    rows = list(csv.reader(io.StringIO(rejects.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Merchant", "Score", "Region", "Row", "Problems"]
    assert rows[1][:4] == ["Bluebird", "x", "South", "3"]
    assert rows[1][4].startswith("Score: ")
    again = lena.post(f"{at}/rows/3", {"cell/1": "y"})
    assert again.location.endswith("#row-3")
    lena.post(f"{at}/rows/3", {"cell/1": "9"})
    assert "2 added, 0 updated, 0 rejected" in text(lena.get(at))
    view = f"/t/refunds/v/all?batch={at.rpartition('/')[2]}"
    listed = text(lena.get(view))
    assert "Northwind" in listed
    assert "Bluebird" in listed
    assert "June" in listed
    back = lena.post(f"{at}/revert").location
    assert "2 deleted, 0 put back, 0 left as they are" in text(lena.get(back))
    assert "Northwind" not in text(lena.get(view))
    history = text(lena.get(f"{FORM}/imports"))
    assert "Taken back: June" in history


def test_columns_that_are_taken_for_the_wrong_thing_are_put_right(lena, services):
    at = upload(lena, "Shop,Points,Day\nMaple,3,04/03/2026\nAsh,4,05/03/2026\n")
    page = lena.get(at).text
    assert 'name="way/due_on"' not in page
    planned(lena, at, **{"column/0": "merchant", "column/1": "score", "column/2": "due_on"})
    page = lena.get(at)
    assert 'name="way/due_on"' in page.text
    assert "This can be read in two ways" in text(page)
    planned(lena, at, **{"way/due_on": "mdy", "do": "start"})
    desk = Desk(services)
    with services.db.read() as conn:
        noted = batches.records(conn, decode_id(at.rpartition("/")[2]))
        reader = RecordReader(services.db)
        form = desk.tool.forms["refund"].form_id
        days = [reader.get(conn, form, number).document["due_on"] for number, _ in noted]
    assert days == ["2026-04-03", "2026-05-03"]


def test_a_field_that_the_file_has_no_column_for_is_asked_for(lena):
    at = upload(lena, "merchant,urgent\nLate shop,true\n")
    planned(lena, at, do="start")
    assert 'name="more/due_on"' in lena.get(at).text
    lena.post(f"{at}/rows/2", {"more/due_on": "2026-12-01"})
    assert "1 added, 0 updated, 0 rejected" in text(lena.get(at))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"\x00" * 400, "neither a workbook nor a text file"),
        (b"PK\x03\x04 no zip", ""),
        (b"merchant\n", "no rows below the headings"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(lena, content, told):
    answer = lena.post(f"{FORM}/import", {"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert told in text(answer)


def test_who_may_not_import_or_export_finds_nothing_there(app):
    for name in ("olga", "vera", "rita"):
        browser = Browser(app, name)
        assert browser.get(f"{FORM}/import").status_code == 404
        assert browser.get(f"{FORM}/imports").status_code == 404
    assert Browser(app, "vera").post("/t/refunds/v/all/export").status_code == 404
    assert "Import a file" not in Browser(app, "olga").get("/t/refunds/v/all").text


def test_a_draft_is_its_makers_alone(app, lena):
    at = upload(lena, "merchant\nPrivate\n")
    assert Browser(app, "lars").get(at).status_code == 404


# -- out ------------------------------------------------------------------------------------


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_what_a_list_shows_goes_out_as_csv(lena, desk, services):
    at = upload(lena, "merchant,score,card,secret\n=1+1,5,4242,first secret\nPlain,6,1111,\n")
    planned(lena, at, do="start")
    key = at.rpartition("/")[2]
    answer = lena.post("/t/refunds/v/all/export", {"format": "csv", "batch": key})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=refunds-all-")
    header, *rows = rows_of(answer)
    assert header == [
        "number",
        "merchant",
        "amount.amount",
        "amount.currency",
        "card",
        "secret",
        "region",
        "@state",
    ]
    assert sorted(row[1] for row in rows) == ["'=1+1", "Plain"]
    everything = rows_of(lena.post("/t/refunds/v/all/export", {"batch": key, "columns": "all"}))
    assert {"@id", "score", "notes", "@created_by"} <= set(everything[0])


def test_a_role_gets_no_more_than_it_may_read(app, lena):
    at = upload(
        lena,
        "merchant,region,card,secret\nSeen,north,4242,second secret\nUnseen,hq,4343,third secret\n",
    )
    planned(lena, at, do="start")
    data = {"batch": at.rpartition("/")[2], "columns": "all"}
    header, *rows = rows_of(Browser(app, "olga").post("/t/refunds/v/all/export", data))
    assert "secret" not in header
    (row,) = rows
    assert row[header.index("merchant")] == "Seen"
    assert row[header.index("card")] == "••••"


def test_a_workbook_holds_no_formula(lena):
    at = upload(lena, "merchant,score\n=HYPERLINK(1),5\n")
    planned(lena, at, do="start")
    data = {"format": "xlsx", "batch": at.rpartition("/")[2], "columns": "all"}
    answer = lena.post("/t/refunds/v/all/export", data)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    head, row = sheet.iter_rows()
    found = dict(zip([cell.value for cell in head], row, strict=True))
    assert found["merchant"].value == "=HYPERLINK(1)"
    assert found["merchant"].data_type != "f"
    assert found["score"].value == 5


def test_each_export_stands_in_the_log(lena, services, desk):
    lena.post("/t/refunds/v/all/export", {"filter": "region:eq:north", "sort": "-merchant"})
    form = desk.tool.forms["refund"].form_id
    with services.db.read() as conn:
        event = events.recent(conn, form, limit=1)[0]
    assert (event.op, event.actor) == ("export", "lena")
    assert event.data["filters"] == ["region:eq:north"]
    assert event.data["sort"] == ["-merchant"]


def test_a_filter_that_makes_no_sense_sends_no_file(lena):
    answer = lena.post("/t/refunds/v/all/export", {"filter": "nothing:eq:1"})
    assert answer.status_code == 303
