"""Each wanted index is really used by the page query of its view, on both databases."""

import random
from dataclasses import replace
from typing import Any

import pytest

from form_specs.conditions import AllOf, Comparison, Kind, Negation, Predicate
from runtime.storage.database import Database
from runtime.storage.errors import UniqueViolation
from runtime.storage.index_builder import build_next
from runtime.storage.indexes import (
    MAX_FIELD_INDEXES,
    MAX_LIST_INDEXES,
    IndexedField,
    IndexState,
    ListIndex,
    index_expression,
    index_name,
    index_states,
    plan_indexes,
    wanted_indexes,
)
from runtime.storage.paging import page_statement, plan
from runtime.storage.records import ListQuery, SortTerm
from tests.runtime.storage.making import UNIQUE_REF, Records, make_form

ROWS = 20_000
STATES = {"new": 12_000, "open": 4_000, "waiting": 2_000, "lost": 1_700, "won": 300}
OPEN = AllOf(
    (
        Comparison(("@state",), Kind.TEXT, "in", ("new", "open", "waiting")),
        Negation(Comparison(("network",), Kind.TEXT, "eq", "100% o'ther")),
    )
)
HIDDEN = AllOf((OPEN, Comparison(("tags",), Kind.LIST, "has", "vip")))
DUE = SortTerm(("due_by",), Kind.TEXT)
AMOUNT = SortTerm(("amount", "amount"), Kind.INTEGER, descending=True)
RATIO = SortTerm(("ratio",), Kind.REAL)
UPDATED = SortTerm(("@updated_at",), Kind.INTEGER, descending=True)
NETWORK = (("network",), Kind.TEXT)
URGENT = (("urgent",), Kind.BOOLEAN)
STATE = (("@state",), Kind.TEXT)
VIEWS = (
    ListIndex("open", OPEN, DUE, (NETWORK, URGENT)),
    ListIndex("large", None, AMOUNT, ()),
    ListIndex("vip", HIDDEN, RATIO, ()),
    ListIndex("latest", None, UPDATED, (STATE,)),
)
FIELDS = (
    IndexedField("customer", ("customer",), Kind.TEXT),
    IndexedField("ref", ("ref",), Kind.TEXT, unique=True),
)
FILTERS: dict[tuple[str, ...], Predicate] = {
    ("network",): Comparison(("network",), Kind.TEXT, "eq", "visa"),
    ("urgent",): Comparison(("urgent",), Kind.BOOLEAN, "eq", True),
    ("@state",): Comparison(("@state",), Kind.TEXT, "eq", "won"),
}


def build_all(db: Database) -> None:
    while build_next(db):
        pass


def states(records: Records) -> list[IndexState]:
    with records.db.read() as conn:
        return index_states(conn, records.form_id)


def want(records: Records, fields: Any = (), views: Any = ()) -> None:
    with records.db.write() as conn:
        plan_indexes(conn, records.form_id, wanted_indexes(records.form_id, fields, views))


@pytest.fixture(scope="module")
def crowd(db: Database) -> Records:
    """Twenty thousand skewed records with all indexes built."""
    records, chance = make_form(db), random.Random(7)
    documents = []
    for number in range(ROWS):
        document: dict[str, Any] = {
            "ref": f"R-{number}",
            "customer": f"C-{chance.randrange(3000)}",
            "network": chance.choices(["visa", "mastercard", "amex"], [70, 25, 5])[0],
            "urgent": chance.random() < 0.1,
            "tags": chance.sample(["vip", "new", "eu"], 1),
        }
        if chance.random() < 0.8:
            document["due_by"] = f"2026-{chance.randrange(1, 13):02}-01T00:00:00.000000Z"
            document["amount"] = {"amount": chance.randrange(10**6), "currency": "EUR"}
            document["ratio"] = chance.random()
        documents.append(document)
    for state, number in STATES.items():
        records.add_many([documents.pop() for _ in range(number)], state=state)
    with db.write() as conn:
        conn.exec_driver_sql(
            f"UPDATE rec_{records.form_id} SET updated_at = id / 4096 - id / 4096 / 99991 * 99991"
        )
    want(records, FIELDS, VIEWS)
    build_all(db)
    return records


def explained(records: Records, query: ListQuery) -> str:
    dialect = records.db.dialect
    planned = plan(query, dialect)
    assert planned is not None
    statement = page_statement(planned.shape, dialect)
    values = statement.values({**planned.values, "page_size": query.limit + 1})
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    with records.db.read() as conn:
        rows = conn.exec_driver_sql(explain + statement.sql, values)
        return "\n".join(str(row[-1]) for row in rows)


def index_of(records: Records, view: ListIndex, quick: Any) -> str:
    """The name of the index that the view wants for a first filter."""
    wanted = wanted_indexes(records.form_id, (), (replace(view, quick=(quick,) if quick else ()),))
    label = wanted[-1].label
    (found,) = [state.name for state in states(records) if f"_{label}_" in state.name]
    return found


CASES = [(view, quick) for view in VIEWS for quick in (None, *view.quick)]


def test_all_indexes_are_ready(crowd: Records):
    found = states(crowd)
    assert {state.state for state in found} == {"ready"}
    assert len(found) == len(FIELDS) + len(CASES)


@pytest.mark.parametrize(("view", "quick"), CASES, ids=[f"{v.view}-{q}" for v, q in CASES])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_a_views_page_uses_its_index(
    crowd: Records, view: ListIndex, quick: Any, backwards: bool, deep: bool
):
    assert view.sort is not None
    sort = replace(view.sort, descending=view.sort.descending is not backwards)
    query = ListQuery(
        crowd.form_id,
        where=view.where,
        filters=FILTERS[quick[0]] if quick else None,
        sort=(sort,),
        limit=50,
    )
    if deep:
        with crowd.db.read() as conn:
            query = replace(query, cursor=crowd.reader.page(conn, query).next_cursor)
        assert query.cursor is not None
    text = explained(crowd, query)
    fitting = {index_of(crowd, view, quick)}
    if deep and crowd.db.dialect == "postgresql":
        # Where few rows are left behind the cursor, both indexes lead straight to them.
        fitting.add(index_of(crowd, view, None))
    assert any(name in text for name in fitting), text
    assert "Seq Scan" not in text, text
    assert "TEMP B-TREE" not in text, text
    present = text.split("UNION ALL")[0] if crowd.db.dialect == "sqlite" else text
    if deep and crowd.db.dialect == "sqlite":
        # The cursor is sought, not walked to.
        assert "<expr>" in present or "updated_at" in present, text
        assert any(sign in present for sign in ("<expr><", "<expr>>", "updated_at<", "updated_at>"))
    if deep and crowd.db.dialect == "postgresql":
        assert "ROW(" in text.split("Index Cond")[1], text


def test_a_filter_on_an_indexed_field_uses_its_index(crowd: Records):
    customer = Comparison(("customer",), Kind.TEXT, "eq", "C-17")
    text = explained(crowd, ListQuery(crowd.form_id, filters=customer, sort=(DUE,)))
    assert f"ix_{crowd.form_id}_customer_" in text, text
    assert "Seq Scan" not in text, text


def test_a_unique_lookup_uses_its_index(crowd: Records):
    ref = Comparison(("ref",), Kind.TEXT, "eq", "R-17")
    text = explained(crowd, ListQuery(crowd.form_id, filters=ref))
    assert f"ux_{crowd.form_id}_ref_" in text, text


def test_newest_first_needs_no_index_of_its_own(crowd: Records):
    text = explained(crowd, ListQuery(crowd.form_id))
    assert "TEMP B-TREE" not in text
    assert "Sort" not in text
    assert "Seq Scan" not in text


def test_the_built_unique_index_refuses(crowd: Records):
    with pytest.raises(UniqueViolation):
        crowd.add({"ref": "R-17"}, unique=UNIQUE_REF)
    table = f"rec_{crowd.form_id}"
    with pytest.raises(Exception, match="ux_"), crowd.db.write() as conn:
        conn.exec_driver_sql(
            f"INSERT INTO {table} SELECT 5, tenant_id, form_id, version, spec_version, state, "
            f"created_at, created_by, updated_at, updated_by, deleted_at, last_event, data "
            f"FROM {table} LIMIT 1"
            if crowd.db.dialect == "sqlite"
            else f"INSERT INTO {table} SELECT tenant_id, form_id, 5, version, spec_version, state, "
            f"created_at, created_by, updated_at, updated_by, deleted_at, last_event, data "
            f"FROM {table} LIMIT 1"
        )


# -- lifecycle --------------------------------------------------------------------------


def test_publishing_again_builds_nothing_anew(records: Records):
    want(records, FIELDS, VIEWS)
    build_all(records.db)
    before = states(records)
    want(records, FIELDS, VIEWS)
    assert states(records) == before
    assert build_next(records.db) is False


def test_what_is_not_wanted_any_more_is_dropped(records: Records):
    want(records, FIELDS, VIEWS[:1])
    build_all(records.db)
    want(records, FIELDS[1:], ())
    assert {state.state for state in states(records)} == {"ready", "dropping"}
    build_all(records.db)
    assert [state.kind for state in states(records)] == ["unique"]
    with records.db.read() as conn:
        names = conn.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'index'"
            if records.db.dialect == "sqlite"
            else "SELECT indexname FROM pg_indexes"
        ).scalars()
        assert (
            len([n for n in names if n.startswith(("ix_", "ux_")) and f"_{records.form_id}_" in n])
            == 1
        )


def test_wanted_again_while_dropping_is_built_anew(records: Records):
    want(records, FIELDS[:1])
    build_all(records.db)
    want(records)
    want(records, FIELDS[:1])
    build_all(records.db)
    (only,) = states(records)
    assert (only.state, only.generation) == ("ready", 2)


def test_equal_values_fail_a_unique_index_with_the_reason(records: Records):
    first, _ = records.add({"ref": "R-1"}), records.add({"ref": "R-1"})
    want(records, FIELDS[1:])
    build_all(records.db)
    (failed,) = states(records)
    assert failed.state == "failed"
    assert failed.error
    assert build_next(records.db) is False
    records.remove(first)
    with records.db.write() as conn:
        conn.exec_driver_sql("UPDATE index_state SET retry_at = 0")
    build_all(records.db)
    (ready,) = states(records)
    assert (ready.state, ready.error) == ("ready", None)


def test_an_interrupted_build_is_taken_up_again(records: Records):
    want(records, FIELDS[:1])
    with records.db.write() as conn:
        conn.exec_driver_sql("UPDATE index_state SET state = 'building'")
    build_all(records.db)
    assert [state.state for state in states(records)] == ["ready"]


def test_the_budget_keeps_unique_fields():
    fields = [IndexedField(f"f{n}", (f"f{n}",), Kind.TEXT, unique=n == 19) for n in range(20)]
    views = [ListIndex(f"v{n}", None, SortTerm((f"s{n}",), Kind.TEXT)) for n in range(20)]
    wanted = wanted_indexes(1, fields, views)
    assert len(wanted) == MAX_FIELD_INDEXES + MAX_LIST_INDEXES
    assert wanted[0].kind == "unique"


def test_lists_are_indexed_by_what_they_hold_and_equal_views_share():
    tags = IndexedField("tags", ("tags",), Kind.LIST)
    again = replace(VIEWS[0], view="again", quick=())
    (held,) = wanted_indexes(1, [tags], [])
    assert held.kind == "contains"
    assert index_expression(1, held, "postgresql") == (
        "USING gin ((data -> 'tags') jsonb_path_ops) WHERE deleted_at IS NULL"
    )
    assert len(wanted_indexes(1, [], [VIEWS[0], again])) == 3
    assert wanted_indexes(1, [], [ListIndex("plain", None, None)]) == ()


def test_names_fit_the_database():
    long = IndexedField("k" * 40, ("k" * 40,), Kind.TEXT, unique=True)
    (wanted,) = wanted_indexes(123_456, [long], [])
    assert len(index_name(123_456, wanted, 9_999)) <= 63


def test_many_at_once_cannot_take_a_value_that_an_index_guards(crowd: Records):
    with pytest.raises(UniqueViolation):
        crowd.add_many([{"ref": "new-1"}, {"ref": "R-5"}], unique=UNIQUE_REF)
    with crowd.db.read() as conn:
        assert not crowd.reader.exists_value(conn, crowd.form_id, ("ref",), Kind.TEXT, "new-1")
