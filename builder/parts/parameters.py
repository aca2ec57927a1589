"""The arguments of a function that says what it takes: a row for each, made of its schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.parts.does import HOWS, PASSING, GivenValue, how_given, hows
from builder.parts.options import OptionInput, option_inputs
from form_specs.checks.hooks import missing_kind
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address
from form_specs.exact_json import loads
from form_specs.language import _
from form_specs.model import JsonObject

_BY_TYPE = {
    "string": ("value", "field", "user", "now", "today"),
    "integer": ("number", "field"),
    "number": ("number", "field"),
    "boolean": ("yes", "no", "field"),
}


def given_arguments(
    bench: Bench, at: Address, passed: Mapping[str, Any], schema: JsonObject | None
) -> list[GivenValue]:
    """What is passed to a function: what it says that it takes, then what else is passed."""
    known = object_at(schema or {}, "properties")
    found = [*_rows(bench, at, passed, schema)] if schema else []
    for name, value in passed.items():
        if name not in known:
            how, written = how_given(value, to_hook=True)
            problems = bench.examined.problems_at(*at, name)
            found.append(GivenValue(name, name, how, hows(PASSING, how), written, (), problems))
    return found


def _rows(
    bench: Bench, at: Address, passed: Mapping[str, Any], schema: JsonObject
) -> Iterator[GivenValue]:
    named = schema.get("required")
    required = named if isinstance(named, list) else []
    properties = object_at(schema, "properties")
    known = {name: object_at(properties, name) for name in properties}
    literal = {name: each["default"] for name, each in known.items() if "default" in each}
    for asked in option_inputs(schema, literal, {}):
        property_ = object_at(properties, asked.name)
        yield _row(bench, at, passed, asked, property_, is_required=asked.name in required)


def _row(
    bench: Bench,
    at: Address,
    passed: Mapping[str, Any],
    asked: OptionInput,
    property_: Mapping[str, Any],
    *,
    is_required: bool,
) -> GivenValue:
    choices = _choices(asked)
    ways = _ways(property_, choices)
    how, written = how_given(passed[asked.name], to_hook=True) if asked.name in passed else ("unset", "")  # fmt: skip
    usual = _usual(asked, choices)
    first = choices[0][0] if choices else "0" if "number" in ways else ""
    offered = ways if is_required and not usual else ("unset", *ways)
    titles = [(name, title) for name, title in hows(offered, how)]
    if usual:
        said = _("As usual: %(value)s", value=usual)
        titles = [(name, said if name == "unset" else title) for name, title in titles]
    return GivenValue(
        asked.name,
        asked.title,
        how,
        titles,
        written,
        choices,
        [*bench.examined.problems_at(*at, asked.name), *_missing(bench, at, asked.name)],
        asked.description,
        is_required,
        first,
        is_known=True,
    )


def _missing(bench: Bench, at: Address, name: str) -> list[PlacedProblem]:
    """What is said of an argument that is not passed: it stands at them all."""
    around = [problem for problem in bench.examined.problems_at(*at) if problem.at == at]
    return [each for each in around if each.problem.kind == missing_kind(name)]


def _ways(property_: Mapping[str, Any], choices: list[tuple[str, str]]) -> tuple[str, ...]:
    """In which ways a value of its type can be given."""
    if choices and property_.get("type") not in ("integer", "number"):
        return ("value", "field")
    return _BY_TYPE.get(text(property_, "type") or "", PASSING)


def _choices(asked: OptionInput) -> list[tuple[str, str]]:
    """The values that it can have, as they are typed; yes and no are ways of their own."""
    found = [(loads(key), title) for key, title in asked.choices if key]
    return [
        (value if isinstance(value, str) else title, title)
        for value, title in found
        if not isinstance(value, bool)
    ]


def _usual(asked: OptionInput, choices: list[tuple[str, str]]) -> str:
    """What it is where nothing is passed, in words."""
    if asked.value in ("true", "false"):
        way = "yes" if asked.value == "true" else "no"
        return _(HOWS[way])
    titles = dict(choices)
    written = loads(asked.value) if asked.choices and asked.value else asked.value
    return titles.get(str(written), str(written))
