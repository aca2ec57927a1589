"""Lists that editors change, titles that records were saved with, answers of hooks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "choice_list",
        _column("tenant_id", sa.Integer()),
        _column("tool_id", LONG),
        _column("key", sa.Text()),
        _column("id", LONG),
        _column("version", LONG),
        _column("choices", sa.Text()),
        _column("updated_at", LONG),
        _column("updated_by", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "tool_id", "key"),
    )
    op.create_table(
        "kept_title",
        _column("tenant_id", sa.Integer()),
        _column("form_id", LONG),
        _column("record_id", LONG),
        _column("field", sa.Text()),
        _column("key", sa.Text()),
        _column("title", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "form_id", "record_id", "field", "key"),
    )
    op.create_table(
        "hook_choices",
        _column("tenant_id", sa.Integer()),
        _column("tool_id", LONG),
        _column("hook", sa.Text()),
        _column("depends", sa.Text()),
        _column("choices", sa.Text()),
        _column("fetched_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "tool_id", "hook", "depends"),
    )


def downgrade() -> None:
    for table in ("hook_choices", "kept_title", "choice_list"):
        op.drop_table(table)
