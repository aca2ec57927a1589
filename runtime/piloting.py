"""Giving a version of a tool to some before it is given to all, and what came of it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from components.registry import Registry
from form_specs.compatibility import Hindrance, hindrances
from form_specs.conditions.binding import microseconds
from form_specs.digest import digest
from form_specs.language import _
from form_specs.model import JsonObject
from runtime.gate import Reason
from runtime.gate.change import Change
from runtime.pilot_records import OfferedView, offered_views
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is to have a version before all others."""

    people: frozenset[str] = frozenset()
    share: int = 0
    """Of each hundred records."""
    view: str = ""
    """The list of whose records; empty: of all records of the tool."""


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

    def offered_views(self, key: str) -> list[OfferedView]:
        """The lists of which a share can be had, and those of which none can."""
        with self._db.read() as conn:
            tool = self._tool(conn, key)
            return offered_views(self._published.version(conn, tool.id, tool.current_version))

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
        chosen: Chosen,
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
            self._demand_allowed(conn, tool, document, chosen)
            made = NewVersion(document, digest(document), str(document["title"]), by, note)
            version = self._published.put_on_trial(conn, tool, made).version
            pilot = Pilot(tool.id, version, chosen.people, chosen.share, chosen.view, at, by)
            pilots.save(conn, pilot)
        return pilot

    def _demand_allowed(
        self, conn: Connection, tool: Tool, document: JsonObject, chosen: Chosen
    ) -> None:
        found = [*self._hindrances(conn, tool, document, by_record=chosen.share > 0)]
        if chosen.view:
            found += self._view_hindrances(conn, tool, chosen)
        if found:
            raise CannotPilotError(found)

    def _view_hindrances(self, conn: Connection, tool: Tool, chosen: Chosen) -> list[Hindrance]:
        pointer = f"/views/{chosen.view}"
        if not chosen.share:
            text = _("Say how many of each 100 records of the list are meant")
            return [Hindrance(pointer, text)]
        current = self._published.version(conn, tool.id, tool.current_version)
        offered = {each.view.key: each for each in offered_views(current)}.get(chosen.view)
        if offered is None:
            text = _("The version in force has no list '%(view)s'", view=chosen.view)
            return [Hindrance(pointer, text)]
        if not offered.hindrance:
            return []
        title, why = offered.view.title, offered.hindrance
        return [Hindrance(pointer, _("No share of %(title)s: %(why)s", title=title, why=why))]

    def change(self, key: str, version: int, chosen: Chosen) -> Pilot:
        """Gives the version of the pilot that runs to others; raises `NoPilotError`, `CannotPilotError`."""
        with self._db.write() as conn:
            pilot, tool = self._running(conn, key, version), self._tool(conn, key)
            new = self._published.version(conn, tool.id, pilot.version).spec.document
            self._demand_allowed(conn, tool, dict(new), chosen)
            changed = replace(pilot, people=chosen.people, share=chosen.share, view=chosen.view)
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

    def refused(self, change: Change, reasons: Sequence[Reason]) -> None:
        """Counts a refused save while a pilot runs; never raises, as it is nobody's business then."""
        if change.origin.source not in _OF_PEOPLE:
            return
        form = change.form
        try:
            with self._db.read() as conn:
                pilot = pilots.running(conn, form.tool_key)
                if pilot is None or not pilots.is_compared(conn, pilot, change.record_id):
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
