"""Which records are worked on by the version on trial.

A share of all records follows from their ids alone.  A share of a list is decided when somebody
first opens a record that stands in the list, and then remembered: the record may leave the list, as
records of a queue do, and keeps its version until the trial ends.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from form_specs.conditions import Env, asks_who
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.model import Right, ViewSpec
from runtime.access import FormAccess, Person
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.published import Published
from runtime.storage import pilots
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.pilots import takes_record
from runtime.storage.records import RecordReader
from runtime.storage.tools import InForce

log = logging.getLogger("opswright.piloting")


@dataclass(frozen=True, slots=True)
class OfferedView:
    """A list, and why no share of it can be had; empty: it can."""

    form: CompiledForm
    view: ViewSpec
    hindrance: str = ""


def offered_views(tool: CompiledTool) -> list[OfferedView]:
    """The lists of a version in force, in its order."""
    return [
        OfferedView(form, view, _hindrance(form, view))
        for view in tool.spec.views.values()
        if (form := tool.forms.get(view.form)) is not None
    ]


def _hindrance(form: CompiledForm, view: ViewSpec) -> str:
    condition = form.view_filters[view.key]
    if condition is None:
        return ""
    if asks_who(condition.predicate):
        return _("which records stand in it depends on who looks")
    # By the version of a record its readers learn whether it stood in the list.
    for key, role in form.roles.items():
        access = FormAccess(form, Person("", ""), [key])
        unknown = [field for field in sorted(condition.reads) if not access.asks(field)]
        if access.can(Right.READ) and unknown:
            what = form.words.title(unknown[0])
            return _(
                "it asks for %(what)s, which %(role)s may not know", what=what, role=role.title
            )
    return ""


class PilotRecords:
    """Says by which version a record is worked on, and remembers what was decided."""

    def __init__(self, db: Database, published: Published, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._published = published
        self._clock = clock
        self._reader = RecordReader(db)

    def version_of(
        self, conn: Connection, tool: CompiledTool, standing: InForce, record_id: int
    ) -> int:
        """The version by which those work on a record that somebody opens who have no other."""
        if not (standing.pilot and standing.share):
            return standing.version
        if standing.view and not self._is_of_view(conn, tool, standing, record_id):
            return standing.version
        taken = takes_record(standing.pilot, standing.share, record_id)
        return standing.pilot if taken else standing.version

    def _is_of_view(
        self, conn: Connection, tool: CompiledTool, standing: InForce, record_id: int
    ) -> bool:
        """Whether a record was opened in the list of a pilot's share, now or before."""
        if pilots.was_opened(conn, standing.tool_id, standing.pilot, record_id):
            return True
        if not self._stands_in_view(conn, tool, standing, record_id):
            return False
        at = microseconds(self._clock())
        try:
            with self._db.write() as writing:
                pilots.note_opened(writing, standing.tool_id, standing.pilot, record_id, at)
        except (StorageError, SQLAlchemyError):
            # It would fall back where it leaves the list.
            log.exception("which version a record goes by could not be remembered")
            return False
        return True

    def _stands_in_view(
        self, conn: Connection, tool: CompiledTool, standing: InForce, record_id: int
    ) -> bool:
        everybody = self._published.former(conn, tool, standing.version)
        view = everybody.spec.views.get(standing.view) if everybody else None
        form = everybody.forms.get(view.form) if everybody and view else None
        if form is None or view is None:
            return False
        condition = form.view_filters[view.key]
        rows = condition.bound(Env("", frozenset(), self._clock())) if condition else None
        return self._reader.get(conn, form.form_id, record_id, rows=rows) is not None
