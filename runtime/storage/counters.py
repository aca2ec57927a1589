"""Running numbers of forms: what sequence fields are made of.

A number is taken in the transaction that uses it: one that is rolled back leaves no gap.
"""

from sqlalchemy import Connection, update

from runtime.storage.schema import TENANT, CounterRow
from runtime.storage.upsert import insert_new


def next_number(conn: Connection, form_id: int, key: str) -> int:
    """The next number of the sequence `key` of a form, from 1 on; other writers of it wait."""
    row = {"tenant_id": TENANT, "form_id": form_id, "key": key, "value": 1}
    if insert_new(conn, CounterRow, row):
        return 1
    number: int = conn.execute(
        update(CounterRow)
        .where(CounterRow.tenant_id == TENANT, CounterRow.form_id == form_id, CounterRow.key == key)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
    ).scalar_one()
    return number
