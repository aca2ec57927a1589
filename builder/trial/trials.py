"""Opens the copy that somebody tries a draft on, and brings it to the draft as it stands.

Which copy somebody has stands in the product's database, so that all processes agree; a process
keeps a few of them open.  A copy is made anew where the version in force or the person's rights are
others than when it was made, so that nobody keeps what they may not read any more.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from threading import RLock
from typing import Any, Final

import structlog
from flask import Flask

from builder.bench import Bench
from builder.trial.copying import Copies, copies_for
from builder.trial.hooks import NotedHooks, owe, tell
from builder.trial.samples import make_up
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from runtime.access import TEAM, Person
from runtime.compiled_tool import CompiledTool
from runtime.published import InvalidSpecError
from runtime.reading import Records
from runtime.services import Services, open_services
from runtime.storage import alongside, spec_trials, tools
from runtime.storage.spec_trials import SpecTrial
from runtime.storage.standing import state_counts
from runtime.storage.trial_places import TrialPlaces, place_name, sweep
from runtime.trial_app import create_trial_app

log = structlog.get_logger()

_OPEN: Final = 8
"""How many copies a process keeps open."""
_MOST_BYTES: Final = 200_000_000
"""A copy that is larger takes nothing more; one of 500 records has two million."""
_NOTED_AGAIN: Final = 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """A copy with a draft in force on it."""

    row: SpecTrial
    services: Services
    warning: str = ""
    """Why the draft as it stands is not what runs; empty: it is."""

    def tool(self) -> CompiledTool:
        """The draft, as it runs."""
        with self.services.db.read() as conn:
            found = self.services.published.tool(conn, self.row.tool)
        assert found is not None
        return found

    def person(self, person: Person) -> Person:
        """Who tries it: in the role that was chosen, or else in all that the draft has."""
        tool = self.tool()
        roles = {self.row.role} if self.row.role in tool.spec.roles else {*tool.spec.roles}
        teams = {held for held in person.roles if held[0] == tool.key and held[1].startswith(TEAM)}
        given = frozenset((tool.key, role) for role in roles)
        # A draft without a role is nobody's to use but an administrator's.
        return Person(person.name, person.title, is_admin=not roles, roles=given | teams)


class Trials:
    """The copies that this process has open; one thread at a time makes or changes one."""

    def __init__(self, real: Services) -> None:
        self._real = real
        self._places = TrialPlaces(real.db)
        self._open: OrderedDict[str, Services] = OrderedDict()
        self._turn = RLock()
        self._app: Flask | None = None
        real.closing.append(self.close)

    def close(self) -> None:
        """Gives back what the open copies hold; they stay where they are."""
        with self._turn:
            for services in self._open.values():
                services.close()
            self._open.clear()

    @property
    def app(self) -> Flask:
        """What draws the pages of all copies."""
        if self._app is None:
            self._app = create_trial_app(self._real)
            self._app.after_request(tell)
        return self._app

    def of(self, bench: Bench, person: Person) -> Trial | None:
        """The copy that somebody has, on the draft as it stands; none: there is none, and its draft cannot run."""
        with self._turn:
            row = self._standing(bench, person)
            hindered = hindrance(bench)
            if row is None:
                return None if hindered else self._made(bench, person)
            services = self._services(row.place)
            if hindered:
                return Trial(row, services, hindered)
            if row.shown != _state(bench):
                return self._brought_up(bench, Trial(row, services), person)
            return Trial(self._used(row), services)

    def found(self, bench: Bench, person: Person) -> Trial | None:
        """The copy that somebody has, as it is."""
        with self._turn:
            row = self._standing(bench, person)
            return Trial(row, self._services(row.place)) if row else None

    def set_role(self, bench: Bench, person: Person, role: str) -> None:
        """Tries it in another role from now on; empty: in all of them."""
        with self._real.db.write() as conn:
            row = spec_trials.find(conn, bench.tool, person.name)
            if row is not None:
                spec_trials.change(conn, row, role=role)

    def drop(self, tool: str, person: Person) -> None:
        """Takes somebody's copy away: the next one begins anew."""
        with self._turn:
            with self._real.db.write() as conn:
                row = spec_trials.find(conn, tool, person.name)
                spec_trials.remove(conn, tool, person.name)
            if row is not None:
                self._forget(row.place)

    def is_full(self, trial: Trial) -> bool:
        """Whether a copy has grown so large that it takes no more."""
        return self._places.size(trial.row.place) > _MOST_BYTES

    # -- parts of it --------------------------------------------------------------------

    def _standing(self, bench: Bench, person: Person) -> SpecTrial | None:
        """The row of a copy that still holds what its person may read."""
        with self._real.db.read() as conn:
            row = spec_trials.find(conn, bench.tool, person.name)
        fits = row is not None and row.basis == _basis(bench, person)
        return row if fits and row and row.place in self._places.names() else None

    def _services(self, place: str) -> Services:
        found = self._open.pop(place, None)
        if found is None:
            self._close_gone()
            real = self._real.settings
            url, files = self._places.url(place), real.files_folder
            settings = replace(real, database_url=url, files=files, redis_url="", specs=None)
            found = open_services(
                settings, hooks=NotedHooks(self._real.hooks), registry=self._real.registry
            )
            found.owed.listen(owe)
        self._open[place] = found
        if len(self._open) > _OPEN:
            _place, oldest = self._open.popitem(last=False)
            oldest.close()
        return found

    def _close_gone(self) -> None:
        """Closes what another process took away."""
        for place in self._open.keys() - self._places.names():
            self._open.pop(place).close()

    def _forget(self, place: str) -> None:
        """Takes a place away; who still asks in it gets no answer."""
        if found := self._open.pop(place, None):
            found.close()
        self._places.drop(place)

    def _made(self, bench: Bench, person: Person) -> Trial | None:
        self.drop(bench.tool, person)
        sweep(self._real.db, _now())
        place = place_name(self._real.ids.next())
        self._places.make(place)
        services, now = self._services(place), _now()
        copies = self._copied(bench, person, services)
        basis, shown = _basis(bench, person), _state(bench)
        row = SpecTrial(
            *(bench.tool, person.name, place, basis, shown, "", copies.number, now, now)
        )
        trial = Trial(row, services)
        try:
            self._put_in_force(bench, trial, person)
        except InvalidSpecError:
            self._forget(place)
            return None
        with self._real.db.write() as conn:
            spec_trials.save(conn, row)
        log.info("preview made", tool=row.tool, account=row.account, records=row.records)
        return trial

    def _copied(self, bench: Bench, person: Person, services: Services) -> Copies:
        """Takes along what the person may read of the version in force, which is put in force there first."""
        with self._real.db.snapshot() as conn:
            tool = self._real.published.tool(conn, bench.tool)
            if tool is None:
                return Copies()
            copies = copies_for(conn, Records(self._real.db), tool, person)
            stored = tools.version(conn, tool.tool_id, tool.version)
        assert stored is not None
        there = services.published.publish(stored.document, by=person.name).tool
        with services.gate.transaction() as conn:
            for key, records in copies.records.items():
                services.gate.copy(there.forms[key], records)
            forms = {key: form.form_id for key, form in there.forms.items()}
            alongside.write(conn, (there.tool_id, there.key), forms, copies.around)
        return copies

    def _put_in_force(self, bench: Bench, trial: Trial, person: Person) -> None:
        services = trial.services
        tool = services.published.publish(bench.document, by=person.name).tool
        if trial.row.records:
            return
        with services.db.read() as conn:
            counts = {key: state_counts(conn, form.form_id) for key, form in tool.forms.items()}
        make_up(services.gate, tool, person, [key for key, found in counts.items() if not found])

    def _brought_up(self, bench: Bench, trial: Trial, person: Person) -> Trial:
        try:
            self._put_in_force(bench, trial, person)
        except InvalidSpecError as error:
            return replace(trial, warning=error.problems[0].message)
        with self._real.db.write() as conn:
            row = spec_trials.change(conn, trial.row, shown=_state(bench), used_at=_now())
        return replace(trial, row=row)

    def _used(self, row: SpecTrial) -> SpecTrial:
        now = _now()
        if now - row.used_at < _NOTED_AGAIN:
            return row
        with self._real.db.write() as conn:
            return spec_trials.change(conn, row, used_at=now)


def hindrance(bench: Bench) -> str:
    """Why the draft cannot run; empty where it can."""
    if bench.examined.errors:
        return _("The draft has mistakes that are to be mended first")
    if bench.document.get("key") != bench.tool:
        return _("The draft has another key than the tool: keep its key")
    return ""


def _basis(bench: Bench, person: Person) -> str:
    """What the copies of somebody depend on: the version in force and their rights in it."""
    roles = sorted(role for tool, role in person.roles if tool == bench.tool)
    told: list[Any] = [bench.standing.version, person.is_admin, roles]
    return sha256(repr(told).encode()).hexdigest()


def _state(bench: Bench) -> str:
    """What is another text whenever the draft is another one."""
    return sha256(bench.standing.text.encode()).hexdigest()


def _now() -> int:
    return microseconds(datetime.now(UTC))
