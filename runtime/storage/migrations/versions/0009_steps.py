"""The steps that records are to follow are kept with the draft that they are written for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("spec_draft", sa.Column("steps", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("spec_draft", "steps")
