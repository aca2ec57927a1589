"""The titles that chosen values had when records were saved with them: their source may forget them."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import ClauseElement, ColumnElement, Connection, bindparam, select

from runtime.storage.schema import TENANT, KeptTitleRow
from runtime.storage.statements import Prepared
from runtime.storage.upsert import upsert

Chosen: TypeAlias = tuple[str, str]
"""A field and a key that it holds or held."""

_MOST = 200


def keep(conn: Connection, form_id: int, record_id: int, titles: Mapping[Chosen, str]) -> None:
    """Note what the values of a record are called from now on."""
    for (field, key), title in titles.items():
        place = {"tenant_id": TENANT, "form_id": form_id, "record_id": record_id}
        upsert(conn, KeptTitleRow, {**place, "field": field, "key": key}, {"title": title})


def of_records(
    conn: Connection, form_id: int, record_ids: Iterable[int]
) -> dict[tuple[int, str, str], str]:
    """By record, field and key what the values of some records of a form are called, in one statement."""
    wanted = sorted(set(record_ids))[:_MOST]
    if not wanted:
        return {}
    # As many places as a page has at most, so that one statement serves all pages.
    size = 1 if len(wanted) == 1 else _MOST
    values = {f"r{n}": wanted[min(n, len(wanted) - 1)] for n in range(size)}
    rows = _statement(size, conn.dialect.name).rows(conn, {"form": form_id, **values})
    return {(row[0], row[1], row[2]): row[3] for row in rows}


_STATEMENTS: dict[tuple[int, str], Prepared] = {}


def _statement(size: int, dialect: str) -> Prepared:
    found = _STATEMENTS.get((size, dialect))
    if found is None:
        found = _STATEMENTS[size, dialect] = Prepared(_select(size), dialect, planned_once=True)
    return found


def _select(size: int) -> ClauseElement:
    row = KeptTitleRow
    places: list[ColumnElement[int]] = [bindparam(f"r{n}") for n in range(size)]
    return select(row.record_id, row.field, row.key, row.title).where(
        row.tenant_id == TENANT, row.form_id == bindparam("form"), row.record_id.in_(places)
    )
