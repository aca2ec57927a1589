"""Which changes a migration takes care of, which need somebody's word, and a first draft of one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from form_specs.compatibility import Change, Comparison, Impact
from form_specs.compatibility.change import UNANSWERED
from form_specs.migrations.lifting import STATE, touched
from form_specs.model import JsonObject, JsonValue

Raw = Mapping[str, Any]


def skeleton(comparison: Comparison, version: int) -> JsonObject:
    """A migration from `version` with a step for each change that needs one.

    Where only a person can say what is meant, a step holds null: checking it asks for it.
    """
    steps: list[JsonValue] = []
    for change in comparison.of(Impact.MIGRATION):
        if change.step is not None and not _joined(steps, change.step):
            steps.append(change.step)
    return {
        "ops": "1",
        "kind": "migration",
        "tool": comparison.tool,
        "from": version,
        "to": version + 1,
        "steps": steps,
    }


def _joined(steps: list[JsonValue], step: JsonObject) -> bool:
    """Whether a step was there already, or became part of one that maps the same thing."""
    for known in steps:
        if not isinstance(known, dict) or not _alike(known, step):
            continue
        more, map_ = step.get("map"), known.get("map")
        if isinstance(more, dict) and isinstance(map_, dict):
            known["map"] = {**map_, **more}
        return True
    return False


def covers(steps: Iterable[Raw], change: Change) -> bool:
    """Whether a step takes care of a change."""
    return any(_covers(step, change) for step in steps)


def _covers(step: Raw, change: Change) -> bool:
    if step.get("form", change.form) != change.form:
        return False
    if change.from_state is not None:
        return step["do"] == "mapState" and change.from_state in step["map"]
    if not change.field:
        return True
    return change.field in touched(step) and STATE not in touched(step)


def uncovered(
    comparison: Comparison, steps: Sequence[Raw], accepted: Iterable[str] = ()
) -> tuple[Change, ...]:
    """The changes that neither a step takes care of nor somebody has given their word for, by name."""
    given = frozenset(accepted)
    return tuple(
        change
        for change in comparison.of(Impact.MIGRATION, Impact.BREAKING)
        if change.name not in given
        and not (change.impact is Impact.MIGRATION and covers(steps, change))
        and not (_dropped(steps, change))
    )


def _dropped(steps: Iterable[Raw], change: Change) -> bool:
    """Whether a step takes the value off by name, or puts it elsewhere."""
    return any(
        step["do"] in ("drop", "rename", "split", "merge") and _covers(step, change)
        for step in steps
        if change.field
    )


def with_losses(
    migration: JsonObject, comparison: Comparison, accepted: Iterable[str]
) -> JsonObject:
    """The migration and, for each loss that was accepted, the step that takes the value off.

    Without it records would hold what their form does not know and could not be saved again.
    """
    given = frozenset(accepted)
    steps = [*_steps(migration)]
    for change in comparison.of(Impact.BREAKING):
        if change.name in given and change.step is not None and not covers(steps, change):
            steps.append(change.step)
    listed: list[JsonValue] = [dict(step) for step in steps]
    return {**migration, "steps": listed}


def without_waived(
    migration: JsonObject, comparison: Comparison, accepted: Iterable[str]
) -> JsonObject:
    """The migration without what nobody completed because records may stay as they are."""
    given, steps = frozenset(accepted), migration.get("steps")
    if not isinstance(steps, list):
        return migration
    for change in comparison.of(Impact.MIGRATION):
        if change.name in given and change.step is not None:
            steps = [left for step in steps if (left := _left(step, change.step)) is not None]
    return {**migration, "steps": steps}


def _left(step: JsonValue, waived: JsonObject) -> JsonValue:
    """What is left of a step without that of a waived one which nobody completed; none: nothing."""
    if not isinstance(step, dict) or not is_open(step) or not _alike(step, waived):
        return step
    old, map_ = waived.get("map"), step.get("map")
    if not isinstance(old, dict) or not isinstance(map_, dict):
        return None
    rest: JsonObject = {k: v for k, v in map_.items() if k not in old or v != old[k]}
    return {**step, "map": rest} if rest else None


def is_open(step: Raw) -> bool:
    """Whether somebody has to say what a step is to do."""
    if step.get("do") == "fill" and "from" not in step:
        return step.get("value") in (None, UNANSWERED)
    map_ = step.get("map")
    found = list(map_.values()) if isinstance(map_, Mapping) else []
    return UNANSWERED in found or (step.get("do") == "mapState" and None in found)


def _alike(step: Raw, other: Raw) -> bool:
    """Whether two steps do the same kind of thing to the same field."""
    return all(step.get(name) == other.get(name) for name in ("do", "form", "field"))


def _steps(migration: JsonObject) -> list[Raw]:
    steps = migration["steps"]
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
