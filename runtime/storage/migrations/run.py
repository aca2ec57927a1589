"""Running the migrations on a connection that is already in a transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def alembic_config(conn: Connection | None = None) -> Config:
    """The configuration of Alembic: no ini file, scripts beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = conn
    return config


def upgrade(conn: Connection) -> None:
    """Run what is missing; the caller's transaction makes it all or nothing."""
    command.upgrade(alembic_config(conn), "head")
