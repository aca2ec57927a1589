"""Files become tables, whatever program wrote them and however untidy they are."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from form_specs.sheets import UnreadableSheet, read_book, read_table, table_in, text_of
from form_specs.sheets.cells import packed
from form_specs.sheets.encodings import encoding_of
from form_specs.sheets.guessing import guess
from form_specs.sheets.planning import planned
from form_specs.sheets.saying import table_sentences
from form_specs.sheets.text_file import read_text_file
from tests.form_specs.sheets.workbooks import sheet_of, workbook

SHEET = "xl/worksheets/sheet1.xml"
HALF_PAST_NINE = datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001 - a sheet knows no zones


def titles(table):
    return [column.title for column in table.columns]


def texts(table):
    return [[text_of(cell) for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Größe;Müller;Straße", "cp1252"),
        ("Prénom;Société;déjà", "cp1252"),
        ("Betrag €;5", "cp1252"),
        ("Año;España;Ñandú", "cp1252"),
        ("Łódź;Kraków;zażółć gęślą jaźń", "cp1250"),
        ("Größe;Müller", "mac_roman"),
        ("Größe;Müller", "cp850"),
        ("Город;Москва;Иван Петров", "cp1251"),
        ("名前;住所;東京都;山田太郎", "shift_jis"),
        ("姓名;地址;张三;北京市", "gb18030"),
        ("Größe;Łódź;東京", "utf-8"),
        ("plain;ascii", "utf-8"),
    ],
)
def test_an_encoding_is_told_by_how_its_words_look(text, encoding):
    assert encoding_of(f"{text}\n".encode(encoding)) == encoding


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_csv_in_any_usual_form(encoding, delimiter, ending):
    rows = [
        ["Name", "Größe", "Note"],
        ["Müller, Jörg", "1,5", 'says "hi"; and | goes'],
        ["Ré", "", "x"],
    ]
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    text = "".join(delimiter.join(row) + ending for row in quoted)

    found = read_text_file(text.encode(encoding), "", "")

    assert found["sheets"][0]["rows"] == [[packed(cell) for cell in row] for row in rows]
    assert (found["delimiter"], found["notes"]) == (delimiter, [])


def test_what_stands_above_and_below_a_table_is_left_out_and_said():
    table = read_table(
        "Umsätze;;;\n\nKonto:;DE12 3456;;\nZeitraum:;01.01.2024 - 31.01.2024;;\n"
        "Datum;Text;Betrag;Währung\n02.01.2024;Miete;-800,00;EUR\n03.01.2024;Lohn;2.500,00;EUR\n"
        "Summe;;1.700,00;\n\nAlle Angaben ohne Gewähr;;;\n".encode("cp1252")
    )  # fmt: skip

    assert (table.header, titles(table)) == (5, ["Datum", "Text", "Betrag", "Währung"])
    assert [row.number for row in table.rows] == [6, 7]
    assert list(table.skipped) == [1, 3, 4, 8, 10]
    assert str(table.notes[0]).startswith("Row 8 is left out")


def test_another_table_below_is_named_and_read_where_somebody_says_so():
    content = b"Name,Qty\nA,1\nB,2\n\nName,Qty\nC,3\n\nSupplier,City\nX,Rome\n"
    table = read_table(content)
    assert [row.number for row in table.rows] == [2, 3, 6]
    assert "Another table begins in row 8" in " ".join(map(str, table.notes))
    assert "Supplier" in " ".join(map(str, table.notes))

    other = table_in(read_book(content).sheet(), 8)
    assert (titles(other), len(other.rows)) == (["Supplier", "City"], 1)


def test_rows_of_any_length_keep_every_cell():
    table = read_table(b"a,b,c\n1\n1,2,3,4,5\n,,\n1,2,3\n")

    assert titles(table) == ["a", "b", "c", "Column D", "Column E"]
    assert texts(table)[1] == ["1", "2", "3", "4", "5"]
    assert [row.number for row in table.rows] == [2, 3, 5]
    assert str(table.notes[0]) == "Without a heading: column D, E"


def test_headings_that_are_missing_or_twice_get_names_of_their_own():
    table = read_table(b"Name,Name,,NAME,Name (2)\nx,y,7,w,v\n")

    assert titles(table) == ["Name", "Name (2)", "Column C", "NAME (3)", "Name (2) (2)"]


def test_empty_columns_are_dropped_and_named_ones_kept():
    table = read_table(b"a,,b,c\n1,,2,\n3,,4,\n")

    assert titles(table) == ["a", "b", "c"]


def test_a_table_without_headings_is_read_from_its_first_row():
    table = read_table(b"1,Ann,2024-01-01\n2,Bob,2024-01-02\n3,Cy,2024-01-03\n")

    assert (table.header, len(table.rows)) == (0, 3)
    assert titles(table) == ["Column A", "Column B", "Column C"]


def test_years_may_be_headings():
    table = read_table(b"Region,2021,2022,2023\nNorth,1.5,2.5,3.5\nSouth,2,3,4\n")

    assert titles(table) == ["Region", "2021", "2022", "2023"]


def test_the_row_with_the_headings_can_be_said():
    book = read_book(b"x,y\na,b\n1,2\n")

    assert titles(table_in(book.sheets[0], 2)) == ["a", "b"]
    assert len(table_in(book.sheets[0], 0).rows) == 3
    with pytest.raises(UnreadableSheet, match="no row 9"):
        table_in(book.sheets[0], 9)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\0,b\n1,\0\0\0 2\n" + b"x,y\n" * 20, "NUL characters dropped: 4"),
        (b'a,b\n"x,1\ny,2\nz,3\n', "is opened and never closed"),
        (b"a,b\n\xc3\xa4,\xff\xc3\xa4\xc3\xb6\xc3\xbc\n", None),
        (b"a,b\n" + b"x" * 30_000 + b",1\n", "Cells cut at 20000 characters: 1"),
    ],
)
def test_faults_of_a_text_file_are_said_and_lose_nothing_else(content, said):
    book = read_book(content)

    assert len(table_in(book.sheets[0]).columns) == 2
    assert said is None or said in str(book.notes[0])


def test_a_line_that_names_the_delimiter_is_obeyed():
    table = read_table(b"sep=;\na;b\n1,5;2,5\n")

    assert (titles(table), table.rows[0].number) == (["a", "b"], 3)


def test_a_file_put_together_of_two_encodings_is_read_by_line():
    parts = (
        ("name,city\nMüller,Köln\n", "utf-8"),
        ("Jäger,Düren\n", "cp1252"),
        ("Ana,Iași\n", "utf-8"),
    )
    book = read_book(b"".join(text.encode(encoding) for text, encoding in parts))
    rows = [list(row) for row in book.sheets[0].rows]
    assert rows == [["name", "city"], ["Müller", "Köln"], ["Jäger", "Düren"], ["Ana", "Iași"]]
    assert [*map(str, book.notes)] == [
        "Most of the file is utf-8, but not line 3: that is read as cp1252"
    ]


def test_an_encoding_and_a_delimiter_can_be_said():
    book = read_book("a,x;b\nж,1;2\n".encode("koi8_r"), encoding="koi8_r", delimiter=";")

    assert texts(table_in(book.sheets[0])) == [["ж,1", "2"]]


def test_the_cells_of_a_workbook_keep_their_kind():
    table = read_table(
        sheet_of(
            [
                ["When", "At", "Hour", "Sum", "Share", "Done", "Note"],
                [
                    date(2024, 2, 1),
                    HALF_PAST_NINE,
                    time(9, 30),
                    0.1 + 0.2,
                    7,
                    True,
                    " x ",
                ],
            ]
        )
    )

    assert table.rows[0].cells == (
        date(2024, 2, 1), HALF_PAST_NINE, time(9, 30), Decimal("0.3"), Decimal(7), True, "x",
    )  # fmt: skip


def _report(book):
    sheet = book.active
    sheet.title = "Report"
    sheet["A1"] = "Sales 2024"
    sheet.merge_cells("A1:F1")
    sheet["A3"], sheet["B3"], sheet["D3"] = "Region", "Q1", "Q2"
    for span in ("A3:A4", "B3:C3", "D3:E3", "A5:A7"):
        sheet.merge_cells(span)
    for letter, title in zip("BCDEF", ["Amount", "Share", "Amount", "Share", "When"], strict=True):
        sheet[f"{letter}4"] = title
    sheet["A5"] = "North"
    for row in range(5, 8):
        sheet[f"B{row}"], sheet[f"D{row}"] = row * 1.5, f"=B{row}*2"
        sheet[f"C{row}"] = row / 100
        sheet[f"B{row}"].number_format = '#,##0.00 "€"'
        sheet[f"C{row}"].number_format = "0.0%"
        sheet[f"F{row}"] = date(2024, 1, row)
    book.create_sheet("Lists").append(["x"])
    book["Lists"].sheet_state = "hidden"


def test_merged_headings_formats_and_hidden_sheets_of_a_workbook():
    book = read_book(workbook(_report))
    table = table_in(book.sheet())

    assert titles(table) == ["Region", "Q1 Amount", "Q1 Share", "Q2 Amount", "Q2 Share", "When"]
    assert [column.shown for column in table.columns] == ["", "€", "%", "", "", ""]
    assert [row.cells[0] for row in table.rows] == ["North"] * 3
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("Report", False),
        ("Lists", True),
    ]
    assert "column D: formulas have no saved result" in str(book.notes[0])


def test_a_thousand_columns_are_read():
    table = read_table(sheet_of([[f"c{n}" for n in range(1000)], list(range(1000))]))

    assert (len(table.columns), table.columns[-1].letter) == (1000, "ALL")


def test_a_tag_in_a_heading_makes_no_web_page():
    table = read_table(b"<b>Name</b>,Age\nAda,36\n")

    assert titles(table)[1] == "Age"


def test_headings_without_rows_begin_a_tool_by_what_they_say():
    plan = planned(guess(read_table(b"Ticket,Opened,Phone,Remarks\n")))

    assert [column.type for column in plan.fields] == ["text", "date", "phone", "long_text"]
    assert not any(column.required for column in plan.fields)
    assert "begins without records" in " ".join(table_sentences(plan.table))


def test_what_a_workbook_holds_besides_cells_is_never_run():
    with_macro = io.BytesIO(sheet_of([["a", "b"], [1, 2]]))
    with zipfile.ZipFile(with_macro, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")

    assert "never run" in str(read_book(with_macro.getvalue()).notes[0])


def _bomb():
    out = io.BytesIO(sheet_of([["a", "b"], [1, 2]]))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/big.bin", "w") as part,
    ):
        for _ in range(410):
            part.write(bytes(1024 * 1024))
    return out.getvalue()


def _lying():
    """A sheet that says it is small and goes on for 600 MB."""
    source = zipfile.ZipFile(io.BytesIO(sheet_of([["a", "b"], [1, 2]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for part in source.namelist():
            if part == SHEET:
                with book.open(part, "w") as stream:
                    stream.write(b"<worksheet><sheetData><row><c t='inlineStr'><is><t>")
                    for _ in range(600):
                        stream.write(b"a" * 1024 * 1024)
            else:
                book.writestr(part, source.read(part))
    data = bytearray(out.getvalue())
    entry = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def _far_cell(book):
    book.active["A1"], book.active["XFD1048576"] = "a", "b"


def _zipped(part):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, b"something")
    return out.getvalue()


def _compound(part):
    """The beginning and a part's name of a file that old programs write."""
    return b"\xd0\xcf\x11\xe0" + bytes(600) + part.encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b",,\n,,\n", "nothing in the file but empty cells"),
        (b"PK\x03\x04 nothing", "no whole .xlsx workbook"),
        (sheet_of([["a"]])[:600], "no whole .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(2000), "save it as .xlsx"),
        (b"<html><table><tr><td>1</table>", "web page"),
        (b"%PDF-1.7 ...", "no spreadsheet"),
        (bytes(range(256)) * 20 + bytes(5000), "neither a workbook nor a text"),
        (sheet_of([]), "nothing in the file but empty cells"),
        (b"a" * 50_000_001, "larger than 50 MB: split it"),
        (b"{\\rtf1 hello}", "save its table as .xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"\x1f\x8b\x08\x00 packed", "unpack it"),
        (b"PAR1" + bytes(range(256)), "export it as CSV"),
        (bytes(range(1, 256)) * 40, "neither a workbook nor a text"),
        (b'[{"ticket": "T-1"}, {"ticket": "T-2"}]', "JSON and no spreadsheet"),
        (b'{"ticket": "T-1"}\n{"ticket": "T-2"}\n', "JSON and no spreadsheet"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<p>Please sign in", "web page"),
        (b"<div class='x'><span>hello</span></div>\n", "web page"),
        (_zipped("word/document.xml"), "a document"),
        (_zipped("Index/Document.iwa"), "Numbers"),
        (_zipped("tickets.csv"), "unpack it"),
        (_compound("EncryptedPackage"), "locked with a password"),
        (_compound("WordDocument"), "a document"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(content, said):
    with pytest.raises(UnreadableSheet, match=said):
        read_table(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_bomb, "unpacks to more than 400 MB"),
        (_lying, "damaged"),
        (lambda: workbook(_far_cell), "memory"),
    ],
)
def test_a_hostile_workbook_harms_nobody(content, said):
    with pytest.raises(UnreadableSheet, match=said):
        read_table(content())


def test_a_sheet_can_be_named():
    data = workbook(
        lambda book: (book.active.append(["a"]), book.create_sheet("Two").append(["b", "c"]))
    )

    assert titles(read_table(data, sheet="Sheet")) == ["a"]
    with pytest.raises(UnreadableSheet, match="no sheet 'Three'"):
        read_table(data, sheet="Three")
