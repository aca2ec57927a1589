"""Running numbers of forms: what sequence fields are made of.

A number is taken in the transaction that uses it: one that is rolled back leaves no gap.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from runtime.storage.schema import TENANT, CounterRow
from runtime.storage.upsert import insert_new

_NEXT: Final = (
    update(CounterRow)
    .where(
        CounterRow.tenant_id == TENANT,
        CounterRow.form_id == bindparam("of_form"),
        CounterRow.key == bindparam("of_key"),
    )
    .values(value=CounterRow.value + bindparam("many"))
    .returning(CounterRow.value)
)


def next_number(conn: Connection, form_id: int, key: str) -> int:
    """The next number of the sequence `key` of a form, from 1 on; other writers of it wait."""
    return next_numbers(conn, form_id, key, 1).start


def next_numbers(conn: Connection, form_id: int, key: str, many: int) -> range:
    """The next numbers of a sequence, `many` of them, as `next_number` would give them."""
    which = {"of_form": form_id, "of_key": key, "many": many}
    last: int | None = conn.execute(_NEXT, which).scalar_one_or_none()
    if last is None:
        row = {"tenant_id": TENANT, "form_id": form_id, "key": key, "value": many}
        # Unless somebody else counted first in between.
        new = insert_new(conn, CounterRow, row)
        last = many if new else int(conn.execute(_NEXT, which).scalar_one())
    return range(last - many + 1, last + 1)


def reached(conn: Connection, form_id: int) -> dict[str, int]:
    """The last number that was given of each sequence of a form, by its key."""
    row = CounterRow
    query = select(row.key, row.value).where(row.tenant_id == TENANT, row.form_id == form_id)
    return dict(conn.execute(query).all())
