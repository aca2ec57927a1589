"""The folder of specs (`OPSWRIGHT_SPECS`): published when the server starts.

A broken spec is reported and does not stop the others; what is in force of its tool stays.
"""

import dataclasses
import logging
from pathlib import Path

from form_specs.check import check_file
from form_specs.problem import LocatedProblem, Severity
from form_specs.source import read_source
from runtime.published import InvalidSpecError
from runtime.services import Services

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
        problems = _published(services, sorted(folder.glob("*.json")))
    for problem in problems:
        log.error("not published: %s", problem)
    return problems


def _published(services: Services, files: list[Path]) -> list[FolderProblem]:
    problems: list[FolderProblem] = []
    seen: dict[str, Path] = {}
    for file in files:
        problems += _publish(services, file, seen)
    return problems


def _publish(services: Services, file: Path, seen: dict[str, Path]) -> list[FolderProblem]:
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
    try:
        done = services.published.publish(document, by="system", note=f"From {file.name}")
    except InvalidSpecError as error:
        return [_about(file, problem.message, problem.hint) for problem in error.problems]
    if done.is_new:
        log.info("published %s, version %d", done.tool.key, done.tool.version)
    return []


def _about(path: Path, message: str, hint: str = "") -> FolderProblem:
    return FolderProblem(str(path), 1, 1, "", message, hint)
