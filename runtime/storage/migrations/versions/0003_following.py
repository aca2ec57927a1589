"""Records that follow their tool to its next version: lifted documents, and who lifts them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("tool", sa.Column("migrated_version", _LONG, nullable=False, server_default="0"))
    op.add_column("tool", sa.Column("settling", _LONG, nullable=False, server_default="0"))
    op.add_column("tool_version", sa.Column("migration", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("lease_until", _LONG, nullable=True))
    op.create_table(
        "record_lift",
        sa.Column("tenant_id", sa.Integer(), primary_key=True),
        sa.Column("form_id", _LONG, primary_key=True, autoincrement=False),
        sa.Column("record_id", _LONG, primary_key=True, autoincrement=False),
        sa.Column("job_id", _LONG, nullable=False),
        sa.Column("version", _LONG, nullable=False),
        sa.Column("data", _DOCUMENT, nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("rejected", sa.Text(), nullable=True),
    )
