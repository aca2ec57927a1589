"""Running numbers of forms: what sequence fields are made of.

A number is taken in the transaction that uses it: one that is rolled back leaves no gap.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, update

from runtime.storage.schema import TENANT, CounterRow
from runtime.storage.upsert import insert_new

_NEXT: Final = (
    update(CounterRow)
    .where(
        CounterRow.tenant_id == TENANT,
        CounterRow.form_id == bindparam("of_form"),
        CounterRow.key == bindparam("of_key"),
    )
    .values(value=CounterRow.value + 1)
    .returning(CounterRow.value)
)


def next_number(conn: Connection, form_id: int, key: str) -> int:
    """The next number of the sequence `key` of a form, from 1 on; other writers of it wait."""
    which = {"of_form": form_id, "of_key": key}
    number: int | None = conn.execute(_NEXT, which).scalar_one_or_none()
    if number is not None:
        return number
    row = {"tenant_id": TENANT, "form_id": form_id, "key": key, "value": 1}
    if insert_new(conn, CounterRow, row):
        return 1
    # Somebody else counted first in between.
    first: int = conn.execute(_NEXT, which).scalar_one()
    return first
