"""Batches: records that came in together, what became of each row, and what was taken back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str, kind: Any = _LONG) -> "sa.Column[Any]":
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "batch",
        _key("tenant_id", sa.Integer()),
        _key("id"),
        _column("form_id", _LONG),
        _column("name", sa.Text()),
        _column("kind", sa.Text()),
        _column("status", sa.Text()),
        _column("plan", sa.Text()),
        _column("result", sa.Text()),
        sa.Column("reverts", _LONG, nullable=True),
        _column("created_by", sa.Text()),
        _column("created_at", _LONG),
    )
    op.create_index("batch_form", "batch", ["tenant_id", "form_id", "id"])
    op.create_table(
        "batch_record",
        _key("tenant_id", sa.Integer()),
        _key("batch_id"),
        _key("record_id"),
        _column("version", _LONG),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_reject",
        _key("tenant_id", sa.Integer()),
        _key("batch_id"),
        _key("line"),
        _column("cells", sa.Text()),
        _column("problems", sa.Text()),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("batch_reject", "batch_record", "batch"):
        op.drop_table(table)
