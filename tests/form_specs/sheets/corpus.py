"""Nasty sheets as real programs and people make them, and what each is to be taken for."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from tests.form_specs.sheets.workbooks import sheet_of, workbook


@dataclass(frozen=True)
class Sheet:
    """One file; `types` in the order of its columns."""

    name: str
    content: bytes
    types: str
    rows: int
    header: int = 1
    title: str | None = None
    key: str | None = None
    state: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    """What the first row says, by heading, as our own CSV has it."""


def _csv(text, encoding="utf-8"):
    return text.lstrip("\n").encode(encoding)


def _bank_de():
    head = "Umsatzanzeige;Datei erzeugt am: 31.01.2024\n\nKonto;DE89 3704 0044 0532 0130 00\nSaldo;1.234,56 EUR\n\n"
    return _csv(
        head + "Buchung;Wertstellung;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Betrag;Währung\n"
        "31.01.2024;31.01.2024;Stadtwerke Köln;Lastschrift;Abschlag Strom 01/24;-89,00;EUR\n"
        "30.01.2024;30.01.2024;ACME GmbH;Gutschrift;Rechnung 4711;1.234,56;EUR\n"
        "28.01.2024;29.01.2024;Bäckerei Öztürk;Lastschrift;Brötchen;-3,80;EUR\n"
        "27.01.2024;29.01.2024;ACME GmbH;Gutschrift;Rechnung 4712;2.000,00;EUR\n",
        "cp1252",
    )  # fmt: skip


def _bank_us():
    return _csv("""
Account Name : CHECKING
Date Range : 01/01/2024-01/31/2024
Transaction Number,Date,Description,Memo,Amount Debit,Amount Credit,Balance
20240131-1,01/31/2024,"POS PURCHASE, GROCERY",,-54.32,,"1,204.18"
20240130-2,01/30/2024,ACH DEPOSIT,PAYROLL,,"2,500.00","1,258.50"
20240115-1,01/15/2024,CHECK 1021,,"-1,100.00",,-1241.50
20240113-1,01/13/2024,ATM,,(40.00),,(141.50)
""")


def _crm():
    return _csv(
        "\ufeffAccount ID\tAccount Name\tOwner\tStage\tAmount\tClose Date\tEmail\tPhone\tWebsite\tCountry\n"
        "001A\tAcme, Inc.\tMaya Lin\tProspecting\t$12,000\t3/14/2024\tpat@acme.example\t+1 415 555 2671\thttps://acme.example\tUnited States\n"
        "001B\tGlobex\tTom Ray\tClosed Won\t$9,500.50\t12/31/2023\tjo@globex.example\t+44 20 7946 0958\thttp://globex.example\tUnited Kingdom\n"
        "001C\tInitech\tMaya Lin\tProspecting\t$700\t1/9/2024\t\t\t\tGermany\n"
        "001D\tUmbrella\tTom Ray\tNegotiation\t$88,000\t2/2/2024\tal@umbrella.example\t+49 30 901820\thttps://umbrella.example\tFrance\n"
        "001E\tHooli\tMaya Lin\tClosed Won\t$1\t5/30/2024\tx@hooli.example\t+33 1 42 68 53 00\thttps://hooli.example\tSpain\n",
        "utf-16",
    )  # fmt: skip


def _hr():
    return _csv("""
Personalnummer;Vorname;Nachname;Geburtsdatum;Eintritt (Datum);Abteilung;Wochenstunden;Gehalt (EUR);Befristet;PLZ
00012;Jörg;Weiß;03.05.1980;01.10.2019;Vertrieb;40,0;52.300,00;nein;01067
00013;Ayşe;Demir;17.11.1991;15.02.2021;Einkauf;32,5;41.000,50;ja;50667
00014;Ole;Hansen;30.01.1975;01.01.2005;Vertrieb;40,0;61.750,00;nein;20095
00015;Ada;Nowak;22.08.1988;01.07.2016;Einkauf;20,0;28.100,00;nein;80331
""")


def _french():
    return _csv("""
Référence;Date de création;Montant;Taux;Réglé;Statut;Société
F-2024-001;14 févr. 2024;1 234,56 €;20 %;oui;Payé;Dupont SARL
F-2024-002;2 mars 2024;99,00 €;5,5 %;non;En attente;Société Générale d’Eaux
F-2024-003;28 décembre 2023;12 000,00 €;10 %;oui;Payé;Dupont SARL
F-2024-004;1er juin 2024;7,10 €;20 %;non;En attente;L’Été
""")


def _swiss():
    return _csv("Beleg-Nr.;Datum;Preis\nB-1;24.12.23;CHF 1'234.50\nB-2;03.01.24;CHF 12.00\nB-3;31.01.24;CHF 99'000.05\n")  # fmt: skip


def _odds():
    """What programs and people write that is easily taken for something else."""
    head = "Nr zamówienia;Konto;Pagata;Ok;Fatto;Status;Passi;Peso;Misura;Inizio\n"
    rows = (
        f"ZAM/2024/{n:03};40{n:02};{('Sì', 'No')[n % 2]};{('Y', '')[n % 2]};{('☑', '☐')[n % 2]};"
        f'{("active", "inactive")[n % 2]};"1. open\n2. close {n}";{n + 7} kg;{n}.5E-3;{n} AM\n'
        for n in range(1, 9)
    )
    return _csv(head + "".join(rows))


def _japanese():
    head = "受付番号,氏名,状態,金額,受付日\n"
    rows = (f"A-{n:04},山田{n},{('未対応', '完了')[n % 2]},\"¥1,{n:03}\",2024/03/0{n}\n" for n in range(1, 7))  # fmt: skip
    return _csv(head + "".join(rows), "shift_jis")


def _headings_in_two_rows(book):
    sheet = book.active
    sheet.append(["Stock of March"])
    sheet.append(["SKU", "Item", "Location", None, "Qty"])
    sheet.append([None, None, "Aisle", "Bin", None])
    for merged in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(merged)
    for n in range(6):
        sheet.append([f"{n:05}", f"Widget {n}", f"A{n}", n + 1, n * 3])


def _workbook_of_orders():
    return sheet_of(
        [
            ["Order", "Placed", "Paid at", "Total", "Units", "Gift", "Pick-up"],
            ["A-1", date(2024, 2, 1), datetime(2024, 2, 1, 9, 30), 12.5, 3, True, time(17, 30)],  # noqa: DTZ001
            ["A-2", date(2024, 2, 3), datetime(2024, 2, 3, 23, 5), 7, 12, False, time(9, 0)],  # noqa: DTZ001
            ["A-3", date(2024, 3, 9), None, 1200.75, 1, True, time(12, 15)],
        ]
    )


def _workbook_of_texts():
    """Numbers and days that somebody typed as texts, beside some that are none."""
    return sheet_of(
        [
            ["Item", "When (date)", "Price"],
            ["x", "31/12/2023", "1.200,50"],
            ["y", date(2024, 1, 2), 99.5],
            ["z", "15/01/2024", "7,25"],
        ]
    )


def _shares(book):
    sheet = book.active
    sheet.append(["Team", "Quota", "Budget"])
    for name, share, amount in (("A", 0.125, 1000), ("B", 0.5, 2500.5), ("C", 1, 3)):
        sheet.append([name, share, amount])
    for row in range(2, 5):
        sheet[f"B{row}"].number_format = "0.0%"
        sheet[f"C{row}"].number_format = "[$€-407] #,##0.00"


def _two_header_rows(book):
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["D1"] = "Region", "Plan", "Actual"
    for span in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(span)
    for letter, title in zip("BCDE", ["Units", "Sum"] * 2, strict=True):
        sheet[f"{letter}2"] = title
    for row, region in enumerate(["North", "South", "West"], 3):
        sheet.append([region, row, row * 1.5, row * 2, row * 2.5])


TICKETS = _csv("""
id,subject,state,priority,created_at,tags,escalated
101,Printer on fire,open,high,2024-02-01T09:30:00Z,"hardware, urgent",Y
102,No coffee,closed,low,2024-02-01T10:00:00Z,kitchen,N
103,VPN down,open,high,2024-02-02T08:15:30+01:00,"network, urgent",Y
104,Lost badge,pending,low,2024-02-03T12:00:00Z,"hardware, kitchen",N
105,New laptop,closed,low,2024-02-04T07:45:00Z,hardware,N
106,VPN slow,open,low,2024-02-05T07:45:00Z,"network, hardware",N
""")

SHEETS = (
    Sheet("bank-de", _bank_de(), "date date text choice text decimal choice", 4, 6,
          said={"Buchung": "2024-01-31", "Betrag": "-89.00"}),
    Sheet("bank-us", _bank_us(), "text date text text decimal decimal decimal", 4, 3, key="Transaction Number",
          said={"Date": "2024-01-31", "Amount Debit": "-54.32", "Balance": "1204.18"}),
    Sheet("crm", _crm(), "text text choice choice money date email phone url country", 5,
          title="Account Name", key="Account ID", state="Stage",
          said={"Amount": "USD 12000", "Close Date": "2024-03-14", "Country": "US"}),
    Sheet("hr", _hr(), "text text text date date choice decimal money boolean text", 4, key="Personalnummer",
          said={"Geburtsdatum": "1980-05-03", "Gehalt (EUR)": "EUR 52300.00", "Befristet": "false", "PLZ": "01067"}),
    Sheet("french", _french(), "text date money percent boolean choice text", 4, key="Référence", state="Statut",
          said={"Date de création": "2024-02-14", "Montant": "EUR 1234.56", "Taux": "20", "Réglé": "true"}),
    Sheet("swiss", _swiss(), "text date money", 3, key="Beleg-Nr.", said={"Datum": "2023-12-24", "Preis": "CHF 1234.50"}),
    Sheet("tickets", TICKETS, "text text choice choice datetime multi_choice boolean", 6,
          title="subject", key="id", state="state",
          said={"created_at": "2024-02-01T09:30:00+00:00", "tags": "hardware;urgent", "escalated": "true"}),
    Sheet("orders.xlsx", _workbook_of_orders(), "text date datetime decimal integer boolean time", 3,
          said={"Placed": "2024-02-01", "Paid at": "2024-02-01T09:30:00", "Total": "12.5", "Gift": "true", "Pick-up": "17:30"}),
    Sheet("texts.xlsx", _workbook_of_texts(), "text date decimal", 3,
          said={"When (date)": "2023-12-31", "Price": "1200.50"}),
    Sheet("shares.xlsx", workbook(_shares), "text percent money", 3, said={"Quota": "12.5", "Budget": "EUR 1000"}),
    Sheet("two-headers.xlsx", workbook(_two_header_rows), "text integer decimal integer decimal", 3, 2,
          said={"Plan Units": "3", "Actual Sum": "7.5"}),
    Sheet("ticked", _csv("Task,Done,Blocked\nCall,x,\nWrite,,\nPay,x,x\nSend,,\n"), "text boolean boolean", 4,
          said={"Done": "true", "Blocked": "false"}),
    Sheet("indian", _csv('Vendor,Amount (INR)\nA,"1,00,000.00"\nB,"12,34,567.50"\nC,999\n'), "text money", 3,
          said={"Amount (INR)": "INR 100000.00"}),
    Sheet("trailing-minus", _csv("Konto;Saldo\nK1;12,50-\nK2;3,00\nK3;1.000,00-\n"), "text decimal", 3,
          said={"Saldo": "-12.50"}),
    Sheet("serials", _csv("Name,Start date\nA,45292\nB,45323\nC,45352\n"), "text date", 3, said={"Start date": "2024-01-01"}),
    Sheet("solid-days", _csv("Name,Datum\nA,20240131\nB,20240201\nC,20231224\n"), "text date", 3, said={"Datum": "2024-01-31"}),
    Sheet("solid-numbers", _csv("Name,Count\nA,20240131\nB,20240201\nC,20231224\n"), "text integer", 3, said={"Count": "20240131"}),
    Sheet("years", _csv("Model,Year\nA,1999\nB,2004\nC,2024\n"), "text integer", 3, said={"Year": "1999"}),
    Sheet("long-codes", _csv("Card,Sum\n4111111111111111111,1\n5500000000000000004,2\n340000000000000009999,4\n"), "text integer", 3,
          said={"Card": "4111111111111111111"}),
    Sheet("spellings", _csv("Case,Status\n1,Open\n2,open\n3,OPEN\n4,Closed\n5,closed \n6,Open\n"), "text choice", 6,
          key="Case", state="Status", said={"Status": "Open"}),
    Sheet("blanks", _csv("Name,Due date,Sum\nA,2024-01-31,n/a\nB,-,5\nC,2024-02-01,7\nD,2024-02-02,8\nE,k.A.,9\n"), "text date integer", 5,
          said={"Due date": "2024-01-31", "Sum": ""}),
    Sheet("places", _csv("Point,Latitude,Longitude\nA,44.42676001,26.10253802\nB,52.52000001,13.40495402\n"), "text number number", 2,
          said={"Latitude": "44.42676001"}),
    Sheet("notes", _csv('Name,Feedback\nA,"Line one\nline two"\nB,short\nC,' + "word " * 60 + "\n"), "text long_text", 3),
    Sheet("ibans", _csv("Payee,IBAN\nA,DE89 3704 0044 0532 0130 00\nB,RO49AAAA1B31007593840000\n"), "text iban", 2),
    Sheet("months", _csv("What,On\nA,Jan 31 2024\nB,\"February 1, 2024\"\nC,3-Mar-2024\n"), "text date", 3, said={"On": "2024-01-31"}),
    Sheet("weekdays", _csv("What;Wann\nA;Mo, 29.01.2024\nB;Di 30.01.2024\n"), "text date", 2, said={"Wann": "2024-01-29"}),
    Sheet("moments", _csv("What,At\nA,31/01/2024 2:05 PM\nB,01/02/2024 11:59 AM\n"), "text datetime", 2,
          said={"At": "2024-01-31T14:05:00"}),
    Sheet("no-headings", _csv("A-1,Ann,2024-01-01\nA-2,Bob,2024-01-02\nA-3,Cy,2024-01-03\n"), "text text date", 3, 0,
          said={"Column C": "2024-01-01"}),
    Sheet("dollars-and-euros", _csv("Bill,Due\nA,$12.00\nB,€7.50\nC,$1.25\n"), "text money", 3, said={"Due": "USD 12.00"}),
    Sheet("cyrillic", _csv("Город;Население;Дата\nМосква;13 010 112;01.02.2023\nКазань;1 308 660;15.03.2023\n", "cp1251"),
          "text integer date", 2, said={"Население": "13010112", "Дата": "2023-02-01"}),
    Sheet("over-a-hundred", _csv("Team,Growth\nA,120%\nB,-5%\nC,7%\n"), "text decimal", 3, said={"Growth": "120"}),
    Sheet("suppliers", _csv("Supplier No,Supplier GSTIN,Supplier Name,Country\n"
                            "1,27ERMJD,National Chemicals,Antigua and Barbuda\n2,21HYHPA,Rajasthan Packaging,Chile\n"),
          "text text text country", 2, title="Supplier Name", said={"Country": "AG"}),
    Sheet("dotted-days", _csv("Was;Wann\nA;03.01.2013\nB;02.04.2013\n"), "text date", 2, said={"Wann": "2013-01-03"}),
    Sheet("us-addresses", _csv("Name,City,State,Zip\nA,Austin,TX,78702\nB,Dallas,TX,75201\nC,Reno,NV,89501\nD,Elko,NV,89801\n"),
          "text text choice text", 4, title="Name"),
    Sheet("german-states", _csv("Kunde;PLZ;State\nA;01067;Sachsen\nB;80331;Bayern\nC;04109;Sachsen\nD;90402;Bayern\n"),
          "text text choice", 4, title="Kunde"),
    Sheet("airports", _csv("ident,type,name,elevation_ft,continent,iso_country,coordinates\n"
                           "00A,heliport,Total Heliport,11,NA,US,\"40.070985, -74.933689\"\n"
                           "00AA,small_airport,Aero B Ranch,3435,NA,US,\"38.704022, -101.473911\"\n"
                           "00AK,small_airport,Lowell Field,450,NA,US,\"59.947733, -151.692524\"\n"
                           "00HI,heliport,Kaupulehu,43,OC,US,\"19.832881, -155.978347\"\n"),
          "text choice text integer choice country text", 4, title="name"),
    Sheet("odds", _odds(), "text text boolean boolean boolean choice long_text integer decimal time", 8,
          key="Nr zamówienia", state="Status", said={"Peso": "8", "Misura": "0.0015", "Inizio": "01:00", "Ok": "false"}),
    Sheet("japanese", _japanese(), "text text choice money date", 6, key="受付番号", title="氏名", state="状態",
          said={"金額": "JPY 1001"}),
    Sheet("warranties", _csv("Asset,Purchased,Warranty end,Value\nA,45000,45365,900\nB,45001,45366,45000\nC,45009,45400,12\n"),
          "text date date integer", 3, said={"Purchased": "2023-03-15", "Value": "900"}),
    Sheet("down-merged.xlsx", workbook(_headings_in_two_rows), "text text text integer integer", 6, 3, key="SKU"),
    Sheet("two-tables", _csv("Name,Qty\nA,1\nB,2\nC,3\n\nSupplier,City\nX,Rome\nY,Paris\n"), "text integer", 3),
    Sheet("descriptions", _csv("Ticket,Problem description\n" + "".join(f"T{n},{'It broke again and again. ' * 6}{n}\n" for n in range(4))),
          "text long_text", 4),
    Sheet("requests", _csv("Request,Item\nREQ-001,Laptop\nREQ-002,Phone\nREQ-003,Laptop\n"), "text text", 3, key="Request", title="Item"),
    Sheet("account-numbers", _csv("Account number,Balance\n123456789012345678,10.00\n123456789012345679,20.00\n"), "text decimal", 2),
    Sheet("reasons", _csv("Charge,Reason\n" + "".join(f"ch_{n},{('fraudulent', 'not received', 'duplicate')[n % 3]}\n" for n in range(13))),
          "text choice", 13),
    Sheet("only-text", _csv("Word\nalpha\nbeta\ngamma\n"), "text", 3),
)  # fmt: skip
