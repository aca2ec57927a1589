"""From the properties of a form's schema to bound fields, and what is wrong with them.

A draft is checked after every edit, and most of its fields are as they were: a field that stands by
itself is bound once and kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from form_specs.catalog import Catalog, CatalogField
from form_specs.checks.fields import field_problems, use_problems
from form_specs.checks.nested import inner_default_problems, inner_fields, nesting_problems
from form_specs.checks.raw import object_at, texts
from form_specs.exact_json import dumps, loads
from form_specs.language import Voice, _, voice
from form_specs.load import field_spec
from form_specs.metaschemas import closed_validator
from form_specs.model import Choice
from form_specs.nesting import Place
from form_specs.problem import Problem, Severity, escaped

_KEPT: Final = 4096


class Binding:
    """Makes the fields of the forms and keeps what is wrong with them."""

    def __init__(
        self, catalog: Catalog, misshapen: list[str], teams: tuple[Choice, ...] = ()
    ) -> None:
        self._catalog = catalog
        self._teams = teams
        self._misshapen = misshapen
        self._found: dict[Problem, None] = {}

    @property
    def found(self) -> list[Problem]:
        """All that is wrong, each thing once."""
        return list(self._found)

    def __call__(
        self, key: str, property_: Any, schema_at: str, schema: Mapping[str, Any]
    ) -> CatalogField | None:
        """The field of a property, if it can be one."""
        if not isinstance(property_, dict):
            return None
        required = key in (name for _, name in texts(schema, "required", ""))
        alone = _Alone(self._catalog, key, schema_at, self._teams, required)
        text = dumps(property_)
        if self._misshapen or b'"$ref"' in text or b'"$dynamicRef"' in text:
            done = _bound(alone, property_, schema, self._misshapen)
        else:
            done = _kept(alone, text, voice())
        self._found.update(dict.fromkeys(done.problems))
        return done.field


@dataclass(frozen=True, slots=True)
class _Alone:
    """What a field is made from, beside its property."""

    catalog: Catalog
    key: str
    schema_at: str
    teams: tuple[Choice, ...]
    required: bool

    @property
    def pointer(self) -> str:
        return f"/properties/{escaped(self.key)}"


@dataclass(frozen=True, slots=True)
class _Done:
    field: CatalogField | None
    problems: tuple[Problem, ...] = ()


@lru_cache(_KEPT)
def _kept(alone: _Alone, text: bytes, _voice: Voice) -> _Done:
    property_ = loads(text)
    return _bound(alone, property_, {"properties": {alone.key: property_}}, ())


def _bound(
    alone: _Alone, property_: dict[str, Any], schema: Mapping[str, Any], misshapen: Iterable[str]
) -> _Done:
    place = Place(schema).of(property_, alone.pointer)
    if place is None:
        return _Done(None)
    catalog, root = alone.catalog, alone.schema_at
    inner = list(inner_fields(place))
    at = root + alone.pointer
    options = _options(catalog)
    whole = {**place.schema, "x-ops": object_at(property_, "x-ops")}
    found = [
        *field_problems(whole, at, catalog, options),
        *nesting_problems(property_, inner, at, root, catalog),
    ]
    for field in inner:
        found += field_problems(field.property_, root + field.pointer, catalog, options)
    pointers = [at, *(root + field.pointer for field in inner)]
    is_wrong = any(problem.severity is Severity.ERROR for problem in found)
    if is_wrong or _is_misshapen(pointers, misshapen):
        return _Done(None, tuple(found))
    for field in inner:
        found += inner_default_problems(field, root, schema, catalog)
    return _used(alone, property_, schema, found)


def _used(
    alone: _Alone, property_: dict[str, Any], schema: Mapping[str, Any], found: list[Problem]
) -> _Done:
    """The field, if it can be; what is wrong with its use is told."""
    at = alone.schema_at + alone.pointer
    try:
        spec = field_spec(
            alone.key, property_, required=alone.required, teams=alone.teams, root=schema
        )
        field = alone.catalog.field(spec)
        found += use_problems(spec, property_, at, alone.catalog)
    except ValueError as error:
        return _Done(None, (*found, Problem(at, str(error), _("Change the field, or its type"))))
    return _Done(field, tuple(found))


def _is_misshapen(pointers: Iterable[str], misshapen: Iterable[str]) -> bool:
    """Whether something with the wrong shape stands at or below one of the pointers."""
    return any(f"{wrong}/".startswith(f"{at}/") for at in pointers for wrong in misshapen)


@cache
def _options(catalog: Catalog) -> Any:
    """The validators of the options of field types, by name."""
    return cache(lambda name: closed_validator(catalog.field_options(name)))
