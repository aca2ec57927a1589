"""Who says whether a record is valid: the form's own JSON Schema.

`jsonschema-rs` gives the verdict and, of an invalid record, the errors, which are put in plain
words at the right place.  It judges patterns in few steps and never follows a reference to
a file or the network; the tests hold it equal to `jsonschema`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from components.judging.findings import Reading
from components.judging.levels import Levels
from components.judging.validator import engine
from components.judging.wording import Finding, words_for
from form_specs.json_schema.subschemas import is_manifold
from form_specs.problem import pointer_of

_OF_PROPERTIES: Final = ("$defs", "properties", "patternProperties", "additionalProperties")
"""What of a schema judges one property after the other."""


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
    detail: str = ""
    """The message without the words that say in which part of the field's value it is; empty: the same."""


class Judge:
    """Judges records by one form's schema; made once per published version, shared by threads.

    Raises `ValueError` for a schema that cannot be compiled.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        properties = schema.get("properties")
        self._properties: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
        self._engine = engine(schema)

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

    def problems_of(self, key: str, value: Any) -> list[FieldProblem]:
        """What is wrong with the value of one property, whatever the others are."""
        alone = self._alone.problems({key: value})
        return [problem for problem in alone if problem.field == key]

    @cached_property
    def _alone(self) -> "Judge":
        """The judge of single values: what the schema says of a record as a whole counts for nothing."""
        own = {k: self._schema[k] for k in _OF_PROPERTIES if k in self._schema}
        try:
            return Judge(own)
        except ValueError:
            return self  # it refers to what was left out

    def _findings(self, record: Mapping[str, Any]) -> list[Finding]:
        if self._levels is not None:
            return self._levels.look(record).findings
        return Reading(self._schema, record, self._engine.iter_errors(record)).findings

    @cached_property
    def _levels(self) -> Levels | None:
        """What explains records where listing all errors of all alternatives may never end."""
        return Levels(self._schema) if is_manifold(self._schema) else None

    def _problem(self, finding: Finding) -> FieldProblem:
        field = str(finding.path[0]) if finding.path else None
        about = self._annotated(field)
        message = about.get("messages", {}).get(finding.keyword)
        return FieldProblem(
            field=field,
            keyword=finding.keyword,
            message=message or words_for(finding, self._title),
            pointer=pointer_of(finding.path),
            detail=self._detail(finding) if len(finding.path) > 1 and not message else "",
        )

    def _detail(self, finding: Finding) -> str:
        return words_for(finding, self._title, located=False)

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


def verdict(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """The verdict of a schema on records or values; raises `ValueError` for what is no schema."""
    return engine(schema).is_valid
