"""Bad and odd values: stored exactly or refused with words at their field, and shown as text."""

import unicodedata
from decimal import Decimal
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from runtime.gate import Origin
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.conftest import BOTH
from tests.runtime.naughty import NAUGHTY
from tests.runtime.opening import Desk
from tests.runtime.web.conftest import FORM, history, stored

NEW = f"{FORM}/new"
RECORDS = "/api/v1/tools/refunds/forms/refund/records"


@pytest.fixture(scope="module")
def lena(app):
    return Browser(app, "lena")


@pytest.fixture(scope="module")
def api(app, services):
    """`api(method, path, data)`: the answer to the lead's program."""
    token = services.accounts.add_token("lena")[1]
    client = app.test_client()

    def ask(method, path="", data=None, **query):
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        body = None if data is None else {"data": data}
        return client.open(
            f"{RECORDS}{path}", method=method, json=body, headers=headers, query_string=query
        )

    return ask


def kept(text, *, lines=False):
    """What is stored of a text that can be kept."""
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def check_form(services, lena, name, text, *, lines=False):
    """Posts one text into one field: it comes back as it was, or stays with a word why not."""
    form = lena.form(NEW)
    form["merchant"] = "Shop"
    form[name] = text
    answer = lena.post(NEW, form, token=False)
    key = name.partition("/")[0]
    if answer.status_code == 422:
        assert f'id="f-{key}-error"' in answer.text
        drawn = forms_of(answer.text)[NEW][name]
        # HTML itself has no way to write a NUL.
        assert drawn.replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\x00", "\x00")
        return None
    assert answer.status_code == 303
    document = stored(services, answer.location).document
    page = lena.get(answer.location)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    return document.get(key), forms_of(page.text)[answer.location][name]


@BOTH
@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_a_line_of_text_is_kept_as_it_was_typed(services, lena, text):
    found = check_form(services, lena, "merchant", text)
    if found is None:
        assert any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text) or len(text) > 200
        return
    assert found[0] == kept(text)
    assert found[1] == found[0]


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_lines_of_text_are_kept_as_they_were_typed(services, lena, text):
    found = check_form(services, lena, "notes", text, lines=True)
    if found is None:
        assert any((ord(c) < 32 and c not in "\n\r\t") or 127 <= ord(c) < 160 for c in text)
        return
    assert found[0] == kept(text, lines=True)


@pytest.mark.parametrize("name", ["labels", "site", "email", "extra", "card", "owner"])
def test_every_other_text_is_kept_or_refused(services, lena, name):
    for text in NAUGHTY:
        check_form(services, lena, name, text)


@pytest.mark.parametrize(
    "name",
    ["amount/amount", "amount/currency", "margin", "share", "score", "ratio", "urgent", "due_on",
     "called_at", "region", "channels"],
)  # fmt: skip
def test_no_text_becomes_another_value(services, lena, name):
    """Each text is refused with words, or is a plain spelling of what is stored."""
    taken, blank = set(), lena.form(NEW)
    for text in NAUGHTY:
        form = blank.copy()
        form["merchant"] = "Shop"
        if name == "amount/currency":
            form["amount/amount"] = "1"
        form[name] = text
        answer = lena.post(NEW, form, token=False)
        assert answer.status_code in (303, 422), text
        if answer.status_code == 303:
            taken.add(text)
            blank = lena.form(NEW)  # one form makes one record
    assert taken <= {"+1", "-1", "1,000.00", "true", "tab\there"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("score", text) for text in ("NaN", "1e3", "1e999999", "١٢", "１２", "1_0", "0x1", "9" * 400, "1.5", "--1")),
        *(("ratio", text) for text in ("NaN", "inf", "-Infinity", "1e999999", "١٢", "1_0", "9" * 400)),
        *(("amount/amount", text) for text in ("NaN", "1e5", "1e999999", "١٢", "0.001", "9" * 30)),
        *(("margin", text) for text in ("NaN", "Infinity", "1e999999", "٠.١", "0.005")),
        *(("due_on", text) for text in ("2026-02-30", "2026-13-01", "٢٠٢٦-٠١-٠١", "0000-00-00", "99999-01-01")),
        *(("called_at", text) for text in ("2026-02-30T10:00", "yesterday", "2026-01-01T25:00")),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_number_or_date_is_refused_at_its_field(lena, name, text):
    form = lena.form(NEW)
    form["merchant"] = "Shop"
    form[name] = text
    answer = lena.post(NEW, form, token=False)
    assert answer.status_code == 422
    key = name.partition("/")[0]
    assert f'id="f-{key}-error"' in answer.text
    assert forms_of(answer.text)[NEW][name] == text


# -- the API --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_the_api_keeps_and_refuses_the_same(api, text):
    answer = api("POST", data={"merchant": text, "notes": text})
    if "\x00" in text:
        assert [fault["pointer"] for fault in answer.json["errors"]] == [
            "/data/merchant",
            "/data/notes",
        ]
        return
    if answer.status_code == 422:
        assert all(fault["pointer"].startswith("/data/") for fault in answer.json["errors"])
        return
    assert answer.status_code == 201
    assert answer.json["data"]["merchant"] == kept(text)
    assert answer.json["data"]["notes"] == kept(text, lines=True)


@pytest.mark.parametrize(
    "data",
    [
        {"merchant": 5}, {"merchant": ["x"]}, {"merchant": {"a": 1}}, {"merchant": True},
        {"score": "7"}, {"score": 7.5}, {"score": True}, {"score": 10**30}, {"score": []},
        {"ratio": "1"}, {"urgent": "yes"}, {"urgent": 1}, {"due_on": 20261201}, {"due_on": "1.12.2026"},
        {"amount": "1.00"}, {"amount": {"amount": 1.0, "currency": "EUR"}}, {"amount": {"amount": "1"}},
        {"amount": {"amount": "1", "currency": "ZZZ"}}, {"amount": {"amount": "1", "currency": "EUR", "x": 1}},
        {"margin": 1.5}, {"margin": "1e2"}, {"channels": "web"}, {"channels": ["web", "web"]},
        {"channels": ["nowhere"]}, {"labels": [1]}, {"labels": "x"}, {"region": "moon"}, {"owner": 1},
        {"papers": ["x"]}, {"papers": [{"id": "../x"}]}, {"nonsense": 1}, {"@state": "paid"}, {"number": "RF-1"},
        {"merchant": "lone \ud800"}, {"extra": {"deep\x00": 1}}, {"__proto__": {}}, {"origin": "me"},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_of_a_wrong_kind_is_refused_at_its_pointer(app, services, api, data):
    answer = api("POST", data={"merchant": "Shop", **data})
    assert answer.status_code == 422
    (key,) = data
    assert any(fault["pointer"].startswith(f"/data/{key}") for fault in answer.json["errors"])


AMOUNTS = ("0.30", "99999999999999.99", "-99999999999999.99", "0.01", "0.10", "1234567890.12")


@BOTH
@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts_are_exact_on_every_way(services, lena, api, text):
    money = {"amount": text, "currency": "EUR"}
    made = api("POST", data={"merchant": "Exact", "amount": money, "margin": text, "share": "0.10"})
    assert made.json["data"]["amount"] == money
    assert made.json["data"]["margin"] == text
    form = lena.form(NEW)
    form["merchant"] = "Exact"
    form["amount/amount"], form["margin"] = text, text
    path = lena.post(NEW, form, token=False).location
    assert stored(services, path).document["amount"]["amount"] == int(Decimal(text) * 100)
    assert forms_of(lena.get(path).text)[path]["amount/amount"] == text
    for query in (f"amount:eq:{text} EUR", f"margin:eq:{text}", f"amount:between:{text},{text}"):
        found = api("GET", filter=[query, "merchant:eq:Exact"], limit=100).json["records"]
        assert len(found) >= 2, query
        assert {record["data"]["amount"]["amount"] for record in found} == {text}, query


@BOTH
def test_a_tenth_and_two_tenths_are_three_tenths(services, api):
    """A condition, a sort and a filter see exact numbers, also where floats could not tell them apart."""
    texts = ["99999999999999.98", "0.30", "99999999999999.99", "0.3", "-0.01", "0.29"]
    for text in texts:
        api("POST", data={"merchant": "Sorted", "margin": text})
    found = api("GET", filter="merchant:eq:Sorted", sort="margin").json["records"]
    assert [record["data"]["margin"] for record in found] == [
        "-0.01", "0.29", "0.30", "0.30", "99999999999999.98", "99999999999999.99",
    ]  # fmt: skip
    above = api("GET", filter=["merchant:eq:Sorted", "margin:gt:99999999999999.98"]).json["records"]
    assert [record["data"]["margin"] for record in above] == ["99999999999999.99"]
    assert len(api("GET", filter=["merchant:eq:Sorted", "margin:eq:0.3"]).json["records"]) == 2


# -- texts in addresses and headers ---------------------------------------------------------


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_no_address_breaks_a_page(lena, api, text):
    word = quote(text)
    paths = (
        f"/t/refunds/v/all?{urlencode({'q': text})}",
        f"/t/refunds/v/all?{urlencode({'filter': f'merchant:eq:{text}'})}",
        f"/t/refunds/v/all?{urlencode({'filter': text, 'sort': text, 'cursor': text})}",
        f"/t/refunds/v/all?{urlencode({'field': 'merchant', 'op': 'contains', 'value': text})}",
        f"/t/refunds/v/all?{urlencode({'field': text, 'op': text, 'value': text, 'edit': text})}",
        f"/palette?{urlencode({'q': text, 'at': text})}",
        f"/t/{word}/", f"/t/refunds/v/{word}", f"/t/refunds/f/{word}/new", f"{FORM}/{word}",
        f"/sign-in?{urlencode({'next': text})}", f"/{word}",
    )  # fmt: skip
    for path in paths:
        answer = lena.get(path)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path
        assert "onmouseover='alert" not in answer.text, path
    for query in (
        {"q": text},
        {"filter": f"merchant:contains:{text}"},
        {"sort": text},
        {"cursor": text},
    ):
        assert api("GET", **query).status_code in (200, 422), query


@BOTH
@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_no_text_beside_the_fields_breaks_a_page(services, lena, make_refund, text):
    path = make_refund()
    for suffix, data in (
        ("/comments", {"body": text}),
        ("/comments", {"body": "Hello", "_key": text}),
        ("", {"_version": text, "_key": text, "score": "1", text or "x": "y"}),
        ("/draft", {"merchant": text, text: text, "_version": text}),
        ("/transitions/start", {"_comment": text}),
        (f"/transitions/{quote(text, safe='')}", {}),
        (f"/actions/{quote(text, safe='')}", {"_version": text}),
        ("/delete", {"reason": text}),
    ):
        answer = lena.post(path + suffix, data)
        assert answer.status_code < 500, (suffix, data)
        assert "<script>alert" not in answer.text
    page = lena.get(path)
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@BOTH
def test_a_long_key_of_a_form_is_as_good_as_any(services, lena, make_refund):
    path = make_refund()
    for _ in range(2):
        answer = lena.post(f"{path}/comments", {"body": "Once", "_key": "k" * 100_000})
        assert answer.status_code == 303
    assert len(history(services, path)) == 2


ODD = st.text(st.characters(codec="utf-8"), max_size=60)


@BOTH
@settings(max_examples=60)
@given(text=ODD)
def test_any_text_at_all(services, lena, api, text):
    """Through the form, the API, the search and a filter: the same verdict, and never a breakdown."""
    found = check_form(services, lena, "card", text)
    answer = api("POST", data={"merchant": "Shop", "card": text})
    if found is None:
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == "/data/card"
    else:
        assert answer.status_code == 201
        assert (found[0] or "") == answer.json["data"]["card"]
    for query in (
        {"q": text},
        {"filter": f"card:eq:{text}"},
        {"filter": f"card:starts_with:{text}"},
    ):
        assert api("GET", **query).status_code in (200, 422)
        assert lena.get(f"/t/refunds/v/all?{urlencode(query)}").status_code in (200, 303, 400)


# -- what the store holds -------------------------------------------------------------------

ODD_JSON = (
    '{"merchant": 5}', '{"merchant": null}', '{"merchant": ["x"]}', '{"merchant": {"a": "<b>"}}', "{}",
    '{"merchant": "x", "amount": "1.00"}', '{"merchant": "x", "amount": {"amount": "many"}}',
    '{"merchant": "x", "amount": {"amount": 1.5, "currency": "EUR"}}',
    '{"merchant": "x", "amount": {"amount": 1, "currency": 7}}', '{"merchant": "x", "margin": "many"}',
    '{"merchant": "x", "score": "many"}', '{"merchant": "x", "score": 1.5}', '{"merchant": "x", "ratio": "x"}',
    '{"merchant": "x", "due_on": "soon"}', '{"merchant": "x", "due_on": 5}', '{"merchant": "x", "called_at": "x"}',
    '{"merchant": "x", "called_at": "9999-99-99T00:00:00.000000Z"}', '{"merchant": "x", "urgent": "yes"}',
    '{"merchant": "x", "channels": "web"}', '{"merchant": "x", "channels": [1, null, {}]}',
    '{"merchant": "x", "labels": {"a": 1}}', '{"merchant": "x", "region": 5}', '{"merchant": "x", "region": "moon"}',
    '{"merchant": "x", "owner": 5}', '{"merchant": "x", "owner": ["olga"]}', '{"merchant": "x", "papers": "x"}',
    '{"merchant": "x", "papers": [{"id": 5}]}', '{"merchant": "x", "site": 5}', '{"merchant": "x", "email": {}}',
    '{"merchant": "x", "number": {"a": 1}}', '{"merchant": "x", "unheard_of": {"a": [1]}}',
    '{"merchant": "x", "notes": false, "extra": [[[[]]]], "share": [], "secret": 1, "card": {}}',
)  # fmt: skip


READABLE = (
    '{"merchant": null}',
    "{}",
    '{"merchant": "x", "region": "moon"}',
    '{"merchant": "x", "unheard_of": {"a": [1]}}',
)
"""What every field can make something of."""


@BOTH
@pytest.mark.parametrize("text", ODD_JSON, ids=str)
def test_what_cannot_be_read_is_shown_as_such(services, app, lena, api, make_refund, text):
    path = make_refund(owner="olga")
    record = stored(services, path)
    with services.db.write() as conn:
        cast = "CAST(:data AS jsonb)" if services.db.dialect == "postgresql" else ":data"
        conn.execute(
            sql(f"UPDATE rec_{record.form_id} SET data = {cast} WHERE id = :id"),
            {"data": text, "id": record.id},
        )
    for browser in (lena, Browser(app, "vera")):
        for address in (path, "/t/refunds/v/all", "/"):
            answer = browser.get(address)
            assert answer.status_code == 200, address
    shown = texts_of(lena.get(path).text)
    assert "Unreadable" in shown or text in READABLE
    for query in (
        *(
            "filter=score:gt:1",
            "filter=amount:gt:1.00",
            "filter=labels:has:a",
            "filter=channels:has:web",
        ),
        *(
            "filter=due_on:lt:2026-01-01",
            "sort=amount",
            "sort=-score",
            "sort=due_on",
            "sort=merchant",
        ),
        *("filter=urgent:eq:true", "filter=owner:eq:@me", "filter=merchant:contains:x", "q=x"),
    ):
        assert lena.get(f"/t/refunds/v/all?{query}").status_code == 200, query
    record_id = path.rpartition("/")[2]
    for suffix in ("", f"/{record_id}", f"/{record_id}/events"):
        assert api("GET", suffix).status_code == 200
    # It can be mended by typing it anew.
    form = lena.form(path)
    form["merchant"] = "Mended"
    assert lena.post(path, form, token=False).status_code in (303, 422)
    assert api("PATCH", f"/{record_id}", {"merchant": "Mended"}).status_code in (200, 422)
    desk = Desk(services)
    desk.gate.delete(desk.access("lena"), record.id, Origin("seed"))
