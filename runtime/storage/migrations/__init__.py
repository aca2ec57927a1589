"""Alembic's migrations of the fixed tables; tables of records are made by publishing."""

from typing import Final

HEAD: Final = "0010"
"""The newest revision: a test holds it equal to what Alembic finds in `versions`."""
