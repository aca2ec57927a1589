import base64
import random
from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from form_specs.conditions import AllOf, Comparison, Kind, Negation
from runtime.storage.errors import InvalidCursor
from runtime.storage.records import ListQuery, Page, SortTerm
from tests.runtime.storage.making import Records, make_form

SORTS = {
    "text": SortTerm(("merchant",), Kind.TEXT),
    "integer": SortTerm(("amount", "amount"), Kind.INTEGER),
    "real": SortTerm(("ratio",), Kind.REAL),
    "boolean": SortTerm(("urgent",), Kind.BOOLEAN),
    "state": SortTerm(("@state",), Kind.TEXT),
    "created": SortTerm(("@created_at",), Kind.INTEGER),
    "id": SortTerm(("@id",), Kind.INTEGER),
}
OPEN = Comparison(("@state",), Kind.TEXT, "in", ("new", "open"))
URGENT = Comparison(("urgent",), Kind.BOOLEAN, "eq", True)


@pytest.fixture(scope="module")
def many(db: Any) -> Records:
    """Sixty records with repeated and absent values."""
    records, chance = make_form(db), random.Random(5)
    for number in range(60):
        document: dict[str, Any] = {"n": number}
        if chance.random() < 0.7:
            document["merchant"] = chance.choice(["Acme", "acme", "Zeta", "Äcme", "日本", "", "a%"])
        if chance.random() < 0.7:
            document["amount"] = {
                "amount": chance.choice([-5, 0, 9, 10, 10**17]),
                "currency": "EUR",
            }
        if chance.random() < 0.7:
            document["ratio"] = chance.choice([0.1, -2.5, 3, 1e9, 0.30000000000000004])
        if chance.random() < 0.7:
            document["urgent"] = chance.random() < 0.5
        records.add(document, state=chance.choice(["new", "open", "won", None]))
    return records


def page(records: Records, query: ListQuery) -> Page:
    with records.db.read() as conn:
        return records.reader.page(conn, query)


def everything(records: Records) -> list[Any]:
    return page(records, ListQuery(records.form_id, limit=200)).records


def value_of(record: Any, path: tuple[str, ...]) -> Any:
    if path[0].startswith("@"):
        return getattr(record, path[0][1:])
    value = record.document.get(path[0])
    return value.get(path[1]) if len(path) > 1 and value else value


def sorted_by_python(records: list[Any], sort: SortTerm) -> list[int]:
    def key(record: Any) -> Any:
        value = value_of(record, sort.path)
        return (value.encode() if isinstance(value, str) else value), record.id

    there = [record for record in records if value_of(record, sort.path) is not None]
    absent = [record for record in records if value_of(record, sort.path) is None]
    there.sort(key=key, reverse=sort.descending)
    absent.sort(key=lambda record: record.id, reverse=sort.descending)
    return [record.id for record in (*there, *absent)]


def walk(records: Records, query: ListQuery) -> list[Page]:
    pages = [page(records, query)]
    while pages[-1].next_cursor is not None:
        pages.append(page(records, replace(query, cursor=pages[-1].next_cursor)))
        assert len(pages) < 100
    return pages


@pytest.mark.parametrize("name", SORTS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [7, 60])
def test_pages_forward_and_back(many: Records, name: str, descending: bool, limit: int):
    sort = replace(SORTS[name], descending=descending)
    query = ListQuery(many.form_id, sort=(sort,), limit=limit)
    pages = walk(many, query)
    ids = [record.id for found in pages for record in found.records]
    assert ids == sorted_by_python(everything(many), sort)
    assert pages[0].previous_cursor is None
    back = pages[-1]
    for expected in reversed(pages[:-1]):
        back = page(many, replace(query, cursor=back.previous_cursor))
        assert back.records == expected.records
        assert back.next_cursor is not None
    assert back.previous_cursor is None


def test_newest_come_first_by_default(many: Records):
    ids = [record.id for record in everything(many)]
    assert ids == sorted(ids, reverse=True)


def test_an_empty_list_has_no_cursors(records: Records):
    assert page(records, ListQuery(records.form_id)) == Page([], None, None)


def test_where_rows_and_filters_all_hold(many: Records):
    query = ListQuery(
        many.form_id,
        where=OPEN,
        rows=URGENT,
        filters=Negation(Comparison(("merchant",), Kind.TEXT, "eq", "Acme")),
        limit=200,
    )
    expected = [
        record.id
        for record in everything(many)
        if record.state in ("new", "open")
        and record.document.get("urgent") is True
        and record.document.get("merchant") != "Acme"
    ]
    assert [record.id for record in page(many, query).records] == expected
    assert 0 < len(expected) < 60


def test_counts_are_capped_and_come_together(many: Records):
    queries = [
        ListQuery(many.form_id),
        ListQuery(many.form_id, where=OPEN),
        ListQuery(many.form_id, filters=AllOf((OPEN, URGENT)), rows=OPEN),
        ListQuery(many.form_id, search="no words at all like these"),
        ListQuery(many.form_id, search="!!"),
    ]
    with many.db.read() as conn:
        counts = many.reader.counts(conn, queries, cap=50)
        alone = [many.reader.count(conn, query, cap=50) for query in queries]
        assert many.reader.counts(conn, []) == []
    assert counts == alone
    assert (counts[0].number, counts[0].capped) == (50, True)
    open_ones = [record for record in everything(many) if record.state in ("new", "open")]
    assert (counts[1].number, counts[1].capped) == (len(open_ones), False)
    assert 0 < counts[2].number < counts[1].number
    assert [count.number for count in counts[3:]] == [0, 0]


def test_shares_are_of_the_newest_and_of_those_one_may_see(many: Records):
    def matching(records: list[Any]) -> list[int]:
        tests = (
            lambda r: r.state in ("new", "open"),
            lambda r: r.document.get("urgent") is True,
            lambda r: not (r.state in ("new", "open") and r.document.get("urgent") is True),
        )
        return [sum(map(test, records)) for test in tests]

    asked = (OPEN, URGENT, Negation(AllOf((OPEN, URGENT))))
    known = everything(many)
    with many.db.read() as conn:
        whole = many.reader.shares(conn, ListQuery(many.form_id), asked, 100)
        newest = many.reader.shares(conn, ListQuery(many.form_id), asked, 7)
        mine = many.reader.shares(conn, ListQuery(many.form_id, rows=OPEN), asked, 100)
        nobody = many.reader.shares(conn, ListQuery(make_form(many.db).form_id), asked, 100)
    assert whole == (60, matching(known))
    assert newest == (7, matching(known[:7]))
    open_ones = [record for record in known if record.state in ("new", "open")]
    assert mine == (len(open_ones), matching(open_ones))
    assert nobody == (0, [0, 0, 0])


def test_a_page_is_one_statement_whose_text_is_kept(many: Records):
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with many.db.read() as conn:
        event.listen(conn, "before_cursor_execute", note)
        for merchant in ("Acme", "Zeta"):
            asked = Comparison(("merchant",), Kind.TEXT, "eq", merchant)
            query = ListQuery(many.form_id, where=OPEN, filters=asked, sort=(SORTS["integer"],))
            many.reader.page(conn, query)
        event.remove(conn, "before_cursor_execute", note)
    assert len(statements) == 2
    assert statements[0] is statements[1]
    assert "Acme" not in statements[0]


@pytest.mark.parametrize("limit", [0, 201])
def test_no_page_is_without_limit(many: Records, limit: int):
    with pytest.raises(ValueError, match="1 to 200"):
        page(many, ListQuery(many.form_id, limit=limit))


def test_foreign_and_broken_cursors_are_refused(many: Records):
    by_text = ListQuery(many.form_id, sort=(SORTS["text"],), limit=5)
    cursor = page(many, by_text).next_cursor
    assert cursor is not None
    fields = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))

    def forged(**changes: Any) -> str:
        names = ("signature", "after", "key", "id")
        changed = {**dict(zip(names, fields, strict=True)), **changes}
        return base64.urlsafe_b64encode(orjson.dumps(list(changed.values()))).decode()

    bad = ["", "x", "!!!!", "W10", cursor[:-3], "A" * 10_000, "é", forged(key=5), forged(key=[1])]
    bad += [forged(id="1"), forged(id=-1), forged(id=2**63), forged(after=1), forged(key=True)]
    bad += [forged(id=True), forged(signature=1)]
    for text in bad:
        with pytest.raises(InvalidCursor):
            page(many, replace(by_text, cursor=text))
    for other in (SORTS["integer"], replace(SORTS["text"], descending=True)):
        with pytest.raises(InvalidCursor):
            page(many, replace(by_text, sort=(other,), cursor=cursor))
    with pytest.raises(InvalidCursor):
        page(many, replace(by_text, form_id=many.form_id + 1, cursor=cursor))


def test_a_cursor_with_an_odd_text_breaks_nothing(many: Records):
    by_text = ListQuery(many.form_id, sort=(SORTS["text"],), limit=5)
    cursor = page(many, by_text).next_cursor
    assert cursor is not None
    fields = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))
    fields[2] = "a\0' OR 1=1 --"
    odd = base64.urlsafe_b64encode(orjson.dumps(fields)).decode()
    assert page(many, replace(by_text, cursor=odd)).records


# -- search -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(db: Any) -> Records:
    records = make_form(db)
    for name, state in (("Café Müller GmbH", "new"), ("Muller Tools", "won"), ("日本 商店", "new")):
        records.add({"merchant": name}, state=state, search_text=[name, "Order R-17_b"])
    return records


def found(records: Records, search: str, **options: Any) -> list[str]:
    query = ListQuery(records.form_id, search=search, **options)
    return [record.document["merchant"] for record in page(records, query).records]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("muller", ["Muller Tools", "Café Müller GmbH"]),
        ("MÜLLER", ["Muller Tools", "Café Müller GmbH"]),
        ("mul", ["Muller Tools", "Café Müller GmbH"]),
        ("cafe gm", ["Café Müller GmbH"]),
        ("ca muller", []),
        ("日", ["日本 商店"]),
        ("r-17", ["日本 商店", "Muller Tools", "Café Müller GmbH"]),
        ("b 17", ["日本 商店", "Muller Tools", "Café Müller GmbH"]),
        ("nothing", []),
        ("'; -- \"", []),
        ("NOT OR AND", []),
        ("*", []),
        ("", []),
    ],
)
def test_words_are_found_alike_on_both_databases(
    library: Records, search: str, expected: list[str]
):
    assert found(library, search) == expected


def test_search_obeys_filters_access_and_order(library: Records):
    new = Comparison(("@state",), Kind.TEXT, "eq", "new")
    assert found(library, "order", rows=new) == ["日本 商店", "Café Müller GmbH"]
    assert found(library, "muller", filters=new) == ["Café Müller GmbH"]
    assert found(library, "order", where=new, sort=(SORTS["text"],)) == [
        "Café Müller GmbH",
        "日本 商店",
    ]


def test_search_comes_in_pages(library: Records):
    query = ListQuery(library.form_id, search="order", limit=1)
    pages = walk(library, query)
    assert [len(found.records) for found in pages] == [1, 1, 1]
    back = page(library, replace(query, cursor=pages[2].previous_cursor))
    assert back.records == pages[1].records


def test_search_follows_changes(records: Records):
    made = records.add({"merchant": "Acme"}, search_text=["Acme"])
    changed = records.change(made, {"merchant": "Zeta"}, search_text=["Zeta"])
    assert found(records, "acme") == []
    assert found(records, "zeta") == ["Zeta"]
    kept = records.change(changed, {"merchant": "Zeta", "n": 1}, search_text=None)
    assert found(records, "zeta") == ["Zeta"]
    records.remove(kept)
    assert found(records, "zeta") == []
