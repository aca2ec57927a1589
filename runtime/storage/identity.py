"""Who stands behind a session or token: account and roles in the same statement.

These run on every request, so they are prepared once and read rows by hand.
"""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Select, Text, and_, cast, select
from sqlalchemy.orm import InstrumentedAttribute

from runtime.storage.accounts import ACCOUNT, Account
from runtime.storage.schema import AccountRow, MembershipRow

_SETTINGS: Final = 8
"""The place of the settings among an account's columns."""


def with_identity(
    columns: Sequence[InstrumentedAttribute[Any]],
    tenant: InstrumentedAttribute[int],
    account: InstrumentedAttribute[Any],
) -> Select[*tuple[Any, ...]]:
    """Selects `columns`, then tool and role, then the account: one row per role held."""
    known = [
        cast(column, Text) if place == _SETTINGS else column for place, column in enumerate(ACCOUNT)
    ]
    return (
        select(*columns, MembershipRow.tool, MembershipRow.role, *known)
        .outerjoin(
            AccountRow,
            and_(AccountRow.tenant_id == tenant, AccountRow.id == account, AccountRow.is_active),
        )
        .outerjoin(
            MembershipRow,
            and_(
                MembershipRow.tenant_id == tenant,
                MembershipRow.account_id == AccountRow.id,
            ),
        )
    )


def identity(
    rows: Sequence[Sequence[Any]], width: int
) -> tuple[Account | None, frozenset[tuple[str, str]]]:
    """From the rows of such a statement, whose own columns are `width`, to account and roles."""
    first = rows[0][width + 2 :]
    if first[0] is None:
        return None, frozenset()
    fields = list(first)
    fields[_SETTINGS] = orjson.loads(fields[_SETTINGS])
    # Past SQLAlchemy's types SQLite gives truth as 0 and 1.
    fields[5], fields[6] = bool(fields[5]), bool(fields[6])
    held = frozenset((row[width], row[width + 1]) for row in rows if row[width] is not None)
    return Account(*fields), held
