"""Whether a document is a tool that can be published, and if not, all that is wrong with it."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from form_specs.catalog import Catalog, CatalogField
from form_specs.checks.conditions import conditions_problems
from form_specs.checks.context import ToolContext, tool_context
from form_specs.checks.fields import field_problems, use_problems
from form_specs.checks.forms import form_problems
from form_specs.checks.keys import keys_problems
from form_specs.checks.raw import object_at, objects
from form_specs.checks.record_schema import record_schema_problems
from form_specs.checks.roles import roles_problems
from form_specs.checks.shape import shape_problems
from form_specs.checks.text import text_problems
from form_specs.checks.views import actions_problems, views_problems
from form_specs.checks.workflows import workflows_problems
from form_specs.load import field_spec
from form_specs.metaschemas import closed_validator, tool_validator
from form_specs.problem import LocatedProblem, Problem
from form_specs.source import Source, SourceError, parse_source


def check(document: Any, catalog: Catalog) -> list[Problem]:
    """All that is wrong with a tool document, in the order of the document's parts.

    Where a part is misshapen, nothing is said about what refers to it.
    """
    return sorted(_problems(document, catalog), key=lambda p: p.severity)


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
            LocatedProblem(file, *fault.position, "", fault.message, fault.hint)
            for fault in error.faults
        ]
    problems = (located(p, source, file) for p in check(source.document, catalog))
    return source.document, sorted(problems, key=lambda p: (p.line, p.column))


def located(problem: Problem, source: Source, file: str) -> LocatedProblem:
    """A problem with its place in the text that the document was read from."""
    position = source.position(problem.pointer, at_key=problem.at_key)
    return LocatedProblem(
        file, *position, problem.pointer, problem.message, problem.hint, problem.severity
    )


def _problems(document: Any, catalog: Catalog) -> Iterator[Problem]:
    unreadable = list(text_problems(document))
    if unreadable:
        yield from unreadable
        return
    misshapen = list(shape_problems(tool_validator(), document))
    yield from misshapen
    if not isinstance(document, Mapping):
        return
    yield from keys_problems(document)
    for at, form in objects(document, "forms", ""):
        schema = object_at(form, "schema")
        if schema:
            yield from record_schema_problems(schema, f"{at}/schema")
    binding = _Binding(catalog, [problem.pointer for problem in misshapen])
    tool = tool_context(document, catalog, binding)
    yield from binding.found
    yield from _reference_problems(tool)


def _reference_problems(tool: ToolContext) -> Iterator[Problem]:
    for form in tool.forms.values():
        yield from form_problems(form)
    yield from workflows_problems(tool)
    yield from views_problems(tool)
    yield from actions_problems(tool)
    yield from roles_problems(tool)
    yield from conditions_problems(tool)


class _Binding:
    """Makes the fields of the forms and keeps what is wrong with them."""

    def __init__(self, catalog: Catalog, misshapen: list[str]) -> None:
        self.catalog = catalog
        self.options = cache(lambda name: closed_validator(catalog.field_options(name)))
        self.misshapen = misshapen
        self.found: list[Problem] = []

    def __call__(self, key: str, property_: Any, at: str, required: bool) -> CatalogField | None:
        if not isinstance(property_, dict):
            return None
        found = list(field_problems(property_, at, self.catalog, self.options))
        self.found += found
        if found or any(f"{pointer}/".startswith(f"{at}/") for pointer in self.misshapen):
            return None
        try:
            field = self.catalog.field(field_spec(key, property_, required=required))
            self.found += use_problems(key, property_, at, required=required, catalog=self.catalog)
        except ValueError as error:
            self.found.append(Problem(at, str(error), "Change the field, or its type"))
            return None
        return field
