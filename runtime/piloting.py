"""Giving a version of a tool to some before it is given to all, and what came of it."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from components.registry import Registry
from form_specs.compatibility import Hindrance, hindrances
from form_specs.conditions.binding import microseconds
from form_specs.digest import digest
from form_specs.model import JsonObject
from runtime.access import FormAccess
from runtime.gate import Origin, Reason
from runtime.published import (
    Published,
    PublishedMeanwhileError,
    demand_quiet,
    plan_for,
)
from runtime.storage import pilots, tools
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.pilots import Pilot
from runtime.storage.tools import NewVersion, Tool

log = logging.getLogger("opswright.piloting")

_OF_PEOPLE = frozenset(("page", "api"))
"""Where those saves come from whose refusals are counted."""


class NoPilotError(LookupError):
    """There is no such pilot, or it has ended meanwhile."""


class CannotPilotError(ValueError):
    """Why a version cannot be given to some only; `hindrances` says all of it."""

    def __init__(self, found: Sequence[Hindrance]) -> None:
        super().__init__("; ".join(each.text for each in found))
        self.hindrances = tuple(found)


class Piloting:
    """Starts, changes and ends pilots; counts what is refused while one runs."""

    def __init__(
        self,
        db: Database,
        published: Published,
        registry: Registry,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._published = published
        self._registry = registry
        self._clock = clock

    def hindrances(self, document: JsonObject, *, by_record: bool) -> tuple[Hindrance, ...]:
        """What keeps a checked document from being used beside the version in force."""
        with self._db.read() as conn:
            tool = self._tool(conn, str(document["key"]))
            return self._hindrances(conn, tool, document, by_record=by_record)

    def _hindrances(
        self, conn: Connection, tool: Tool, document: JsonObject, *, by_record: bool
    ) -> tuple[Hindrance, ...]:
        old = self._published.version(conn, tool.id, tool.current_version).spec.document
        return hindrances(old, document, self._registry.catalog(), by_record=by_record)

    def start(
        self,
        document: JsonObject,
        by: str,
        people: Collection[str],
        share: int,
        note: str = "",
        *,
        based_on: int | None = None,
    ) -> Pilot:
        """Makes a version of a checked document and gives it to some people or records.

        Raises `InvalidSpecError`, `CannotPilotError`, `PublishedMeanwhileError`,
        `BetweenVersionsError`, `NoPilotError` where the tool was never published.
        """
        self._published.demand_right(document)
        at = microseconds(self._clock())
        with self._db.write() as conn:
            tool = self._tool(conn, str(document["key"]))
            if based_on is not None and based_on != tool.current_version:
                raise PublishedMeanwhileError(tool.current_version)
            demand_quiet(conn, tool)
            if found := self._hindrances(conn, tool, document, by_record=share > 0):
                raise CannotPilotError(found)
            made = NewVersion(document, digest(document), str(document["title"]), by, note)
            version = self._published.put_on_trial(conn, tool, made).version
            pilot = Pilot(tool.id, version, frozenset(people), share, at, by)
            pilots.save(conn, pilot)
        return pilot

    def change(self, key: str, version: int, people: Collection[str], share: int) -> Pilot:
        """Gives the version of the pilot that runs to others; raises `NoPilotError`, `CannotPilotError`."""
        with self._db.write() as conn:
            pilot, tool = self._running(conn, key, version), self._tool(conn, key)
            new = self._published.version(conn, tool.id, pilot.version).spec.document
            found = self._hindrances(conn, tool, dict(new), by_record=share > 0)
            if found:
                raise CannotPilotError(found)
            changed = replace(pilot, people=frozenset(people), share=share)
            pilots.save(conn, changed)
        return changed

    def adopt(self, key: str, version: int, by: str) -> None:
        """Gives the version of a pilot to all.

        Raises `NoPilotError`, and `InvalidSpecError` where it cannot be run any more, such as when
        a hook that it names was taken away.
        """
        with self._db.write() as conn:
            pilot, tool = self._running(conn, key, version), self._tool(conn, key)
            new = self._published.version(conn, tool.id, pilot.version)
            self._published.demand_right(dict(new.spec.document))
            pilots.adopt(conn, pilot, by, microseconds(self._clock()), new.spec.title)
            plan_for(conn, new)

    def withdraw(self, key: str, version: int, by: str) -> None:
        """Takes the version of a pilot back; what was saved by it stays.  Raises `NoPilotError`."""
        with self._db.write() as conn:
            pilot, tool = self._running(conn, key, version), self._tool(conn, key)
            pilots.withdraw(conn, pilot, by, microseconds(self._clock()))
            plan_for(conn, self._published.version(conn, tool.id, tool.current_version))

    def refused(self, access: FormAccess, origin: Origin, reasons: Sequence[Reason]) -> None:
        """Counts a refused save while a pilot runs; never raises, as it is nobody's business then."""
        if origin.source not in _OF_PEOPLE:
            return
        form = access.form
        try:
            with self._db.read() as conn:
                pilot = pilots.running(conn, form.tool_key)
            if pilot is None:
                return
            found = [(reason.field or "", reason.check.value) for reason in reasons]
            with self._db.write() as conn:
                pilots.note_refusal(conn, pilot, form.tool_version, form.key, found)
        except (StorageError, SQLAlchemyError):
            log.exception("a refusal was not counted")

    @staticmethod
    def _running(conn: Connection, key: str, version: int) -> Pilot:
        pilot = pilots.running(conn, key)
        if pilot is None or pilot.version != version:
            raise NoPilotError
        return pilot

    @staticmethod
    def _tool(conn: Connection, key: str) -> Tool:
        found = tools.by_key(conn, key)
        if found is None or not found.current_version:
            raise NoPilotError
        return found
