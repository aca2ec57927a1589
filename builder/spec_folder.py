"""The folder of specs (`OPSWRIGHT_SPECS`): published when the server starts.

A broken spec is reported and does not stop the others; what is in force of its tool stays.
"""

import dataclasses
import logging
from pathlib import Path

from builder.publishing.applying import in_force
from builder.publishing.publish import prospect, publish
from form_specs.check import check_file
from form_specs.compatibility import Change
from form_specs.model import JsonObject
from form_specs.problem import LocatedProblem, Problem, Severity
from form_specs.source import SourceError, read_source
from runtime.published import BetweenVersionsError, InvalidSpecError
from runtime.services import Services

MIGRATION_SUFFIX = ".migration.json"

log = logging.getLogger("opswright.specs")


class FolderProblem(LocatedProblem):
    """Why a file of the folder was not published, and where in it."""

    @property
    def title(self) -> str:
        """The file, as a page names it."""
        return Path(self.file).name

    @property
    def reason(self) -> str:
        """What is wrong and where, in one line."""
        return f"Line {self.line}: {self.message}. {self.hint}".rstrip(". ")


def publish_folder(services: Services) -> list[FolderProblem]:
    """Publishes every `*.json` of the folder, in order of name; what could not be, and why."""
    folder = services.settings.specs
    if folder is None:
        return []
    if not folder.is_dir():
        problems = [_about(folder, "this folder does not exist", "Set OPSWRIGHT_SPECS")]
    else:
        problems = _published(services, specs_in(folder))
    for problem in problems:
        log.error("not published: %s", problem)
    return problems


def specs_in(folder: Path) -> list[Path]:
    """The specs of a folder by name, without the migrations beside them."""
    return sorted(p for p in folder.glob("*.json") if not p.name.endswith(MIGRATION_SUFFIX))


def _published(services: Services, files: list[Path]) -> list[FolderProblem]:
    problems: list[FolderProblem] = []
    seen: dict[str, Path] = {}
    for file in files:
        problems += _publish(services, file, seen)
    return problems


def _publish(services: Services, file: Path, seen: dict[str, Path]) -> list[FolderProblem]:
    document = _document(services, file, seen)
    if isinstance(document, list):
        return document
    try:
        found = prospect(services, document, migration_of(file, services))
        if not found.allowed:
            hindrances: list[Problem | Change] = [*found.problems, *found.open]
            return [_hindrance(file, each) for each in hindrances]
        done = publish(found, "system", f"From {file.name}")
    except InvalidSpecError as error:
        return [_about(file, problem.message, problem.hint) for problem in error.problems]
    except BetweenVersionsError as error:
        return [_about(file, str(error))]
    if done.is_new:
        verb = "published" if done.job_id is None else "records follow to"
        log.info("%s %s, version %d", verb, document["key"], done.version)
    return []


def _document(
    services: Services, file: Path, seen: dict[str, Path]
) -> JsonObject | list[FolderProblem]:
    """The spec that a file holds, or why it is none that can be published."""
    try:
        found = check_file(file, services.registry.catalog())
        errors = [problem for problem in found if problem.severity is Severity.ERROR]
        if errors:
            return [FolderProblem(**dataclasses.asdict(problem)) for problem in errors]
        document = read_source(file).document
    except OSError as error:
        return [_about(file, f"this cannot be read: {error.strerror}")]
    if not isinstance(document, dict):
        return [_about(file, "a spec is an object")]
    other = seen.setdefault(str(document["key"]), file)
    if other != file:
        return [_about(file, f"'{document['key']}' is the tool of {other.name} already")]
    return document


def migration_of(file: Path, services: Services) -> JsonObject | None:
    """What stands beside a spec as `NAME.migration.json`, as long as it is for the version in force."""
    beside = file.with_suffix(MIGRATION_SUFFIX)
    if not beside.is_file():
        return None
    try:
        found = read_source(beside).document
    except SourceError as error:
        log.error("not a migration: %s: %s", beside, error)  # noqa: TRY400 - the text says it all
        return None
    if not isinstance(found, dict):
        return None
    current = in_force(services, str(found.get("tool")))
    return found if current is not None and found.get("from") == current.version else None


def _hindrance(file: Path, found: Problem | Change) -> FolderProblem:
    if isinstance(found, Problem):
        return _about(file.with_suffix(MIGRATION_SUFFIX), found.message, found.hint)
    hint = f"Publish it by hand, or put a migration beside it as {file.stem}{MIGRATION_SUFFIX}"
    return _about(file, found.sentence, hint)


def _about(path: Path, message: str, hint: str = "") -> FolderProblem:
    return FolderProblem(str(path), 1, 1, "", message, hint)
