"""How copied records follow the draft: by the steps that are kept with it, else by those that are offered.

A step that somebody still has to complete is left out, and such records stand there as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from builder.trial.copying import Copies
from form_specs.catalog import Catalog
from form_specs.compatibility import Impact, compare
from form_specs.load import load
from form_specs.migrations import check_migration, skeleton, with_losses
from form_specs.model import JsonObject, JsonValue
from form_specs.source import SourceError, parse_source
from runtime.migrating.plans import Plan
from runtime.storage.records import StoredRecord


@dataclass(frozen=True, slots=True)
class Offered:
    """The migration that is offered for a draft, as far as it can be done."""

    migration: JsonObject
    open: int = 0
    """How many steps have to be completed first."""

    @property
    def steps(self) -> Sequence[JsonValue]:
        """What is done to records; empty: they stay as they are."""
        found = self.migration["steps"]
        return found if isinstance(found, list) else []


NOTHING: Final = Offered({"steps": []})
"""Of a draft as whose records are already."""


def offered_for(
    in_force: JsonObject, version: int, draft: JsonObject, catalog: Catalog, kept: str = ""
) -> Offered:
    """What is `kept` for a draft that has no mistakes, or offered, whatever would be lost by it."""
    old, new = load(in_force), load(draft)
    comparison = compare(in_force, draft, catalog)
    losses = [change.name for change in comparison.of(Impact.BREAKING)]
    written = _written(kept) or skeleton(comparison, version)
    whole = with_losses(written, comparison, losses)
    problems = check_migration(whole, old, new, catalog, version=version)
    wrong = {int(place) for p in problems if (place := _step_at(p.pointer)).isdecimal()}
    steps = whole["steps"] if isinstance(whole["steps"], list) else []
    left: list[JsonValue] = [step for place, step in enumerate(steps) if place not in wrong]
    able = whole | {"steps": left}
    if check_migration(able, old, new, catalog, version=version):
        # They only make sense together.
        return Offered(whole | {"steps": []}, len(steps))
    return Offered(able, len(steps) - len(left))


def _written(kept: str) -> JsonObject | None:
    """The steps that somebody wrote, as far as they are any."""
    try:
        found = parse_source(kept.encode()).document if kept else None
    except SourceError:
        return None
    if not isinstance(found, dict) or not isinstance(steps := found.get("steps"), list):
        return None
    return found if all(isinstance(step, dict) for step in steps) else None


def _step_at(pointer: str) -> str:
    """The number of the step that a place in a migration is in; empty: it is in none."""
    parts = pointer.split("/")
    return parts[2] if parts[1:2] == ["steps"] and len(parts) > 2 else ""


def followed(copies: Copies, plan: Plan) -> int:
    """Makes the copied records what they will be, in place; how many cannot follow and stay as they are."""
    left = 0
    for key in plan.forms.keys() & copies.records.keys():
        records = copies.records[key]
        for place, record in enumerate(records):
            lifted = _lifted(plan, key, record)
            left += lifted is None
            records[place] = lifted or record
    return left


def _lifted(plan: Plan, form: str, record: StoredRecord) -> StoredRecord | None:
    found = plan.way(form, record)(record)
    return None if found.obstacles else replace(record, document=found.document, state=found.state)
