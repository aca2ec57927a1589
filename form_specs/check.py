"""Whether a document is a tool that can be published, and if not, all that is wrong with it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from form_specs.catalog import Catalog
from form_specs.checks.binding import Binding
from form_specs.checks.choices import choices_problems
from form_specs.checks.computed import computed_problems
from form_specs.checks.conditions import conditions_problems
from form_specs.checks.context import ToolContext, tool_context
from form_specs.checks.forms import form_problems
from form_specs.checks.keys import keys_problems
from form_specs.checks.layouts import layouts_problems
from form_specs.checks.raw import object_at, objects
from form_specs.checks.reactions import reactions_problems
from form_specs.checks.record_schema import record_schema_problems
from form_specs.checks.roles import roles_problems
from form_specs.checks.shape import shape_problems
from form_specs.checks.tests import tests_problems
from form_specs.checks.text import text_problems
from form_specs.checks.translations import translation_problems
from form_specs.checks.views import actions_problems, views_problems
from form_specs.checks.workflows import workflows_problems
from form_specs.lint import lint
from form_specs.lint.aside import is_aside
from form_specs.load import teams_of
from form_specs.metaschemas import is_tool_shaped, tool_validator
from form_specs.problem import LocatedProblem, Problem, Severity
from form_specs.source import Source, SourceError, parse_source


def check(document: Any, catalog: Catalog) -> list[Problem]:
    """All that is wrong with a tool document, in the order of the document's parts.

    Where a part is misshapen, nothing is said about what refers to it.
    """
    return examine(document, catalog)[0]


def examine(
    document: Any, catalog: Catalog, *, titled: bool = False
) -> tuple[list[Problem], ToolContext | None]:
    """All that is wrong with a document, and what could be made of it all the same.

    Nothing could where it is no object or holds what no spec may.  Fields are called by their keys,
    as the document names them, or by their titles for people who do not read it.
    """
    problems = _Problems(document, catalog, titled=titled)
    return sorted(problems, key=lambda p: p.severity), problems.tool


def judged(
    document: Any, catalog: Catalog, *, titled: bool = False
) -> tuple[list[Problem], ToolContext | None]:
    """The same, and where nothing of it is an error also what would go wrong at work."""
    found, tool = examine(document, catalog, titled=titled)
    if tool is None or any(problem.severity is Severity.ERROR for problem in found):
        return found, tool
    return [*found, *lint(tool)], tool


def understood(document: Any, catalog: Catalog) -> ToolContext | None:
    """What can be made of a document, without a word on what is wrong with it; none: nothing at all."""
    if not isinstance(document, Mapping) or any(text_problems(document)):
        return None
    sure = is_tool_shaped(document)
    misshapen = [] if sure else [p.pointer for p in shape_problems(tool_validator(), document)]
    return tool_context(document, catalog, Binding(catalog, misshapen, teams_of(document)))


def check_file(path: Path, catalog: Catalog) -> list[LocatedProblem]:
    """All that is wrong with a file, each with its line and column; raises `OSError` where it cannot be read."""
    return check_text(path.read_bytes(), str(path), catalog)[1]


def check_text(raw: bytes, file: str, catalog: Catalog) -> tuple[Any, list[LocatedProblem]]:
    """The document that a text holds (none where it is no JSON), and all that is wrong with it.

    `file` is what the problems call the text.
    """
    try:
        source = parse_source(raw)
    except SourceError as error:
        return None, [
            LocatedProblem(file, *fault.position, fault.pointer, fault.message, fault.hint)
            for fault in error.faults
        ]
    document = source.document
    told = (p for p in judged(document, catalog)[0] if not is_aside(document, p))
    problems = (located(problem, source, file) for problem in told)
    return document, sorted(problems, key=lambda p: (p.line, p.column))


def located(problem: Problem, source: Source, file: str) -> LocatedProblem:
    """A problem with its place in the text that the document was read from."""
    position = source.position(problem.pointer, at_key=problem.at_key)
    return LocatedProblem(
        file, *position, problem.pointer, problem.message, problem.hint, problem.severity
    )


class _Problems:
    """Finds what is wrong with a document; once it is through, `tool` is what it made of it."""

    def __init__(self, document: Any, catalog: Catalog, *, titled: bool) -> None:
        self.document = document
        self.catalog = catalog
        self.titled = titled
        self.tool: ToolContext | None = None

    def __iter__(self) -> Iterator[Problem]:
        document = self.document
        unreadable = list(text_problems(document))
        if unreadable:
            yield from unreadable
            return
        sure = is_tool_shaped(document)
        misshapen = [] if sure else list(shape_problems(tool_validator(), document))
        yield from misshapen
        if not isinstance(document, Mapping):
            return
        yield from keys_problems(document)
        for at, form in objects(document, "forms", ""):
            schema = object_at(form, "schema")
            if schema:
                yield from record_schema_problems(schema, f"{at}/schema")
        yield from self._bound(document, [problem.pointer for problem in misshapen])
        if not misshapen:
            yield from translation_problems(document)

    def _bound(self, document: Mapping[str, Any], misshapen: list[str]) -> Iterator[Problem]:
        binding = Binding(self.catalog, misshapen, teams_of(document))
        self.tool = tool_context(document, self.catalog, binding, titled=self.titled)
        yield from binding.found
        yield from _reference_problems(self.tool)


def _reference_problems(tool: ToolContext) -> Iterator[Problem]:
    for form in tool.forms.values():
        yield from form_problems(form)
        yield from computed_problems(form)
    yield from layouts_problems(tool)
    yield from workflows_problems(tool)
    yield from views_problems(tool)
    yield from actions_problems(tool)
    yield from roles_problems(tool)
    yield from conditions_problems(tool)
    yield from reactions_problems(tool)
    yield from choices_problems(tool)
    yield from tests_problems(tool)
