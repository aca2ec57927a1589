"""What builders say of a draft or a version, and whether a second person agrees with a draft."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "spec_remark",
        sa.Column("tenant_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", _LONG, primary_key=True, autoincrement=False),
        _column("tool", sa.Text()),
        _column("version", _LONG),
        _column("sequence", _LONG),
        _column("account", sa.Text()),
        _column("at", _LONG),
        _column("kind", sa.Text()),
        _column("body", sa.Text()),
    )
    op.create_index("spec_remark_tool", "spec_remark", ["tenant_id", "tool", "id"])


def downgrade() -> None:
    op.drop_table("spec_remark")
