"""Sheets as offices of several countries and trades keep them, and what each is to be taken for."""

from tests.form_specs.sheets.corpus import Sheet
from tests.form_specs.sheets.workbooks import sheet_of, workbook


def _csv(text, encoding="utf-8"):
    return text.lstrip("\n").encode(encoding)


def _pipeline(book):
    """Two rows of headings, the last of which reaches down beyond the end of the second."""
    sheet = book.active
    sheet["A1"] = "Sales pipeline"
    sheet.merge_cells("A1:D1")
    for place, title in (("A3", "Deal"), ("B3", "Value"), ("D3", "Win %"), ("B4", "Net"), ("C4", "Gross")):  # fmt: skip
        sheet[place] = title
    for span in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(span)
    for row, (deal, net, share) in enumerate((("Acme", 100, 0.6), ("Globex", 250, 0.8)), 5):
        for column, value in enumerate((deal, net, net * 2, share), 1):
            sheet.cell(row, column, value)
        sheet.cell(row, 4).number_format = "0%"


def _stores(book):
    sheet = book.active
    for row in (
        ["Region", "Store", "Jan", "Feb", "Target met"],
        ["North", "Oslo", 1200.5, 1300, "Yes"],
        [None, "Bergen", 900, 880, "No"],
        ["North total", None, 2100.5, 2180, None],
        ["South", "Rome", 2200, 2100, "Yes"],
        [None, "Bari", 700, 650, "No"],
        ["South total", None, 2900, 2750, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("A5:A6")


_VENDORS = (
    ["Vendor onboarding"],
    [],
    ["#", "Vendor", "VAT no.", "Annual spend (EUR)", "Tier"],
    [1, "Paper Plus", "DE123456789", 12000, "B"],
    [2, "CleanCo", "FR83404833048", 4500, "C"],
    [3, "DataHost", "NL853746333B01", 98000, "A"],
    [],
    ["* spend is an estimate"],
    ["Source: SAP"],
)


def _claims():
    """60 rows with two slips."""
    rows = (
        f"CL{n:05},{n % 28 + 1:02}/0{n % 9 + 1}/2024,{'maybe' if n == 31 else ('Yes', 'No')[n % 2]}\n"
        for n in range(60)
    )
    return _csv("Claim No,Loss date,Fraud flag\n" + "".join(rows))


OFFICES = (
    Sheet("freight-de", _csv("""
Sendungsübersicht KW 12;;;;;
;;;;;
Sendungsnr.;Kunde;PLZ;Ort;Gewicht (kg);Status
0004711;Müller GmbH;01067;Dresden;1.250,5;unterwegs
0004712;Jäger & Söhne;80331;München;89,0;zugestellt
0004713;Bäckerei Groß;20095;Hamburg;12,25;zugestellt
0004714;Müller GmbH;01067;Dresden;2.000,0;angenommen
0004715;Schäfer AG;50667;Köln;77,5;unterwegs
Summe;;;;3.429,25;
""", "cp1252"), "text text text text decimal choice", 5, 3, key="Sendungsnr.", title="Kunde", state="Status",
          said={"Gewicht (kg)": "1250.5", "PLZ": "01067"}),
    Sheet("pipeline.xlsx", workbook(_pipeline), "text integer integer percent", 2, 4, said={"Win %": "60"}),
    Sheet("stores.xlsx", workbook(_stores), "choice text decimal integer boolean", 4, said={"Region": "North"}),
    Sheet("vendors.xlsx", sheet_of(_VENDORS), "integer text text money text", 3, 3, title="Vendor"),
    Sheet("clinic-es", _csv("Nº historia;Paciente;Hora;Alergias\n000451;Ruiz, Ana;09:30;Polen\n000452;Gil, Eva;10:00;\n"),
          "text text time text", 2, key="Nº historia", title="Paciente"),
    Sheet("stock-ro", _csv("Cod produs;Cantitate;Preț unitar\n00451;1.250;3,45 lei\n00452;340;8,90 lei\n00470;2.000;4,10 lei\n"),
          "text integer money", 3, key="Cod produs", said={"Cantitate": "1250", "Preț unitar": "RON 3.45"}),
    Sheet("enquiries-jp", _csv("""
受付番号,お客様名,金額,対応状況
Q-0001,山田太郎,"12,000円",対応中
Q-0002,鈴木花子,,完了
Q-0003,佐藤一郎,"3,500円",未対応
Q-0004,田中健,"8,800円",対応中
Q-0005,高橋美咲,,完了
""", "shift_jis"), "text text money choice", 5, key="受付番号", title="お客様名", state="対応状況", said={"金額": "JPY 12000"}),
    Sheet("orders-kr", _csv("""
주문번호,고객명,금액,결제여부,상태
O-1,김철수,"12,000원",예,배송중
O-2,이영희,"3,500원",아니오,접수
O-3,박민수,"8,800원",예,완료
O-4,김철수,"45,000원",예,완료
O-5,최지우,"1,000원",아니오,접수
""", "euc_kr"), "text text money boolean choice", 5, title="고객명", state="상태", said={"결제여부": "true"}),
    Sheet("collections-br", _csv("""
Contrato;Cliente;Valor;Negociado;Situação
C-88120;João da Silva;R$ 1.234,56;Sim;Em cobrança
C-88121;Maria Conceição;R$ 89,90;Não;Pago
C-88122;José Antônio;R$ 12.000,00;Sim;Acordo
C-88123;Ana Luísa;R$ 450,00;Não;Em cobrança
C-88124;Pão Bom;R$ 7.800,10;Não;Pago
"""), "text text money boolean choice", 5, key="Contrato", title="Cliente", state="Situação"),
    Sheet("invoices-se", _csv("Fakturanr;Kund;Betald\n10234;Åkeri Öst;Ja\n10235;Café Ängeln;Nej\n"),
          "text text boolean", 2, key="Fakturanr", title="Kund"),
    Sheet("orders-tr", _csv("""
Sipariş No;Müşteri;Tutar (TL);İade;Durum
S-1;Çağlar Ltd.;1.500,00;Hayır;Hazırlanıyor
S-2;Işık A.Ş.;250,75;Evet;Teslim edildi
S-3;Şahin;99,90;Hayır;Kargoda
S-4;Öztürk;12.000,00;Hayır;Teslim edildi
S-5;Çağlar Ltd.;40,00;Evet;Kargoda
""", "cp1254"), "text text money boolean choice", 5, key="Sipariş No", title="Müşteri", state="Durum",
          said={"Tutar (TL)": "TRY 1500.00", "Müşteri": "Çağlar Ltd."}),
    Sheet("claims-cz", _csv("""
Číslo reklamace;Zákazník;Částka;Uznáno
R2025/001;Novák Jiří;1 290,00 Kč;Ano
R2025/002;Dvořáková Eva;450,50 Kč;Ne
""", "cp1250"), "text text money boolean", 2, key="Číslo reklamace", title="Zákazník", said={"Částka": "CZK 1290.00"}),
    Sheet("contracts-hu", _csv("""
Szerződésszám;Partner;Kezdete;Összeg;Aktív
SZ-01;Kovács Kft.;2024.01.15.;1 200 000 Ft;igen
SZ-02;Tóth Zrt.;2024.03.01.;350 000 Ft;nem
SZ-03;Nagy Bt.;2024.05.20.;90 500 Ft;igen
""", "cp1250"), "text text date money boolean", 3, key="Szerződésszám", title="Partner", said={"Kezdete": "2024-01-15"}),
    Sheet("complaints-dk", _csv("Sagsnr.;Kunde;Beløb\n2025-0001;Sørensen;kr. 1.250,00\n2025-0002;Bøgh;kr. 89,50\n"),
          "text text money", 2, key="Sagsnr.", said={"Beløb": "DKK 1250.00"}),
    Sheet("requests-gr", _csv("""
Κωδικός;Πελάτης;Ποσό;Εγκρίθηκε;Κατάσταση
Α-001;Παπαδόπουλος;1.200,00 €;Ναι;Ανοιχτό
Α-002;Γεωργίου;89,90 €;Όχι;Κλειστό
Α-003;Νικολάου;450,00 €;Ναι;Ανοιχτό
Α-004;Παπαδόπουλος;30,00 €;Όχι;Σε εξέλιξη
Α-005;Ιωάννου;75,00 €;Ναι;Κλειστό
""", "cp1253"), "text text money boolean choice", 5, key="Κωδικός", title="Πελάτης", state="Κατάσταση"),
    Sheet("requests-ar", _csv("""
رقم الطلب,العميل,مدفوع,الحالة
T-1,أحمد علي,نعم,جديد
T-2,سارة محمد,لا,مغلق
T-3,ليلى,نعم,قيد التنفيذ
T-4,شركة النور,لا,جديد
T-5,أحمد علي,نعم,مغلق
""", "utf-8-sig"), "text text boolean choice", 5, key="رقم الطلب", title="العميل", state="الحالة"),
    Sheet("incidents", _csv("""
incident_id,tags,cost_usd
INC-101,"db,latency",1200.00
INC-102,"db,outage,eu",45000.50
INC-103,latency,
INC-104,"network,eu",300.00
"""), "text multi_choice money", 4, key="incident_id", said={"tags": "db;latency", "cost_usd": "USD 1200.00"}),
    Sheet("survey", _csv("""
Timestamp,Username,What else would you like to tell us?
2025/01/03 9:15:22 AM GMT+1,a@x.example,"The staff were lovely, but the app crashed twice. Please mend it: signing in takes ages and I had to call the helpdesk."
2025/01/04 1:30:10 PM GMT+1,b@x.example,
2025/01/05 8:00:00 AM GMT+1,c@x.example,Keep going!
"""), "datetime email long_text", 3, title="Username", said={"Timestamp": "2025-01-03T09:15:22+01:00"}),
    Sheet("timesheet", _csv("Employee,Start,Total hours\nAda,08:00,23:45\nBob,07:30,24:15\nCyd,09:00,7:30\n"),
          "text time duration", 3, said={"Total hours": "23:45"}),
    Sheet("plan", _csv("WBS,Task\n1,Kickoff\n1.1,Charter\n1.2,Plan\n2,Build\n"), "text text", 4, key="WBS", title="Task"),
    Sheet("orders-of-customers", _csv("Order,Customer,Qty\nSO-1,C-001,3\nSO-2,C-002,1\nSO-3,C-001,2\n"),
          "text text integer", 3, key="Order", title="Order"),
    Sheet("payouts", _csv("Payee,IBAN\nAcme,DE89370400440532013000\nSmith,GB29NWBK60161331926819\n"), "text iban", 2,
          title="Payee"),
    Sheet("slips", _claims(), "text date boolean", 60, key="Claim No"),
)  # fmt: skip
