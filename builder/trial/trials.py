"""Opens the copy that somebody tries a draft on, and brings it to the draft as it stands.

Which copy somebody has stands in the product's database, so that all processes agree; a process
keeps a few of them open.  A copy is made anew where the version in force or the person's rights are
others than when it was made, so that nobody keeps what they may not read any more.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from threading import RLock
from typing import Any, Final

import structlog
from flask import Flask

from builder.bench import Bench
from builder.trial.copying import Copies, copies_for
from builder.trial.following import NOTHING, Offered, followed, offered_for
from builder.trial.hooks import NotedHooks, owe, tell
from builder.trial.samples import make_up
from form_specs.conditions.binding import microseconds
from form_specs.exact_json import dumps, loads
from form_specs.language import _, counted
from form_specs.model import JsonObject
from runtime.access import TEAM, Person
from runtime.compiling.tool import CompiledTool
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
    told: str = ""
    """What is said once, as the copy was made."""

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


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken along for a copy."""

    copies: Copies = field(default_factory=Copies)
    in_force: JsonObject | None = None
    """The document in force; none: there is none yet."""
    left: int = 0
    """How many of the records cannot follow the draft."""


class Trials:
    """The copies that this process has open; one thread at a time makes or changes one."""

    def __init__(self, real: Services) -> None:
        self._real = real
        self._places = TrialPlaces(real.db)
        self._open: OrderedDict[str, Services] = OrderedDict()
        self._turn = RLock()
        self._app: Flask | None = None
        self._offered = lru_cache(maxsize=8)(self._offered_by)
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
        self._dropped(tool, person)

    def _dropped(self, tool: str, person: Person) -> bool:
        """Takes somebody's copy away; whether there was one."""
        with self._turn:
            with self._real.db.write() as conn:
                row = spec_trials.find(conn, tool, person.name)
                spec_trials.remove(conn, tool, person.name)
            if row is not None:
                self._forget(row.place)
            return row is not None

    def is_full(self, trial: Trial) -> bool:
        """Whether a copy has grown so large that it takes no more."""
        return self._places.size(trial.row.place) > _MOST_BYTES

    # -- parts of it --------------------------------------------------------------------

    def _standing(self, bench: Bench, person: Person) -> SpecTrial | None:
        """The row of a copy that still holds what its person may read."""
        with self._real.db.read() as conn:
            row = spec_trials.find(conn, bench.tool, person.name)
        basis = _basis(bench, person)
        if row is None or row.place not in self._places.names():
            return None
        if hindrance(bench):
            # What is offered for a draft with mistakes nobody knows.
            return row if row.basis.startswith(f"{basis} ") else None
        return row if row.basis == f"{basis} {self._way(bench)}" else None

    def _way(self, bench: Bench) -> str:
        """What is another text whenever records follow the draft in another way."""
        offered = self._following(bench)
        return sha256(dumps(offered.steps)).hexdigest() if offered.steps else ""

    def _following(self, bench: Bench) -> Offered:
        standing = bench.standing
        return self._offered(standing.base, standing.version, standing.text, standing.steps)

    def _offered_by(self, base: str, version: int, text: str, kept: str) -> Offered:
        if not base or base == text:
            return NOTHING
        return offered_for(loads(base), version, loads(text), self._real.registry.catalog(), kept)

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
        had = self._dropped(bench.tool, person)
        sweep(self._real.db, _now())
        place = place_name(self._real.ids.next())
        self._places.make(place)
        services, now = self._services(place), _now()
        offered = self._following(bench)
        taken = self._taken(bench, person, offered)
        basis = f"{_basis(bench, person)} {self._way(bench)}"
        number = taken.copies.number
        row = SpecTrial(
            *(bench.tool, person.name, place, basis, _state(bench), "", number, now, now)
        )
        try:
            self._filled(bench, Trial(row, services), person, taken)
        except InvalidSpecError:
            self._forget(place)
            return None
        with self._real.db.write() as conn:
            spec_trials.save(conn, row)
        log.info("preview made", tool=row.tool, account=row.account, records=row.records)
        return Trial(row, services, told=_told(offered, taken, anew=had))

    def _taken(self, bench: Bench, person: Person, offered: Offered) -> Taken:
        """What the person may read of the version in force, as it will be once the draft is."""
        with self._real.db.snapshot() as conn:
            tool = self._real.published.tool(conn, bench.tool)
            if tool is None:
                return Taken()
            copies = copies_for(conn, Records(self._real.db), tool, person)
            stored = tools.version(conn, tool.tool_id, tool.version)
            assert stored is not None
            if not offered.steps:
                return Taken(copies, stored.document)
            planner = self._real.migrations.planner
            plan = planner.plan(conn, bench.document, offered.migration)
            return Taken(copies, stored.document, followed(copies, plan))

    def _filled(self, bench: Bench, trial: Trial, person: Person, taken: Taken) -> None:
        """Puts the version in force there, then the draft, then the records as they are under that."""
        services, copies = trial.services, taken.copies
        if taken.in_force is None:
            self._put_in_force(bench, trial, person)
            return
        before = services.published.publish(taken.in_force, by=person.name).tool
        self._put_in_force(bench, trial, person)
        known = {**before.forms, **trial.tool().forms}
        with services.gate.transaction() as conn:
            for key, records in copies.records.items():
                services.gate.copy(known[key], records)
            forms = {key: form.form_id for key, form in before.forms.items()}
            alongside.write(conn, (before.tool_id, before.key), forms, copies.around)

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


def _told(offered: Offered, taken: Taken, *, anew: bool) -> str:
    """What is said of a new copy: that it begins anew, and which records are not as they will be."""
    said = []
    if anew:
        said.append(_("The preview began anew, as what it depends on has changed"))
    if offered.open and taken.copies.number:
        said.append(
            _(
                "Some steps for records are still to be completed where the draft is published: "
                "until then they stand here as they are now"
            )
        )
    if taken.left:
        said.append(
            counted(
                "One copied record cannot follow the draft and stands here as it is now",
                "%(num)s copied records cannot follow the draft and stand here as they are now",
                taken.left,
            )
        )
    return ". ".join(said)


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
