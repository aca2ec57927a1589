"""Alembic's entry: runs on the connection that `run.py` hands over."""

from alembic import context

import runtime.storage.spec_schema  # noqa: F401 - its tables are part of the whole
from runtime.storage.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # The caller's transaction covers all revisions, on both databases.
    transactional_ddl=True,
)
context.run_migrations()
