"""The command `apply`: what specs would change, and publishing them with what their records need."""

import csv
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from builder.drafting.desk import ClashError, Desk
from builder.drafting.taking import take
from builder.publishing.applying import Proposal, proposal
from builder.publishing.publish import Prospect, prospect, publish
from builder.scenarios.objecting import objection
from builder.spec_folder import migration_of, specs_in
from builder.telling import part_words
from components.registry import Registry
from form_specs.check import check_file
from form_specs.compatibility import Impact
from form_specs.exact_json import dumps
from form_specs.model import JsonObject
from form_specs.source import SourceError, read_source
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from opswright.cli.specs import has_errors, print_problems, problem_json
from runtime.migrating.rehearsal import Rehearsal
from runtime.services import Services
from runtime.storage.jobs import Job

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SPECS = click.Path(exists=True, path_type=Path)
_POLL_SECONDS = 0.5
_SAMPLES_SHOWN = 3


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_SPECS, metavar="FILE|FOLDER...")
@click.option("--publish", "publishing", is_flag=True, help="Publish what would change.")
@click.option("--draft", is_flag=True, help="Take it into the draft that the builders share.")
@click.option("--note", default="", help="Why, for the history of the tool.")
@click.option("--migration", "migrations", multiple=True, type=_FILE, help="How records follow.")
@click.option(
    "--accept", multiple=True, help="Name of a change, as diff --json has it, that may cost values."
)
@click.option("--dry-run", is_flag=True, help="Say what the migration would do, and do nothing.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file for the records that cannot follow.",
)
@json_option
@click.pass_context
def apply(ctx: click.Context, /, paths: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Say what specs would change; with --publish publish them, with --draft take them into drafts.

    Of a FOLDER all its specs are meant, each with the NAME.migration.json beside it.

    Nothing is published where any of the files has a problem, nor where a change would cost
    values: bring a --migration (diff --migration writes a first one), or --accept it by name and
    say why in a --note. A tool whose tests fail is published with a --note only.
    """
    files = _files(paths)
    catalog = Registry.discover().catalog()
    problems = [problem for file in files for problem in check_file(file, catalog)]
    if has_errors(problems):
        if as_json:
            print_json({"ok": False, "problems": [problem_json(p) for p in problems]})
        else:
            print_problems(problems)
        ctx.exit(1)
    wanted = _Wanted(**options)
    if wanted.publishing and wanted.draft:
        raise UsedWrong("--publish and --draft are two different things: give one of them")
    if wanted.publishing and wanted.accept and not wanted.note.strip():
        raise UsedWrong("--accept wants --note as well: why, for the history of the tool")
    steps, refused = _performed(files, wanted)
    if wanted.rejects is not None:
        _write_rejects(wanted.rejects, steps)
    if as_json:
        print_json({"ok": not refused, "tools": [step.as_json() for step in steps]})
    else:
        click.echo("\n".join(line for step in steps for line in step.lines(refused=refused)))
    ctx.exit(1 if refused else 0)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of the command."""

    publishing: bool
    draft: bool
    note: str
    migrations: tuple[Path, ...]
    accept: tuple[str, ...]
    dry_run: bool
    rejects: Path | None


def _files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files that are meant; a folder stands for its specs."""
    found: list[Path] = []
    for path in paths:
        files = specs_in(path) if path.is_dir() else [path]
        if not files:
            raise UsedWrong(f"There is no spec in {path}")
        found += files
    return tuple(found)


def _performed(files: tuple[Path, ...], wanted: _Wanted) -> "tuple[list[_Step], bool]":
    """What became of each file, and whether it was refused to do anything."""
    documents: dict[Path, Any] = {file: read_source(file).document for file in files}
    _refuse_doubles(documents)
    given = _migrations(wanted.migrations, documents)
    with opened() as services:
        steps = [
            _Step(
                services,
                document,
                given.get(document["key"]) or migration_of(file, services),
                wanted,
            )
            for file, document in documents.items()
        ]
        acting = wanted.publishing or wanted.dry_run
        refused = acting and not all(step.allowed for step in steps)
        for step in () if refused else steps:
            step.perform(wanted)
    return steps, refused


def _refuse_doubles(documents: dict[Path, Any]) -> None:
    seen: dict[str, Path] = {}
    for file, document in documents.items():
        other = seen.setdefault(document["key"], file)
        if other != file:
            raise UsedWrong(f"{other} and {file} are both the tool '{document['key']}'")


def _migrations(files: tuple[Path, ...], documents: Mapping[Path, Any]) -> dict[str, Any]:
    """The migrations by the tool that each is for."""
    found: dict[str, Any] = {}
    keys = {document["key"] for document in documents.values()}
    for file in files:
        try:
            document = read_source(file).document
        except SourceError as error:
            raise FoundWrong(f"{file} is no migration: {error}") from error
        key = document.get("tool") if isinstance(document, dict) else None
        if key not in keys:
            raise UsedWrong(f"{file} is for none of the tools that are applied")
        found[str(key)] = document
    return found


class _Step:
    """One tool on its way: what would change, and what was done."""

    def __init__(self, services: Services, document: Any, migration: Any, wanted: _Wanted) -> None:
        self.services = services
        self.document = document
        self.proposal: Proposal = proposal(services, document)
        self.found: Prospect = prospect(services, document, migration, wanted.accept)
        self.version = self.found.version
        self.published = False
        self.drafted = ""
        """What became of the draft, in words."""
        self.red = ""
        """What its tests say against publishing it."""
        if wanted.publishing and self.proposal.kind != "none":
            self.red = objection(document, services.registry, wanted.note)
        self.rehearsal: Rehearsal | None = None
        self.job: Job | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may be published as it is."""
        return self.found.allowed and not self.red

    def perform(self, wanted: _Wanted) -> None:
        if wanted.dry_run:
            self.rehearsal = self.found.rehearsal() if self.found.steps else Rehearsal()
        elif wanted.draft:
            self.drafted = self._take()
        elif wanted.publishing:
            done = publish(self.found, "cli", wanted.note)
            self.version, self.published = done.version, True
            if done.job_id is not None:
                self.job = _finished(self.services, done.job_id)

    def _take(self) -> str:
        desk = Desk(self.services.db, self.proposal.tool)
        with self.services.db.read() as conn:
            standing = desk.standing(conn)
        try:
            entry = take(desk, standing, self.document, "cli")
        except ClashError as clash:
            said = "; ".join(part_words(self.document, conflict.at) for conflict in clash.conflicts)
            raise FoundWrong(
                f"{self.proposal.tool}: the draft changed the same places: {said}. Take the file in "
                "at /build/, where each place is asked"
            ) from clash
        return "taken into the draft" if entry or standing is None else "the draft has all of it"

    @property
    def rejected(self) -> list[Any]:
        if self.job is not None:
            return list((self.job.result or {}).get("rejects", ()))
        return [reject.as_json() for reject in self.rehearsal.rejects] if self.rehearsal else []

    def as_json(self) -> JsonObject:
        found: JsonObject = {
            "tool": self.proposal.tool,
            "version": self.version,
            "change": self.proposal.kind,
            "parts": [*self.proposal.parts],
            "class": self.found.comparison.impact.value,
            "changes": [change.as_json() for change in self.found.comparison.changes],
            "open": [change.name for change in self.found.open],
        }
        if self.red:
            found["tests"] = self.red
        if self.drafted:
            found["draft"] = self.drafted
        if self.found.problems:
            found["migration_problems"] = [f"{p.pointer}: {p.message}" for p in self.found.problems]
        if self.rehearsal is not None:
            found["dry_run"] = self.rehearsal.as_json()
        if self.job is not None:
            found["migration"] = dict(self.job.result or {})
        return found

    def lines(self, *, refused: bool) -> list[str]:
        tool = self.proposal.tool
        if self.proposal.kind == "none" and not self.drafted:
            return [f"{tool}: nothing changes, version {self.version} is in force"]
        grave = [c for c in self.found.comparison.changes if c.impact is not Impact.SAFE]
        said = [f"{tool}: {self._verb(refused=refused)}"]
        said += [f"  {part}" for part in self.proposal.parts]
        said += [f"  {change.impact.value}: {change.sentence}" for change in grave]
        return said + [f"  {line}" for line in (*self._hindrances(refused), *self._records())]

    def _verb(self, *, refused: bool) -> str:
        if self.drafted:
            return self.drafted
        if refused and not self.allowed:
            return "not published"
        if self.published:
            return f"published as version {self.version}"
        what = (
            "a new tool"
            if self.proposal.kind == "new"
            else f"differs from version {self.found.version}"
        )
        return f"{what}; --publish publishes it"

    def _hindrances(self, refused: bool) -> list[str]:
        found = [f"migration, at {p.pointer}: {p.message}. {p.hint}" for p in self.found.problems]
        if refused and self.red:
            found.append(self.red)
        if refused and self.found.open:
            names = " ".join(f"--accept {change.name}" for change in self.found.open)
            found.append(f"Bring a migration (opswright diff --migration), or say {names}")
        return found

    def _records(self) -> list[str]:
        if self.rehearsal is not None:
            samples = self.rehearsal.samples[:_SAMPLES_SHOWN]
            return [
                self.rehearsal.words,
                *(f"{_said(s.before)} becomes {_said(s.after)}" for s in samples),
            ]
        if self.job is None:
            return []
        result = self.job.result or {}
        text = f"{result['changed']:,} of {result['records']:,} records changed"
        left = int(result["rejected"])
        return [f"{text}, {left:,} stay as they were" if left else text]


def _said(part: Mapping[str, Any]) -> str:
    """The values of a record that a migration is about, as its document has them."""
    return dumps(part).decode()


def _finished(services: Services, job_id: int) -> Job:
    """Runs a migration here, or waits for whoever runs it; the job when it has ended."""
    while True:
        services.migrations.run(job_id)
        with services.db.read() as conn:
            job = services.migrations.get(conn, job_id)
        if job is None or job.status in ("failed", "cancelled"):
            raise FoundWrong(f"The migration did not end well: {job.message if job else 'gone'}")
        if job.status == "done":
            return job
        time.sleep(_POLL_SECONDS)


def _write_rejects(path: Path, steps: list[_Step]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("tool", "form", "record", "field", "reason"))
        for step in steps:
            for reject in step.rejected:
                for reason in reject["reasons"]:
                    row = (step.proposal.tool, reject["form"], reject["id"])
                    writer.writerow((*row, reason["field"] or "", reason["message"]))
