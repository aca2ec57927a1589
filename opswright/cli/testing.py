"""The command `test`: plays the tests that stand in specs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from builder.publishing.applying import in_force
from builder.scenarios import Outcome, Run, ScenarioResult, run_scenarios
from builder.spec_folder import specs_in
from components.registry import Registry
from form_specs.check import check_file
from form_specs.model import JsonObject
from form_specs.problem import LocatedProblem
from form_specs.source import read_source
from opswright.cli.failures import UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from opswright.cli.specs import has_errors, print_problems, problem_json
from runtime.config import Settings, load_settings

_MARKS = {Outcome.PASSED: "ok", Outcome.FAILED: "FAILED", Outcome.SKIPPED: "not reached"}


@dataclass(frozen=True, slots=True)
class _Tested:
    """A spec and what came of its tests."""

    name: str
    run: Run | None = None
    problems: tuple[LocatedProblem, ...] = ()

    @property
    def ok(self) -> bool:
        return self.run is not None and self.run.passed

    def as_json(self) -> JsonObject:
        found: JsonObject = {"spec": self.name, "ok": self.ok}
        if self.run is None:
            return found | {"problems": [problem_json(p) for p in self.problems], "tests": []}
        problem = {"problem": self.run.problem} if self.run.problem else {}
        return found | problem | {"tests": [result.as_json() for result in self.run.results]}

    def print(self) -> None:
        if self.run is None:
            print_problems([*self.problems])
            return
        for line in _lines(self.name, self.run):
            click.echo(line)


def _lines(name: str, run: Run) -> Iterator[str]:
    if run.problem:
        yield f"{name}: {run.problem}"
    elif not run.results:
        yield f"{name}: no tests"
    for result in run.results:
        yield f"{name}: {'ok' if result.passed else 'FAILED'}: {result.title}"
        if not result.passed:
            yield from _step_lines(result)


def _step_lines(result: ScenarioResult) -> Iterator[str]:
    for number, step in enumerate(result.steps, 1):
        yield f"  {number}. {_MARKS[step.outcome]}"
        yield from (f"     {reason}" for reason in step.reasons)


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TOOL|FILE...")
@click.option("--hooks", is_flag=True, help="Ask the hooks of this deployment too.")
@json_option
@click.pass_context
def test(ctx: click.Context, targets: tuple[str, ...], hooks: bool, as_json: bool) -> None:
    """Play the tests of published tools, spec files or folders of them; exit 1 if any fails.

    Each test is played on a database that is thrown away, through the same gate as the work of
    people. Hooks are not asked, but with --hooks; after-hooks never run.
    """
    settings = load_settings() if hooks else None
    registry = Registry.discover()
    found = [
        _tested(name, document, problems, registry, settings)
        for name, document, problems in _specs(targets, registry)
    ]
    ok = all(tested.ok for tested in found)
    if as_json:
        print_json({"ok": ok, "specs": [tested.as_json() for tested in found]})
    else:
        for tested in found:
            tested.print()
    ctx.exit(0 if ok else 1)


def _tested(
    name: str,
    document: JsonObject | None,
    problems: list[LocatedProblem],
    registry: Registry,
    hooks: Settings | None,
) -> _Tested:
    if document is None or has_errors(problems):
        return _Tested(name, problems=tuple(problems))
    return _Tested(name, run_scenarios(document, registry, hooks=hooks))


def _specs(
    targets: tuple[str, ...], registry: Registry
) -> Iterator[tuple[str, JsonObject | None, list[LocatedProblem]]]:
    tools = [target for target in targets if not Path(target).exists()]
    documents = _documents(tools) if tools else {}
    for target in targets:
        if target in documents:
            yield target, documents[target], []
            continue
        path = Path(target)
        files = specs_in(path) if path.is_dir() else [path]
        if not files:
            raise UsedWrong(f"There is no spec in {path}")
        for file in files:
            problems = check_file(file, registry.catalog())
            document: Any = None if has_errors(problems) else read_source(file).document
            yield str(file), document, problems


def _documents(tools: list[str]) -> dict[str, JsonObject]:
    with opened() as services:
        found = {key: in_force(services, key) for key in tools}
    for key, version in found.items():
        if version is None:
            raise UsedWrong(f"There is no file and no published tool '{key}'")
    return {key: version.document for key, version in found.items() if version is not None}
