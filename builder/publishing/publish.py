"""Publishing a changed tool: what it means is known first, and nothing is lost unsaid.

A version that is safe is published.  One that needs its records changed comes with a migration, or
with somebody's word, by name, that records may stay as they are.  What would be lost has to be
accepted by name in any case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from form_specs.compatibility import Change, Comparison, compare
from form_specs.load import load
from form_specs.migrations import (
    check_migration,
    skeleton,
    uncovered,
    with_losses,
    without_waived,
)
from form_specs.model import JsonObject
from form_specs.problem import Problem
from runtime.migrating.counting import counted
from runtime.migrating.plans import Plan
from runtime.migrating.rehearsal import Rehearsal, rehearsed
from runtime.published import PublishedMeanwhileError
from runtime.replaying.job import as_counted
from runtime.services import Services
from runtime.storage import tools


@dataclass(frozen=True)
class Prospect:
    """What publishing a checked spec would do, and what stands in its way."""

    services: Services
    document: JsonObject
    version: int
    """The version in force; 0: none yet."""
    comparison: Comparison
    migration: JsonObject
    """Without steps where no record changes."""
    problems: Sequence[Problem] = ()
    """What is wrong with the migration that was given."""
    open: Sequence[Change] = ()
    """The changes that neither a step nor somebody's word takes care of."""
    accepted: Sequence[str] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be published as it is."""
        return not self.problems and not self.open

    def unexplained(self, note: str) -> bool:
        """Whether somebody's word is given that values may go, and not why."""
        return bool(self.accepted) and not note.strip()

    @property
    def draft(self) -> JsonObject:
        """A first migration for what is open."""
        return skeleton(self.comparison, max(self.version, 1))

    @property
    def steps(self) -> list[Any]:
        """What is done to records."""
        found = self.migration.get("steps")
        return found if isinstance(found, list) else []

    def plan(self) -> Plan:
        """The plan of its migration, for a dry run or the job."""
        with self.services.db.read() as conn:
            return self.services.migrations.planner.plan(conn, self.document, self.migration)

    def rehearsal(self, most: int | None = None) -> Rehearsal:
        """The dry run on the records that there are, or the first `most` of each form."""
        plan = self.plan()
        with self.services.db.read() as conn:
            return rehearsed(self.services.db, conn, plan, most=most)


@dataclass(frozen=True, slots=True)
class Done:
    """What publishing did: a new version, or the job that leads to it."""

    version: int
    is_new: bool = True
    job_id: int | None = None


def prospect(
    services: Services,
    document: JsonObject,
    migration: JsonObject | None = None,
    accepted: Sequence[str] = (),
    *,
    most: int | None = None,
    known: Mapping[str, Any] | None = None,
) -> Prospect:
    """What publishing a checked spec would do; at most `most` records of each form are counted.

    `known` is what a replay counted of all of them.
    """
    key, catalog = str(document["key"]), services.registry.catalog()
    with services.db.read() as conn:
        found = tools.by_key(conn, key)
        tool = services.published.tool(conn, key)
        if found is None or not found.current_version or tool is None:
            return Prospect(services, document, 0, Comparison(key), _empty(key, 1))
        version = found.current_version
        comparison = compare(tool.spec.document, document, catalog)
        if known is None:
            comparison = counted(services.db, conn, tool, comparison, most=most)
        else:
            comparison = as_counted(comparison, known)
    given = _empty(key, version) if migration is None else migration
    given = without_waived(given, comparison, accepted)
    problems = check_migration(given, tool.spec, load(document), catalog, version=version)
    if problems:
        return Prospect(
            *(services, document, version, comparison, given, problems),
            uncovered(comparison, (), accepted),
            tuple(accepted),
        )
    whole = with_losses(given, comparison, accepted)
    steps = whole["steps"] if isinstance(whole["steps"], list) else []
    left = uncovered(comparison, [s for s in steps if isinstance(s, dict)], accepted)
    return Prospect(services, document, version, comparison, whole, (), left, tuple(accepted))


def _empty(key: str, version: int) -> JsonObject:
    head: JsonObject = {"ops": "1", "kind": "migration", "tool": key}
    return head | {"from": version, "to": version + 1, "steps": []}


def publish(found: Prospect, by: str, note: str = "", *, based_on: int | None = None) -> Done:
    """Publishes what is allowed, or starts the job by which records follow.

    Raises `InvalidSpecError`, `PublishedMeanwhileError`, `BetweenVersionsError`.
    """
    assert found.allowed
    services = found.services
    note = _with_losses_named(note, found)
    if found.steps:
        if based_on is not None and based_on != found.version:
            raise PublishedMeanwhileError(found.version)
        services.published.demand_right(found.document)
        plan = found.plan()
        return Done(plan.new.version, job_id=services.migrations.start(plan, by, note))
    made = services.published.publish(found.document, by=by, note=note, based_on=based_on)
    return Done(made.tool.version, made.is_new)


def _with_losses_named(note: str, found: Prospect) -> str:
    """The note of the version says what was accepted, so that the history tells."""
    if not found.accepted:
        return note
    said = f"Accepted: {', '.join(found.accepted)}"
    return f"{note}. {said}" if note else said
