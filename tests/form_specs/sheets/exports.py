"""Sheets as programs and offices export them: groups of headings, times of midnight, codes for headings."""

from datetime import date

from tests.form_specs.sheets.corpus import Sheet
from tests.form_specs.sheets.workbooks import sheet_of, workbook


def _phases(book):
    """Two groups, each of two groups, above columns that are called by a sign alone."""
    sheet = book.active
    rows = [
        ["Food security"], ["Made on 15.4.2022"],
        ["", "", "", "Current", "", "", "", "Projected"],
        ["", "", "", "Phase 1", "", "Phase 2", "", "Phase 1", "", "Phase 2"],
        ["Country", "Area", "Area ID", "#", "%", "#", "%", "#", "%", "#", "%"],
        ["Kenya", "Baringo", 2438, 100, 0.25, 300, 0.75, 50, 0.125, 350, 0.875],
        ["Kenya", "Turkana", 2439, 200, 0.5, 200, 0.5, 100, 0.25, 300, 0.75],
        ["Niger", "Zinder", 2440, 10, 0.1, 90, 0.9, 20, 0.2, 80, 0.8],
    ]  # fmt: skip
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    for span in ("D3:G3", "H3:K3", "D4:E4", "F4:G4", "H4:I4", "J4:K4", "A3:C4"):
        sheet.merge_cells(span)
    for row in (6, 7, 8):
        for column in "EGIK":
            sheet[f"{column}{row}"].number_format = "0%"


def _lines(*lines):
    return "\n".join(lines).encode()


EXPORTS = (
    Sheet("phases.xlsx", workbook(_phases), "country text text integer percent integer percent integer percent "
          "integer percent", 3, 5, said={"Current Phase 1 #": "100", "Projected Phase 2 %": "87.5"}),
    Sheet("numbers-for-headings", _lines("id,100022,100025,10047", *(f"id{n},TRUE,{n % 2 == 0},TRUE" for n in range(5))),
          "text boolean boolean boolean", 5, said={"100022": "true", "100025": "true"}),
    Sheet("commented", _lines("# exported by a program", "id,name", "1,english", "2,中国人"), "text text", 2, 2),
    Sheet("midnights", _lines("Item,Shipped", "A,5/19/2006 0:00:00", "B,6/30/2006 0:00:00", "C,7/1/2006 0:00:00"),
          "text date", 3, said={"Shipped": "2006-05-19"}),
    Sheet("days-and-moments", _lines("Zeit;Stand", "09.07.2013 12:00:00;146", "14.07.2013;145", "15.07.2013;144"),
          "datetime integer", 3, said={"Zeit": "2013-07-09T12:00:00"}),
    Sheet("midnights-of-the-world", _lines("Item,At", "A,2024-01-05T00:00:00Z", "B,2024-01-06T00:00:00Z"),
          "text datetime", 2, said={"At": "2024-01-05T00:00:00+00:00"}),
    Sheet("short-halves-of-days", _lines("When,Paid", "7/3/2018 1:47p,$12.95", "7/13/2018 10:26a,$.05"),
          "datetime money", 2, said={"When": "2018-07-03T13:47:00", "Paid": "USD 12.95"}),
    Sheet("one-state", _lines("Item,State", *(f"Rifle {n},NE" for n in range(30))), "text choice", 30, state=None),
    Sheet("grouped-by-thousands", _lines("State,GI Bill", 'AL,"6,718"', "AK,776", 'AZ,"26,822"', 'AR,"2,061"'),
          "text integer", 4, said={"GI Bill": "6718"}),
    Sheet("old-line-ends", b'name,size\r1,2\r"Once upon\ra time",5\r', "long_text integer", 2),
    Sheet("missing-figures", _lines("Case,Score,Passed,Region", *(f"C{n},{'NA' if n == 7 else n},{'NA' if n == 3 else 'TRUE' if n % 2 else 'FALSE'},{'NA' if n % 3 else 'EMEA'}" for n in range(24))),
          "text integer boolean choice", 24, said={"Score": "0"}),
    Sheet("counts-of-few", _lines("Family,Children", *(f"F{n},{2 if n == 9 else n % 2}" for n in range(60))), "text integer", 60),
    Sheet("powers", _lines("Shop,Stock", "A,1e+05", "B,17166.67", "C,1.5e-3"), "text decimal", 3, said={"Stock": "100000"}),
    Sheet("capitals", _lines("Case,Risk", *(f"C{n},{risk}" for n, risk in enumerate(["high", "high", "High", "Low", "Low", "Medium", "Medium", "high", "High"]))),
          "text choice", 9, said={"Risk": "High"}),
    Sheet("links", _lines("<a href='https://a.example'>A</a>,Size", "x,1", "y,2"), "text integer", 2),
    Sheet("worked-out.xlsx", sheet_of([["Item", "Share"], ["A", 0.00261493408061246], ["B", date(2024, 1, 2)]]),
          "text text", 2),
)  # fmt: skip
