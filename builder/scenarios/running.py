"""Running the tests of a tool."""

import time
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from builder.scenarios.playing import Play
from builder.scenarios.results import Run, ScenarioResult
from builder.scenarios.stage import Stage, stage
from components.registry import Registry
from form_specs.exact_json import dumps, loads
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.scenarios import Scenario, scenarios_of
from runtime.config import Settings
from runtime.published import InvalidSpecError

SECONDS: Final = 20.0
"""How long the tests of a tool may take together."""


class _Over(Exception):  # noqa: N818 - nothing went wrong
    """The play is over: what it wrote is undone."""


def run_scenarios(
    document: JsonObject,
    registry: Registry,
    *,
    only: Collection[str] | None = None,
    hooks: Settings | None = None,
) -> Run:
    """Plays the tests of a tool, those of the keys `only` or all.

    Hooks are asked where the settings of their deployment are given.  After-hooks never run: what
    they do is written as steps without a role.
    """
    wanted = [s for s in _readable(document) if only is None or s.key in only]
    if not wanted:
        return Run()
    ends = time.monotonic() + SECONDS
    try:
        with stage(document, registry, hooks) as place:
            return Run([_played(place, scenario, ends) for scenario in wanted])
    except InvalidSpecError as error:
        first = error.problems[0]
        return Run(problem=_("The spec has problems: %(first)s", first=first.message))


def _readable(document: JsonObject) -> tuple[Scenario, ...]:
    """The tests of a document; none where they are misshapen, which the check of it says."""
    try:
        return scenarios_of(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()


def _played(place: Stage, scenario: Scenario, ends: float) -> ScenarioResult:
    found: list[ScenarioResult] = []
    try:
        with place.services.gate.transaction() as conn:
            play = Play(place, conn, scenario)
            found.append(play.results(lambda: time.monotonic() < ends))
            raise _Over
    except _Over:
        return found[0]


@lru_cache(32)
def _kept(text: bytes, registry: Registry, only: frozenset[str] | None, language: str) -> Run:
    return run_scenarios(loads(text), registry, only=only)


def run_again(
    document: JsonObject, registry: Registry, language: str, only: str | None = None
) -> Run:
    """The same for pages, which show a draft again and again: what was run once is not run again."""
    keys = None if only is None else frozenset({only})
    return _kept(dumps(document), registry, keys, language)
