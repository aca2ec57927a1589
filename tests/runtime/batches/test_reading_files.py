"""Files as people have them: every encoding, delimiter and accident, and none that does harm."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from form_specs.sheets.errors import UnreadableSheet
from runtime.batches.guarding import guarded, unguarded
from runtime.batches.unpacking import Rows, unpack
from runtime.storage.files import FileStore

KNOWN = ["merchant", "score", "due on"]


@pytest.fixture
def read(tmp_path):
    def read(content: bytes | str, name: str = "x.csv"):
        path = tmp_path / "source"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        files = FileStore(tmp_path / "files")
        found = unpack(files, path, name, KNOWN)
        with files.open(found.sha256) as stream:
            return found, Rows(stream).take(100_000)

    return read


@pytest.mark.parametrize(
    "content",
    [
        "merchant,score\nÜrgüp,1\n".encode(),
        "\ufeffmerchant,score\nÜrgüp,1\n".encode(),
        "merchant;score\r\nÜrgüp;1\r\n".encode("cp1252"),
        "merchant\tscore\nÜrgüp\t1\n".encode("utf-16"),
        "sep=|\nmerchant|score\nÜrgüp|1\n".encode(),
        "Our shops\n\nmerchant,score\nÜrgüp,1\n".encode(),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "sep", "title above"],
)
def test_texts_are_read_as_they_were_written(read, content):
    found, rows = read(content)
    assert list(found.titles) == ["merchant", "score"]
    assert [cells for _, cells in rows] == [["Ürgüp", "1"]]


def test_rows_keep_their_numbers_and_their_shape(read):
    found, rows = read('merchant,score\n"Two\nlines",1\n\nShort\nLong,2,3\n')
    assert rows == [(2, ["Two\nlines", "1"]), (4, ["Short"]), (5, ["Long", "2", "3"])]
    assert found.rows == 3


def test_headings_that_are_missing_or_there_twice_get_names(read):
    found, _ = read("merchant,,merchant,score\na,b,c,d\n")
    assert list(found.titles) == ["merchant", "(B)", "merchant (2)", "score"]


def test_odd_bytes_and_nuls_are_told_not_lost(read):
    found, rows = read(b"merchant,score\nCaf\xe9 \xc3\x9cber,1\x00\n")
    assert rows[0][1] == ["Café Über", "1"]
    told = " ".join(map(str, found.notes))
    assert "NUL" in told
    assert "Windows" in told


def book(fill) -> bytes:
    made, out = Workbook(), io.BytesIO()
    fill(made.active)
    made.save(out)
    return out.getvalue()


def test_a_workbook_gives_values_days_and_merged_cells(read):
    def fill(sheet):
        sheet.append(["merchant", "score", "due on"])
        sheet.append(["North", 7, date(2026, 12, 1)])
        sheet.append([None, 8.5, None])
        sheet.merge_cells("A2:A3")

    _, rows = read(book(fill), "x.xlsx")
    assert rows == [(2, ["North", "7", "2026-12-01"]), (3, ["North", "8.5", ""])]


def test_a_thousand_columns_are_read(read):
    heads = ",".join(f"c{n}" for n in range(1_000))
    found, rows = read(f"{heads}\n{','.join(['1'] * 1_000)}\n")
    assert (len(found.titles), len(rows[0][1])) == (1_000, 1_000)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("merchant\n" + '"' + "x" * 300_000, "quotation mark"),
        (",".join(f"c{n}" for n in range(1_500)) + "\n" + ",".join("1" * 1_500), "1,000 columns"),
        (b"PK\x03\x04 not a workbook at all", ""),
        ("merchant,score\n", "no rows"),
        ("", "empty"),
    ],
    ids=["open quote", "wide", "no zip", "no rows", "empty"],
)
def test_what_cannot_be_read_is_said_in_words(read, content, told):
    with pytest.raises(UnreadableSheet) as refused:
        read(content)
    assert told in str(refused.value)


def test_a_zip_bomb_is_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 600_000_000)
    with pytest.raises(UnreadableSheet):
        read(out.getvalue(), "bomb.xlsx")


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "+40 721", "@x", "-5", "-x", "'", "''-", "a", ""]
)
def test_a_guarded_cell_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in "=@" or not text


def test_numbers_stay_numbers():
    assert guarded("-12.50") == "-12.50"
    assert guarded("=1") == "'=1"
