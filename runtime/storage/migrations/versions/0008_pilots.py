"""Pilots: a version that some work by before all do, and what was refused meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBERS = ("newest_version", "pilot_version")


def upgrade() -> None:
    for name in _NUMBERS:
        op.add_column("tool", sa.Column(name, _LONG, nullable=False, server_default=sa.text("0")))
    op.execute(sa.text("UPDATE tool SET newest_version = current_version"))
    op.create_table(
        "tool_pilot",
        *_key("tool_id", "version"),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("share", _LONG, nullable=False),
        sa.Column("started_at", _LONG, nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", _LONG, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
    )
    op.create_table(
        "pilot_refusal",
        *_key("tool_id", "pilot", "version"),
        sa.Column("form", sa.Text(), primary_key=True),
        sa.Column("field", sa.Text(), primary_key=True),
        sa.Column("check", sa.Text(), primary_key=True),
        sa.Column("times", _LONG, nullable=False),
    )


def _key(*names: str) -> list[sa.Column[int]]:
    tenant = sa.Column("tenant_id", sa.Integer(), primary_key=True, autoincrement=False)
    return [
        tenant,
        *(sa.Column(name, _LONG, primary_key=True, autoincrement=False) for name in names),
    ]


def downgrade() -> None:
    op.drop_table("pilot_refusal")
    op.drop_table("tool_pilot")
    for name in _NUMBERS:
        op.drop_column("tool", name)
