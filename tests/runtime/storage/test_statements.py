"""Prepared statements go past SQLAlchemy; what becomes of their errors is as everywhere."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from runtime.storage.database import Database
from runtime.storage.statements import Prepared


def test_a_driver_s_error_is_told_in_sqlalchemy_s_words_and_the_connection_serves_on(db: Database):
    wrong = Prepared(text("SELECT x FROM nowhere WHERE x = :x"), db.dialect)
    right = Prepared(text("SELECT 1"), db.dialect)
    with db.read() as conn:
        with pytest.raises(DBAPIError, match="nowhere"):
            wrong.rows(conn, {"x": 1})
        first = right.first(conn, {})
        assert first is not None
        assert tuple(first) == (1,)
