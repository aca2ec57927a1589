"""A share of a pilot can be one of a list: which records were opened in it is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "tool_pilot", sa.Column("view", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "pilot_record",
        sa.Column("tenant_id", sa.Integer(), primary_key=True, autoincrement=False),
        *(
            sa.Column(name, _LONG, primary_key=True, autoincrement=False)
            for name in ("tool_id", "pilot", "record_id")
        ),
        sa.Column("at", _LONG, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pilot_record")
    op.drop_column("tool_pilot", "view")
