"""The SQL of a predicate finds the very records for which the Python closure is true."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from form_specs.conditions import (
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    Constant,
    CurrentUser,
    Env,
    FieldValue,
    Kind,
    Negation,
    Now,
    Predicate,
    SomeRow,
    UserTest,
    bind,
    python_predicate,
)
from runtime.storage.bulk import RECORD_COLUMNS, insert_rows
from runtime.storage.database import Database
from runtime.storage.expressions import hop_step
from runtime.storage.ids import encode_id
from runtime.storage.predicates import (
    indexable,
    operands,
    shaped,
    split_static,
    sql_predicate,
)
from runtime.storage.record_table import record_table
from runtime.storage.statements import Prepared
from tests.runtime.storage.making import Records, make_form
from tests.strategies import LINK, across, envs, predicates
from tests.strategies import records as random_records

ENV = Env("maya", frozenset({"lead"}), datetime(2026, 11, 23, tzinfo=UTC))
MERCHANT = Comparison(("merchant",), Kind.TEXT, "eq", "Acme")


def put(conn: Connection, form_id: int, found: list[dict[str, Any]]) -> None:
    conn.exec_driver_sql(f"DELETE FROM rec_{form_id}")
    rows = []
    for number, record in enumerate(found):
        document = {key: value for key, value in record.items() if not key.startswith("@")}
        envelope = {
            "tenant_id": 1,
            "id": number,
            "form_id": form_id,
            "version": record.get("@version", 1),
            "spec_version": 1,
            "state": record.get("@state"),
            "created_at": record.get("@created_at", 0),
            "created_by": record.get("@created_by", "maya"),
            "updated_at": record.get("@updated_at", 0),
            "updated_by": record.get("@updated_by", "maya"),
            "deleted_at": None,
            "last_event": 0,
            "data": orjson.dumps(document).decode(),
        }
        rows.append(tuple(envelope[name] for name in RECORD_COLUMNS))
    insert_rows(conn, f"rec_{form_id}", RECORD_COLUMNS, rows)


def ids_by_sql(conn: Connection, form_id: int, predicate: Predicate, *, bound: bool) -> set[int]:
    table, values = record_table(form_id), {}
    if bound:
        predicate = shaped(predicate, values, conn.dialect.name)
    test = sql_predicate(predicate, table, conn.dialect.name)
    statement = Prepared(select(table.c.id).where(test), conn.dialect.name)
    return {row[0] for row in statement.rows(conn, values)}


@settings(max_examples=150)
@given(found=st.lists(random_records(), min_size=1, max_size=8), predicate=predicates(), env=envs())
def test_sql_and_python_agree(
    records: Records, found: list[dict[str, Any]], predicate: Predicate, env: Env
):
    test = python_predicate(predicate)
    by_python = {number for number, record in enumerate(found) if test(record, env)}
    bound = bind(predicate, env)
    with records.db.write() as conn:
        put(conn, records.form_id, found)
        assert ids_by_sql(conn, records.form_id, bound, bound=True) == by_python
        assert ids_by_sql(conn, records.form_id, bound, bound=False) == by_python


@pytest.fixture
def there(records: Records) -> int:
    """Another form in the same database, whose records may be linked to."""
    return make_form(records.db).form_id


@settings(max_examples=80)
@given(data=st.data(), env=envs())
def test_sql_and_python_agree_about_linked_records(
    records: Records, there: int, data: st.DataObject, env: Env
):
    """Links lead to records, to deleted ones, to none, or hold no id at all."""
    step = hop_step(there)
    shops = data.draw(st.lists(random_records(), min_size=1, max_size=4))
    gone = data.draw(st.sets(st.integers(0, len(shops) - 1), max_size=1))
    keys = [*map(encode_id, range(len(shops) + 1)), "none", 7, None, ["a"]]
    found = data.draw(st.lists(random_records(), min_size=1, max_size=6))
    held = [data.draw(st.sampled_from(keys)) for _ in found]
    found = [{**record, LINK: key} for record, key in zip(found, held, strict=True)]
    known = {encode_id(n): shop for n, shop in enumerate(shops) if n not in gone}
    predicate = data.draw(across(step))
    facts = [
        {**record, step: {LINK: known[key]} if key in known else {}}
        for record, key in zip(found, map(str, held), strict=True)
    ]
    test = python_predicate(predicate)
    by_python = {number for number, record in enumerate(facts) if test(record, env)}
    bound = bind(predicate, env)
    with records.db.write() as conn:
        put(conn, there, shops)
        put(conn, records.form_id, found)
        for number in gone:
            conn.exec_driver_sql(f"UPDATE rec_{there} SET deleted_at = 1 WHERE id = {number}")
        assert ids_by_sql(conn, records.form_id, bound, bound=True) == by_python
        assert ids_by_sql(conn, records.form_id, bound, bound=False) == by_python


@pytest.mark.parametrize("number", [0, 1, 31, 32, 2**40 + 7, 2**63 - 1])
def test_a_link_is_followed_by_any_id_there_can_be(records: Records, there: int, number: int):
    country = Comparison((hop_step(there), LINK, "country"), Kind.TEXT, "eq", "ro")
    with records.db.write() as conn:
        put(conn, there, [{"country": "ro"}])
        conn.exec_driver_sql(f"UPDATE rec_{there} SET id = {number}")
        put(conn, records.form_id, [{LINK: encode_id(number)}, {LINK: encode_id(3)}, {}])
        assert ids_by_sql(conn, records.form_id, country, bound=True) == {0}


def test_a_linked_record_is_found_by_its_key(records: Records, there: int):
    """One look-up by the primary key for each record that is asked: no scan of the linked form."""
    country = Comparison((hop_step(there), LINK, "country"), Kind.TEXT, "eq", "ro")
    values: dict[str, Any] = {}
    table, dialect = record_table(records.form_id), records.db.dialect
    test = sql_predicate(shaped(country, values, dialect), table, dialect)
    statement = Prepared(select(table.c.id).where(test), dialect)
    with records.db.write() as conn:
        put(conn, there, [{"country": "ro"}] * 500)
        put(conn, records.form_id, [{LINK: encode_id(n % 500)} for n in range(500)])
        if dialect == "postgresql":
            conn.exec_driver_sql(f"ANALYZE rec_{there}")
        explain = "EXPLAIN " if dialect == "postgresql" else "EXPLAIN QUERY PLAN "
        rows = conn.exec_driver_sql(explain + statement.sql, statement.values(values)).fetchall()
    plan = "\n".join(str(part) for row in rows for part in row)
    if dialect == "postgresql":
        assert f"Index Scan using rec_{there}_pkey on rec_{there} linked" in plan
    else:
        assert "SEARCH linked USING INTEGER PRIMARY KEY (rowid=?)" in plan


@pytest.mark.parametrize(
    "text", ["100%", "a_b", "it's", 'say "x"', "\\", "%s", ":name", "?", "rec_"]
)
@pytest.mark.parametrize("op", ["eq", "contains", "starts_with", "in"])
@pytest.mark.parametrize("bound", [True, False])
def test_texts_mean_themselves(records: Records, text: str, op: str, bound: bool):
    value = (text,) if op == "in" else text
    predicate = Comparison(("merchant",), Kind.TEXT, op, value)
    with records.db.write() as conn:
        put(conn, records.form_id, [{"merchant": text}, {"merchant": "x"}, {}])
        assert ids_by_sql(conn, records.form_id, predicate, bound=bound) == {0}


@pytest.mark.parametrize("value", ["\0", "a\0b", "\ud800", "😀" * 3])
def test_no_text_breaks_a_query(records: Records, value: str):
    with records.db.write() as conn:
        put(conn, records.form_id, [{"merchant": "Acme"}])
        for op in ("eq", "contains", "lt"):
            predicate = Comparison(("merchant",), Kind.TEXT, op, value)
            assert ids_by_sql(conn, records.form_id, predicate, bound=True) in (set(), {0})


@pytest.mark.parametrize("value", [2**63, -(2**70), 2**62])
def test_no_number_breaks_a_query(records: Records, value: int):
    predicate = Comparison(("count",), Kind.INTEGER, "eq", value)
    with records.db.write() as conn:
        put(conn, records.form_id, [{"count": 1}])
        assert ids_by_sql(conn, records.form_id, predicate, bound=True) == set()


def test_large_integers_are_exact(records: Records):
    large = 999_999_999_999_999_999
    with records.db.write() as conn:
        put(conn, records.form_id, [{"count": large}, {"count": large - 1}])
        exact = Comparison(("count",), Kind.INTEGER, "eq", large)
        assert ids_by_sql(conn, records.form_id, exact, bound=True) == {0}
        assert ids_by_sql(conn, records.form_id, exact, bound=False) == {0}


def test_odd_documents_fail_no_query(records: Records):
    odd = [{"count": "abc"}, {"count": None}, {"count": [1]}, {"count": {"a": 1}}, {"count": 7}]
    with records.db.write() as conn:
        put(conn, records.form_id, odd)
        exact = Comparison(("count",), Kind.INTEGER, "eq", 7)
        assert ids_by_sql(conn, records.form_id, exact, bound=True) == {4}


@pytest.mark.parametrize(
    "predicate",
    [
        UserTest(role="lead"),
        Changed(("merchant",)),
        Before(MERCHANT),
        SomeRow(("lines",), Comparison(("@state",), Kind.TEXT, "eq", "won")),
        Comparison(("due_by",), Kind.TEXT, "lt", Now(0)),
        Comparison(("owner",), Kind.TEXT, "eq", CurrentUser()),
        Comparison(("tags",), Kind.LIST, "eq", "a"),
        Comparison(("bad key'",), Kind.TEXT, "eq", "a"),
        Comparison(("@nothing",), Kind.TEXT, "eq", "a"),
        Comparison(("->100", "shop", "@nothing"), Kind.TEXT, "eq", "a"),
        Comparison(("->100", "bad key'", "name"), Kind.TEXT, "eq", "a"),
        SomeRow(("lines",), Comparison(("->100", "shop", "name"), Kind.TEXT, "eq", "a")),
        Comparison(("@state",), Kind.LIST, "has", "a"),
    ],
)
def test_what_cannot_be_asked_is_refused(records: Records, predicate: Predicate):
    with pytest.raises(ValueError, match=r"."):
        sql_predicate(predicate, record_table(records.form_id), records.db.dialect)


def test_a_filter_splits_into_its_static_part_and_the_rest():
    mine = Comparison(("owner",), Kind.TEXT, "eq", CurrentUser())
    other = Comparison(("note",), Kind.TEXT, "eq", FieldValue(("merchant",), Kind.TEXT))
    assert split_static(None) == (None, None)
    assert split_static(MERCHANT) == (MERCHANT, None)
    assert split_static(mine) == (None, mine)
    assert split_static(AllOf((MERCHANT, mine, other))) == (AllOf((MERCHANT, other)), mine)
    assert split_static(AnyOf((MERCHANT, mine))) == (None, AnyOf((MERCHANT, mine)))
    assert split_static(Negation(UserTest(role="lead")))[0] is None
    assert split_static(Constant(value=True)) == (Constant(value=True), None)


def test_an_index_holds_only_what_both_databases_allow():
    tags = Comparison(("tags",), Kind.LIST, "has", "a")
    part = Comparison(("merchant",), Kind.TEXT, "contains", "a")
    hop = Comparison(("->100", "shop", "name"), Kind.TEXT, "eq", "a")
    assert indexable(None) is None
    assert indexable(tags) is None
    assert indexable(hop) is None
    assert [*operands(AllOf((MERCHANT, hop)))] == [(("merchant",), Kind.TEXT)]
    assert indexable(AllOf((MERCHANT, Negation(part)))) == MERCHANT


def test_shapes_of_equal_questions_are_equal(db: Database):
    one: dict[str, Any] = {}
    two: dict[str, Any] = {}
    other = Comparison(("merchant",), Kind.TEXT, "eq", "Other")
    assert shaped(MERCHANT, one, db.dialect) == shaped(other, two, db.dialect)
    assert (one, two) == ({"v0": "Acme"}, {"v0": "Other"})
