"""Where previews keep their records: beside the product's database and never in its tables.

With SQLite a place is a file of its own in a folder beside the database, with PostgreSQL a schema
of its own in the same database, so that every process on every machine reaches it.
"""

import re
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from runtime.storage import spec_trials
from runtime.storage.database import Database
from runtime.storage.ids import ALPHABET, encode_id, first_id_at

_HOUR: Final = 3600 * 1_000_000
UNUSED: Final = 24 * _HOUR
"""A preview that nobody opened for so long is taken away, in microseconds."""
OLDEST: Final = 7 * 24 * _HOUR
"""One that was made so long ago is, though it is used: its copies are no picture of what is real."""
_BEING_MADE: Final = _HOUR // 6
_NAME: Final = re.compile(rf"trial_[{ALPHABET}]{{13}}")
_FOLDER: Final = "trials"
_BESIDE: Final = ("", "-wal", "-shm")
"""Ends of the names of the files of one SQLite database."""


def place_name(number: int) -> str:
    """What a place is called by an id of its own, which also says how old it is."""
    return f"trial_{encode_id(number)}"


class TrialPlaces:
    """Makes, finds and drops the places beside one database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._folder = Path(str(db.url.database)).parent / _FOLDER

    def url(self, name: str) -> str:
        """What opens the place as a database."""
        _demand(name)
        if self._db.dialect == "sqlite":
            return f"sqlite:///{self._folder / f'{name}.db'}"
        url = make_url(self._db.url).update_query_dict({"options": f"-c search_path={name}"})
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """An empty place."""
        _demand(name)
        if self._db.dialect == "sqlite":
            # What stands in it is as private as what it was copied from.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return
        with self._db.write() as conn:
            conn.exec_driver_sql(f"CREATE SCHEMA {name}")

    def drop(self, name: str) -> None:
        """Takes a place away with all that is in it; nothing happens where there is none."""
        _demand(name)
        if self._db.dialect == "sqlite":
            for end in _BESIDE:
                (self._folder / f"{name}.db{end}").unlink(missing_ok=True)
            return
        with self._db.write() as conn:
            conn.exec_driver_sql("SET LOCAL client_min_messages = warning")
            conn.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")

    def names(self) -> set[str]:
        """The places that there are."""
        if self._db.dialect == "sqlite":
            found = (path.stem for path in self._folder.glob("trial_*.db"))
        else:
            with self._db.read() as conn:
                query = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'trial_')"
                found = (str(row[0]) for row in conn.exec_driver_sql(query).all())
        return {name for name in found if _NAME.fullmatch(name)}

    def size(self, name: str) -> int:
        """How many bytes a place takes."""
        _demand(name)
        if self._db.dialect == "sqlite":
            files = (self._folder / f"{name}.db{end}" for end in _BESIDE)
            return sum(file.stat().st_size for file in files if file.exists())
        with self._db.read() as conn:
            query = (
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = %(name)s AND c.relkind = 'r'"
            )
            return int(conn.exec_driver_sql(query, {"name": name}).scalar_one())


def sweep(db: Database, now: int) -> None:
    """Takes away the previews that nobody uses any more, and places that are nobody's."""
    places = TrialPlaces(db)
    with db.read() as conn:
        rows = spec_trials.listed(conn)
    old = [row for row in rows if now - row.used_at > UNUSED or now - row.made_at > OLDEST]
    if old:
        with db.write() as conn:
            for row in old:
                spec_trials.remove(conn, row.tool, row.account)
    kept = {row.place for row in rows} - {row.place for row in old}
    # The row of one that is being made comes last.
    young = place_name(first_id_at(now - _BEING_MADE))
    for name in places.names() - kept:
        if name < young:
            places.drop(name)


def _demand(name: str) -> None:
    """Names stand in SQL and in paths: no other ones do."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no place of a preview")
