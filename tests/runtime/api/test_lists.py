"""Lists: filters, order, pages, search, counts."""

import json

import pytest

from tests.runtime.api.conftest import RECORDS

ORDERS = [
    {"title": "A", "pieces": 5, "channel": "web", "due_on": "2026-12-01", "urgent": True},
    {"title": "B", "pieces": 3, "channel": "shop", "due_on": "2026-11-01", "labels": ["gift"]},
    {"title": "C", "pieces": 9, "channel": "web", "amount": {"amount": "10.50", "currency": "EUR"}},
    {
        "title": "D",
        "channel": "phone",
        "amount": {"amount": "99.00", "currency": "USD"},
        "owner": "lena",
    },
    {"title": "E, or F", "pieces": 0, "paid_at": "2026-11-20T10:00:00Z", "labels": ["gift", "a,b"]},
]


@pytest.fixture(scope="module", autouse=True)
def orders(lead):
    for data in ORDERS:
        assert lead.post(RECORDS, {"data": data}).status_code == 201


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("channel:eq:web", "AC"),
        ("channel:in:web,shop", "ABC"),
        ("channel:not_in:web,shop", "DE"),
        ("pieces:gt:3", "AC"),
        ("pieces:between:3,5", "AB"),
        ("pieces:empty", "D"),
        ("pieces:present", "ABCE"),
        ("amount:gt:10", "CD"),
        ("amount:eq:10.5", "C"),
        ("amount:le:99 USD", "D"),
        ("due_on:lt:2026-11-15", "B"),
        ("paid_at:ge:2026-11-20T10:00:00Z", "E"),
        ("urgent:eq:true", "A"),
        ("labels:has:gift", "BE"),
        (r"labels:has_any:a\,b,none", "E"),
        ("title:eq:E, or F", "E"),
        ("title:in:A,E\\, or F", "AE"),
        ("title:contains:or", "E"),
        ("title:starts_with:e", "E"),
        ("owner:eq:@me", "D"),
        ("@state:eq:open", "ABCDE"),
        ("@created_by:eq:lena", "ABCDE"),
        ("@created_at:gt:2026-01-01", "ABCDE"),
        ("@created_at:gt:@now-1h", "ABCDE"),
        ("@created_at:lt:@today-1d", ""),
        ("@version:eq:1", "ABCDE"),
    ],
)
def test_a_short_filter_finds(lead, text, found):
    titles = lead.listed(filter=text, sort="title")
    assert [title[0] for title in titles] == list(found)


def test_filters_add_up_and_take_whole_conditions(lead):
    condition = {
        "any": [{"field": "pieces", "op": "empty"}, {"field": "pieces", "op": "gt", "value": 4}]
    }
    texts = [json.dumps(condition), "channel:ne:phone"]
    assert lead.listed(filter=texts, sort="title") == ["A", "C"]


@pytest.mark.parametrize(
    "text",
    [
        "channel",
        "channel:",
        "channel:eq",
        "channel:eq:mail",
        "channel:gt:web",
        "channel:empty:x",
        "pieces:eq:",
        "pieces:eq:many",
        "pieces:eq:NaN",
        "pieces:eq:٣",
        "pieces:between:1",
        "pieces:in:1,",
        "labels:has_any:a\\",
        "due_on:eq:someday",
        "@state:eq:flying",
        "@id:eq:1",
        "nothing:eq:1",
        "{",
        "{}",
        '{"field": "pieces"}',
        '{"field": "pieces", "op": "eq", "value": 1, "value": 2}',
        '{"all": []}',
        '{"all": [' + ",".join(['{"field":"pieces","op":"empty"}'] * 65) + "]}",
    ],
)
def test_a_filter_that_makes_no_sense_is_422(lead, text):
    answer = lead.get(RECORDS, query_string={"filter": text})
    assert answer.status_code == 422, answer.json
    assert answer.json["errors"][0]["parameter"] == "filter"


def test_order_goes_both_ways_and_absent_values_come_last(lead):
    assert [t[0] for t in lead.listed(sort="pieces")] == list("EBACD")
    assert [t[0] for t in lead.listed(sort="-pieces")] == list("CABED")
    assert [t[0] for t in lead.listed(sort="channel,-title")][-1] == "E"
    assert [t[0] for t in lead.listed()] == list("EDCBA")


def test_pages_go_forth_and_back(lead):
    query = {"sort": "title", "limit": 2, "filter": "@state:eq:open"}
    first = lead.get(RECORDS, query_string=query).json
    assert [r["title"] for r in first["records"]] == ["A", "B"]
    assert first["previous_cursor"] is None
    second = lead.get(RECORDS, query_string={**query, "cursor": first["next_cursor"]}).json
    assert [r["title"] for r in second["records"]] == ["C", "D"]
    back = lead.get(RECORDS, query_string={**query, "cursor": second["previous_cursor"]}).json
    assert [r["title"] for r in back["records"]] == ["A", "B"]
    other = lead.get(RECORDS, query_string={"sort": "-pieces", "cursor": first["next_cursor"]})
    assert other.status_code == 422
    assert other.json["errors"][0]["parameter"] == "cursor"


def test_a_count_comes_on_request(lead):
    assert "count" not in lead.get(RECORDS).json
    counted = lead.get(
        RECORDS, query_string={"count": "true", "limit": 1, "filter": "channel:eq:web"}
    )
    assert counted.json["count"] == {"number": 2, "capped": False}


def test_search_finds_words(lead):
    assert lead.listed(q="E or") == ["E, or F"]
    assert lead.listed(q="nothing like it") == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=5&limit=6", "limit"),
        ("sort=title&sort=pieces", "sort"),
        ("sort=nothing", "sort"),
        ("sort=labels", "sort"),
        ("sort=--title", "sort"),
        ("sort=a,b,c,d,e,f", "sort"),
        ("count=1", "count"),
        ("cursor=nonsense", "cursor"),
        ("limitt=5", "limitt"),
        ("q=%00", "q"),
        ("filter=title:eq:%00", "filter"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_422(lead, query, parameter):
    answer = lead.get(f"{RECORDS}?{query}")
    assert answer.status_code == 422, answer.json
    assert answer.json["errors"][0]["parameter"] == parameter
