"""Files as they are handed over: workbooks, CSV, JSON, and what is wrong with them."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from builder.imports.files import MAX_BYTES, given, glimpse
from builder.imports.workbook import sheets_of
from builder.starting.first_spec import is_table
from form_specs.imports import UnreadableFile
from tests.builder.old_workbook import old_workbook


def workbook(fill) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _survey(book):
    sheet = book.active
    sheet.title = "survey"
    sheet.append(["type", "name", "label"])
    sheet.append(["integer", "age", 12])
    sheet.append(["text", None, True])
    sheet.append([])
    sheet.append(["text", "x", 1.5])


PLAIN = workbook(_survey)


def zipped(content: bytes, changes: dict[str, bytes], compress=zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", compress) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def sheet_xml(*changes: tuple[bytes, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as book:
        part = book.read("xl/worksheets/sheet1.xml")
    for old, new in changes:
        assert old in part
        part = part.replace(old, new)
    return {"xl/worksheets/sheet1.xml": part}


def test_cells_are_read_as_the_texts_that_were_typed():
    (sheet,), notes = sheets_of(PLAIN)

    assert sheet.name == "survey"
    assert sheet.rows == [["type", "name", "label"], ["integer", "age", "12"], ["text", "", "TRUE"], [], ["text", "x", "1.5"]]  # fmt: skip
    assert notes == ()


def test_a_formula_without_a_saved_result_is_said_with_its_cell():
    def fill(book):
        _survey(book)
        book.active["C2"] = '="a"&"b"'

    _, (note,) = sheets_of(workbook(fill))

    assert note.place == "survey!C2"
    assert "save it again" in note.advice


def test_merged_cells_count_where_they_begin():
    def fill(book):
        _survey(book)
        book.active.merge_cells("A2:B2")

    (sheet,), _ = sheets_of(workbook(fill))

    assert sheet.rows[1] == ["integer", "", "12"]


def test_ten_thousand_rows_are_read():
    def fill(book):
        for number in range(10_000):
            book.active.append(["text", f"q{number}", "A question"])

    (sheet,), _ = sheets_of(workbook(fill))

    assert len(sheet.rows) == 10_000


def _entities():
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    )
    return zipped(PLAIN, sheet_xml((b"<worksheet", declared + b"<worksheet")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN[:400], "no whole .xlsx workbook"),
        (b"PK\x03\x04 nothing", "no whole .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0 old", "cannot be read as a workbook"),
        (zipped(PLAIN, {"xl/vbaProject.bin": b"macro"}), "macros"),
        (zipped(PLAIN, {"xl/worksheets/sheet1.xml": b"<broken"}), "damaged"),
        (zipped(PLAIN, {"xl/media/bomb.bin": bytes(110 * 1024 * 1024)}), "unpacks to more than 100 MB"),
        (_entities(), "damaged"),
        (zipped(PLAIN, sheet_xml((b'r="A1"', b'r="ZZZZZ1"'))), "damaged"),
    ],
    ids=["cut", "no-zip", "xls", "macros", "broken-xml", "bomb", "entities", "odd-cell"],
)  # fmt: skip
def test_a_hostile_or_broken_workbook_is_refused_in_a_sentence(content, said):
    with pytest.raises(UnreadableFile, match=said):
        given(content, "form.xlsx")


def test_a_last_row_at_the_end_of_the_sheet_is_no_part_of_the_form():
    far = zipped(PLAIN, sheet_xml((b"</sheetData>", b'<row r="1048576"></row></sheetData>')))

    (sheet,), _ = sheets_of(far)

    assert len(sheet.rows) == 5


def test_a_glimpse_reads_the_beginning_of_each_sheet():
    def fill(book):
        for name in ("One", "Two"):
            sheet = book.create_sheet(name)
            for number in range(5_000):
                sheet.append([number])

    seen = glimpse(workbook(fill), "rows.xlsx")

    assert [(sheet.name, len(sheet.rows)) for sheet in seen.sheets][1:] == [
        ("One", 200),
        ("Two", 200),
    ]


def test_what_a_sheet_says_of_its_own_size_is_not_believed():
    lying = zipped(PLAIN, sheet_xml((b'<dimension ref="A1:C5"', b'<dimension ref="A1:XFD1048576"')))

    (sheet,), _ = sheets_of(lying)

    assert len(sheet.rows) == 5


def test_csv_in_any_usual_form():
    for text in ("type,name\ntext,a\n", "type;name\r\ntext;a\r\n", "\ufefftype\tname\ntext\ta"):
        (sheet,) = given(text.encode(), "form.csv").sheets
        assert sheet.rows == [["type", "name"], ["text", "a"]]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"type,name\ntext,\xe9\n", "form.csv", "Line 2 is not UTF-8"),
        (b'type,name\ntext,"a\n', "form.csv", "Row 2 cannot be read as CSV"),
        (b"\x00\x01\x02", "form.csv", "neither JSON nor a workbook"),
        (b'{"a": }', "form.json", "form.json:1:7"),
        (b'{"a": 1, "a": 2}', "form.json", "stands here twice"),
        (b"", "form.json", "empty"),
        (b"{" * 3, "form", "form:1:"),
        (b"[" * 100_000, "form.json", "nested"),
        (b" " * (MAX_BYTES + 1), "form.json", "larger than 10 MB"),
    ],
)
def test_a_broken_text_is_refused_with_its_place(content, name, said):
    with pytest.raises(UnreadableFile, match=said):
        given(content, name)


def test_the_second_file_is_json_as_well():
    assert given(b"{}", "a.json", b'{"b": 1}', "b.json").ui == {"b": 1}
    with pytest.raises(UnreadableFile, match=r"b\.json:1:1"):
        given(b"{}", "a.json", b"", "b.json")


def test_a_form_in_a_workbook_of_the_old_kind_is_a_form_and_no_table():
    survey = [["type", "name", "label"], ["integer", "days", "Für wie lange?"], ["text", "who"]]
    settings = [["form_title", "version"], ["Loan", 7.0]]
    content = old_workbook({"survey": survey, "settings": settings})

    found = given(content, "form.xls")

    assert [sheet.name for sheet in found.sheets] == ["survey", "settings"]
    assert found.sheets[0].rows == survey
    assert found.sheets[1].rows == [["form_title", "version"], ["Loan", "7"]]
    assert not is_table(content, "form.xls")
