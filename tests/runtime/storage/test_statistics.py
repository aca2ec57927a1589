"""The planner learns of a form that grew after its indexes were built."""

from typing import Any

import pytest
from sqlalchemy import event

from form_specs.conditions import Comparison, Kind
from runtime.storage.index_builder import build_next
from runtime.storage.indexes import (
    IndexedField,
    ListIndex,
    index_states,
    plan_indexes,
    wanted_indexes,
    wanted_statistics,
)
from runtime.storage.paging import page_statement, plan
from runtime.storage.records import ListQuery, RecordReader, SortTerm
from runtime.storage.statistics import refresh_statistics
from tests.runtime.storage.making import Records

NUMBER = (("number",), Kind.TEXT)
NETWORK = (("network",), Kind.TEXT)
REGION = (("region",), Kind.TEXT)
DUE = SortTerm(("due_by",), Kind.TEXT)


def prepare(records: Records) -> None:
    """Indexes for a filter and for an order, built while the form is empty."""
    wanted = wanted_indexes(
        records.form_id,
        [IndexedField("network", *NETWORK)],
        [ListIndex("all", None, DUE, rows=(REGION,))],
    )
    with records.db.write() as conn:
        plan_indexes(conn, records.form_id, (*wanted, *wanted_statistics([NETWORK, REGION])))
    while build_next(records.db):
        pass


def fill(records: Records, number: int) -> None:
    records.add_many(
        [
            {
                "network": "visa" if n % 3 else "amex",
                "region": "emea" if n % 2 else "apac",
                "due_by": f"2026-01-01T00:00:{n % 60:02}.{n:06}Z",
            }
            for n in range(number)
        ]
    )


def explained(records: Records, query: ListQuery) -> str:
    dialect = records.db.dialect
    planned = plan(query, dialect)
    assert planned is not None
    statement = page_statement(planned.shape, dialect)
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    with records.db.read() as conn:
        values = statement.values({**planned.values, "page_size": query.limit + 1})
        # Whatever is read first shows a connection that the schema has changed.
        conn.exec_driver_sql(f"SELECT 1 FROM rec_{records.form_id} LIMIT 1").all()
        rows = conn.exec_driver_sql(explain + statement.sql, values)
        return "\n".join(str(row[-1]) for row in rows)


def test_a_value_that_no_two_share_is_looked_up_while_the_form_is_being_filled(records: Records):
    """Nothing has analysed the form yet, and reading it whole for each piece would take ever longer."""
    wanted = wanted_indexes(records.form_id, [IndexedField("number", *NUMBER, unique=True)], [])
    with records.db.write() as conn:
        plan_indexes(conn, records.form_id, wanted)
    while build_next(records.db):
        pass
    records.add_many([{"number": f"N-{n}"} for n in range(3_000)])
    found: list[tuple[str, Any]] = []
    explain = "EXPLAIN QUERY PLAN " if records.db.dialect == "sqlite" else "EXPLAIN "
    with records.db.read() as conn:

        def note(_conn: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
            found.append((sql, values))

        event.listen(conn, "before_cursor_execute", note)
        asked = (f"N-{n}" for n in range(2_500, 3_500))
        held = RecordReader(records.db).holding(conn, records.form_id, *NUMBER, asked)
        event.remove(conn, "before_cursor_execute", note)
        sql, values = found[-1]
        plan_ = conn.exec_driver_sql(explain + sql, values).all()
    assert len(held) == 500
    assert f"ux_{records.form_id}_number" in "\n".join(str(row[-1]) for row in plan_)


def test_a_common_value_is_walked_and_not_sorted_once_the_form_has_grown(records: Records):
    prepare(records)
    fill(records, 20_000)
    refresh_statistics(records.db)
    if records.db.dialect == "postgresql":
        with records.db.autocommit() as conn:
            conn.exec_driver_sql(f"ANALYZE rec_{records.form_id}")
    visa = Comparison(*NETWORK, "eq", "visa")
    emea = Comparison(*REGION, "eq", "emea")
    query = ListQuery(records.form_id, rows=emea, filters=visa, sort=(DUE,), limit=50)
    first = explained(records, query).split("Sort")[0].split("TEMP B-TREE")[0]
    assert f"ix_{records.form_id}_due_by" in first
    assert f"ix_{records.form_id}_network" not in first


def test_a_form_is_looked_at_again_when_it_has_doubled(records: Records):
    prepare(records)
    fill(records, 900)
    assert refresh_statistics(records.db) == []
    fill(records, 600)
    grown = [records.form_id] if records.db.dialect == "sqlite" else []
    assert refresh_statistics(records.db) == grown
    assert refresh_statistics(records.db) == []


def test_statistics_are_built_and_dropped_where_indexes_have_none(records: Records):
    prepare(records)
    with records.db.read() as conn:
        kinds = [state.kind for state in index_states(conn, records.form_id)]
    wanted = 2 if records.db.dialect == "postgresql" else 0
    assert kinds.count("statistics") == wanted
    with records.db.write() as conn:
        plan_indexes(conn, records.form_id, ())
    while build_next(records.db):
        pass
    with records.db.read() as conn:
        assert index_states(conn, records.form_id) == []
        if wanted:
            left = conn.exec_driver_sql(
                "SELECT count(*) FROM pg_statistic_ext "
                f"WHERE stxrelid = 'rec_{records.form_id}'::regclass"
            )
            assert left.scalar_one() == 0


def test_a_condition_on_rows_is_judged_by_the_index_alone(records: Records):
    if records.db.dialect != "sqlite":
        pytest.skip("PostgreSQL reads the record wherever an index is of expressions")
    prepare(records)
    with records.db.read() as conn:
        steps = conn.exec_driver_sql(
            f"EXPLAIN SELECT count(*) FROM rec_{records.form_id} INDEXED BY {due_index(records)} "
            "WHERE deleted_at IS NULL AND (data ->> '$.region') = 'emea'"
        )
        # Each value that is not in the index is taken out of the document by this function.
        assert "->>(2)" not in [step[5] for step in steps]


def due_index(records: Records) -> str:
    with records.db.read() as conn:
        names = [state.name for state in index_states(conn, records.form_id)]
    (found,) = [name for name in names if "_due_by_" in name]
    return found
