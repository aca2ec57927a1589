"""Where databases for measuring come from: a folder of SQLite files, or a private PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.store import Store
from tests.cluster import private_cluster

NAMES: Final = ("sqlite", "postgresql")
# Durable, as in production: a save is on the disk before it is answered.
_SETTINGS: Final = ("shared_buffers=1GB", "max_wal_size=4GB", "work_mem=16MB")


@dataclass(frozen=True, slots=True)
class Engine:
    """Makes empty databases of one kind."""

    name: str
    folder: Path
    cluster_url: str = ""

    def store(self, name: str) -> Store:
        """A new deployment of Opswright."""
        folder = self.folder / name
        folder.mkdir()
        return Store(folder, self._database(name))

    def url(self, name: str) -> str:
        """A new database for others."""
        return self._database(name) or f"sqlite:///{self.folder / name}.db"

    def _database(self, name: str) -> str:
        if not self.cluster_url:
            return ""
        with psycopg.connect(self.cluster_url, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
        return self.cluster_url.replace("/postgres?", f"/{name}?")


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """The engine called `name`; its databases in `folder`, or gone with the block."""
    if name == "sqlite":
        yield Engine(name, folder)
        return
    with private_cluster(*_SETTINGS) as url:
        yield Engine(name, folder, url)
