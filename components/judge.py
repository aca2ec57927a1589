"""Who says whether a record is valid: the form's own JSON Schema.

`jsonschema-rs` gives the verdict.  What is wrong with an invalid record is found by `jsonschema`
and put in plain words at the right field.  Both judge patterns, formats, multiples and
uniqueness by the same linear engine, and neither ever follows a reference to a file or the
network.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import ValidationError as EngineError
from referencing.exceptions import Unresolvable

from components.judging import engine, explainer
from components.wording import Finding, words_for
from form_specs.problem import pointer_of


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One reason why a record is invalid."""

    field: str | None
    """Key of the property that shows the message; none: it is about the record as a whole."""
    keyword: str
    """The JSON Schema keyword that was not met."""
    message: str
    pointer: str = ""
    """JSON pointer into the record."""


class Judge:
    """Judges records by one form's schema; made once per published version, shared by threads.

    Raises `ValueError` for a schema that cannot be compiled.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        properties = schema.get("properties")
        self._properties: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
        self._engine = engine(schema)
        self._explainer = explainer(schema)

    def is_valid(self, record: Mapping[str, Any]) -> bool:
        """The verdict on a record in JSON form; about 3 microseconds."""
        return self._engine.is_valid(record)

    def problems(self, record: Mapping[str, Any]) -> list[FieldProblem]:
        """All that is wrong with a record, each once, in the order of the form; empty for a valid one."""
        if self.is_valid(record):
            return []
        problems = dict.fromkeys(self._problem(finding) for finding in self._findings(record))
        order = {key: place for place, key in enumerate(self._properties)}
        return sorted(problems, key=lambda problem: order.get(problem.field or "", len(order)))

    def _findings(self, record: Mapping[str, Any]) -> list[Finding]:
        """The explainer's findings, or the engine's own where the explainer finds none or gives up."""
        found: list[Finding] = []
        try:
            for error in self._explainer.iter_errors(record) if self._explainer else ():
                path, keyword = tuple(error.absolute_path), str(error.validator)
                found.append(Finding(path, keyword, error.validator_value, error.instance))
        except (RecursionError, Unresolvable):
            found = []
        return found or [
            finding for error in self._engine.iter_errors(record) for finding in _from_engine(error)
        ]

    def _problem(self, finding: Finding) -> FieldProblem:
        field = str(finding.path[0]) if finding.path else None
        about = self._annotated(field)
        message = about.get("messages", {}).get(finding.keyword)
        return FieldProblem(
            field=field,
            keyword=finding.keyword,
            message=message or words_for(finding, self._title),
            pointer=pointer_of(finding.path),
        )

    def _title(self, key: str) -> str:
        """What a message calls a property of the record."""
        schema = self._properties.get(key)
        title = schema.get("title") if isinstance(schema, Mapping) else None
        return title if isinstance(title, str) else key

    def _annotated(self, field: str | None) -> Mapping[str, Any]:
        schema = self._properties.get(field) if field is not None else None
        found = schema.get("x-ops") if isinstance(schema, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def accepts(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether one property's schema takes a value; yes where only the whole form's schema can tell."""
    try:
        return engine(schema).is_valid(value)
    except ValueError:
        return True


def _from_engine(error: EngineError) -> Iterator[Finding]:
    """From one error of the engine to findings, each at the property it is about."""
    path, keyword, value = tuple(error.instance_path), error.kind.name, error.kind.value
    if keyword == "required":
        yield Finding((*path, value), keyword, value, error.instance)
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        for key in value:
            yield Finding((*path, key), keyword, value, error.instance)
    else:
        yield Finding(path, keyword, value, error.instance)
